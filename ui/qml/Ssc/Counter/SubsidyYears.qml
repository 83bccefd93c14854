pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// One card a year, and one for all of them. Arrow keys walk, Enter or Space chooses.
ListView {
    id: list

    required property SubsidyModel subsidies

    Accessible.name: qsTr("年度")
    Accessible.role: Accessible.List
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 0 // rows made ahead of time would still be under way when their holder goes
    clip: true
    implicitHeight: Theme.px(98)
    keyNavigationEnabled: false
    model: subsidies.years
    orientation: ListView.Horizontal
    spacing: Theme.px(12)

    // The neighbour may be out of sight, and is only made when the list comes to it.
    function walk(index: int) {
        if (index < 0 || index >= list.count)
            return;
        list.positionViewAtIndex(index, ListView.Contain);
        list.forceLayout();
        const next = list.itemAtIndex(index);
        if (next)
            next.forceActiveFocus(Qt.TabFocusReason);
    }

    delegate: AbstractButton {
        id: card

        required property int index
        required property string key
        required property string label
        required property string paid
        required property int paidCount
        required property int returnedCount
        required property int pendingCount
        required property bool selected

        readonly property int shown: Math.max(1, Math.min(6, list.count))

        Accessible.checkable: true
        Accessible.checked: selected
        Accessible.name: (key === "" ? qsTr("全部年度") : qsTr("%1年").arg(key)) + " " + qsTr("已到账 %1，%2 笔").arg(paid).arg(paidCount)
        Accessible.role: Accessible.RadioButton
        focusPolicy: Qt.StrongFocus
        height: list.height
        hoverEnabled: true
        objectName: "year-" + key
        text: key === "" ? qsTr("全部年度") : qsTr("%1年").arg(key)
        width: Math.floor((list.width - (shown - 1) * list.spacing) / shown)

        Keys.onPressed: event => {
            if (event.key === Qt.Key_Left || event.key === Qt.Key_Right) {
                event.accepted = true;
                list.walk(card.index + (event.key === Qt.Key_Right ? 1 : -1));
            } else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
                event.accepted = true;
                if (!event.isAutoRepeat)
                    card.click();
            }
        }
        onActiveFocusChanged: if (activeFocus)
            list.positionViewAtIndex(index, ListView.Contain)
        onClicked: list.subsidies.chooseYear(card.key)

        background: Rectangle {
            border.color: card.selected ? Theme.accent : Theme.line
            border.width: card.selected ? Theme.px(2) : 1
            color: card.selected ? Theme.accentSoft : card.hovered ? Theme.ground : Theme.surface
            radius: Theme.radius

            FocusRing {
                inside: true
                visible: card.activeFocus
            }
        }
        contentItem: Item {
            Column {
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(14)
                anchors.right: parent.right
                anchors.rightMargin: Theme.px(8)
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.px(3)

                Row {
                    spacing: Theme.px(6)

                    AppText {
                        color: card.selected ? Theme.accent : Theme.inkSoft
                        font.bold: card.selected
                        font.pixelSize: Theme.small
                        lineHeight: 0.95
                        text: card.text
                        wrapMode: Text.NoWrap
                    }

                    Icon {
                        anchors.verticalCenter: parent.verticalCenter
                        color: Theme.accent
                        name: "check"
                        size: Theme.px(16)
                        stroke: 3
                        visible: card.selected
                    }
                }

                AppText {
                    font.bold: true
                    font.pixelSize: Theme.large
                    fontSizeMode: Text.HorizontalFit
                    lineHeight: 0.95
                    minimumPixelSize: Theme.px(14)
                    text: card.paid
                    width: parent.width
                    wrapMode: Text.NoWrap
                }

                AppText {
                    color: Theme.inkSoft
                    elide: Text.ElideRight
                    font.pixelSize: Theme.small
                    lineHeight: 0.95
                    text: qsTr("%1 笔到账").arg(card.paidCount)
                    width: parent.width
                    wrapMode: Text.NoWrap
                }
            }
        }
    }
}
