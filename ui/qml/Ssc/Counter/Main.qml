pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// The counter window: ribbon, top bar, and one page at a time. The page of one holder is destroyed with its stage.
Rectangle {
    id: main

    required property DeskModel desk
    property bool healthOpen: false
    readonly property string shownPage: healthOpen ? "health" : desk.page

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

    function toggleHealth() {
        main.healthOpen = !main.healthOpen;
        if (main.healthOpen)
            main.desk.health.check();
    }

    function pageComponent(name: string): Component {
        switch (name) {
        case "waiting":
            return waitingPage;
        case "readers":
            return readersPage;
        case "notice":
            return noticePage;
        case "holder":
            return holderPage;
        case "pin":
            return pinPage;
        case "card-status":
            return cardStatusPage;
        case "subsidies":
            return subsidiesPage;
        case "fault":
            return faultPage;
        case "health":
            return healthPage;
        default:
            return busyPage;
        }
    }

    Connections {
        target: main.desk

        function onPageChanged() {
            main.healthOpen = false; // somebody is at the counter
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

        onHealthPressed: main.toggleHealth()
    }

    Loader {
        id: loader

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: bar.bottom
        focus: true
        objectName: "page"
        sourceComponent: main.pageComponent(main.shownPage)

        onLoaded: loader.forceActiveFocus(Qt.TabFocusReason)
    }

    Shortcut {
        autoRepeat: false
        sequence: "F7"

        onActivated: main.toggleHealth()
    }

    Shortcut {
        autoRepeat: false
        sequence: "F8"

        onActivated: main.desk.switchLanguage()
    }

    Shortcut {
        autoRepeat: false
        enabled: main.desk.holder.present && !main.healthOpen
        sequence: "F9"

        onActivated: main.desk.endVisit()
    }

    Component {
        id: waitingPage

        WaitingPage {
            desk: main.desk
        }
    }

    Component {
        id: readersPage

        ReadersPage {
            desk: main.desk
        }
    }

    Component {
        id: noticePage

        NoticePage {
            desk: main.desk
        }
    }

    Component {
        id: busyPage

        BusyPage {
            desk: main.desk
        }
    }

    Component {
        id: holderPage

        HolderPage {
            desk: main.desk
        }
    }

    Component {
        id: pinPage

        PinPage {
            desk: main.desk
        }
    }

    Component {
        id: cardStatusPage

        CardStatusPage {
            desk: main.desk
        }
    }

    Component {
        id: subsidiesPage

        SubsidiesPage {
            desk: main.desk
        }
    }

    Component {
        id: faultPage

        FaultPage {
            desk: main.desk
        }
    }

    Component {
        id: healthPage

        HealthPage {
            health: main.desk.health

            onClosed: main.healthOpen = false
        }
    }
}
