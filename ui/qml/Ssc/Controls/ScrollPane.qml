import QtQuick
import QtQuick.Controls.Basic
import Ssc.Theme

// A column that scrolls where it does not fit, with a bar that says so. Where nothing in it takes the focus, the pane
// itself does while there is more, and the arrow keys move it.
Flickable {
    id: pane

    default property alias rows: column.data
    property alias spacing: column.spacing
    property int side: Theme.px(24)
    property int edge: Theme.px(16)
    property bool walked: true
    property Item shown: null

    readonly property bool more: contentHeight > height + 1

    Accessible.focusable: walked && more
    Accessible.name: qsTr("还有内容，按上下键滚动")
    Accessible.role: Accessible.Pane
    activeFocusOnTab: walked && (more || activeFocus)
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: Math.ceil(column.implicitHeight) + 2 * edge
    pixelAligned: true

    ScrollBar.vertical: ScrollEdge {}

    // Brings an item of the column into sight, also when the pane only gets its size afterwards.
    function reveal(item: Item) {
        pane.shown = item;
        pane.place();
    }

    function place() {
        if (pane.shown === null || pane.height <= 0)
            return;
        const top = pane.shown.y + column.y;
        const least = top + pane.shown.height + pane.edge - pane.height;
        const most = top - pane.edge;
        pane.contentY = Math.max(0, Math.min(Math.max(pane.contentY, least), most, pane.contentHeight - pane.height));
    }

    function walk(step: real) {
        pane.contentY = Math.max(0, Math.min(pane.contentY + step, pane.contentHeight - pane.height));
    }

    onContentHeightChanged: place()
    onHeightChanged: place()

    Keys.onPressed: event => {
        const steps = ({
                [Qt.Key_Up]: -Theme.px(48),
                [Qt.Key_Down]: Theme.px(48),
                [Qt.Key_PageUp]: -pane.height,
                [Qt.Key_PageDown]: pane.height
            });
        event.accepted = pane.more && event.key in steps;
        if (event.accepted)
            pane.walk(steps[event.key]);
    }

    Column {
        id: column

        width: pane.width - 2 * pane.side
        x: pane.side
        y: pane.edge
    }

    FocusRing {
        anchors.fill: parent
        corner: Theme.px(6)
        inside: true
        parent: pane
        visible: pane.activeFocus
    }
}
