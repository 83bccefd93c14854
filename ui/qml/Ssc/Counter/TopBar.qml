import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Who serves, where, and whether the centre can be reached.
Rectangle {
    id: bar

    required property DeskModel desk
    property bool healthOpen: false

    readonly property string centreWords: {
        switch (bar.desk.centreState) {
        case "up":
            return qsTr("中心已连通");
        case "down":
            return qsTr("中心不可用");
        default:
            return qsTr("正在联系中心");
        }
    }

    signal healthPressed

    color: Theme.header
    implicitHeight: Theme.px(64)

    Rectangle {
        id: mark

        anchors.verticalCenter: parent.verticalCenter
        color: Theme.inkOnAccent
        height: Theme.px(40)
        radius: Theme.px(8)
        width: Theme.px(40)
        x: Theme.px(32)

        Icon {
            anchors.centerIn: parent
            color: Theme.header
            name: "card"
            size: Theme.px(28)
            stroke: 2
        }
    }

    Column {
        anchors.left: mark.right
        anchors.leftMargin: Theme.px(14)
        anchors.right: tools.left
        anchors.rightMargin: Theme.gapLarge
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(1)

        AppText {
            color: Theme.inkOnAccent
            elide: Text.ElideRight
            font.bold: true
            lineHeight: 1.1
            text: qsTr("社会保障卡便民服务")
            width: parent.width
            wrapMode: Text.NoWrap
        }

        AppText {
            color: Theme.headerSoft
            elide: Text.ElideRight
            font.pixelSize: Theme.px(15)
            lineHeight: 1.1
            visible: text !== ""
            text: bar.desk.outlet + (bar.desk.terminal ? "  ·  " + qsTr("终端 %1").arg(bar.desk.terminal) : "")
            width: parent.width
            wrapMode: Text.NoWrap
        }
    }

    Row {
        id: tools

        anchors.right: parent.right
        anchors.rightMargin: Theme.px(32)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(14)

        Chip {
            Accessible.name: text + (bar.desk.centreFault.present ? " " + bar.desk.centreFault.message : "")
            anchors.verticalCenter: parent.verticalCenter
            iconName: tone === "good" ? "check" : tone === "bad" ? "alert" : "clock"
            text: bar.centreWords + (bar.desk.centreCheckedAt ? "  " + bar.desk.centreCheckedAt : "")
            tone: bar.desk.centreState === "up" ? "good" : bar.desk.centreState === "down" ? "bad" : "muted"
        }

        ActionButton {
            hint: "F7"
            iconName: "pulse"
            kind: "header"
            objectName: "healthButton"
            text: bar.healthOpen ? qsTr("返回") : qsTr("自检")

            onClicked: bar.healthPressed()
        }

        ActionButton {
            Accessible.name: bar.desk.language === "zh" ? "English" : "中文"
            hint: "F8"
            iconName: "globe"
            kind: "header"
            objectName: "languageButton"
            text: bar.desk.language === "zh" ? "English" : "中文"

            onClicked: bar.desk.switchLanguage()
        }
    }
}
