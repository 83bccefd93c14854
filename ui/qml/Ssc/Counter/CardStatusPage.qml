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
    Keys.onDownPressed: pane.walk(Theme.px(48))
    Keys.onUpPressed: pane.walk(-Theme.px(48))

    ScrollPane {
        id: pane

        readonly property int fit: width - (more ? Theme.px(14) : 0)

        anchors.fill: parent
        edge: 0
        objectName: "statusPane"
        side: 0
        spacing: Theme.gap

        Rectangle {
            Accessible.name: adviceText.text
            Accessible.role: Accessible.StaticText
            color: Theme.accentSoft
            height: adviceText.implicitHeight + 2 * Theme.px(20)
            radius: Theme.radius
            visible: adviceText.text !== ""
            width: pane.fit

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
            width: pane.fit

            FactList {
                id: facts

                labelWidth: Theme.px(260)
                model: page.desk.cardStatus.facts
                rowPadding: Theme.px(10)
                width: parent.width - 2 * Theme.px(32)
                x: Theme.px(32)
                y: Theme.px(16)
            }
        }
    }
}
