pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The plain account (明白账): by year and category, each payment with its state.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property SubsidyModel subsidies: desk.subsidies

    subtitle: qsTr("%1 · 截至 %2").arg(page.desk.holder.name).arg(page.subsidies.asOf)
    title: page.desk.journeyTitle

    actions: [
        ActionButton {
            hint: "Esc"
            iconName: "back"
            objectName: "leave"
            text: qsTr("返回")

            onClicked: page.desk.leaveService()
        },
        ActionButton {
            hint: "F9"
            objectName: "endVisit"
            text: qsTr("结束办理")

            onClicked: page.desk.endVisit()
        }
    ]

    Keys.onEscapePressed: page.desk.leaveService()

    Panel {
        anchors.fill: parent
        visible: page.subsidies.empty

        Column {
            anchors.centerIn: parent
            spacing: Theme.gap
            width: Math.min(parent.width - 2 * Theme.gapHuge, Theme.px(760))

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                color: Theme.lineStrong
                name: "list"
                size: Theme.px(72)
                stroke: 1.4
            }

            AppText {
                font.bold: true
                font.pixelSize: Theme.large
                horizontalAlignment: Text.AlignHCenter
                objectName: "empty"
                text: qsTr("没有查到发给这位持卡人的补贴")
                width: parent.width
            }

            AppText {
                color: Theme.inkSoft
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("如果认为应当有，请向乡镇（街道）或补贴主管部门询问；以户发放的补贴，请由户主查询。")
                width: parent.width
            }
        }
    }

    Item {
        anchors.fill: parent
        visible: !page.subsidies.empty

        SubsidyYears {
            id: years

            subsidies: page.subsidies
            width: parent.width
        }

        Panel {
            id: chartPanel

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.top: years.bottom
            anchors.topMargin: Theme.gap
            width: Math.round(parent.width * 0.32)

            YearChart {
                id: chart

                category: page.subsidies.selectedCategory
                height: Theme.px(116)
                model: page.subsidies.years
                width: parent.width - 2 * Theme.px(18)
                x: Theme.px(18)
                y: Theme.px(12)
            }

            SubsidyCategories {
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Theme.px(10)
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(10)
                anchors.right: parent.right
                anchors.rightMargin: Theme.px(10)
                anchors.top: chart.bottom
                anchors.topMargin: Theme.px(10)
                subsidies: page.subsidies
            }
        }

        SubsidyTotals {
            id: totals

            anchors.left: chartPanel.right
            anchors.leftMargin: Theme.gap
            anchors.right: parent.right
            anchors.top: years.bottom
            anchors.topMargin: Theme.gap
            subsidies: page.subsidies
        }

        Panel {
            id: linesPanel

            anchors.bottom: parent.bottom
            anchors.left: totals.left
            anchors.right: parent.right
            anchors.top: totals.bottom
            anchors.topMargin: Theme.px(12)

            AppText {
                anchors.centerIn: parent
                color: Theme.inkSoft
                text: qsTr("所选年度和大类没有发放记录")
                visible: page.subsidies.lines.count === 0
            }

            FocusRing {
                inside: true
                visible: lines.activeFocus && lines.count === 0
            }

            ListView {
                id: lines

                Accessible.name: qsTr("发放记录，共 %1 笔").arg(count)
                Accessible.role: Accessible.List
                activeFocusOnTab: true
                anchors.fill: parent
                anchors.margins: Theme.px(2)
                boundsBehavior: Flickable.StopAtBounds
                cacheBuffer: 0 // rows made ahead of time would still be under way when their holder goes
                clip: true
                focus: true
                highlightMoveDuration: 0
                model: page.subsidies.lines
                objectName: "lines"

                Keys.onPressed: event => {
                    const step = Math.max(1, Math.floor(lines.height / Theme.px(72)) - 1);
                    switch (event.key) {
                    case Qt.Key_Return:
                    case Qt.Key_Enter:
                    case Qt.Key_Space:
                        if (!event.isAutoRepeat && lines.currentItem)
                            page.subsidies.open((lines.currentItem as PaymentRow).key);
                        break;
                    case Qt.Key_PageDown:
                        lines.currentIndex = Math.min(lines.count - 1, lines.currentIndex + step);
                        break;
                    case Qt.Key_PageUp:
                        lines.currentIndex = Math.max(0, lines.currentIndex - step);
                        break;
                    case Qt.Key_Home:
                        lines.currentIndex = 0;
                        break;
                    case Qt.Key_End:
                        lines.currentIndex = lines.count - 1;
                        break;
                    default:
                        return;
                    }
                    event.accepted = true;
                }

                ScrollBar.vertical: ScrollEdge {}

                delegate: PaymentRow {
                    id: payment

                    required property int index

                    current: lines.activeFocus && ListView.isCurrentItem
                    unfolded: page.subsidies.unfolded === payment.key
                    width: lines.width - Theme.px(12)

                    // what was just unfolded is scrolled into sight
                    onImplicitHeightChanged: if (unfolded)
                        Qt.callLater(lines.positionViewAtIndex, payment.index, ListView.Contain)
                    onPressed: {
                        lines.currentIndex = payment.index;
                        lines.forceActiveFocus(Qt.MouseFocusReason);
                        page.subsidies.open(payment.key);
                    }
                }
            }
        }
    }
}
