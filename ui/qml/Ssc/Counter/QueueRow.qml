import QtQuick
import Ssc.Controls
import Ssc.Theme

// One entry of the queue. The first of its kind carries the heading.
Item {
    id: row

    required property int index
    required property string key
    required property string number
    required property string title
    required property string words
    required property string tone
    required property string since
    required property string detail
    required property string remedy
    required property bool person
    required property var actions
    required property string heading
    property bool current: false
    property bool focused: false

    signal chosen

    Accessible.name: [title, number, words, since, detail].filter(part => part !== "").join(" ")
    Accessible.role: Accessible.ListItem
    Accessible.selected: current
    height: (head.visible ? head.height : 0) + body.height
    objectName: "queue-" + key

    AppText {
        id: head

        Accessible.role: Accessible.Heading
        bottomPadding: Theme.px(6)
        color: row.person ? Theme.bad : Theme.inkSoft
        font.bold: true
        leftPadding: Theme.px(16)
        text: row.heading
        topPadding: Theme.px(12)
        visible: row.heading !== ""
        width: parent.width
    }

    Rectangle {
        id: body

        anchors.bottom: parent.bottom
        color: row.current ? Theme.accentSoft : area.containsMouse ? Theme.ground : Theme.surface
        height: lines.implicitHeight + 2 * Theme.px(10)
        objectName: "row-" + row.key
        width: parent.width

        Rectangle {
            color: Theme.accent
            height: parent.height
            visible: row.current
            width: Theme.px(5)
        }

        Rectangle {
            anchors.bottom: parent.bottom
            color: Theme.line
            height: 1
            width: parent.width
        }

        FocusRing {
            corner: Theme.px(6)
            inside: true
            visible: row.focused
        }

        Column {
            id: lines

            anchors.left: parent.left
            anchors.leftMargin: Theme.px(20)
            anchors.right: chip.left
            anchors.rightMargin: Theme.gap
            spacing: Theme.px(2)
            y: Theme.px(10)

            AppText {
                Accessible.ignored: true
                font.bold: true
                text: row.title
                width: parent.width
            }

            AppText {
                Accessible.ignored: true
                color: Theme.inkSoft
                font.pixelSize: Theme.small
                text: [row.number, row.since].filter(part => part !== "").join("  ·  ")
                width: parent.width
                wrapMode: Text.WrapAnywhere
            }
        }

        Chip {
            id: chip

            Accessible.ignored: true
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(12)
            anchors.verticalCenter: parent.verticalCenter
            maximumWidth: Theme.px(230)
            text: row.words
            tone: row.tone
        }

        MouseArea {
            id: area

            anchors.fill: parent
            hoverEnabled: true

            onClicked: row.chosen()
        }
    }
}
