import QtQuick
import Ssc.Theme

// A fault beside other content: what is missing here, why, and what to do.
Rectangle {
    id: banner

    property string code: ""
    property string message: ""
    property string remedy: ""
    property bool canRetry: true

    signal retry

    Accessible.name: message + " " + remedy + " " + code
    Accessible.role: Accessible.AlertMessage
    border.color: Theme.warning
    border.width: 1
    color: Theme.warningSoft
    implicitHeight: Math.max(words.implicitHeight, again.implicitHeight) + 2 * Theme.gap
    radius: Theme.radius

    Icon {
        id: mark

        color: Theme.warning
        name: "alert"
        size: Theme.px(28)
        x: Theme.gap
        y: Theme.gap
    }

    Column {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.px(12)
        anchors.right: banner.canRetry ? again.left : parent.right
        anchors.rightMargin: Theme.gapLarge
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(4)

        AppText {
            Accessible.ignored: true
            color: Theme.warning
            font.bold: true
            text: banner.message
            width: parent.width
        }

        AppText {
            Accessible.ignored: true
            color: Theme.ink
            font.pixelSize: Theme.small
            text: banner.remedy + "  " + qsTr("（故障代码 %1）").arg(banner.code)
            width: parent.width
        }
    }

    ActionButton {
        id: again

        anchors.right: parent.right
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        iconName: "retry"
        text: qsTr("重试")
        visible: banner.canRetry

        onClicked: banner.retry()
    }
}
