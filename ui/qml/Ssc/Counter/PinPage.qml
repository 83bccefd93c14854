import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The holder types the social security PIN. Only a count of digits is known here; single digits pass on at once.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property PinModel pin: desk.pin

    subtitle: page.desk.journeyTitle
    title: qsTr("请持卡人输入社保卡密码")

    actions: [
        ActionButton {
            hint: "Esc"
            iconName: "back"
            objectName: "leave"
            text: qsTr("取消")

            onClicked: page.desk.leaveService()
        }
    ]

    Keys.onEscapePressed: page.desk.leaveService()
    Keys.onPressed: event => {
        if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9) {
            event.accepted = true;
            if (!event.isAutoRepeat)
                page.pin.digit(event.key - Qt.Key_0);
        } else if (event.key === Qt.Key_Backspace || event.key === Qt.Key_Delete) {
            event.accepted = true;
            page.pin.erase();
        } else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
            event.accepted = true;
            if (!event.isAutoRepeat)
                page.pin.enter();
        }
    }

    Panel {
        anchors.fill: parent

        Row {
            anchors.centerIn: parent
            spacing: Theme.px(72)

            Column {
                id: words

                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.gapLarge
                width: Theme.px(460)

                AppText {
                    font.pixelSize: Theme.large
                    text: qsTr("这是社保卡密码，不是银行卡密码")
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
                        count: page.pin.digits
                        least: page.pin.least
                        most: page.pin.most
                    }
                }

                AppText {
                    Accessible.role: Accessible.AlertMessage
                    color: Theme.bad
                    font.bold: true
                    font.pixelSize: Theme.large
                    objectName: "pinMessage"
                    text: page.pin.message
                    visible: text !== ""
                    width: parent.width
                }

                Chip {
                    iconName: page.pin.triesLeft <= 1 ? "alert" : "dot"
                    objectName: "triesLeft"
                    text: page.pin.triesLeft === 1 ? qsTr("只剩 1 次，再错将锁定") : qsTr("还可以试 %1 次").arg(page.pin.triesLeft)
                    tone: page.pin.triesLeft <= 1 ? "bad" : page.pin.triesLeft <= 2 ? "warning" : "plain"
                    visible: page.pin.triesLeft >= 0
                }

                AppText {
                    color: Theme.inkSoft
                    text: qsTr("请用数字键输入，工作人员请回避。忘记密码不要试，可带身份证重置。")
                    width: parent.width
                }
            }

            Column {
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.px(14)

                NumberPad {
                    id: pad

                    onDigit: number => page.pin.digit(number)
                    onErase: page.pin.erase()
                }

                ActionButton {
                    enabled: page.pin.ready
                    focus: true
                    hint: "Enter"
                    implicitHeight: Theme.px(60)
                    kind: "primary"
                    objectName: "enter"
                    text: qsTr("确认")
                    width: pad.width

                    onClicked: page.pin.enter()
                }
            }
        }
    }
}
