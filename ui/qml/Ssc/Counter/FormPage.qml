pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// What the holder wants changed. The desk checks every key; what is wrong stands under its field.
PageFrame {
    id: page

    required property DeskModel desk

    property EntryField current: null
    readonly property bool padFits: current !== null && current.digits

    subtitle: qsTr("请对着持卡人读出的内容输入")
    title: page.desk.journeyTitle

    actions: [
        ActionButton {
            hint: "Esc"
            iconName: "back"
            objectName: "leave"
            text: qsTr("取消")

            onClicked: page.desk.leaveService()
        }
    ]

    Keys.onEscapePressed: page.desk.leaveService()

    // Enter goes to the next field, and from the last one on.
    function go(index: int) {
        const after = index + 1 < fields.count ? fields.itemAt(index + 1) as EntryField : null;
        if (after !== null && !page.desk.form.complete)
            after.forceActiveFocus(Qt.TabFocusReason);
        else
            page.desk.act("next");
    }

    FaultBanner {
        id: banner

        canRetry: page.desk.canRetry
        code: page.desk.fault.code
        message: page.desk.fault.message
        objectName: "formFault"
        remedy: page.desk.fault.remedy
        slim: true
        visible: page.desk.fault.present
        width: parent.width

        onRetry: page.desk.retry()
    }

    Panel {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: banner.visible ? banner.bottom : parent.top
        anchors.topMargin: banner.visible ? Theme.px(12) : 0

        ScrollPane {
            id: pane

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.margins: Theme.px(8)
            anchors.right: side.left
            anchors.rightMargin: Theme.px(16)
            anchors.top: parent.top
            edge: Theme.px(14)
            objectName: "formPane"
            side: Theme.px(28)
            spacing: Theme.px(18)
            walked: false

            Repeater {
                id: fields

                model: page.desk.form.fields

                EntryField {
                    id: entry

                    required property int index
                    required property string name
                    required property string errorRemedy
                    required property string errorCode

                    required before
                    required digits
                    required errorText
                    required hint
                    required label
                    required most
                    required value
                    errorMore: errorRemedy + " " + qsTr("（故障代码 %1）").arg(errorCode)
                    focus: index === 0
                    objectName: "field-" + name
                    width: pane.width - 2 * pane.side

                    onEdited: text => page.desk.form.type(entry.name, text)
                    onEntered: page.go(entry.index)
                    onTypingChanged: if (typing) {
                        page.current = entry;
                        pane.reveal(entry);
                    }
                }
            }
        }

        Column {
            id: side

            anchors.right: parent.right
            anchors.rightMargin: Theme.px(40)
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(14)

            NumberPad {
                id: pad

                enabled: page.padFits
                opacity: page.padFits ? 1 : 0.45

                onDigit: number => page.current?.insertDigit(number)
                onErase: page.current?.eraseOne()
            }

            ActionButton {
                enabled: page.desk.form.complete
                hint: "Enter"
                implicitHeight: Theme.px(60)
                kind: "primary"
                objectName: "next"
                text: qsTr("下一步：核对")
                width: pad.width

                onClicked: page.desk.act("next")
            }
        }
    }
}
