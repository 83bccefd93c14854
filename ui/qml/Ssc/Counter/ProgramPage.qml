import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Another program of the outlet uses the reader: the screen says which, asks before a write, and takes the PIN.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property ProgramModel program: desk.program

    subtitle: qsTr("来自：%1").arg(page.program.name)
    title: page.program.typing ? page.program.purpose : page.program.asks ? qsTr("另一个程序请求写卡") : qsTr("另一个程序正在使用读卡器")

    actions: [
        ActionButton {
            hint: "Esc"
            iconName: "back"
            objectName: "cancelTyping"
            text: qsTr("取消")
            visible: page.program.typing

            onClicked: page.desk.programRefuse()
        }
    ]

    Keys.onEscapePressed: if (page.program.asks || page.program.typing)
        page.desk.programRefuse()
    Keys.onPressed: event => {
        if (page.program.typing)
            entry.press(event);
    }

    PinEntry {
        id: entry

        advice: qsTr("密码只交给卡片，不会交给这个程序。请用数字键输入，工作人员请回避。")
        anchors.fill: parent
        heading: qsTr("这是社保卡密码，不是银行卡密码")
        pin: page.desk.pin
        visible: page.program.typing
    }

    Panel {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        height: parent.height - (page.program.asks ? buttons.height + Theme.gapLarge : 0)
        visible: !page.program.typing

        ScrollPane {
            anchors.fill: parent
            anchors.margins: Theme.px(4)
            edge: page.program.asks ? Theme.px(20) : Theme.px(100)
            objectName: "programPane"
            side: Math.max(Theme.px(24), (width - Theme.px(1000)) / 2)
            spacing: page.program.asks ? Theme.px(6) : Theme.gapLarge

            Spinner {
                anchors.horizontalCenter: parent.horizontalCenter
                visible: !page.program.asks && !page.program.typing
            }

            AppText {
                font.bold: true
                font.pixelSize: Theme.title
                horizontalAlignment: Text.AlignHCenter
                objectName: "programName"
                text: page.program.name
                width: parent.width
            }

            AppText {
                Accessible.role: Accessible.AlertMessage
                font.pixelSize: Theme.large
                horizontalAlignment: Text.AlignHCenter
                objectName: "programAction"
                text: page.program.asks ? qsTr("请求：%1").arg(page.program.action) : qsTr("正在：%1").arg(page.program.action)
                width: parent.width
            }

            AppText {
                color: Theme.inkSoft
                horizontalAlignment: Text.AlignHCenter
                text: page.program.asks ? qsTr("只有您正在用这个程序为持卡人办理时才同意。不清楚来源，请不同意。") : qsTr("请勿拔卡。办完后自动回到原来的页面。")
                width: parent.width
            }

            FactList {
                labelWidth: Theme.px(520)
                model: page.program.lines
                objectName: "programLines"
                rowPadding: Theme.px(6)
                visible: page.program.asks
                width: parent.width
            }
        }
    }

    Row {
        id: buttons

        anchors.bottom: parent.bottom
        anchors.right: parent.right
        layoutDirection: Qt.RightToLeft
        spacing: Theme.gap
        visible: page.program.asks

        ActionButton {
            implicitHeight: Theme.px(60)
            kind: "primary"
            objectName: "allow"
            text: qsTr("同意写卡")

            onClicked: page.desk.programAllow()
        }

        ActionButton {
            focus: true // a key that was meant for the page before must not consent
            hint: "Esc"
            implicitHeight: Theme.px(60)
            objectName: "refuse"
            text: qsTr("不同意")

            onClicked: page.desk.programRefuse()
        }
    }
}
