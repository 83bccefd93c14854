import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// A card write was cut off earlier; this is the card. It is settled now, or left for another time; never guessed.
FocusScope {
    id: page

    required property DeskModel desk

    // Without it, what the page asks for is done by two people elsewhere, and here is nothing left but to close it.
    readonly property bool canSettle: desk.actions.includes("settle")
    readonly property DoubtfulModel doubtful: desk.doubtful

    focus: true

    Keys.onEscapePressed: page.desk.act("later")

    Panel {
        anchors.centerIn: parent
        height: column.implicitHeight + 2 * Theme.px(44)
        width: Math.min(parent.width - 2 * Theme.gapHuge, Theme.px(940))

        Column {
            id: column

            spacing: Theme.gapLarge
            width: parent.width - 2 * Theme.px(56)
            x: Theme.px(56)
            y: Theme.px(44)

            Row {
                spacing: Theme.gapLarge
                width: parent.width

                Rectangle {
                    id: mark

                    color: Theme.warningSoft
                    height: Theme.px(64)
                    radius: height / 2
                    width: height

                    Icon {
                        anchors.centerIn: parent
                        color: Theme.warning
                        name: "card"
                        size: Theme.px(36)
                    }
                }

                Column {
                    anchors.verticalCenter: mark.verticalCenter
                    spacing: Theme.px(4)
                    width: parent.width - mark.width - parent.spacing

                    AppText {
                        color: Theme.inkSoft
                        font.pixelSize: Theme.small
                        text: page.doubtful.since
                        width: parent.width
                    }

                    AppText {
                        Accessible.role: Accessible.Heading
                        font.bold: true
                        font.pixelSize: Theme.title
                        objectName: "doubtfulTitle"
                        text: page.doubtful.title
                        width: parent.width
                    }
                }
            }

            AppText {
                font.pixelSize: Theme.large
                objectName: "doubtfulWhat"
                text: page.doubtful.what
                width: parent.width
            }

            Rectangle {
                Accessible.name: askHead.text + " " + ask.text
                Accessible.role: Accessible.StaticText
                color: Theme.ground
                height: steps.implicitHeight + 2 * Theme.px(20)
                radius: Theme.radius
                width: parent.width

                Column {
                    id: steps

                    spacing: Theme.px(6)
                    width: parent.width - 2 * Theme.px(24)
                    x: Theme.px(24)
                    y: Theme.px(20)

                    AppText {
                        id: askHead

                        Accessible.ignored: true
                        color: Theme.accent
                        font.bold: true
                        text: qsTr("怎么核实")
                    }

                    AppText {
                        id: ask

                        Accessible.ignored: true
                        font.pixelSize: Theme.large
                        objectName: "doubtfulAsk"
                        text: page.doubtful.ask
                        width: parent.width
                    }
                }
            }

            Row {
                anchors.right: parent.right
                layoutDirection: Qt.RightToLeft
                spacing: Theme.gap

                ActionButton {
                    focus: page.canSettle
                    hint: "Enter"
                    implicitHeight: Theme.px(60)
                    kind: "primary"
                    objectName: "settle"
                    text: qsTr("现在核实")
                    visible: page.canSettle

                    onClicked: page.desk.act("settle")
                }

                ActionButton {
                    focus: !page.canSettle
                    hint: page.canSettle ? "Esc" : "Enter"
                    implicitHeight: Theme.px(60)
                    kind: page.canSettle ? "secondary" : "primary"
                    objectName: "later"
                    text: page.canSettle ? qsTr("以后再核实") : qsTr("知道了")

                    onClicked: page.desk.act("later")
                }
            }
        }
    }
}
