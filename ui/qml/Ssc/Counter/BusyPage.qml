import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Reading the card, or waiting for the centre.
FocusScope {
    id: page

    required property DeskModel desk

    focus: true

    Keys.onEscapePressed: page.leave()

    function leave() {
        if (page.desk.inService)
            page.desk.leaveService();
        else
            page.desk.endVisit();
    }

    Column {
        anchors.centerIn: parent
        spacing: Theme.gapLarge
        width: Math.min(parent.width - 2 * Theme.gapHuge, Theme.px(900))

        Spinner {
            anchors.horizontalCenter: parent.horizontalCenter
        }

        AppText {
            Accessible.role: Accessible.Heading
            font.bold: true
            font.pixelSize: Theme.title
            horizontalAlignment: Text.AlignHCenter
            text: page.desk.inService ? qsTr("正在办理：%1").arg(page.desk.journeyTitle) : qsTr("正在读卡")
            width: parent.width
        }

        AppText {
            color: Theme.inkSoft
            font.pixelSize: Theme.large
            horizontalAlignment: Text.AlignHCenter
            text: page.desk.inService ? qsTr("正在向中心查询，请稍候") : qsTr("正在读取并核验，请勿拔卡")
            width: parent.width
        }

        Item {
            height: Theme.gapSmall
            width: 1
        }

        ActionButton {
            anchors.horizontalCenter: parent.horizontalCenter
            focusPolicy: Qt.NoFocus // a second Enter must not stop what the first one began: only Esc and a click do
            hint: "Esc"
            objectName: "stop"
            text: qsTr("停止")

            onClicked: page.leave()
        }
    }
}
