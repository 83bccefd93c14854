pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The hand of a demonstration, in a window of its own: made-up cards to put into the reader and to pull out.
Rectangle {
    id: page

    required property TrayModel tray

    color: Theme.ground
    height: 800
    width: 400

    Column {
        id: head

        anchors.left: parent.left
        anchors.margins: Theme.px(16)
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Theme.px(6)

        AppText {
            font.bold: true
            font.pixelSize: Theme.large
            text: qsTr("演示读卡器")
            width: parent.width
        }

        AppText {
            color: Theme.inkSoft
            font.pixelSize: Theme.small
            text: qsTr("点一张虚构的卡插入，再点一次取出。密码都是 %1。").arg(page.tray.pin)
            width: parent.width
        }

        AppText {
            color: Theme.inkSoft
            font.pixelSize: Theme.small
            text: qsTr("登录：%1").arg(page.tray.staff)
            width: parent.width
        }
    }

    ListView {
        Accessible.name: qsTr("演示卡片")
        Accessible.role: Accessible.List
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: Theme.px(16)
        anchors.right: parent.right
        anchors.top: head.bottom
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        model: page.tray.cards
        spacing: Theme.px(8)

        delegate: AbstractButton {
            id: card

            required property string key
            required property string title
            required property string note

            readonly property bool inside: page.tray.inside === key

            Accessible.checkable: true
            Accessible.checked: inside
            Accessible.name: title + " " + note
            Accessible.role: Accessible.Button
            focusPolicy: Qt.StrongFocus
            implicitHeight: words.implicitHeight + 2 * Theme.px(10)
            objectName: "card-" + key
            width: ListView.view.width

            onClicked: page.tray.put(card.key)

            background: Rectangle {
                border.color: card.inside ? Theme.accent : Theme.lineStrong
                border.width: card.inside ? Theme.px(2) : 1
                color: card.inside ? Theme.accentSoft : Theme.surface
                radius: Theme.px(8)

                FocusRing {
                    corner: Theme.px(8)
                    visible: card.activeFocus
                }
            }
            contentItem: Item {
                Column {
                    id: words

                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    leftPadding: Theme.px(8)

                    AppText {
                        font.bold: true
                        text: card.title + (card.inside ? qsTr("（已插入）") : "")
                        width: parent.width - Theme.px(16)
                    }

                    AppText {
                        color: Theme.inkSoft
                        font.pixelSize: Theme.small
                        text: card.note
                        width: parent.width - Theme.px(16)
                    }
                }
            }
        }
    }
}
