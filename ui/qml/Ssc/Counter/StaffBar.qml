import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Who is signed in, and whether everything taken in has reached the centre.
Rectangle {
    id: bar

    required property DeskModel desk
    property bool queueOpen: false

    readonly property StaffModel staff: desk.staff

    signal queuePressed

    color: Theme.surface
    implicitHeight: Theme.px(56)

    Rectangle {
        anchors.bottom: parent.bottom
        color: Theme.line
        height: 1
        width: parent.width
    }

    Icon {
        id: mark

        anchors.verticalCenter: parent.verticalCenter
        color: Theme.accent
        name: "person"
        size: Theme.px(24)
        visible: bar.staff.present
        x: Theme.px(40)
    }

    Column {
        Accessible.name: qsTr("当班人员：%1").arg(operatorName.text + " " + operatorRole.text)
        Accessible.role: Accessible.StaticText
        anchors.left: mark.right
        anchors.leftMargin: Theme.px(14)
        anchors.right: tools.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        visible: bar.staff.present

        AppText {
            id: operatorName

            Accessible.ignored: true
            elide: Text.ElideRight
            font.bold: true
            font.pixelSize: Theme.small
            lineHeight: 1
            objectName: "operator"
            text: bar.staff.name
            width: parent.width
            wrapMode: Text.NoWrap
        }

        AppText {
            id: operatorRole

            Accessible.ignored: true
            color: Theme.inkSoft
            elide: Text.ElideRight
            font.pixelSize: Theme.px(15)
            lineHeight: 1
            text: [bar.staff.role, bar.staff.number].filter(part => part !== "").join("  ·  ")
            width: parent.width
            wrapMode: Text.NoWrap
        }
    }

    Row {
        id: tools

        anchors.right: parent.right
        anchors.rightMargin: Theme.px(32)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(10)

        ActionButton {
            Accessible.description: bar.staff.queueText
            Accessible.name: bar.queueOpen ? qsTr("关闭待传队列") : qsTr("待传队列")
            hint: "F6"
            iconName: bar.staff.people > 0 ? "alert" : Theme.toneIcon(bar.staff.queueTone)
            implicitHeight: Theme.px(44)
            kind: "quiet"
            objectName: "queueButton"
            text: bar.staff.queueText
            tone: bar.staff.queueTone
            visible: bar.staff.hasQueue

            onClicked: bar.queuePressed()
        }

        ActionButton {
            hint: "F10"
            iconName: "lock"
            implicitHeight: Theme.px(44)
            kind: "quiet"
            objectName: "lock"
            text: qsTr("锁定")
            visible: bar.staff.present

            onClicked: bar.desk.lock()
        }

        ActionButton {
            iconName: "leave"
            implicitHeight: Theme.px(44)
            kind: "quiet"
            objectName: "signOut"
            text: qsTr("交班签退")
            visible: bar.staff.present

            onClicked: bar.desk.signOut()
        }
    }
}
