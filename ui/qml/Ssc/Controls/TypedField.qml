import QtQuick
import Ssc.Theme

// A short entry typed key by key: an operator number, or the dots of a secret. What is typed goes out one character at
// a time; no text control with its undo, clipboard and input method stands behind it.
FocusScope {
    id: field

    property string label: ""
    property string text: ""
    property bool secret: false
    property int dots: 0
    property bool fixed: false

    signal typed(character: string)
    signal erased
    signal entered

    // not Accessible.passwordEdit: Qt then keeps the name back too; there is no text to keep back here
    Accessible.description: secret ? qsTr("已输入 %1 位").arg(dots) : text
    Accessible.focusable: !fixed
    Accessible.name: label
    Accessible.readOnly: fixed
    Accessible.role: Accessible.EditableText
    activeFocusOnTab: !fixed
    implicitHeight: caption.height + Theme.px(6) + box.height

    // Whether the key was taken; also for keys pressed while a button has the focus.
    function press(event: KeyEvent): bool {
        const bare = !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier));
        if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
            if (!event.isAutoRepeat)
                field.entered();
            return true;
        }
        if (event.key === Qt.Key_Backspace) {
            field.erased();
            return true;
        }
        if (bare && event.text.length === 1 && event.text >= " " && event.key !== Qt.Key_Delete) {
            if (!event.isAutoRepeat)
                field.typed(event.text);
            return true;
        }
        return false;
    }

    Keys.onPressed: event => event.accepted = !field.fixed && field.press(event)

    AppText {
        id: caption

        Accessible.ignored: true
        color: Theme.inkSoft
        lineHeight: 1.15
        text: field.label
        width: parent.width
    }

    Rectangle {
        id: box

        anchors.top: caption.bottom
        anchors.topMargin: Theme.px(6)
        border.color: field.activeFocus ? Theme.accent : field.fixed ? Theme.line : Theme.lineStrong
        border.width: field.activeFocus ? Theme.px(2) : 1
        color: field.fixed ? Theme.mutedSoft : Theme.surface
        height: Theme.px(60)
        radius: Theme.px(8)
        width: parent.width

        FocusRing {
            corner: Theme.px(8)
            visible: field.activeFocus
        }

        AppText {
            id: words

            Accessible.ignored: true
            anchors.verticalCenter: parent.verticalCenter
            font.letterSpacing: Theme.px(1)
            font.pixelSize: Theme.large
            text: field.text
            visible: !field.secret
            width: Math.min(implicitWidth, parent.width - 2 * Theme.px(18))
            wrapMode: Text.NoWrap
            x: Theme.px(18)
        }

        Row {
            id: row

            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(9)
            visible: field.secret
            x: Theme.px(18)

            Repeater {
                model: field.secret ? Math.min(field.dots, 24) : 0

                Rectangle {
                    color: Theme.ink
                    height: Theme.px(12)
                    radius: height / 2
                    width: height
                }
            }
        }

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.accent
            height: Theme.px(30)
            visible: field.activeFocus
            width: Theme.px(2)
            x: Theme.px(18) + (field.secret ? (field.dots > 0 ? row.width + Theme.px(6) : 0) : (field.text ? words.width + Theme.px(3) : 0))
        }

        MouseArea {
            anchors.fill: parent
            cursorShape: Qt.IBeamCursor
            enabled: !field.fixed

            onPressed: field.forceActiveFocus(Qt.MouseFocusReason)
        }
    }
}
