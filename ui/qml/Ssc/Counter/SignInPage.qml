import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Nobody is signed in, or the session is locked. No card is served; the loss hotlines stand here all the same.
FocusScope {
    id: page

    required property DeskModel desk

    readonly property SecretModel secret: desk.secret
    // of its own, so that it tells of a real change only: `focus` bound to the model would come back with every view
    readonly property bool fixedNumber: secret.fixedNumber

    focus: true

    // Keys pressed while a button of the bars has the focus mean the entry. Those that an entry did not take end here.
    Keys.onPressed: event => {
        if (!number.activeFocus && !password.activeFocus && !event.isAutoRepeat)
            event.accepted = (number.focus ? number : password).press(event);
    }

    function turn() {
        if (!page.secret.number && !page.secret.fixedNumber)
            number.forceActiveFocus(Qt.TabFocusReason);
        else if (page.secret.ready)
            page.secret.enter();
        else
            password.forceActiveFocus(Qt.TabFocusReason);
    }

    Panel {
        id: left

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: Theme.px(32)
        anchors.top: parent.top
        width: (parent.width - 3 * Theme.px(32)) * 0.56

        Column {
            id: column

            anchors.centerIn: parent
            spacing: Theme.gapLarge
            width: Math.min(parent.width - 2 * Theme.gapHuge, Theme.px(500))

            Row {
                spacing: Theme.gap
                width: parent.width

                Rectangle {
                    id: mark

                    color: Theme.accentSoft
                    height: Theme.px(56)
                    radius: height / 2
                    width: height

                    Icon {
                        anchors.centerIn: parent
                        color: Theme.accent
                        name: page.secret.fixedNumber ? "lock" : "person"
                        size: Theme.px(30)
                    }
                }

                AppText {
                    Accessible.role: Accessible.Heading
                    anchors.verticalCenter: parent.verticalCenter
                    font.bold: true
                    font.pixelSize: Theme.title
                    objectName: "signInTitle"
                    text: page.secret.title || qsTr("工作人员登录")
                    width: parent.width - mark.width - parent.spacing
                }
            }

            TypedField {
                id: number

                fixed: page.secret.fixedNumber
                focus: !page.fixedNumber
                label: qsTr("工号")
                objectName: "number"
                text: page.secret.number
                width: parent.width

                onEntered: page.turn()
                onErased: page.secret.numberErase()
                onTyped: character => page.secret.numberCharacter(character)
            }

            TypedField {
                id: password

                dots: page.secret.characters
                focus: page.fixedNumber
                label: qsTr("登录密码")
                objectName: "secret"
                secret: true
                width: parent.width

                onEntered: page.secret.enter()
                onErased: page.secret.erase()
                onTyped: character => page.secret.character(character)
            }

            Notice {
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
                text: page.secret.checking ? qsTr("正在核对…") : page.secret.fixedNumber ? qsTr("解锁") : qsTr("登录")
                width: parent.width

                onClicked: page.secret.enter()
            }

            ActionButton {
                iconName: "leave"
                objectName: "signOutLocked"
                text: qsTr("换人：签退并重新登录")
                visible: page.secret.fixedNumber
                width: parent.width

                onClicked: page.desk.signOut()
            }
        }
    }

    Item {
        anchors.bottom: parent.bottom
        anchors.left: left.right
        anchors.margins: Theme.px(32)
        anchors.right: parent.right
        anchors.top: parent.top

        HotlinePanel {
            anchors.bottom: broken.visible ? broken.top : hint.top
            anchors.bottomMargin: Theme.gapLarge
            anchors.top: parent.top
            compact: broken.visible
            desk: page.desk
            width: parent.width
        }

        FaultBanner {
            id: broken

            anchors.bottom: hint.top
            anchors.bottomMargin: Theme.gap
            code: page.desk.fault.code
            message: page.desk.fault.message
            objectName: "signInFault"
            remedy: page.desk.fault.remedy
            visible: page.desk.fault.present
            width: parent.width

            onRetry: page.desk.retry()
        }

        Notice {
            id: hint

            anchors.bottom: parent.bottom
            iconName: page.desk.cardInside ? "card" : "lock"
            more: page.desk.cardInside ? qsTr("登录后才能为持卡人办理。") : qsTr("离开柜台请按 F10 锁定。")
            objectName: "signInHint"
            text: page.desk.cardInside ? qsTr("读卡器里还有卡，请先取走") : qsTr("登录后才能读卡和办理")
            tone: page.desk.cardInside ? "warning" : "plain"
            width: parent.width
        }
    }
}
