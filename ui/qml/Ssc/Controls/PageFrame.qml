import QtQuick
import Ssc.Theme

// The frame of a page: title on the left, actions on the right, content below.
FocusScope {
    id: page

    property string title: ""
    property string subtitle: ""
    property alias actions: actionRow.data
    default property alias content: body.data

    readonly property int padding: Theme.px(32)

    focus: true

    Item {
        id: top

        height: Theme.px(64)
        width: parent.width - 2 * page.padding
        x: page.padding
        y: Theme.px(20)

        Column {
            anchors.left: parent.left
            anchors.right: actionRow.left
            anchors.rightMargin: Theme.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(2)

            AppText {
                Accessible.role: Accessible.Heading
                elide: Text.ElideRight
                font.bold: true
                font.pixelSize: Theme.title
                lineHeight: 1.1
                text: page.title
                width: parent.width
                wrapMode: Text.NoWrap
            }

            AppText {
                color: Theme.inkSoft
                elide: Text.ElideRight
                font.pixelSize: Theme.small
                lineHeight: 1.1
                text: page.subtitle
                visible: text !== ""
                width: parent.width
                wrapMode: Text.NoWrap
            }
        }

        Row {
            id: actionRow

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.gap
        }
    }

    Item {
        id: body

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(24)
        anchors.left: parent.left
        anchors.leftMargin: page.padding
        anchors.right: parent.right
        anchors.rightMargin: page.padding
        anchors.top: top.bottom
        anchors.topMargin: Theme.px(16)
    }
}
