import QtQuick
import Ssc.Theme

// A fault beside other content: what is missing here, why, and what to do.
Rectangle {
    id: banner

    property string code: ""
    property string message: ""
    property string remedy: ""
    property bool canRetry: true
    property bool slim: false // message and remedy on one line where they fit

    signal retry

    Accessible.name: message + " " + remedy + " " + code
    Accessible.role: Accessible.AlertMessage
    border.color: Theme.warning
    border.width: 1
    color: Theme.warningSoft
    implicitHeight: Math.max(words.implicitHeight, mark.height, canRetry ? again.implicitHeight : 0) + 2 * (slim ? Theme.gapSmall : Theme.gap)
    radius: Theme.radius

    Icon {
        id: mark

        color: Theme.warning
        name: "alert"
        size: banner.slim ? Theme.px(24) : Theme.px(28)
        x: Theme.gap
        y: banner.slim ? Math.round((parent.height - height) / 2) : Theme.gap
    }

    Flow {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.px(12)
        anchors.right: banner.canRetry ? again.left : parent.right
        anchors.rightMargin: Theme.gapLarge
        anchors.verticalCenter: parent.verticalCenter
        spacing: banner.slim ? Theme.px(10) : Theme.px(4)

        AppText {
            Accessible.ignored: true
            color: Theme.warning
            font.bold: true
            font.pixelSize: banner.slim ? Theme.small : Theme.body
            text: banner.message
            width: banner.slim ? Math.min(implicitWidth, words.width) : words.width
        }

        AppText {
            Accessible.ignored: true
            color: Theme.ink
            font.pixelSize: Theme.small
            text: banner.remedy + "  " + qsTr("（故障代码 %1）").arg(banner.code)
            width: banner.slim ? Math.min(implicitWidth, words.width) : words.width
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
