pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Who is here, whether the card is genuine, and what can be done.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property HolderModel holder: desk.holder

    subtitle: qsTr("请核对持卡人本人和身份证件")
    title: qsTr("持卡人")

    actions: [
        Chip {
            anchors.verticalCenter: parent?.verticalCenter
            iconName: page.holder.authenticated ? "shield" : "alert"
            implicitHeight: Theme.px(44)
            objectName: "authenticity"
            text: page.holder.authenticity
            tone: page.holder.authenticated ? "good" : "warning"
            visible: text !== ""
        },
        ActionButton {
            hint: "F9"
            objectName: "endVisit"
            text: qsTr("结束办理")

            onClicked: page.desk.endVisit()
        }
    ]

    Column {
        id: top

        spacing: Theme.gap
        width: parent.width

        FaultBanner {
            canRetry: page.desk.canRetry
            code: page.desk.fault.code
            message: page.desk.fault.message
            objectName: "holderFault"
            remedy: page.desk.fault.remedy
            slim: true
            visible: page.desk.fault.present
            width: parent.width

            onRetry: page.desk.retry()
        }
    }

    Panel {
        id: person

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.top: top.bottom
        anchors.topMargin: page.desk.fault.present ? Theme.gap : 0
        width: Math.round((parent.width - Theme.gapLarge) * 0.56)

        ScrollPane {
            anchors.fill: parent
            anchors.margins: 1
            objectName: "holderPane"
            side: Theme.px(28)
            spacing: Theme.px(8)

            MaskedField {
                label: qsTr("姓名")
                large: true
                masked: page.holder.name
                objectName: "nameField"
                open: page.holder.openField === "name"
                plain: page.holder.plain
                width: parent.width

                onConceal: page.holder.conceal()
                onReveal: page.holder.reveal("name")
            }

            MaskedField {
                label: qsTr("社会保障号码")
                masked: page.holder.number
                objectName: "numberField"
                open: page.holder.openField === "number"
                plain: page.holder.plain
                width: parent.width

                onConceal: page.holder.conceal()
                onReveal: page.holder.reveal("number")
            }

            MaskedField {
                label: qsTr("出生日期")
                masked: page.holder.birthDate
                objectName: "birthDateField"
                open: page.holder.openField === "birth_date"
                plain: page.holder.plain
                width: parent.width

                onConceal: page.holder.conceal()
                onReveal: page.holder.reveal("birth_date")
            }

            MaskedField {
                label: qsTr("社会保障卡号")
                masked: page.holder.cardNumber
                objectName: "cardNumberField"
                open: page.holder.openField === "card_number"
                plain: page.holder.plain
                width: parent.width

                onConceal: page.holder.conceal()
                onReveal: page.holder.reveal("card_number")
            }

            Rectangle {
                color: Theme.line
                height: 1
                width: parent.width
            }

            FactGrid {
                model: page.holder.facts
                width: parent.width
            }
        }
    }

    Item {
        anchors.bottom: parent.bottom
        anchors.left: person.right
        anchors.leftMargin: Theme.gapLarge
        anchors.right: parent.right
        anchors.top: person.top

        AppText {
            id: heading

            Accessible.role: Accessible.Heading
            font.bold: true
            font.pixelSize: Theme.large
            text: qsTr("可办事项")
        }

        AppText {
            anchors.top: heading.bottom
            anchors.topMargin: Theme.gap
            color: Theme.inkSoft
            text: qsTr("这张卡现在没有可以办理的事项。")
            visible: page.desk.services.count === 0
            width: parent.width
        }

        ScrollPane {
            id: tilePane

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.leftMargin: -Theme.gapSmall
            anchors.right: parent.right
            anchors.rightMargin: -Theme.gapSmall
            anchors.top: heading.bottom
            anchors.topMargin: Theme.px(4)
            edge: Theme.gapSmall
            objectName: "tilePane"
            side: more ? Theme.px(14) : Theme.gapSmall
            spacing: Theme.px(12)
            walked: false

            Repeater {
                model: page.desk.services

                ServiceButton {
                    id: tile

                    required property int index
                    required property string code
                    required property string title

                    required summary
                    required shortcut
                    required refused
                    required refusal
                    required remedy
                    required faultCode
                    focus: index === 0
                    objectName: "service-" + code
                    text: title
                    width: tilePane.width - 2 * tilePane.side

                    onActiveFocusChanged: if (activeFocus)
                        tilePane.reveal(tile)
                    onClicked: page.desk.startService(tile.code)

                    Shortcut {
                        autoRepeat: false
                        enabled: !tile.refused && tile.shortcut !== ""
                        sequence: tile.shortcut

                        onActivated: page.desk.startService(tile.code)
                    }
                }
            }
        }
    }
}
