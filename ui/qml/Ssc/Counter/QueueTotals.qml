pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// How many operations stand where, for how long and for how much money more may come; two rows of tiles at most.
Flow {
    id: totals

    required property RowsModel rows
    readonly property int columns: Math.max(4, Math.ceil(rows.count / 2))

    spacing: Theme.gap

    Repeater {
        model: totals.rows

        Panel {
            id: cell

            required property string label
            required property string value
            required property string tone

            // A time or a sum stands under its label; a number beside it.
            readonly property bool wide: value.length > 6

            Accessible.name: label + " " + value
            Accessible.role: Accessible.StaticText
            height: Theme.px(58)
            width: Math.floor((totals.width - (totals.columns - 1) * totals.spacing) / totals.columns)

            AppText {
                Accessible.ignored: true
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(16)
                anchors.right: cell.wide ? parent.right : amount.left
                anchors.rightMargin: Theme.gapSmall
                anchors.verticalCenter: parent.verticalCenter
                anchors.verticalCenterOffset: cell.wide ? -Theme.px(12) : 0
                color: Theme.inkSoft
                font.pixelSize: Theme.small
                lineHeight: 1
                maximumLineCount: cell.wide ? 1 : 2
                text: cell.label
            }

            Row {
                id: amount

                anchors.right: parent.right
                anchors.rightMargin: Theme.px(16)
                anchors.verticalCenter: parent.verticalCenter
                anchors.verticalCenterOffset: cell.wide ? Theme.px(12) : 0
                spacing: Theme.px(8)

                Icon {
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.toneInk(cell.tone)
                    name: Theme.toneIcon(cell.tone)
                    stroke: 2.8
                    visible: cell.tone !== "plain"
                }

                AppText {
                    Accessible.ignored: true
                    color: Theme.toneInk(cell.tone)
                    font.bold: true
                    font.pixelSize: cell.wide ? Theme.body : Theme.px(26)
                    lineHeight: 1
                    text: cell.value
                    wrapMode: Text.NoWrap
                }
            }
        }
    }
}
