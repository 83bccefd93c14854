pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Theme

// One payment. Where it failed: why, and what to do. Unfolds to its facts; a sensitive one first shows its name.
Rectangle {
    id: row

    required property string key
    required property string title
    required property string batch
    required property string amount
    required property string stateText
    required property string tone
    required property string date
    required property string account
    required property bool hidden
    required property string reason
    required property string remedy
    required property int series
    required property var facts
    property bool unfolded: false
    property bool current: false
    property bool hovered: hover.hovered

    readonly property bool replaced: tone === "muted"
    readonly property string openHint: qsTr("点开显示项目名称")

    signal pressed

    Accessible.description: (hidden ? openHint + " " : "") + (reason ? reason + " " + remedy + " " : "") + account
    Accessible.name: title + " " + amount + " " + stateText + " " + date
    Accessible.role: Accessible.ListItem
    Accessible.onPressAction: row.pressed()
    color: hovered ? Theme.ground : Theme.surface
    implicitHeight: column.implicitHeight + 2 * Theme.px(12)

    HoverHandler {
        id: hover
    }

    TapHandler {
        onTapped: row.pressed()
    }

    Rectangle {
        anchors.bottom: parent.bottom
        color: Theme.line
        height: 1
        width: parent.width
    }

    FocusRing {
        corner: Theme.px(6)
        inside: true
        visible: row.current
    }

    Column {
        id: column

        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(16)
        spacing: Theme.px(6)
        y: Theme.px(12)

        Item {
            height: Math.max(words.implicitHeight, chip.implicitHeight)
            width: parent.width

            Rectangle {
                color: Theme.seriesColor(row.series)
                height: parent.height
                opacity: row.replaced ? 0.4 : 1
                radius: width / 2
                width: Theme.px(5)
            }

            Column {
                id: words

                anchors.left: parent.left
                anchors.leftMargin: Theme.px(18)
                anchors.right: amountText.left
                anchors.rightMargin: Theme.gap
                spacing: Theme.px(2)

                AppText {
                    Accessible.ignored: true
                    color: row.replaced ? Theme.muted : Theme.ink
                    elide: Text.ElideRight
                    font.bold: !row.replaced
                    lineHeight: 1.15
                    maximumLineCount: 2
                    text: row.title
                    width: parent.width
                }

                AppText {
                    Accessible.ignored: true
                    color: Theme.inkSoft
                    elide: Text.ElideRight
                    font.pixelSize: Theme.small
                    lineHeight: 1.15
                    text: [row.date, row.batch ? qsTr("第 %1 期").arg(row.batch) : "", row.account, row.hidden ? row.openHint : ""].filter(part => part !== "").join(" · ")
                    maximumLineCount: 3
                    width: parent.width
                }
            }

            AppText {
                id: amountText

                Accessible.ignored: true
                anchors.right: chip.left
                anchors.rightMargin: Theme.gap
                anchors.verticalCenter: parent.verticalCenter
                color: row.replaced ? Theme.muted : Theme.ink
                font.bold: !row.replaced
                font.pixelSize: Theme.px(20)
                font.strikeout: row.replaced
                lineHeight: 1
                text: row.amount
                wrapMode: Text.NoWrap
            }

            Item {
                id: chip

                anchors.right: fold.left
                anchors.rightMargin: Theme.px(10)
                anchors.verticalCenter: parent.verticalCenter
                height: Theme.px(34)
                implicitHeight: Theme.px(34)
                width: Math.max(Theme.px(144), state.implicitWidth)

                Chip {
                    id: state

                    Accessible.ignored: true
                    anchors.left: parent.left
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.stateText
                    tone: row.tone
                }
            }

            Icon {
                id: fold

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.inkSoft
                name: row.hidden ? "eye" : row.unfolded ? "up" : "down"
                stroke: 2
            }
        }

        Rectangle {
            Accessible.ignored: true
            color: Theme.toneGround(row.tone)
            height: why.implicitHeight + 2 * Theme.px(10)
            radius: Theme.px(8)
            visible: row.reason !== ""
            width: parent.width - Theme.px(18)
            x: Theme.px(18)

            Column {
                id: why

                spacing: Theme.px(2)
                width: parent.width - 2 * Theme.px(14)
                x: Theme.px(14)
                y: Theme.px(10)

                AppText {
                    Accessible.ignored: true
                    color: Theme.toneInk(row.tone)
                    font.bold: true
                    font.pixelSize: Theme.small
                    text: qsTr("原因：%1").arg(row.reason)
                    width: parent.width
                }

                AppText {
                    Accessible.ignored: true
                    font.pixelSize: Theme.small
                    text: qsTr("怎么办：%1").arg(row.remedy)
                    visible: row.remedy !== ""
                    width: parent.width
                }
            }
        }

        Loader {
            active: row.unfolded
            visible: active
            width: parent.width - Theme.px(18)
            x: Theme.px(18)

            sourceComponent: FactList {
                labelWidth: Theme.px(180)
                model: row.facts
                rowPadding: Theme.px(6)
            }
        }
    }
}
