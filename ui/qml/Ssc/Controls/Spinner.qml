pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Theme

// Work is under way. Three dots take turns; no rotation, so that the software renderer stays cool.
Row {
    id: spinner

    property int step: 0

    spacing: Theme.px(14)

    Repeater {
        model: 3

        Rectangle {
            id: dot

            required property int index

            color: spinner.step === dot.index ? Theme.accent : Theme.line
            height: Theme.px(18)
            radius: height / 2
            width: height
        }
    }

    Timer {
        interval: 400
        repeat: true
        running: spinner.visible

        onTriggered: spinner.step = (spinner.step + 1) % 3
    }
}
