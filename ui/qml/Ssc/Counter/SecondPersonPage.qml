import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Another signed-in person looks at what will be done, and signs with number and secret.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property SecretModel secret: desk.secret
    // of its own, so that it tells of a real change only: `focus` bound to the model would come back with every view
    readonly property bool fixedNumber: secret.fixedNumber
    readonly property bool shows: secret.lines.count > 0

    subtitle: page.desk.journeyTitle
    title: page.secret.title

    actions: [
        ActionButton {
            hint: "Esc"
            iconName: "back"
            objectName: "cancelSecond"
            text: qsTr("取消")

            onClicked: page.secret.cancel()
        }
    ]

    Keys.onEscapePressed: page.secret.cancel()
    Keys.onPressed: event => {
        if (!number.activeFocus && !password.activeFocus && !event.isAutoRepeat)
            event.accepted = (number.focus ? number : password).press(event);
    }

    Panel {
        id: what

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.top: parent.top
        visible: page.shows
        width: Math.round((parent.width - Theme.gapLarge) * 0.54)

        AppText {
            id: whatHead

            Accessible.role: Accessible.Heading
            font.bold: true
            font.pixelSize: Theme.large
            text: qsTr("请复核人核对")
            width: parent.width - 2 * Theme.px(32)
            x: Theme.px(32)
            y: Theme.px(24)
        }

        ScrollPane {
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(16)
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(4)
            anchors.top: whatHead.bottom
            edge: Theme.px(8)
            objectName: "secondPane"
            side: Theme.px(32)

            FactList {
                labelWidth: Theme.px(180)
                model: page.secret.lines
                objectName: "secondLines"
                rowPadding: Theme.px(10)
                valueSize: Theme.large
                width: parent.width
            }
        }
    }

    Panel {
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        anchors.top: parent.top
        width: page.shows ? parent.width - what.width - Theme.gapLarge : parent.width

        Column {
            anchors.centerIn: parent
            spacing: Theme.px(20)
            width: Math.min(parent.width - 2 * Theme.px(32), Theme.px(480))

            Notice {
                iconName: "pair"
                more: page.secret.people ? qsTr("已经办这一笔的 %1 不能复核").arg(page.secret.people) : ""
                objectName: "secondHint"
                text: qsTr("请另一位工作人员本人输入，不能代输")
                visible: !message.visible
                width: parent.width
            }

            TypedField {
                id: number

                fixed: page.secret.fixedNumber
                focus: !page.fixedNumber
                label: qsTr("复核人工号")
                objectName: "number"
                text: page.secret.number
                width: parent.width

                onEntered: if (page.secret.number)
                    password.forceActiveFocus(Qt.TabFocusReason)
                onErased: page.secret.numberErase()
                onTyped: character => page.secret.numberCharacter(character)
            }

            TypedField {
                id: password

                dots: page.secret.characters
                focus: page.fixedNumber
                label: qsTr("复核人登录密码")
                objectName: "secret"
                secret: true
                width: parent.width

                onEntered: page.secret.enter()
                onErased: page.secret.erase()
                onTyped: character => page.secret.character(character)
            }

            Notice {
                id: message

                iconName: "alert"
                more: page.secret.message.remedy + " " + qsTr("（故障代码 %1）").arg(page.secret.message.code)
                objectName: "secretMessage"
                text: page.secret.message.message
                tone: "bad"
                visible: page.secret.message.present && !page.secret.checking
                width: parent.width
            }

            ActionButton {
                enabled: page.secret.ready
                hint: "Enter"
                implicitHeight: Theme.px(60)
                kind: "primary"
                objectName: "enter"
                text: page.secret.checking ? qsTr("正在核对…") : qsTr("复核通过")
                width: parent.width

                onClicked: page.secret.enter()
            }
        }
    }
}
