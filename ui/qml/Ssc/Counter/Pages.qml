pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Models

// Every page by its name. One is made at a time, and destroyed with the stage that it shows.
QtObject {
    id: pages

    required property DeskModel desk

    signal overlayClosed

    readonly property var table: ({
            "busy": busy,
            "card-status": cardStatus,
            "confirm": confirm,
            "doubtful": doubtful,
            "fault": fault,
            "form": form,
            "health": health,
            "holder": holder,
            "notice": notice,
            "pin": pin,
            "pin-change": pinChange,
            "program": program,
            "queue": queue,
            "readers": readers,
            "result": result,
            "second-person": secondPerson,
            "sign-in": signIn,
            "subsidies": subsidies,
            "waiting": waiting
        })

    function named(name: string): Component {
        return pages.table[name] ?? pages.busy;
    }

    readonly property Component busy: BusyPage {
        desk: pages.desk
    }
    readonly property Component cardStatus: CardStatusPage {
        desk: pages.desk
    }
    readonly property Component confirm: ConfirmPage {
        desk: pages.desk
    }
    readonly property Component doubtful: DoubtfulPage {
        desk: pages.desk
    }
    readonly property Component fault: FaultPage {
        desk: pages.desk
    }
    readonly property Component form: FormPage {
        desk: pages.desk
    }
    readonly property Component health: HealthPage {
        health: pages.desk.health

        onClosed: pages.overlayClosed()
    }
    readonly property Component holder: HolderPage {
        desk: pages.desk
    }
    readonly property Component notice: NoticePage {
        desk: pages.desk
    }
    readonly property Component pin: PinPage {
        desk: pages.desk
    }
    readonly property Component pinChange: PinChangePage {
        desk: pages.desk
    }
    readonly property Component program: ProgramPage {
        desk: pages.desk
    }
    readonly property Component queue: QueuePage {
        desk: pages.desk

        onClosed: pages.overlayClosed()
    }
    readonly property Component readers: ReadersPage {
        desk: pages.desk
    }
    readonly property Component result: ResultPage {
        desk: pages.desk
    }
    readonly property Component secondPerson: SecondPersonPage {
        desk: pages.desk
    }
    readonly property Component signIn: SignInPage {
        desk: pages.desk
    }
    readonly property Component subsidies: SubsidiesPage {
        desk: pages.desk
    }
    readonly property Component waiting: WaitingPage {
        desk: pages.desk
    }
}
