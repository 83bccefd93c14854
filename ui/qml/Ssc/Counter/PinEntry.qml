import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Dots and keys for one PIN. Only a count of digits is known here; single digits pass on at once.
Panel {
    id: panel

    required property PinModel pin
    property string heading: ""
    property string advice: ""
    default property alias above: steps.data

    // Digits count wherever the focus is on the page.
    function press(event: KeyEvent) {
        if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9) {
            event.accepted = true;
            if (!event.isAutoRepeat)
                panel.pin.digit(event.key - Qt.Key_0);
        } else if (event.key === Qt.Key_Backspace || event.key === Qt.Key_Delete) {
            event.accepted = true;
            panel.pin.erase();
        } else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
            event.accepted = true;
            if (!event.isAutoRepeat)
                panel.pin.enter();
        }
    }

    Row {
        anchors.centerIn: parent
        spacing: Theme.px(72)

        Column {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.gapLarge
            width: Theme.px(460)

            Column {
                id: steps

                visible: children.length > 0
                width: parent.width
            }

            AppText {
                font.pixelSize: Theme.large
                text: panel.heading
                width: parent.width
            }

            Rectangle {
                border.color: Theme.lineStrong
                border.width: Theme.px(2)
                color: Theme.surface
                height: dots.implicitHeight + Theme.px(16)
                radius: Theme.radius
                width: parent.width

                PinDots {
                    id: dots

                    anchors.centerIn: parent
                    count: panel.pin.digits
                    least: panel.pin.least
                    most: panel.pin.most
                }
            }

            AppText {
                Accessible.role: Accessible.AlertMessage
                color: Theme.bad
                font.bold: true
                font.pixelSize: Theme.large
                objectName: "pinMessage"
                text: panel.pin.message
                visible: text !== ""
                width: parent.width
            }

            Chip {
                iconName: panel.pin.triesLeft <= 1 ? "alert" : "dot"
                objectName: "triesLeft"
                text: panel.pin.triesLeft === 1 ? qsTr("只剩 1 次，再错将锁定") : qsTr("还可以试 %1 次").arg(panel.pin.triesLeft)
                tone: panel.pin.triesLeft <= 1 ? "bad" : panel.pin.triesLeft <= 2 ? "warning" : "plain"
                visible: panel.pin.triesLeft >= 0 && ["", "old"].includes(panel.pin.entry)
            }

            AppText {
                color: Theme.inkSoft
                text: panel.advice
                width: parent.width
            }
        }

        Column {
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(14)

            NumberPad {
                id: pad

                onDigit: number => panel.pin.digit(number)
                onErase: panel.pin.erase()
            }

            ActionButton {
                enabled: panel.pin.ready
                focus: true
                hint: "Enter"
                implicitHeight: Theme.px(60)
                kind: "primary"
                objectName: "enter"
                text: qsTr("确认")
                width: pad.width

                onClicked: panel.pin.enter()
            }
        }
    }
}
