import QtQuick
import Ssc.Theme

// A card above the slot of a reader. `taken` turns it round: the card comes out.
Item {
    id: art

    property bool taken: false

    implicitHeight: Theme.px(250)
    implicitWidth: Theme.px(300)

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        border.color: Theme.accent
        border.width: Theme.px(2)
        color: Theme.accentSoft
        height: Theme.px(140)
        radius: Theme.px(12)
        width: Theme.px(212)
        y: Theme.px(44)

        Rectangle {
            border.color: Theme.accent
            border.width: Theme.px(2)
            color: Theme.ribbon
            height: Theme.px(34)
            radius: Theme.px(6)
            width: Theme.px(42)
            x: Theme.px(22)
            y: Theme.px(52)
        }

        Rectangle {
            color: Theme.accent
            height: Theme.px(8)
            opacity: 0.5
            radius: height / 2
            width: Theme.px(96)
            x: Theme.px(22)
            y: Theme.px(22)
        }
    }

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        color: Theme.header
        height: Theme.px(96)
        radius: Theme.px(14)
        width: Theme.px(280)
        y: Theme.px(150)

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            color: Theme.ink
            height: Theme.px(10)
            radius: height / 2
            width: Theme.px(226)
            y: Theme.px(10)
        }

        Rectangle {
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(20)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(24)
            color: art.taken ? Theme.ribbon : "#7FD6A5"
            height: Theme.px(10)
            radius: height / 2
            width: Theme.px(34)
        }
    }

    Icon10 {
        anchors.horizontalCenter: parent.horizontalCenter
        up: art.taken
    }

    component Icon10: Item {
        property bool up: false

        height: Theme.px(34)
        width: Theme.px(34)

        Rectangle {
            anchors.centerIn: parent
            color: Theme.accent
            height: Theme.px(26)
            radius: width / 2
            width: Theme.px(4)
        }

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.horizontalCenterOffset: -Theme.px(6)
            color: Theme.accent
            height: Theme.px(4)
            radius: height / 2
            rotation: parent.up ? -45 : 45
            width: Theme.px(18)
            y: parent.up ? Theme.px(9) : Theme.px(21)
        }

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.horizontalCenterOffset: Theme.px(6)
            color: Theme.accent
            height: Theme.px(4)
            radius: height / 2
            rotation: parent.up ? 45 : -45
            width: Theme.px(18)
            y: parent.up ? Theme.px(9) : Theme.px(21)
        }
    }
}
