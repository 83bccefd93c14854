pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// What PIPL art. 17 wants told before anything personal is read: who, why, which data, how long, which rights.
PageFrame {
    id: page

    required property DeskModel desk

    subtitle: qsTr("同意后才读取卡内信息；不同意，本机不读取任何个人信息")
    title: qsTr("请持卡人先看：个人信息告知")

    Keys.onReturnPressed: event => page.accept(event)
    Keys.onEnterPressed: event => page.accept(event)
    Keys.onEscapePressed: page.desk.declineNotice()

    function accept(event: KeyEvent) {
        event.accepted = true;
        if (!event.isAutoRepeat)
            page.desk.acceptNotice();
    }

    readonly property var points: [
        {
            "head": qsTr("谁在处理"),
            "body": qsTr("%1，受人力资源和社会保障部门委托").arg(page.desk.outlet || qsTr("本网点"))
        },
        {
            "head": qsTr("为什么"),
            "body": qsTr("核验这张卡，并为您办理您选择的事项，不作他用")
        },
        {
            "head": qsTr("哪些信息"),
            "body": qsTr("卡面信息（姓名、社会保障号码、卡号等）；查询补贴时，还有发放记录和账户尾号；变更时，您填写的内容")
        },
        {
            "head": qsTr("保存多久"),
            "body": qsTr("只在办理时显示，取卡即清除；您申请变更的内容加密暂存，送达中心后按期删除；密码不保存")
        },
        {
            "head": qsTr("您的权利"),
            "body": qsTr("可以拒绝、随时停止，可以查询、更正。有疑问请拨打 %1").arg(page.desk.lossHotline)
        }
    ]

    Panel {
        id: sheet

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        height: parent.height - buttons.height - Theme.gapLarge

        Column {
            anchors.left: parent.left
            anchors.leftMargin: Theme.gapHuge
            anchors.right: parent.right
            anchors.rightMargin: Theme.gapHuge
            anchors.verticalCenter: parent.verticalCenter

            Repeater {
                model: page.points

                Item {
                    id: point

                    required property int index
                    required property var modelData

                    Accessible.name: modelData.head + qsTr("：") + modelData.body
                    Accessible.role: Accessible.StaticText
                    height: Math.max(bodyText.implicitHeight, Theme.px(30)) + 2 * Theme.px(17)
                    width: parent.width

                    Rectangle {
                        color: Theme.line
                        height: 1
                        visible: point.index > 0
                        width: parent.width
                    }

                    AppText {
                        Accessible.ignored: true
                        anchors.verticalCenter: parent.verticalCenter
                        color: Theme.accent
                        font.bold: true
                        font.pixelSize: Theme.px(20)
                        text: point.modelData.head
                        width: Theme.px(180)
                    }

                    AppText {
                        id: bodyText

                        Accessible.ignored: true
                        anchors.verticalCenter: parent.verticalCenter
                        font.pixelSize: Theme.px(20)
                        text: point.modelData.body
                        width: parent.width - Theme.px(190)
                        x: Theme.px(190)
                    }
                }
            }
        }
    }

    Row {
        id: buttons

        anchors.bottom: parent.bottom
        anchors.right: parent.right
        layoutDirection: Qt.RightToLeft
        spacing: Theme.gap

        ActionButton {
            focus: true
            hint: "Enter"
            implicitHeight: Theme.px(60)
            kind: "primary"
            objectName: "accept"
            text: qsTr("持卡人同意，开始读卡")

            onClicked: page.desk.acceptNotice()
        }

        ActionButton {
            hint: "Esc"
            implicitHeight: Theme.px(60)
            objectName: "decline"
            text: qsTr("不同意")

            onClicked: page.desk.declineNotice()
        }
    }
}
