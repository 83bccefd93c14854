import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// State of the card and of its bank account, as the centre says.
PageFrame {
    id: page

    required property DeskModel desk

    subtitle: qsTr("截至 %1 · 中心数据").arg(page.desk.cardStatus.asOf)
    title: page.desk.journeyTitle

    actions: [
        ActionButton {
            focus: true
            hint: "Esc"
            iconName: "back"
            objectName: "leave"
            text: qsTr("返回")

            onClicked: page.desk.leaveService()
        },
        ActionButton {
            hint: "F9"
            objectName: "endVisit"
            text: qsTr("结束办理")

            onClicked: page.desk.endVisit()
        }
    ]

    Keys.onEscapePressed: page.desk.leaveService()
    Keys.onDownPressed: flick.flick(0, -900)
    Keys.onUpPressed: flick.flick(0, 900)

    Flickable {
        id: flick

        anchors.fill: parent
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: column.implicitHeight

        Column {
            id: column

            spacing: Theme.gapLarge
            width: flick.width

            Rectangle {
                Accessible.name: adviceText.text
                Accessible.role: Accessible.StaticText
                color: Theme.accentSoft
                height: adviceText.implicitHeight + 2 * Theme.px(20)
                radius: Theme.radius
                visible: adviceText.text !== ""
                width: parent.width

                Rectangle {
                    color: Theme.accent
                    height: parent.height - 2 * Theme.px(16)
                    radius: width / 2
                    width: Theme.px(5)
                    x: Theme.px(18)
                    y: Theme.px(16)
                }

                AppText {
                    id: adviceText

                    Accessible.ignored: true
                    font.pixelSize: Theme.large
                    objectName: "advice"
                    text: page.desk.cardStatus.advice
                    width: parent.width - Theme.px(72)
                    x: Theme.px(40)
                    y: Theme.px(20)
                }
            }

            Panel {
                height: facts.implicitHeight + 2 * Theme.px(16)
                width: parent.width

                FactList {
                    id: facts

                    labelWidth: Theme.px(240)
                    model: page.desk.cardStatus.facts
                    rowPadding: Theme.px(15)
                    width: parent.width - 2 * Theme.px(32)
                    x: Theme.px(32)
                    y: Theme.px(16)
                }
            }
        }
    }
}
