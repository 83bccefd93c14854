import QtQuick
import Ssc.Theme

// One sentence with its tone: icon, words and colour together, over the whole width.
Rectangle {
    id: notice

    property string text: ""
    property string more: ""
    property string tone: "plain"
    property string iconName: Theme.toneIcon(tone)

    Accessible.name: text + (more ? " " + more : "")
    Accessible.role: tone === "bad" ? Accessible.AlertMessage : Accessible.StaticText
    color: Theme.toneGround(tone)
    // of the texts, not of the column: that one follows a frame later
    implicitHeight: head.implicitHeight + (rest.visible ? words.spacing + rest.implicitHeight : 0) + 2 * Theme.px(14)
    radius: Theme.px(8)

    Icon {
        id: mark

        color: Theme.toneInk(notice.tone)
        name: notice.iconName
        size: Theme.px(24)
        stroke: 2.6
        x: Theme.px(18)
        y: Theme.px(14)
    }

    Column {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.px(12)
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(18)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(2)

        AppText {
            id: head

            Accessible.ignored: true
            color: Theme.toneInk(notice.tone)
            font.bold: true
            text: notice.text
            width: parent.width
        }

        AppText {
            id: rest

            Accessible.ignored: true
            font.pixelSize: Theme.small
            text: notice.more
            visible: text !== ""
            width: parent.width
        }
    }
}
