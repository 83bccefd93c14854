import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// How it ended, in the words of the paper that the holder takes away.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property ResultModel result: desk.result
    readonly property bool canPrint: desk.actions.includes("print")
    // of its own, so that it tells of a real change only: `focus` bound to the model would come back with every view
    readonly property bool printFirst: canPrint && result.printed === ""

    subtitle: page.result.handOver
    title: page.desk.journeyTitle

    actions: [
        ActionButton {
            focus: page.printFirst
            iconName: "print"
            implicitHeight: Theme.px(56)
            kind: page.result.printed === "" ? "primary" : "secondary"
            objectName: "print"
            text: page.result.printed === "" ? qsTr("打印回执") : qsTr("补打回执")
            visible: page.canPrint

            onClicked: page.desk.act("print")
        },
        ActionButton {
            id: done

            focus: !page.printFirst
            hint: "Esc"
            implicitHeight: Theme.px(56)
            kind: page.printFirst ? "secondary" : "primary"
            objectName: "done"
            text: qsTr("完成")

            onClicked: page.desk.act("done")
        }
    ]

    Keys.onEscapePressed: page.desk.act("done")

    Panel {
        id: words

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: side.visible ? side.left : parent.right
        anchors.rightMargin: side.visible ? Theme.gapLarge : 0
        anchors.top: parent.top

        ScrollPane {
            anchors.bottom: notes.top
            anchors.left: parent.left
            anchors.margins: Theme.px(4)
            anchors.right: parent.right
            anchors.top: parent.top
            edge: Theme.px(10)
            objectName: "resultPane"
            spacing: Theme.px(10)

            Row {
                spacing: Theme.gap
                width: parent.width

                Rectangle {
                    id: mark

                    color: Theme.toneGround(page.result.tone)
                    height: Theme.px(60)
                    radius: height / 2
                    width: height

                    Icon {
                        anchors.centerIn: parent
                        color: Theme.toneInk(page.result.tone)
                        name: Theme.toneIcon(page.result.tone)
                        size: Theme.px(36)
                        stroke: 2.8
                    }
                }

                AppText {
                    Accessible.role: Accessible.Heading
                    color: Theme.toneInk(page.result.tone)
                    font.bold: true
                    font.pixelSize: Theme.display
                    lineHeight: 1.1
                    objectName: "headline"
                    text: page.result.headline
                    width: parent.width - mark.width - parent.spacing
                    y: Math.max(0, Math.round((mark.height - height) / 2))
                }
            }

            AppText {
                font.pixelSize: Theme.px(20)
                objectName: "nextSteps"
                text: page.result.nextSteps
                width: parent.width
            }

            FactList {
                labelWidth: Theme.px(190)
                model: page.result.lines
                rowPadding: Theme.px(6)
                width: parent.width
            }

            AppText {
                color: Theme.inkSoft
                objectName: "hotlines"
                text: [qsTr("人社服务热线 %1").arg(page.desk.lossHotline), page.desk.bankHotline ? qsTr("本行客服 %1").arg(page.desk.bankHotline) : ""].filter(part => part !== "").join("  ·  ")
                width: parent.width
            }
        }

        Column {
            id: notes

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.margins: Theme.px(16)
            anchors.right: parent.right
            spacing: Theme.px(10)

            Notice {
                iconName: page.result.printFault.present ? "alert" : "print"
                more: page.result.printFault.present ? page.result.printFault.remedy + " " + qsTr("（故障代码 %1）").arg(page.result.printFault.code) : ""
                objectName: "printState"
                text: page.result.printFault.present ? page.result.printFault.message : page.result.printed
                tone: page.result.printFault.present ? "bad" : page.result.printedTone
                visible: text !== ""
                width: parent.width
            }

            Notice {
                iconName: "card"
                objectName: "takeCard"
                text: qsTr("办完请取走卡")
                tone: "warning"
                visible: page.result.takeCard && !side.visible
                width: parent.width
            }
        }
    }

    Item {
        id: side

        anchors.bottom: parent.bottom
        anchors.right: parent.right
        anchors.top: parent.top
        visible: page.result.number !== "" || page.result.code !== ""
        width: Theme.px(400)

        Column {
            spacing: Theme.px(10)
            width: parent.width

            Panel {
                Accessible.name: numberHead.text + " " + page.result.number
                Accessible.role: Accessible.StaticText
                height: numbers.implicitHeight + 2 * Theme.px(8)
                visible: page.result.number !== ""
                width: parent.width

                Column {
                    id: numbers

                    width: parent.width - 2 * Theme.px(16)
                    x: Theme.px(16)
                    y: Theme.px(8)

                    AppText {
                        id: numberHead

                        Accessible.ignored: true
                        color: Theme.inkSoft
                        font.pixelSize: Theme.small
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("回执编号")
                        width: parent.width
                    }

                    AppText {
                        Accessible.ignored: true
                        font.bold: true
                        font.pixelSize: Theme.px(30)
                        fontSizeMode: Text.HorizontalFit
                        horizontalAlignment: Text.AlignHCenter
                        lineHeight: 1.1
                        minimumPixelSize: Theme.px(18)
                        objectName: "receiptNumber"
                        text: page.result.number
                        width: parent.width
                        wrapMode: Text.NoWrap
                    }
                }
            }

            QrPanel {
                result: page.result
                visible: page.result.code !== "" || page.result.picture !== ""
                width: parent.width
            }

            Notice {
                iconName: "card"
                objectName: "takeCard"
                text: qsTr("办完请取走卡")
                tone: "warning"
                visible: page.result.takeCard
                width: parent.width
            }
        }
    }
}
