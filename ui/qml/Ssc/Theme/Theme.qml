pragma Singleton

import QtQuick

// Colours, sizes and rhythm of every screen. Sizes follow `scale`: the window's size, and later the elder mode.
// Text on its ground keeps a contrast of at least 4.5 : 1 (a test computes it from these values).
QtObject {
    id: theme

    property real scale: 1

    function px(size: real): int {
        return Math.round(size * theme.scale);
    }

    // ground
    readonly property color ground: "#F3F5F8"
    readonly property color surface: "#FFFFFF"
    readonly property color sunken: "#E9EDF2"
    readonly property color line: "#CDD5DE"
    readonly property color lineStrong: "#76859A"

    // ink
    readonly property color ink: "#17212E"
    readonly property color inkSoft: "#48566A"
    readonly property color inkOnAccent: "#FFFFFF"

    // the one accent
    readonly property color accent: "#1450A3"
    readonly property color accentDown: "#0E3B7A"
    readonly property color accentHover: "#1A5CB8"
    readonly property color accentSoft: "#E6EEF9"
    readonly property color header: "#10315F"
    readonly property color headerSoft: "#C9D8EE"
    readonly property color headerHover: "#21477C"

    // tones: never the only cue, an icon and words stand beside them
    readonly property color good: "#0B6439"
    readonly property color goodSoft: "#E3F3EA"
    readonly property color warning: "#7A4300"
    readonly property color warningSoft: "#FFF1D6"
    readonly property color bad: "#A21D1D"
    readonly property color badSoft: "#FCE9E7"
    readonly property color muted: "#566377"
    readonly property color mutedSoft: "#EBEEF2"
    readonly property color ribbon: "#FFD27A"
    readonly property color ribbonInk: "#4A2C00"

    // parts of the chart; names and amounts stand beside each
    readonly property list<color> series: ["#1450A3", "#2A8C82", "#D08A1D", "#8A4FA3", "#C2543D", "#5B7F2B", "#3E9BD0", "#9A6B3F", "#B34B7D", "#6B7688"]

    function seriesColor(number: int): color {
        return theme.series[number % theme.series.length];
    }

    function toneInk(tone: string): color {
        switch (tone) {
        case "good":
            return theme.good;
        case "warning":
            return theme.warning;
        case "bad":
            return theme.bad;
        case "muted":
            return theme.muted;
        default:
            return theme.ink;
        }
    }

    function toneGround(tone: string): color {
        switch (tone) {
        case "good":
            return theme.goodSoft;
        case "warning":
            return theme.warningSoft;
        case "bad":
            return theme.badSoft;
        case "muted":
            return theme.mutedSoft;
        default:
            return theme.accentSoft;
        }
    }

    function toneIcon(tone: string): string {
        switch (tone) {
        case "good":
            return "check";
        case "warning":
            return "clock";
        case "bad":
            return "alert";
        case "muted":
            return "arrow";
        default:
            return "dot";
        }
    }

    // type
    readonly property int small: theme.px(16)
    readonly property int body: theme.px(18)
    readonly property int large: theme.px(22)
    readonly property int title: theme.px(30)
    readonly property int display: theme.px(40)
    readonly property int giant: theme.px(50)

    // rhythm
    readonly property int gapSmall: theme.px(8)
    readonly property int gap: theme.px(16)
    readonly property int gapLarge: theme.px(24)
    readonly property int gapHuge: theme.px(40)
    readonly property int radius: theme.px(12)
    readonly property int control: theme.px(52)
    readonly property int ring: theme.px(3)
}
