pragma ComponentBehavior: Bound

import QtQuick
import Ssc.Controls
import Ssc.Models
import Ssc.Theme

// Old PIN, new PIN, new PIN again: one after the other, as dots.
PageFrame {
    id: page

    required property DeskModel desk

    readonly property PinModel pin: desk.pin
    readonly property int step: Math.max(0, ["old", "new", "again"].indexOf(pin.entry))

    subtitle: page.desk.journeyTitle
    title: qsTr("请持卡人自己输入密码")

    actions: [
        ActionButton {
            hint: "Esc"
            iconName: "back"
            objectName: "leave"
            text: qsTr("取消")

            onClicked: page.desk.leaveService()
        }
    ]

    Keys.onEscapePressed: page.desk.leaveService()
    Keys.onPressed: event => entry.press(event)

    function asked(): string {
        switch (page.pin.entry) {
        case "new":
            return qsTr("请设一个新密码，%1 位数字").arg(page.digitsAsked());
        case "again":
            return qsTr("请把新密码再输一遍");
        default:
            return qsTr("请输入现在的社保卡密码");
        }
    }

    function digitsAsked(): string {
        return page.pin.least === page.pin.most ? String(page.pin.least) : page.pin.least + "–" + page.pin.most;
    }

    PinEntry {
        id: entry

        advice: page.pin.entry === "old" ? qsTr("工作人员请回避。忘记原密码不要试，可带身份证重置。") : qsTr("不要用生日、连号、重号或证件号码的一段。改的时候请勿拔卡。")
        anchors.fill: parent
        heading: page.asked()
        pin: page.pin

        Row {
            Accessible.name: qsTr("第 %1 步，共 3 步").arg(page.step + 1)
            Accessible.role: Accessible.StaticText
            objectName: "steps"
            spacing: Theme.px(10)
            width: parent.width

            Repeater {
                model: [qsTr("原密码"), qsTr("新密码"), qsTr("再输一遍")]

                Rectangle {
                    id: one

                    required property int index
                    required property string modelData

                    readonly property bool now: index === page.step
                    readonly property bool past: index < page.step

                    border.color: now ? Theme.accent : past ? Theme.good : Theme.line
                    border.width: now ? Theme.px(2) : 1
                    color: now ? Theme.accentSoft : past ? Theme.goodSoft : Theme.surface
                    height: Theme.px(44)
                    radius: height / 2
                    width: (Theme.px(460) - 2 * Theme.px(10)) / 3

                    Row {
                        anchors.centerIn: parent
                        spacing: Theme.px(6)

                        Icon {
                            anchors.verticalCenter: parent.verticalCenter
                            color: Theme.good
                            name: "check"
                            size: Theme.px(18)
                            stroke: 3
                            visible: one.past
                        }

                        AppText {
                            Accessible.ignored: true
                            color: one.now ? Theme.accent : one.past ? Theme.good : Theme.inkSoft
                            font.bold: one.now
                            font.pixelSize: Theme.small
                            lineHeight: 1
                            text: (one.index + 1) + "  " + one.modelData
                            wrapMode: Text.NoWrap
                        }
                    }
                }
            }
        }
    }
}
