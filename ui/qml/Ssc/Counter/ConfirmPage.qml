import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Old and new, read out to the holder. The tick before the button keeps a hasty second Enter from agreeing.
PageFrame {
    id: page

    required property DeskModel desk

    // that the centre is away is said once: with what it means here
    readonly property bool saidBelow: desk.confirm.offline && desk.fault.code === desk.centreFault.code

    subtitle: page.desk.journeyTitle
    title: qsTr("请读给持卡人听，逐项核对")

    actions: [
        Chip {
            anchors.verticalCenter: parent?.verticalCenter
            iconName: "pair"
            implicitHeight: Theme.px(44)
            objectName: "secondNote"
            text: qsTr("下一步由另一人复核")
            visible: page.desk.confirm.secondPerson
        },
        ActionButton {
            iconName: "back"
            objectName: "edit"
            text: qsTr("返回修改")
            visible: page.desk.actions.includes("edit")

            onClicked: page.desk.act("edit")
        },
        ActionButton {
            hint: "Esc"
            objectName: "leave"
            text: qsTr("取消")

            onClicked: page.desk.leaveService()
        }
    ]

    Keys.onEscapePressed: page.desk.leaveService()

    Panel {
        anchors.bottom: buttons.top
        anchors.bottomMargin: Theme.gapLarge
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top

        ScrollPane {
            anchors.fill: parent
            anchors.margins: Theme.px(8)
            objectName: "confirmPane"
            side: Theme.px(32)
            spacing: Theme.gap

            FaultBanner {
                canRetry: page.desk.canRetry
                code: page.desk.fault.code
                message: page.desk.fault.message
                objectName: "confirmFault"
                remedy: page.desk.fault.remedy
                visible: page.desk.fault.present && !page.saidBelow
                width: parent.width

                onRetry: page.desk.retry()
            }

            FactList {
                labelWidth: Theme.px(260)
                model: page.desk.confirm.lines
                objectName: "confirmLines"
                rowPadding: Theme.px(11)
                valueSize: Theme.px(26)
                width: parent.width
            }

            Notice {
                iconName: "clock"
                more: qsTr("申请先保存在本机，网络恢复后自动送中心；办成与否以中心为准。") + (page.saidBelow && page.desk.fault.present ? " " + qsTr("（故障代码 %1）").arg(page.desk.fault.code) : "")
                objectName: "offlineNote"
                text: qsTr("现在连不上中心：只能先收件")
                tone: "warning"
                visible: page.desk.confirm.offline
                width: parent.width
            }
        }
    }

    Item {
        id: buttons

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: Theme.px(60)

        AbstractButton {
            id: tick

            Accessible.checkable: true
            Accessible.checked: checked
            Accessible.name: text
            Accessible.role: Accessible.CheckBox
            anchors.left: parent.left
            anchors.right: submit.left
            anchors.rightMargin: Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            checkable: true
            focus: true
            focusPolicy: Qt.StrongFocus
            height: Theme.px(60)
            hoverEnabled: true
            objectName: "readOut"
            text: qsTr("已读给持卡人听，持卡人确认无误")

            Keys.onPressed: event => {
                const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
                event.accepted = enter;
                if (enter && !event.isAutoRepeat)
                    tick.click();
            }
            onToggled: if (checked)
                submit.forceActiveFocus(Qt.TabFocusReason)

            background: Rectangle {
                border.color: tick.checked ? Theme.good : Theme.lineStrong
                border.width: tick.checked ? Theme.px(2) : 1
                color: tick.checked ? Theme.goodSoft : tick.hovered ? Theme.accentSoft : Theme.surface
                radius: Theme.px(8)

                FocusRing {
                    corner: Theme.px(8)
                    visible: tick.activeFocus
                }
            }
            contentItem: Item {
                Rectangle {
                    id: square

                    anchors.verticalCenter: parent.verticalCenter
                    border.color: tick.checked ? Theme.good : Theme.lineStrong
                    border.width: Theme.px(2)
                    color: Theme.surface
                    height: Theme.px(30)
                    radius: Theme.px(6)
                    width: height
                    x: Theme.gap

                    Icon {
                        anchors.centerIn: parent
                        color: Theme.good
                        name: "check"
                        stroke: 3.2
                        visible: tick.checked
                    }
                }

                AppText {
                    anchors.left: square.right
                    anchors.leftMargin: Theme.gap
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.gap
                    anchors.verticalCenter: parent.verticalCenter
                    font.bold: true
                    text: tick.text
                }
            }
        }

        ActionButton {
            id: submit

            anchors.right: parent.right
            enabled: tick.checked
            hint: "Enter"
            implicitHeight: Theme.px(60)
            kind: "primary"
            objectName: "confirm"
            text: page.desk.confirm.secondPerson ? qsTr("提交复核") : qsTr("确认提交")

            onClicked: page.desk.act("confirm")
        }
    }
}
