pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// What waits to reach the centre, since when, and what needs a person.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property QueueModel queue: desk.queue
    readonly property bool listed: !queue.dayOpen && !queue.empty && !queue.loading && !queue.failed

    signal closed

    subtitle: [queue.lastContact ? qsTr("最近联系中心 %1").arg(queue.lastContact) : qsTr("还没有联系上中心"), queue.nextTry ? qsTr("下次尝试 %1").arg(queue.nextTry) : ""].filter(part => part !== "").join("  ·  ")
    title: qsTr("待传队列")

    actions: [
        ActionButton {
            iconName: "upload"
            kind: "primary"
            objectName: "syncNow"
            text: qsTr("立即传送")

            onClicked: page.queue.syncNow()
        },
        ActionButton {
            iconName: "day"
            objectName: "dayEnd"
            text: qsTr("日终检查")

            onClicked: page.queue.openDayEnd()
        },
        ActionButton {
            focus: !page.listed
            hint: "Esc"
            iconName: "back"
            objectName: "closeQueue"
            text: qsTr("返回")

            onClicked: page.closed()
        }
    ]

    Keys.onEscapePressed: page.queue.dayOpen ? page.queue.closeDayEnd() : page.closed()
    Component.onCompleted: page.queue.show()
    Component.onDestruction: page.queue.hide()

    onListedChanged: if (listed)
        list.forceActiveFocus(Qt.TabFocusReason)

    Timer {
        interval: 5000 // what waits leaves by itself
        repeat: true
        running: true

        onTriggered: page.queue.refresh()
    }

    FaultBanner {
        id: stopped

        canRetry: false
        code: page.queue.stopped.code
        height: visible ? implicitHeight : 0
        message: page.queue.stopped.message
        objectName: "queueStopped"
        remedy: page.queue.stopped.remedy
        visible: page.queue.stopped.present
        width: parent.width
    }

    QueueTotals {
        id: totals

        anchors.top: stopped.bottom
        anchors.topMargin: stopped.visible ? Theme.gap : 0
        rows: page.queue.totals
        width: parent.width
    }

    Item {
        id: body

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: totals.bottom
        anchors.topMargin: page.queue.totals.count > 0 ? Theme.gap : 0

        Panel {
            anchors.fill: parent
            visible: !page.listed && !page.queue.dayOpen

            Spinner {
                anchors.centerIn: parent
                visible: page.queue.loading
            }

            Column {
                anchors.centerIn: parent
                spacing: Theme.gap
                visible: !page.queue.loading
                width: parent.width - 2 * Theme.gapHuge

                Icon {
                    anchors.horizontalCenter: parent.horizontalCenter
                    color: page.queue.failed ? Theme.bad : Theme.good
                    name: page.queue.failed ? "alert" : "check"
                    size: Theme.px(56)
                }

                AppText {
                    font.bold: true
                    font.pixelSize: Theme.large
                    horizontalAlignment: Text.AlignHCenter
                    objectName: "queueEmpty"
                    text: page.queue.failed ? page.queue.fault.message : qsTr("没有在等的业务，也没有要人工处理的")
                    width: parent.width
                }

                AppText {
                    color: Theme.inkSoft
                    horizontalAlignment: Text.AlignHCenter
                    objectName: "queueRemedy"
                    text: page.queue.fault.remedy + " " + qsTr("（故障代码 %1）").arg(page.queue.fault.code)
                    visible: page.queue.failed
                    width: parent.width
                }
            }
        }

        DayEndPanel {
            anchors.fill: parent
            queue: page.queue
            visible: page.queue.dayOpen
        }

        Panel {
            id: listPanel

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.top: parent.top
            visible: page.listed
            width: Math.round((parent.width - Theme.gap) * 0.57)

            ListView {
                id: list

                Accessible.name: page.title
                Accessible.role: Accessible.List
                activeFocusOnTab: true
                anchors.fill: parent
                anchors.margins: Theme.px(4)
                boundsBehavior: Flickable.StopAtBounds
                cacheBuffer: 0
                clip: true
                focus: true
                highlightMoveDuration: 0
                model: page.queue.lines
                objectName: "queueLines"

                ScrollBar.vertical: ScrollEdge {}
                delegate: QueueRow {
                    id: row

                    current: ListView.isCurrentItem
                    focused: list.activeFocus && current
                    width: list.width - Theme.px(12)

                    onChosen: {
                        list.currentIndex = row.index;
                        list.forceActiveFocus(Qt.MouseFocusReason);
                    }
                }

                onCountChanged: if (currentIndex < 0 && count > 0)
                    currentIndex = 0
                onCurrentItemChanged: page.queue.select((list.currentItem as QueueRow)?.key ?? "")
            }
        }

        QueueDetail {
            anchors.bottom: parent.bottom
            anchors.left: listPanel.right
            anchors.leftMargin: Theme.gap
            anchors.right: parent.right
            anchors.top: parent.top
            entry: list.currentItem as QueueRow
            queue: page.queue
            visible: page.listed
        }
    }
}
