import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// The bar at the edge of what does not fit: to be seen as long as there is more, not only while something moves.
ScrollBar {
    id: bar

    minimumSize: 0.1
    objectName: "scrollEdge"
    padding: Theme.px(1)
    policy: size > 0 && size < 0.999 ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff

    background: Rectangle {
        color: Theme.sunken
        radius: width / 2
    }
    contentItem: Rectangle {
        color: bar.pressed || bar.hovered ? Theme.accent : Theme.lineStrong
        implicitWidth: Theme.px(8)
        radius: width / 2
    }
}
