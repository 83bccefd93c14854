pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Theme

// How many digits are in, out of how many there can be. The digits themselves are not here.
Item {
    id: dots

    property int count: 0
    property int most: 6
    property int least: 6

    Accessible.name: qsTr("已输入 %1 位").arg(count)
    Accessible.role: Accessible.StaticText
    implicitHeight: Theme.px(64)
    implicitWidth: row.implicitWidth

    Row {
        id: row

        anchors.centerIn: parent
        spacing: Theme.px(12)

        Repeater {
            model: Math.max(dots.least, dots.count)

            Rectangle {
                id: dot

                required property int index

                readonly property bool filled: dot.index < dots.count

                border.color: filled ? Theme.accent : Theme.lineStrong
                border.width: Theme.px(2)
                color: filled ? Theme.accent : Theme.surface
                height: Theme.px(22)
                radius: height / 2
                width: height
            }
        }
    }
}
