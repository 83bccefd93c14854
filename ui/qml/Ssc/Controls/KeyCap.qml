import QtQuick
import Ssc.Theme

// The key that does the same as the button it stands on.
Rectangle {
    id: cap

    property alias text: label.text
    property color ink: Theme.inkSoft

    border.color: cap.ink
    border.width: 1
    color: "transparent"
    implicitHeight: Theme.px(24)
    implicitWidth: Math.max(Theme.px(24), label.implicitWidth + Theme.px(12))
    radius: Theme.px(5)
    visible: text !== ""

    AppText {
        id: label

        anchors.centerIn: parent
        color: cap.ink
        font.pixelSize: Theme.px(14)
        lineHeight: 1
        wrapMode: Text.NoWrap
    }
}
