pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Cards lie in several readers: ask which one, never guess.
PageFrame {
    id: page

    required property DeskModel desk

    subtitle: qsTr("请选择要办理的一张，或取走多余的卡")
    title: qsTr("有几个读卡器里都有卡")

    ListView {
        id: list

        Accessible.name: page.title
        Accessible.role: Accessible.List
        anchors.fill: parent
        cacheBuffer: 0 // rows made ahead of time would still be under way when their holder goes
        clip: true
        focus: true
        model: page.desk.readers
        spacing: Theme.gap

        delegate: AbstractButton {
            id: row

            required property int index
            required property string name
            required property string status

            readonly property bool usable: row.status === "card"

            Accessible.name: name + " " + words.text
            Accessible.role: Accessible.Button
            enabled: usable
            focusPolicy: Qt.StrongFocus
            focus: index === 0
            height: Theme.px(84)
            hoverEnabled: true
            width: Math.min(list.width, Theme.px(900))

            Keys.onReturnPressed: event => {
                if (!event.isAutoRepeat)
                    row.click();
            }
            Keys.onEnterPressed: event => {
                if (!event.isAutoRepeat)
                    row.click();
            }
            onClicked: page.desk.chooseReader(row.name)
            onActiveFocusChanged: if (activeFocus)
                list.currentIndex = index

            background: Panel {
                border.color: row.usable ? Theme.accent : Theme.line
                color: row.down ? Theme.accentSoft : row.hovered && row.usable ? Theme.accentSoft : Theme.surface

                FocusRing {
                    inside: true
                    visible: row.activeFocus
                }
            }
            contentItem: Item {
                Icon {
                    id: mark

                    anchors.verticalCenter: parent.verticalCenter
                    color: row.usable ? Theme.accent : Theme.muted
                    name: "card"
                    size: Theme.px(32)
                    x: Theme.gap
                }

                AppText {
                    anchors.left: mark.right
                    anchors.leftMargin: Theme.gap
                    anchors.right: words.left
                    anchors.verticalCenter: parent.verticalCenter
                    elide: Text.ElideMiddle
                    font.bold: row.usable
                    text: row.name
                    wrapMode: Text.NoWrap
                }

                AppText {
                    id: words

                    anchors.right: parent.right
                    anchors.rightMargin: Theme.gapLarge
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.inkSoft
                    text: page.stateWords(row.status)
                    wrapMode: Text.NoWrap
                }
            }
        }
    }

    function stateWords(state: string): string {
        switch (state) {
        case "card":
            return qsTr("有卡，可选择");
        case "mute":
            return qsTr("卡无应答");
        case "busy":
            return qsTr("被其他程序占用");
        case "stuck":
            return qsTr("读卡器没有响应");
        default:
            return qsTr("没有卡");
        }
    }
}
