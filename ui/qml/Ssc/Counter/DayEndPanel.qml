import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// What must be settled before the day is closed.
Panel {
    id: panel

    required property QueueModel queue

    ScrollPane {
        anchors.fill: parent
        anchors.margins: Theme.px(8)
        objectName: "dayPane"
        spacing: Theme.gap

        Item {
            height: close.height
            width: parent.width

            AppText {
                Accessible.role: Accessible.Heading
                anchors.verticalCenter: parent.verticalCenter
                font.bold: true
                font.pixelSize: Theme.large
                text: qsTr("日终检查")
            }

            ActionButton {
                id: close

                anchors.right: parent.right
                iconName: "back"
                kind: "quiet"
                objectName: "closeDayEnd"
                text: qsTr("回到队列")

                onClicked: panel.queue.closeDayEnd()
            }
        }

        Notice {
            iconName: panel.queue.dayReady ? "check" : "alert"
            objectName: "dayState"
            text: panel.queue.dayReady ? qsTr("可以结束今天的工作") : qsTr("还有未了事项，请先处理或交接")
            tone: panel.queue.dayReady ? "good" : "warning"
            width: parent.width
        }

        FactList {
            labelWidth: Theme.px(220)
            model: panel.queue.dayFacts
            objectName: "dayFacts"
            rowPadding: Theme.px(9)
            width: parent.width
        }
    }
}
