import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// A value that is masked until the button, or the space bar on it, is held.
Item {
    id: field

    property string label: ""
    property string masked: ""
    property string plain: ""
    property bool open: false
    property bool large: false

    signal reveal
    signal conceal

    readonly property int labelWidth: large ? 0 : Theme.px(220)

    implicitHeight: Math.max(words.height, Theme.px(44))

    AppText {
        id: labelText

        color: Theme.inkSoft
        font.pixelSize: field.large ? Theme.small : Theme.body
        lineHeight: 1.15
        text: field.label
        width: field.large ? parent.width - hold.width : field.labelWidth
        y: field.large ? 0 : Math.round((field.height - height) / 2)
    }

    Item {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: field.labelWidth
        anchors.right: hold.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        height: value.height + value.y

        AppText {
            id: value

            font.bold: true
            font.pixelSize: !field.large ? Theme.large : text.length > 12 ? Theme.px(24) : Theme.title
            lineHeight: 1.15
            objectName: "value"
            text: field.open ? field.plain : field.masked
            width: parent.width
            wrapMode: Text.WrapAnywhere
            y: field.large ? labelText.height + Theme.px(2) : 0
        }
    }

    AbstractButton {
        id: hold

        readonly property bool holding: pressed || spaceHeld
        property bool spaceHeld: false

        Accessible.description: qsTr("按住鼠标或空格键时显示，最多 10 秒")
        Accessible.name: qsTr("按住显示%1").arg(field.label)
        Accessible.role: Accessible.Button
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        visible: field.masked !== "" && field.masked !== "—"
        focusPolicy: Qt.StrongFocus
        hoverEnabled: true
        implicitHeight: Theme.px(44)
        leftPadding: Theme.px(14)
        objectName: "hold"
        rightPadding: Theme.px(14)

        Keys.onPressed: event => {
            if (event.key !== Qt.Key_Space)
                return;
            event.accepted = true;
            if (!event.isAutoRepeat)
                hold.spaceHeld = true;
        }
        Keys.onReleased: event => {
            if (event.key !== Qt.Key_Space)
                return;
            event.accepted = true;
            if (!event.isAutoRepeat)
                hold.spaceHeld = false;
        }
        onActiveFocusChanged: if (!activeFocus)
            hold.spaceHeld = false
        onHoldingChanged: holding ? field.reveal() : field.conceal()
        Component.onDestruction: if (hold.holding)
            field.conceal()

        background: Rectangle {
            border.color: Theme.lineStrong
            border.width: 1
            color: hold.holding ? Theme.accentSoft : hold.hovered ? Theme.sunken : Theme.surface
            radius: Theme.px(8)

            FocusRing {
                corner: Theme.px(8)
                visible: hold.activeFocus
            }
        }
        contentItem: Row {
            spacing: Theme.gapSmall

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.accent
                name: "eye"
                stroke: 2
            }

            AppText {
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.accent
                font.pixelSize: Theme.small
                lineHeight: 1
                text: qsTr("按住显示")
                wrapMode: Text.NoWrap
            }
        }
    }
}
