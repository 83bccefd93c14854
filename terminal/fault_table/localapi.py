"""Faults of the interface for other programs (codes L1xx)."""

from __future__ import annotations

from terminal.fault_table.entry import CONFIGURATION, REFUSED, USAGE, Entry, entry

LOCAL_API: dict[str, Entry] = {
    "L101": entry(
        CONFIGURATION,
        ("端口 {port} 已被其他程序占用，本机接口没有开启。", "Port {port} is taken; the local interface is not open."),
        ("请在设置中换一个端口，或关闭占用它的程序。", "Set another port, or close the program that has it."),
    ),
    "L102": entry(
        REFUSED,
        ("本机接口没有对这个程序开放写卡功能。", "Writing to cards is not open to this program."),
        ("请由管理员在设置和程序登记中开放。", "An administrator opens it in settings and registration."),
    ),
    "L103": entry(
        REFUSED,
        ("柜台正在为持卡人办理业务，卡片不能同时给其他程序使用。", "A visit at the counter has the card."),
        ("请等柜台办完、取卡后再试。", "Wait until the visit is over, then try again."),
    ),
    "L104": entry(
        REFUSED,
        ("另一次调用正在使用读卡器。", "Another call is using the reader."),
        ("请等它结束后再试。", "Wait until it is done, then try again."),
    ),
    "L105": entry(
        REFUSED,
        ("操作员没有同意这次写卡。", "The operator did not consent to this write."),
        ("如确需办理，请与柜台操作员确认后重试。", "Agree it with the operator at the counter, then try again."),
    ),
    "L106": entry(
        REFUSED,
        ("没有人在规定时间内确认这次写卡。", "Nobody consented to this write in time."),
        ("请通知柜台操作员后重试。", "Tell the operator at the counter, then try again."),
    ),
    "L107": entry(
        REFUSED,
        ("终端上没有人登录。", "Nobody is signed in at the terminal."),
        ("请操作员登录后再试。", "Have the operator sign in, then try again."),
    ),
    "L108": entry(
        REFUSED,
        ("这项功能会把密码交给程序，本机接口不提供。", "This function hands out a PIN; the local interface lacks it."),
        ("请在终端上办理密码重置。", "Set the new PIN at the terminal itself."),
    ),
    "L109": entry(
        USAGE,
        ("没有登记名为“{name}”的程序。", "No program “{name}” is registered."),
        ("请用“program list”查看已登记的程序。", "See “program list”."),
    ),
    "L110": entry(
        USAGE,
        (
            "“{name}”不能登记：名称或来源已有登记，或名称不合要求。",
            "“{name}” cannot be registered: taken, or no fit name.",
        ),
        ("请换一个名称，或先用“program remove”删除旧的。", "Take another name, or remove the old one first."),
    ),
    "L111": entry(
        USAGE,
        ("这不是一个网页来源。", "This is no origin of a web page."),
        (
            "请写成 https://主机 或 https://主机:端口，桌面程序写 native。",
            "Write https://host or https://host:port, or native.",
        ),
    ),
    "L112": entry(
        CONFIGURATION,
        ("程序登记文件读不了，本机接口暂不接受任何程序。", "The list of programs cannot be read; nobody is admitted."),
        (
            "请恢复数据目录中的 programs.json，或删除后重新登记。",
            "Restore programs.json, or delete it and register anew.",
        ),
    ),
    "L113": entry(
        REFUSED,
        ("写卡记录无法保存，本次写卡没有进行。", "The write could not be recorded, so it was not done."),
        ("请先看自检里的本机数据库，修好后再试。", "See what the self-check says of the store, then try again."),
    ),
    "L114": entry(
        REFUSED,
        ("这张卡上一次写卡没有结果，先要核实。", "The last write of this card has no end; it has to be settled first."),
        (
            "请重做上次的写卡，或在柜台核实这张卡。",
            "Repeat the same write, or have the card checked at the counter.",
        ),
    ),
    "L115": entry(
        REFUSED,
        ("这张卡在中心的监控名单上，程序不能使用。", "This card is on the centre's watch-list; no program uses it."),
        ("请到柜台按网点规定处理。", "Follow the outlet's rule for such a card, at the counter."),
    ),
    "L116": entry(
        REFUSED,
        ("中心暂停了这项功能。", "The centre has switched this function off for now."),
        ("请告知持卡人改日再来。", "Ask the holder to come another day."),
    ),
    "L117": entry(
        REFUSED,
        (
            "本机的参考数据已过期，程序暂不能写卡。",
            "The reference data here is past its end; no program writes a card.",
        ),
        ("请先让这台终端联网，数据会自动更新。", "Get this terminal on-line; it is brought up to date by itself."),
    ),
}
