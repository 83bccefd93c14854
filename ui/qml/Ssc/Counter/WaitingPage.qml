pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// No holder is here. The loss hotlines stand large: who lost a card has none to put in.
FocusScope {
    id: page

    required property DeskModel desk

    readonly property bool takeCard: desk.cardInside
    readonly property string comma: qsTr("、")
    readonly property bool offline: desk.centreState === "down"

    focus: true

    function offlineWords(): string {
        const works = page.desk.staff.records ? page.desk.offersOffline : [];
        const waits = page.desk.offers.filter(title => !works.includes(title));
        const lines = [qsTr("还能用：%1。").arg([qsTr("读取卡面信息"), ...works].join(page.comma))];
        return lines.concat(waits.length ? [qsTr("暂不能用：%1，恢复后自动可用。").arg(waits.join(page.comma))] : []).join("\n");
    }

    Panel {
        id: left

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: Theme.px(32)
        anchors.top: parent.top
        width: (parent.width - 3 * Theme.px(32)) * 0.56

        Column {
            anchors.centerIn: parent
            spacing: Theme.gap
            width: parent.width - 2 * Theme.gapHuge

            ReaderArt {
                anchors.horizontalCenter: parent.horizontalCenter
                taken: page.takeCard
            }

            Item {
                height: Theme.gapSmall
                width: 1
            }

            AppText {
                id: title

                Accessible.role: Accessible.Heading
                font.bold: true
                font.pixelSize: Theme.display
                horizontalAlignment: Text.AlignHCenter
                lineHeight: 1.15
                objectName: "waitingTitle"
                text: page.takeCard ? qsTr("请取走卡") : qsTr("请插入社会保障卡")
                width: parent.width
            }

            AppText {
                color: Theme.inkSoft
                font.pixelSize: Theme.large
                horizontalAlignment: Text.AlignHCenter
                text: page.takeCard ? qsTr("本次办理已结束，持卡人信息已清除") : qsTr("芯片朝前插到底，办理中请勿拔卡")
                width: parent.width
            }

            Repeater {
                // what the title says already is not said twice
                model: page.desk.notices.filter(notice => !notice.startsWith(title.text))

                AppText {
                    required property string modelData

                    color: Theme.inkSoft
                    horizontalAlignment: Text.AlignHCenter
                    text: modelData
                    width: parent.width
                }
            }
        }
    }

    Item {
        id: right

        anchors.bottom: parent.bottom
        anchors.left: left.right
        anchors.margins: Theme.px(32)
        anchors.right: parent.right
        anchors.top: parent.top

        HotlinePanel {
            id: callPanel

            anchors.bottom: worksPanel.top
            anchors.bottomMargin: Theme.gapLarge
            anchors.top: parent.top
            compact: page.offline
            desk: page.desk
            width: parent.width
        }

        Panel {
            id: worksPanel

            anchors.bottom: parent.bottom
            border.color: page.offline ? Theme.warning : Theme.line
            color: page.offline ? Theme.warningSoft : Theme.surface
            height: works.implicitHeight + 2 * Theme.px(20)
            width: parent.width

            Column {
                id: works

                spacing: Theme.gapSmall
                width: parent.width - 2 * Theme.px(32)
                x: Theme.px(32)
                y: Theme.px(20)

                AppText {
                    Accessible.role: Accessible.Heading
                    color: page.offline ? Theme.warning : Theme.ink
                    font.bold: true
                    text: page.offline ? (page.desk.centreFault.present ? page.desk.centreFault.message : qsTr("现在连不上中心")) : qsTr("本机可以办理")
                    width: parent.width
                }

                AppText {
                    text: page.offline ? page.offlineWords() : [qsTr("读卡并核验真伪"), ...page.desk.offers].join(page.comma)
                    objectName: "works"
                    width: parent.width
                }

                AppText {
                    color: Theme.inkSoft
                    font.pixelSize: Theme.small
                    text: page.desk.centreFault.remedy + " " + qsTr("（故障代码 %1）").arg(page.desk.centreFault.code)
                    visible: page.offline && page.desk.centreFault.present
                    width: parent.width
                }
            }
        }
    }
}
