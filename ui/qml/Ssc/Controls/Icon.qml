import QtQuick
import QtQuick.Window
import Ssc.Theme

// A line icon in the colour of the words beside it; drawn by ui/icons.py.
Image {
    id: icon

    property string name: "dot"
    property color color: Theme.ink
    property int size: Theme.px(20)
    property real stroke: 2.4

    readonly property int pixels: Math.ceil(size * Math.max(1, Screen.devicePixelRatio))

    Accessible.ignored: true
    height: size
    smooth: true
    source: name === "" ? "" : "image://icon/" + name + "/" + String(color).slice(-6) + "/" + stroke
    sourceSize: Qt.size(pixels, pixels)
    width: size
}
