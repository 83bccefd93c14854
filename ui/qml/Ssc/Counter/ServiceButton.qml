import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Theme

// One service. A refused one stays readable, says why, and what the person can do instead.
AbstractButton {
    id: tile

    property string summary: ""
    property string shortcut: ""
    property bool refused: false
    property string refusal: ""
    property string remedy: ""
    property string faultCode: ""

    Accessible.description: refused ? refusal + " " + remedy : summary
    Accessible.name: text + (refused ? " " + qsTr("现在不能办理") : "")
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: words.implicitHeight + 2 * Theme.px(13)

    Keys.onPressed: event => {
        const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
        if (!enter)
            return;
        event.accepted = true;
        if (!event.isAutoRepeat)
            tile.click();
    }

    background: Rectangle {
        border.color: tile.refused ? Theme.line : Theme.accent
        border.width: tile.refused ? 1 : Theme.px(2)
        color: tile.refused ? Theme.mutedSoft : tile.down ? Theme.line : tile.hovered ? Theme.accentSoft : Theme.surface
        radius: Theme.radius

        FocusRing {
            visible: tile.activeFocus
        }
    }
    contentItem: Item {
        Column {
            id: words

            anchors.left: parent.left
            anchors.leftMargin: Theme.px(20)
            anchors.right: cap.left
            anchors.rightMargin: Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(4)

            AppText {
                color: tile.refused ? Theme.inkSoft : Theme.accent
                font.bold: true
                font.pixelSize: Theme.large
                text: tile.text
                width: parent.width
            }

            AppText {
                color: Theme.inkSoft
                font.pixelSize: Theme.small
                text: tile.summary
                visible: !tile.refused && text !== ""
                width: parent.width
            }

            AppText {
                color: Theme.warning
                font.bold: true
                font.pixelSize: Theme.small
                text: tile.refusal
                visible: tile.refused
                width: parent.width
            }

            AppText {
                color: Theme.inkSoft
                font.pixelSize: Theme.small
                text: tile.remedy + " " + qsTr("（故障代码 %1）").arg(tile.faultCode)
                visible: tile.refused
                width: parent.width
            }
        }

        KeyCap {
            id: cap

            anchors.right: parent.right
            anchors.rightMargin: Theme.px(20)
            anchors.verticalCenter: parent.verticalCenter
            text: tile.refused ? "" : tile.shortcut
        }
    }
}
