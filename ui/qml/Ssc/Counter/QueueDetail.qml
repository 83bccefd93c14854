pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The chosen entry: what is the matter, what to do, and what can be done from here.
Panel {
    id: panel

    required property QueueModel queue
    property QueueRow entry: null

    readonly property string title: entry?.title ?? ""

    function actionWords(action: string): string {
        switch (action) {
        case "retry":
            return qsTr("重新传送");
        case "park":
            return qsTr("搁置");
        case "withdraw":
            return qsTr("撤回");
        case "escalate":
            return qsTr("报中心处理");
        case "print":
            return qsTr("打印回执");
        default:
            return action;
        }
    }

    ScrollPane {
        anchors.bottom: edge.top
        anchors.left: parent.left
        anchors.margins: Theme.px(4)
        anchors.right: parent.right
        anchors.top: parent.top
        objectName: "queueDetail"
        side: Theme.px(18)
        spacing: Theme.px(10)
        visible: panel.entry !== null

        AppText {
            Accessible.role: Accessible.Heading
            font.bold: true
            font.pixelSize: Theme.large
            objectName: "queueTitle"
            text: panel.title
            width: parent.width
        }

        Notice {
            more: panel.entry?.remedy ?? ""
            objectName: "queueReason"
            text: panel.entry ? panel.entry.detail || panel.entry.words : ""
            tone: panel.entry?.tone ?? "plain"
            width: parent.width
        }

        FactList {
            labelWidth: Theme.px(150)
            model: panel.queue.facts
            rowPadding: Theme.px(6)
            width: parent.width
        }

        Notice {
            iconName: "alert"
            more: panel.queue.fault.remedy + " " + qsTr("（故障代码 %1）").arg(panel.queue.fault.code)
            objectName: "queueFault"
            text: panel.queue.fault.message
            tone: "bad"
            visible: panel.queue.fault.present
            width: parent.width
        }
    }

    Rectangle {
        id: edge

        anchors.bottom: buttons.top
        anchors.bottomMargin: Theme.px(12)
        anchors.left: parent.left
        anchors.right: parent.right
        color: Theme.line
        height: visible ? 1 : 0
        visible: panel.entry !== null && panel.entry.actions.length > 0
    }

    Flow {
        id: buttons

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: Theme.px(16)
        anchors.right: parent.right
        spacing: Theme.px(10)
        visible: panel.entry !== null

        Repeater {
            model: panel.entry?.actions ?? []

            ActionButton {
                required property int index
                required property string modelData

                readonly property bool alone: modelData === "retry" || modelData === "print"

                Accessible.description: alone ? "" : qsTr("需要另一位工作人员复核")
                enabled: !panel.queue.busy
                implicitHeight: Theme.px(44)
                iconName: modelData === "print" ? "print" : modelData === "retry" ? "retry" : "pair"
                kind: "quiet"
                objectName: "act-" + modelData
                text: panel.actionWords(modelData)

                onClicked: panel.queue.act(panel.entry?.key ?? "", modelData)
            }
        }
    }
}
