import QtQuick
import Ssc.Controls
import Ssc.Models

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
    Keys.onPressed: event => entry.press(event)

    PinEntry {
        id: entry

        advice: qsTr("请用数字键输入，工作人员请回避。忘记密码不要试，可带身份证重置。")
        anchors.fill: parent
        heading: qsTr("这是社保卡密码，不是银行卡密码")
        pin: page.pin
    }
}
