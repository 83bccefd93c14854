pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// Ten digits and erase, for the mouse and for touch. Takes no keyboard focus: the digit keys work everywhere on the page.
Grid {
    id: pad

    property int keySize: Theme.px(76)

    signal digit(number: int)
    signal erase

    columns: 3
    spacing: Theme.px(10)

    Repeater {
        model: [1, 2, 3, 4, 5, 6, 7, 8, 9, -1, 0, -2]

        AbstractButton {
            id: key

            required property int modelData

            readonly property bool erases: modelData === -2

            Accessible.name: erases ? qsTr("退格") : String(modelData)
            Accessible.role: Accessible.Button
            enabled: modelData !== -1
            focusPolicy: Qt.NoFocus
            height: Theme.px(64)
            hoverEnabled: true
            objectName: "key-" + modelData
            opacity: modelData === -1 ? 0 : 1
            width: pad.keySize + Theme.px(16)

            onClicked: key.erases ? pad.erase() : pad.digit(key.modelData)

            background: Rectangle {
                border.color: Theme.lineStrong
                border.width: 1
                color: key.down ? Theme.accentSoft : key.hovered ? Theme.ground : Theme.surface
                radius: Theme.px(10)
            }
            contentItem: Item {
                AppText {
                    anchors.centerIn: parent
                    font.pixelSize: Theme.px(28)
                    lineHeight: 1
                    text: key.modelData < 0 ? "" : String(key.modelData)
                }

                Icon {
                    anchors.centerIn: parent
                    color: Theme.ink
                    name: "erase"
                    size: Theme.px(28)
                    stroke: 1.8
                    visible: key.erases
                }
            }
        }
    }
}
