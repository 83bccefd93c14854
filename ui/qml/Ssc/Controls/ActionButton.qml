import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// A button. `kind` is one of primary, secondary, header. `hint` names the key that does the same.
AbstractButton {
    id: button

    property string kind: "secondary"
    property string hint: ""
    property string iconName: ""

    readonly property bool primary: kind === "primary"
    readonly property bool onHeader: kind === "header"
    readonly property color ink: !enabled ? Theme.muted : primary || onHeader ? Theme.inkOnAccent : Theme.accent
    readonly property color fill: {
        if (!enabled)
            return Theme.sunken;
        if (primary)
            return down ? Theme.accentDown : hovered ? Theme.accentHover : Theme.accent;
        if (onHeader)
            return hovered || down ? Theme.headerHover : "transparent";
        return down ? Theme.line : hovered ? Theme.accentSoft : Theme.surface;
    }

    Accessible.name: text
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: onHeader ? Theme.px(44) : Theme.control
    leftPadding: Theme.px(20)
    rightPadding: Theme.px(20)

    Keys.onPressed: event => {
        const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
        if (!enter)
            return;
        event.accepted = true;
        if (!event.isAutoRepeat)
            button.click();
    }

    background: Rectangle {
        border.color: button.primary ? button.fill : button.onHeader ? Theme.headerSoft : button.enabled ? Theme.lineStrong : Theme.line
        border.width: 1
        color: button.fill
        radius: Theme.px(8)

        FocusRing {
            border.color: button.onHeader ? Theme.ribbon : Theme.accent
            corner: Theme.px(8)
            visible: button.activeFocus
        }
    }
    contentItem: Item {
        implicitHeight: row.implicitHeight
        implicitWidth: row.implicitWidth

        Row {
            id: row

            anchors.centerIn: parent
            spacing: Theme.px(10)

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                color: button.ink
                name: button.iconName
                visible: button.iconName !== ""
            }

            AppText {
                anchors.verticalCenter: parent.verticalCenter
                color: button.ink
                font.bold: button.primary
                font.pixelSize: button.onHeader ? Theme.small : Theme.body
                lineHeight: 1
                text: button.text
                wrapMode: Text.NoWrap
            }

            KeyCap {
                anchors.verticalCenter: parent.verticalCenter
                ink: button.ink
                text: button.hint
            }
        }
    }
}
