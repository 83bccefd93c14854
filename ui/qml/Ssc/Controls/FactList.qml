pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Theme

// Label and value, one below the other, with a tone and a note where there is one.
Column {
    id: list

    property alias model: rows.model
    property int labelWidth: Theme.px(200)
    property int rowPadding: Theme.px(11)
    property int valueSize: Theme.body

    Repeater {
        id: rows

        Item {
            id: row

            required property int index
            required property string label
            required property string value
            required property string tone
            required property string note

            Accessible.name: label + " " + value + (note ? " " + note : "")
            Accessible.role: Accessible.StaticText
            implicitHeight: Math.max(labelText.implicitHeight, values.implicitHeight) + 2 * list.rowPadding
            width: list.width

            Rectangle {
                color: Theme.line
                height: 1
                visible: row.index > 0
                width: parent.width
            }

            AppText {
                id: labelText

                Accessible.ignored: true
                color: Theme.inkSoft
                text: row.label
                width: list.labelWidth - Theme.gap
                y: list.rowPadding + Math.round((list.valueSize - Theme.body) * 0.62)
            }

            Column {
                id: values

                spacing: Theme.px(4)
                width: list.width - list.labelWidth
                x: list.labelWidth
                y: list.rowPadding

                Row {
                    spacing: Theme.gapSmall
                    width: parent.width

                    Icon {
                        id: mark

                        anchors.verticalCenter: valueText.verticalCenter
                        color: Theme.toneInk(row.tone)
                        name: Theme.toneIcon(row.tone)
                        stroke: 2.8
                        visible: row.tone !== "plain"
                    }

                    AppText {
                        id: valueText

                        Accessible.ignored: true
                        color: Theme.toneInk(row.tone)
                        font.bold: list.valueSize > Theme.body || row.tone !== "plain" && row.tone !== "muted"
                        font.pixelSize: list.valueSize
                        text: row.value
                        width: parent.width - (mark.visible ? mark.width + parent.spacing : 0)
                    }
                }

                AppText {
                    Accessible.ignored: true
                    color: Theme.inkSoft
                    font.pixelSize: Theme.small
                    text: row.note
                    visible: text !== ""
                    width: parent.width
                }
            }
        }
    }
}
