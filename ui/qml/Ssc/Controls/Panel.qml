import QtQuick
import Ssc.Theme

Rectangle {
    border.color: Theme.line
    border.width: 1
    color: Theme.surface
    radius: Theme.radius
}
