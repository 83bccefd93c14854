import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// What the chosen payments come to, by how they ended. Returned money that was paid again is only counted as paid.
Row {
    id: totals

    required property SubsidyModel subsidies

    readonly property int cell: Math.floor((width - 2 * spacing) / 3)

    spacing: Theme.px(12)

    Cell {
        width: totals.cell
        amount: totals.subsidies.paid
        count: totals.subsidies.paidCount
        label: qsTr("已到账")
        tone: "good"
    }

    Cell {
        width: totals.cell
        amount: totals.subsidies.pending
        count: totals.subsidies.pendingCount
        label: qsTr("待发放")
        tone: "warning"
    }

    Cell {
        width: totals.cell
        amount: totals.subsidies.returned
        count: totals.subsidies.returnedCount
        label: qsTr("银行退回")
        tone: "bad"
    }

    component Cell: Rectangle {
        id: cell

        property string label: ""
        property string amount: ""
        property int count: 0
        property string tone: "plain"

        readonly property string shownTone: count > 0 ? tone : "muted"

        Accessible.name: label + " " + amount + " " + qsTr("%n 笔", "", count)
        Accessible.role: Accessible.StaticText
        color: Theme.toneGround(shownTone)
        height: Theme.px(66)
        radius: Theme.px(10)

        Column {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(2)

            AppText {
                Accessible.ignored: true
                color: Theme.toneInk(cell.shownTone)
                elide: Text.ElideRight
                font.pixelSize: Theme.small
                lineHeight: 1.1
                text: cell.label
                width: parent.width
                wrapMode: Text.NoWrap
            }

            Item {
                height: amountText.implicitHeight
                width: parent.width

                AppText {
                    id: amountText

                    Accessible.ignored: true
                    anchors.left: parent.left
                    anchors.right: countText.left
                    anchors.rightMargin: Theme.gapSmall
                    color: Theme.toneInk(cell.shownTone)
                    font.bold: true
                    font.pixelSize: Theme.large
                    fontSizeMode: Text.HorizontalFit
                    lineHeight: 1.1
                    text: cell.amount
                    wrapMode: Text.NoWrap
                }

                AppText {
                    id: countText

                    Accessible.ignored: true
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.px(8)
                    anchors.verticalCenter: amountText.verticalCenter
                    color: Theme.toneInk(cell.shownTone)
                    font.pixelSize: Theme.small
                    lineHeight: 1.1
                    text: qsTr("%n 笔", "", cell.count)
                    wrapMode: Text.NoWrap
                }
            }
        }
    }
}
