import QtQuick
import Ssc.Theme

// Every text on the screen. Plain text only: names and answers come from outside and are never markup.
Text {
    color: Theme.ink
    font.pixelSize: Theme.body
    lineHeight: 1.25
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    verticalAlignment: Text.AlignVCenter
}
