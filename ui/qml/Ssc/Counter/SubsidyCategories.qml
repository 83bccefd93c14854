pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Categories with their colour, name, bar and amount. Choosing one filters the payments.
ListView {
    id: list

    required property SubsidyModel subsidies

    Accessible.name: qsTr("补贴大类")
    Accessible.role: Accessible.List
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 0 // rows made ahead of time would still be under way when their holder goes
    clip: true
    keyNavigationEnabled: false
    model: subsidies.categories
    spacing: Theme.px(4)

    ScrollBar.vertical: ScrollEdge {}

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
        id: row

        required property int index
        required property string key
        required property string name
        required property string paid
        required property int paidCount
        required property real share
        required property int series
        required property bool selected

        Accessible.checkable: true
        Accessible.checked: selected
        Accessible.name: qsTr("%1，已到账 %2，%3 笔").arg(name).arg(paid).arg(paidCount)
        Accessible.role: Accessible.CheckBox
        focusPolicy: Qt.StrongFocus
        height: Theme.px(44)
        hoverEnabled: true
        objectName: "category-" + key
        width: list.width - (list.contentHeight > list.height ? Theme.px(14) : 0)

        Keys.onPressed: event => {
            if (event.key === Qt.Key_Up || event.key === Qt.Key_Down) {
                event.accepted = true;
                list.walk(row.index + (event.key === Qt.Key_Down ? 1 : -1));
            } else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
                event.accepted = true;
                if (!event.isAutoRepeat)
                    row.click();
            }
        }
        onActiveFocusChanged: if (activeFocus)
            list.positionViewAtIndex(index, ListView.Contain)
        onClicked: list.subsidies.chooseCategory(row.key)

        background: Rectangle {
            border.color: Theme.accent
            border.width: row.selected ? Theme.px(2) : 0
            color: row.selected ? Theme.accentSoft : row.hovered ? Theme.ground : Theme.surface
            radius: Theme.px(8)

            FocusRing {
                corner: Theme.px(8)
                inside: true
                visible: row.activeFocus
            }
        }
        contentItem: Item {
            Rectangle {
                id: swatch

                color: Theme.seriesColor(row.series)
                height: Theme.px(14)
                radius: Theme.px(3)
                width: Theme.px(14)
                x: Theme.px(10)
                y: Theme.px(9)
            }

            AppText {
                id: amount

                anchors.right: parent.right
                anchors.rightMargin: Theme.px(10)
                font.pixelSize: Theme.small
                lineHeight: 1
                text: row.paid
                wrapMode: Text.NoWrap
                y: Theme.px(6)
            }

            AppText {
                anchors.left: swatch.right
                anchors.leftMargin: Theme.px(10)
                anchors.right: amount.left
                anchors.rightMargin: Theme.px(8)
                anchors.verticalCenter: amount.verticalCenter
                elide: Text.ElideRight
                font.bold: row.selected
                font.pixelSize: Theme.small
                lineHeight: 1
                text: row.name
                wrapMode: Text.NoWrap
            }

            Rectangle {
                color: Theme.sunken
                height: Theme.px(7)
                radius: height / 2
                width: parent.width - Theme.px(44)
                x: Theme.px(34)
                y: Theme.px(33)

                Rectangle {
                    color: Theme.seriesColor(row.series)
                    height: parent.height
                    radius: parent.radius
                    visible: row.share > 0
                    width: Math.max(parent.height, parent.width * row.share)
                }
            }
        }
    }
}
