pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Theme

// A column for each year, in parts by category. The amounts in words stand on the year cards and in the list of
// categories; the chart only shows proportions.
Item {
    id: chart

    required property var model
    property string category: ""

    Row {
        id: columns

        readonly property int parts: Math.max(1, repeater.count - 1)

        anchors.fill: parent
        layoutDirection: Qt.RightToLeft // the model is newest first; time runs to the right

        Repeater {
            id: repeater

            model: chart.model

            Item {
                id: column

                required property string key
                required property string label
                required property string paid
                required property bool selected
                required property var segments

                Accessible.ignored: !visible
                Accessible.name: qsTr("%1年，已到账 %2").arg(label).arg(paid)
                Accessible.role: Accessible.StaticText
                height: columns.height
                visible: key !== ""
                width: Math.floor(columns.width / columns.parts)

                Column {
                    id: stack

                    readonly property int room: column.height - yearLabel.height - Theme.gapSmall

                    anchors.bottom: yearLabel.top
                    anchors.bottomMargin: Theme.gapSmall
                    anchors.horizontalCenter: parent.horizontalCenter
                    rotation: 180 // the first segment stands on the ground

                    Repeater {
                        model: column.segments

                        Rectangle {
                            required property var modelData

                            color: Theme.seriesColor(modelData.series)
                            height: Math.max(1, Math.round(stack.room * modelData.share))
                            opacity: chart.category === "" || chart.category === modelData.category ? 1 : 0.25
                            width: Math.min(Theme.px(44), column.width - Theme.px(12))
                        }
                    }
                }

                Rectangle {
                    anchors.bottom: yearLabel.top
                    anchors.bottomMargin: Theme.px(4)
                    color: column.selected ? Theme.accent : Theme.lineStrong
                    height: column.selected ? Theme.px(3) : 1
                    width: parent.width
                }

                AppText {
                    id: yearLabel

                    Accessible.ignored: true
                    anchors.bottom: parent.bottom
                    color: column.selected ? Theme.accent : Theme.inkSoft
                    font.bold: column.selected
                    font.pixelSize: Theme.small
                    horizontalAlignment: Text.AlignHCenter
                    lineHeight: 1
                    text: column.label
                    width: parent.width
                }
            }
        }
    }
}
