pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The counter window: ribbon, top bar, who serves, and one page at a time. The page of one holder is destroyed with its stage.
Rectangle {
    id: main

    required property DeskModel desk
    property string overlay: "" // "health" or "queue", over the desk's own page
    property string under: "" // the page that the overlay was opened over
    readonly property bool healthOpen: overlay === "health"
    readonly property bool signedIn: desk.staff.present && desk.page !== "sign-in"
    readonly property string shownPage: desk.page === "second-person" || overlay === "" ? desk.page : overlay

    color: Theme.ground
    height: 800
    width: 1280

    Window.onActiveChanged: if (!main.Window.active)
        main.desk.holder.conceal()
    onHeightChanged: fit()
    onWidthChanged: fit()
    Component.onCompleted: fit()

    // One scale for everything: 1 at 1280 × 800, 1.35 at full HD. Smaller old screens (1366 × 768) still show all of it.
    function fit() {
        Theme.scale = Math.max(0.85, Math.min(2.5, Math.min(main.width / 1280, main.height / 800)));
    }

    function toggle(name: string) {
        main.under = main.desk.page;
        main.overlay = main.overlay === name ? "" : name;
        if (main.overlay === "health")
            main.desk.health.check();
    }

    Connections {
        target: main.desk

        // Somebody is at the counter. A second person who is asked for from the queue comes and goes above it.
        function onPageChanged() {
            if (main.desk.page !== "second-person" && main.desk.page !== main.under)
                main.overlay = "";
        }
    }

    Rectangle {
        id: ribbon

        Accessible.name: ribbonText.text
        Accessible.role: Accessible.StaticText
        color: Theme.ribbon
        height: visible ? Theme.px(32) : 0
        visible: main.desk.sandbox
        width: parent.width

        AppText {
            id: ribbonText

            Accessible.ignored: true
            anchors.centerIn: parent
            color: Theme.ribbonInk
            font.bold: true
            font.pixelSize: Theme.small
            lineHeight: 1
            text: qsTr("演示环境 · 人员和资金均为虚构，不办理真实业务")
        }
    }

    TopBar {
        id: bar

        // keys that its buttons do not take mean the page: PIN digits count wherever the focus is
        Keys.forwardTo: loader.item ? [loader.item] : []
        anchors.top: ribbon.bottom
        desk: main.desk
        healthOpen: main.healthOpen
        width: parent.width

        onHealthPressed: main.toggle("health")
    }

    StaffBar {
        id: staffBar

        Keys.forwardTo: loader.item ? [loader.item] : []
        anchors.top: bar.bottom
        desk: main.desk
        queueOpen: main.overlay === "queue"
        visible: main.desk.page !== "sign-in" && (main.desk.staff.present || main.desk.staff.hasQueue)
        width: parent.width

        onQueuePressed: main.toggle("queue")
    }

    Pages {
        id: pages

        desk: main.desk

        onOverlayClosed: main.overlay = ""
    }

    Loader {
        id: loader

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: staffBar.visible ? staffBar.bottom : bar.bottom
        focus: true
        objectName: "page"
        sourceComponent: pages.named(main.shownPage)

        onLoaded: loader.forceActiveFocus(Qt.TabFocusReason)
    }

    Shortcut {
        autoRepeat: false
        sequence: "F7"

        onActivated: main.toggle("health")
    }

    Shortcut {
        autoRepeat: false
        enabled: main.desk.staff.hasQueue && main.desk.page !== "sign-in" && main.desk.page !== "second-person"
        sequence: "F6"

        onActivated: main.toggle("queue")
    }

    Shortcut {
        autoRepeat: false
        enabled: main.signedIn
        sequence: "F10"

        onActivated: main.desk.lock()
    }

    Shortcut {
        autoRepeat: false
        sequence: "F8"

        onActivated: main.desk.switchLanguage()
    }

    Shortcut {
        autoRepeat: false
        enabled: main.desk.holder.present && main.overlay === ""
        sequence: "F9"

        onActivated: main.desk.endVisit()
    }
}
