pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Who lost a card has none to put in, and cannot wait until somebody has signed in: the numbers always stand here.
Panel {
    id: panel

    required property DeskModel desk
    property bool compact: false

    Column {
        id: hotlines

        anchors.verticalCenter: parent.verticalCenter
        spacing: panel.compact ? Theme.px(4) : Theme.px(10)
        width: parent.width - 2 * Theme.px(32)
        x: Theme.px(32)

        AppText {
            Accessible.role: Accessible.Heading
            font.bold: true
            font.pixelSize: Theme.large
            text: qsTr("卡丢了？马上打电话挂失")
            width: parent.width
        }

        Hotline {
            label: qsTr("社保功能挂失（人社服务热线）")
            number: panel.desk.lossHotline
            width: parent.width
        }

        Rectangle {
            color: Theme.line
            height: 1
            visible: bankLine.visible
            width: parent.width
        }

        Hotline {
            id: bankLine

            label: qsTr("银行账户挂失（本行客服）")
            number: panel.desk.bankHotline
            visible: number !== ""
            width: parent.width
        }
    }

    component Hotline: Column {
        id: line

        property string label: ""
        property string number: ""

        Accessible.name: label + " " + number
        Accessible.role: Accessible.StaticText
        spacing: 0

        AppText {
            Accessible.ignored: true
            color: Theme.inkSoft
            text: line.label
            width: parent.width
        }

        AppText {
            Accessible.ignored: true
            color: Theme.accent
            font.bold: true
            font.letterSpacing: Theme.px(2)
            font.pixelSize: panel.compact ? Theme.title : Theme.giant
            fontSizeMode: Text.HorizontalFit
            lineHeight: 1.1
            text: line.number
            width: parent.width
            wrapMode: Text.NoWrap
        }
    }
}
