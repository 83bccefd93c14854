import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// A button. `kind` is one of primary, secondary, quiet, header. `hint` names the key that does the same. A `tone` other
// than plain colours a quiet button; its icon and words say the same.
AbstractButton {
    id: button

    property string kind: "secondary"
    property string hint: ""
    property string iconName: ""
    property string tone: "plain"

    readonly property bool primary: kind === "primary"
    readonly property bool onHeader: kind === "header"
    readonly property bool quiet: kind === "quiet"
    readonly property bool toned: quiet && tone !== "plain"
    readonly property color ink: !enabled ? Theme.muted : primary || onHeader ? Theme.inkOnAccent : toned ? Theme.toneInk(tone) : Theme.accent
    readonly property color fill: {
        if (!enabled)
            return Theme.sunken;
        if (primary)
            return down ? Theme.accentDown : hovered ? Theme.accentHover : Theme.accent;
        if (onHeader)
            return hovered || down ? Theme.headerHover : "transparent";
        if (toned)
            return down || hovered ? Theme.surface : Theme.toneGround(tone);
        return down ? Theme.line : hovered ? Theme.accentSoft : Theme.surface;
    }

    Accessible.name: text
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: onHeader ? Theme.px(44) : Theme.control
    leftPadding: quiet ? Theme.px(14) : Theme.px(20)
    rightPadding: leftPadding

    Keys.onPressed: event => {
        const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
        if (!enter)
            return;
        event.accepted = true;
        if (!event.isAutoRepeat)
            button.click();
    }

    background: Rectangle {
        border.color: button.primary ? button.fill : button.onHeader ? Theme.headerSoft : !button.enabled ? Theme.line : button.toned ? button.ink : button.quiet ? Theme.line : Theme.lineStrong
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
                font.pixelSize: button.onHeader || button.quiet ? Theme.small : Theme.body
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
