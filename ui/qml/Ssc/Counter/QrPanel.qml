import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The square code and the code for the telephone. Nothing personal is in either.
Panel {
    id: panel

    required property ResultModel result

    readonly property int quiet: 4 // light modules that a scanner wants around the code
    readonly property int dot: Math.max(1, Math.floor(Theme.px(252) / (result.modules + 2 * quiet)))

    implicitHeight: column.implicitHeight + 2 * Theme.px(10)

    Column {
        id: column

        anchors.centerIn: parent
        spacing: Theme.px(3)
        width: parent.width - 2 * Theme.px(16)

        Rectangle {
            Accessible.name: qsTr("回执二维码，请持卡人拍照留存")
            Accessible.role: Accessible.Graphic
            anchors.horizontalCenter: parent.horizontalCenter
            color: "white"
            height: width
            objectName: "qr"
            visible: panel.result.picture !== ""
            width: panel.dot * (panel.result.modules + 2 * panel.quiet)

            Image {
                anchors.centerIn: parent
                cache: false
                height: width
                smooth: false // whole dots: a blurred edge costs a scanner its reading
                source: panel.result.picture
                width: panel.dot * panel.result.modules
            }
        }

        AppText {
            Accessible.ignored: true
            color: Theme.inkSoft
            font.pixelSize: Theme.small
            horizontalAlignment: Text.AlignHCenter
            text: panel.result.picture !== "" ? qsTr("可拍照留存 · 电话查询码") : qsTr("电话查询码")
            width: parent.width
        }

        AppText {
            Accessible.name: qsTr("电话查询码 %1").arg(text)
            font.bold: true
            font.letterSpacing: Theme.px(1)
            font.pixelSize: Theme.px(26)
            fontSizeMode: Text.HorizontalFit
            horizontalAlignment: Text.AlignHCenter
            lineHeight: 1.1
            minimumPixelSize: Theme.px(16)
            objectName: "resultCode"
            text: panel.result.code
            width: parent.width
            wrapMode: Text.NoWrap
        }
    }
}
