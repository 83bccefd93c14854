pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Theme

// Short facts in three columns, label above value.
Grid {
    id: grid

    property alias model: cells.model

    columnSpacing: Theme.gap
    columns: 3
    rowSpacing: Theme.px(10)

    Repeater {
        id: cells

        Column {
            id: cell

            required property string label
            required property string value

            Accessible.name: label + " " + value
            Accessible.role: Accessible.StaticText
            spacing: 0
            width: Math.floor((grid.width - (grid.columns - 1) * grid.columnSpacing) / grid.columns)

            AppText {
                Accessible.ignored: true
                color: Theme.inkSoft
                font.pixelSize: Theme.small
                lineHeight: 1.15
                text: cell.label
                width: parent.width
            }

            AppText {
                Accessible.ignored: true
                lineHeight: 1.15
                text: cell.value
                width: parent.width
            }
        }
    }
}
