import QtQuick
import Ssc.Theme

// A short state: icon, words and colour together.
Rectangle {
    id: chip

    property string text: ""
    property string tone: "plain"
    property string iconName: Theme.toneIcon(tone)
    property int maximumWidth: Theme.px(420)

    Accessible.name: text
    Accessible.role: Accessible.StaticText
    color: Theme.toneGround(tone)
    implicitHeight: Theme.px(34)
    implicitWidth: row.implicitWidth + Theme.px(26)
    radius: height / 2

    Row {
        id: row

        anchors.centerIn: parent
        spacing: Theme.px(6)

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.toneInk(chip.tone)
            name: chip.iconName
            size: Theme.px(18)
            stroke: 2.8
        }

        AppText {
            Accessible.ignored: true
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.toneInk(chip.tone)
            elide: Text.ElideRight
            font.bold: true
            font.pixelSize: Theme.small
            lineHeight: 1
            text: chip.text
            width: Math.min(implicitWidth, chip.maximumWidth)
            wrapMode: Text.NoWrap
        }
    }
}
