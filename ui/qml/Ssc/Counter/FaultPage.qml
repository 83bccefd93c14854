import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// One cause, one sentence, one remedy, and the code that a person reads out on the telephone.
FocusScope {
    id: page

    required property DeskModel desk

    // of its own, so that it tells of a real change only: `focus` bound to the model would come back with every view
    readonly property bool canRetry: desk.canRetry

    focus: true

    Keys.onEscapePressed: page.leave()

    function leave() {
        if (page.desk.inService)
            page.desk.leaveService();
        else
            page.desk.endVisit();
    }

    Panel {
        anchors.centerIn: parent
        height: column.implicitHeight + 2 * Theme.px(44)
        width: Math.min(parent.width - 2 * Theme.gapHuge, Theme.px(940))

        Column {
            id: column

            spacing: Theme.gapLarge
            width: parent.width - 2 * Theme.px(56)
            x: Theme.px(56)
            y: Theme.px(44)

            Row {
                spacing: Theme.gapLarge
                width: parent.width

                Rectangle {
                    id: mark

                    color: Theme.badSoft
                    height: Theme.px(64)
                    radius: height / 2
                    width: height

                    Icon {
                        anchors.centerIn: parent
                        color: Theme.bad
                        name: "alert"
                        size: Theme.px(40)
                        stroke: 2.8
                    }
                }

                Column {
                    spacing: Theme.px(4)
                    width: parent.width - mark.width - parent.spacing
                    y: Math.max(0, Math.round((mark.height - height) / 2))

                    AppText {
                        color: Theme.inkSoft
                        font.pixelSize: Theme.small
                        text: (page.desk.inService ? page.desk.journeyTitle + "  ·  " : "") + qsTr("故障代码 %1").arg(page.desk.fault.code)
                        width: parent.width
                    }

                    AppText {
                        Accessible.role: Accessible.AlertMessage
                        font.bold: true
                        font.pixelSize: Theme.title
                        objectName: "faultMessage"
                        text: page.desk.fault.message
                        width: parent.width
                    }
                }
            }

            Rectangle {
                Accessible.name: remedyHead.text + " " + remedyText.text
                Accessible.role: Accessible.StaticText
                color: Theme.ground
                height: remedy.implicitHeight + 2 * Theme.px(20)
                radius: Theme.radius
                width: parent.width

                Column {
                    id: remedy

                    spacing: Theme.px(6)
                    width: parent.width - 2 * Theme.px(24)
                    x: Theme.px(24)
                    y: Theme.px(20)

                    AppText {
                        id: remedyHead

                        Accessible.ignored: true
                        color: Theme.accent
                        font.bold: true
                        text: qsTr("怎么办")
                    }

                    AppText {
                        id: remedyText

                        Accessible.ignored: true
                        font.pixelSize: Theme.large
                        objectName: "faultRemedy"
                        text: page.desk.fault.remedy
                        width: parent.width
                    }
                }
            }

            Row {
                anchors.right: parent.right
                layoutDirection: Qt.RightToLeft
                spacing: Theme.gap

                ActionButton {
                    focus: visible
                    hint: "Enter"
                    iconName: "retry"
                    kind: "primary"
                    objectName: "retry"
                    text: qsTr("重试")
                    visible: page.desk.canRetry

                    onClicked: page.desk.retry()
                }

                ActionButton {
                    focus: !page.canRetry
                    hint: "Esc"
                    objectName: "leave"
                    text: page.desk.inService ? qsTr("返回") : qsTr("结束办理")
                    visible: page.desk.inService || page.desk.visitOpen

                    onClicked: page.leave()
                }
            }
        }
    }
}
