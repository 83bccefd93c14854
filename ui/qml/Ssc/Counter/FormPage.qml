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

    Panel {
        anchors.fill: parent

        Flickable {
            id: flick

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.margins: Theme.px(8)
            anchors.right: side.left
            anchors.top: parent.top
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            contentHeight: column.implicitHeight + 2 * Theme.px(28)

            Column {
                id: column

                spacing: Theme.px(28)
                width: flick.width - 2 * Theme.px(32)
                x: Theme.px(32)
                y: Theme.px(28)

                FaultBanner {
                    canRetry: page.desk.canRetry
                    code: page.desk.fault.code
                    message: page.desk.fault.message
                    objectName: "formFault"
                    remedy: page.desk.fault.remedy
                    visible: page.desk.fault.present
                    width: parent.width

                    onRetry: page.desk.retry()
                }

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
                        width: column.width

                        onEdited: text => page.desk.form.type(entry.name, text)
                        onEntered: page.go(entry.index)
                        onTypingChanged: if (typing) {
                            page.current = entry;
                            if (y + height > flick.contentY + flick.height)
                                flick.contentY = y + height - flick.height + Theme.px(28);
                            else if (y < flick.contentY)
                                flick.contentY = Math.max(0, y - Theme.px(28));
                        }
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
