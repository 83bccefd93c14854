pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Every check of the terminal: in order, or what to do.
PageFrame {
    id: page

    required property HealthModel health

    signal closed

    subtitle: page.summary()
    title: qsTr("终端自检")

    actions: [
        ActionButton {
            enabled: !page.health.checking
            iconName: "retry"
            objectName: "again"
            text: qsTr("重新检查")

            onClicked: page.health.check()
        },
        ActionButton {
            focus: true
            hint: "Esc"
            iconName: "back"
            objectName: "closeHealth"
            text: qsTr("返回")

            onClicked: page.closed()
        }
    ]

    Keys.onEscapePressed: page.closed()

    function summary(): string {
        if (page.health.checking)
            return qsTr("正在检查…");
        if (page.health.failed)
            return qsTr("自检没有完成，请重新检查");
        if (page.health.faults === 0)
            return qsTr("各项正常");
        return qsTr("有 %1 项需要处理").arg(page.health.faults);
    }

    function toneOf(state: string): string {
        switch (state) {
        case "ok":
            return "good";
        case "warning":
            return "warning";
        case "fault":
            return "bad";
        default:
            return "muted";
        }
    }

    function stateWords(state: string): string {
        switch (state) {
        case "ok":
            return qsTr("正常");
        case "warning":
            return qsTr("注意");
        case "fault":
            return qsTr("故障");
        default:
            return qsTr("检查中");
        }
    }

    Panel {
        anchors.fill: parent

        Spinner {
            anchors.centerIn: parent
            visible: page.health.checking && page.health.rows.count === 0
        }

        ListView {
            id: list

            Accessible.name: page.title
            Accessible.role: Accessible.List
            activeFocusOnTab: true
            anchors.fill: parent
            anchors.margins: Theme.px(8)
            boundsBehavior: Flickable.StopAtBounds
            cacheBuffer: 0 // rows made ahead of time would still be under way when their holder goes
            clip: true
            highlightMoveDuration: 0
            model: page.health.rows
            objectName: "checks"

            ScrollBar.vertical: ScrollEdge {}

            onCountChanged: if (currentIndex < 0 && count > 0)
                currentIndex = 0

            delegate: Item {
                id: row

                required property int index
                required property string name
                required property string status
                required property string value
                required property string code
                required property string message
                required property string remedy

                readonly property string tone: page.toneOf(row.status)

                Accessible.name: [name, page.stateWords(row.status), value, message, remedy, code].filter(part => part !== "").join(" ")
                Accessible.role: Accessible.ListItem
                height: Math.max(Theme.px(34), words.implicitHeight) + 2 * Theme.px(11)
                width: list.width - Theme.px(12)

                Rectangle {
                    color: Theme.line
                    height: 1
                    visible: row.index > 0
                    width: parent.width
                }

                FocusRing {
                    corner: Theme.px(6)
                    inside: true
                    visible: list.activeFocus && row.ListView.isCurrentItem
                }

                AppText {
                    Accessible.ignored: true
                    font.bold: true
                    text: row.name
                    width: Theme.px(230)
                    x: Theme.px(20)
                    y: Theme.px(16)
                }

                Column {
                    id: words

                    anchors.left: parent.left
                    anchors.leftMargin: Theme.px(264)
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.px(150)
                    spacing: Theme.px(2)
                    y: Theme.px(16)

                    AppText {
                        Accessible.ignored: true
                        text: row.value
                        visible: text !== ""
                        width: parent.width
                    }

                    AppText {
                        Accessible.ignored: true
                        color: Theme.toneInk(row.tone)
                        font.bold: true
                        text: row.message
                        visible: text !== ""
                        width: parent.width
                    }

                    AppText {
                        Accessible.ignored: true
                        color: Theme.inkSoft
                        font.pixelSize: Theme.small
                        text: row.remedy + " " + qsTr("（故障代码 %1）").arg(row.code)
                        visible: row.code !== ""
                        width: parent.width
                    }
                }

                Chip {
                    Accessible.ignored: true
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.px(20)
                    text: page.stateWords(row.status)
                    tone: row.tone
                    y: Theme.px(11)
                }
            }
        }
    }
}
