import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// One field of a form: what stands at the centre, what is to stand there, and what is wrong with it.
FocusScope {
    id: field

    property string label: ""
    property string before: ""
    property string value: ""
    property string errorText: ""
    property string errorMore: ""
    property string hint: ""
    property int most: 100
    property bool digits: false
    readonly property bool typing: input.activeFocus

    signal edited(text: string)
    signal entered

    implicitHeight: column.implicitHeight

    // For the keys on the screen.
    function insertDigit(digit: int) {
        if (input.length >= field.most)
            return;
        input.insert(input.cursorPosition, String(digit));
        field.edited(input.text);
    }

    function eraseOne() {
        if (input.cursorPosition === 0)
            return;
        input.remove(input.cursorPosition - 1, input.cursorPosition);
        field.edited(input.text);
    }

    onValueChanged: if (input.text !== field.value)
        input.text = field.value
    Component.onCompleted: input.text = field.value

    Column {
        id: column

        spacing: Theme.px(4)
        width: parent.width

        Row {
            spacing: Theme.gap
            width: parent.width

            AppText {
                Accessible.ignored: true
                font.bold: true
                text: field.label
                width: Math.min(implicitWidth, column.width * 0.55)
            }

            AppText {
                color: Theme.inkSoft
                objectName: "before"
                text: qsTr("现登记：%1").arg(field.before)
                visible: field.before !== ""
            }
        }

        TextField {
            id: input

            Accessible.description: [field.errorText, field.hint, field.before ? qsTr("现登记：%1").arg(field.before) : ""].filter(part => part !== "").join(" ")
            Accessible.name: field.label
            bottomPadding: 0
            color: Theme.ink
            focus: true
            font.letterSpacing: field.digits ? Theme.px(2) : 0
            font.pixelSize: field.digits ? Theme.px(26) : Theme.large
            height: Theme.px(54)
            inputMethodHints: field.digits ? Qt.ImhDigitsOnly | Qt.ImhNoPredictiveText : Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
            leftPadding: Theme.px(18)
            maximumLength: field.most
            objectName: "input"
            rightPadding: Theme.px(18)
            selectByMouse: true
            selectedTextColor: Theme.inkOnAccent
            selectionColor: Theme.accent
            topPadding: 0
            validator: field.digits ? onlyDigits : null
            verticalAlignment: TextInput.AlignVCenter
            width: parent.width

            Keys.onPressed: event => {
                const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
                event.accepted = enter;
                if (enter && !event.isAutoRepeat)
                    field.entered();
            }
            onTextEdited: field.edited(input.text)

            background: Rectangle {
                border.color: field.errorText ? Theme.bad : input.activeFocus ? Theme.accent : Theme.lineStrong
                border.width: field.errorText || input.activeFocus ? Theme.px(2) : 1
                color: Theme.surface
                radius: Theme.px(8)

                FocusRing {
                    corner: Theme.px(8)
                    visible: input.activeFocus
                }
            }

            RegularExpressionValidator {
                id: onlyDigits

                regularExpression: /[0-9]*/
            }
        }

        Notice {
            iconName: "alert"
            more: field.errorMore
            objectName: "error"
            text: field.errorText
            tone: "bad"
            visible: field.errorText !== ""
            width: parent.width
        }

        AppText {
            color: Theme.inkSoft
            font.pixelSize: Theme.small
            text: field.hint
            visible: field.hint !== "" && field.errorText === ""
            width: parent.width
        }
    }
}
