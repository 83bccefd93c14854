import QtQuick
import Ssc.Theme

// Where the keyboard is: a ring outside the item, with a gap, so that it shows on the accent colour too.
Rectangle {
    property real corner: Theme.radius
    property bool inside: false

    readonly property int distance: inside ? -Theme.px(1) : Theme.px(4)

    anchors.fill: parent
    anchors.margins: -distance
    border.color: Theme.accent
    border.width: Theme.ring
    color: "transparent"
    radius: corner + distance
}
