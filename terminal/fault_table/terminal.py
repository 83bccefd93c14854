"""Faults of the terminal, its screens and its stand-ins (codes T1xx, U1xx, X1xx)."""

from __future__ import annotations

from terminal.fault_table.entry import (
    CENTRE,
    CONFIGURATION,
    DEVICE,
    FAILURE,
    PARTLY,
    REFUSED,
    STOPPED,
    USAGE,
    Entry,
    entry,
)

_SUPPORT = ("请记下故障代码，联系技术支持。", "Note the fault code and call technical support.")

TERMINAL: dict[str, Entry] = {
    "T101": entry(
        CONFIGURATION,
        ("读不了设置文件 {file}。", "The settings file {file} cannot be read."),
        ("请检查文件是否存在、格式是否为 TOML。", "Check that it exists and is TOML."),
    ),
    "T102": entry(
        CONFIGURATION,
        ("{source} 中有不认识的设置项“{key}”。", "{source} has a key that is no setting: “{key}”."),
        ("请改正拼写或删去这一项。", "Correct or remove it."),
    ),
    "T103": entry(
        CONFIGURATION,
        ("{source} 中“{key}”的值不合要求。", "{source} gives “{key}” a value that is not allowed."),
        ("请按设置说明改正这个值。", "Correct the value."),
    ),
    "T104": entry(
        REFUSED,
        ("程序已在运行（进程 {pid}，{since} 起）。", "The program is already running (process {pid}, since {since})."),
        ("请使用已经打开的窗口。", "Use the window that is open."),
        typed=("请先结束那个程序，或等它做完再运行一次。", "End that program, or let it finish, then run this again."),
    ),
    "T105": entry(
        CONFIGURATION,
        ("数据目录 {folder} 无法使用。", "The data folder {folder} cannot be used."),
        ("请检查目录权限和磁盘。", "Check its permissions and the disk."),
    ),
    "T106": entry(
        CENTRE,
        ("现在联系不上中心，这项业务办不了。", "The centre cannot be reached, so this service is not available now."),
        (
            "请稍后再来，或拨 12333 查询；挂失请立即拨 12333 和发卡银行电话。",
            "Come back later or ask 12333; to report a loss call 12333 and the bank at once.",
        ),
    ),
    "T107": entry(
        REFUSED,
        ("卡片真伪没有核验，不能办理这项业务。", "The card is not proven, so this service is not available."),
        ("中心可用后请取出卡片重新插入。", "Once the centre can be reached, take the card out and insert it again."),
    ),
    "T108": entry(
        REFUSED,
        ("没有登录的操作员，不能显示完整信息。", "Nobody is signed in, so data stays masked."),
        ("请由已登录的操作员说明理由后查看。", "A signed-in operator gives a reason first."),
        typed=("请用 --reason 说明理由并由操作员登录。", "Give a --reason, and let an operator sign in."),
    ),
    "T109": entry(
        REFUSED,
        ("正式环境不允许使用“{what}”。", "Production does not allow “{what}”."),
        ("请在演示环境中使用（--environment sandbox）。", "Use it in the sandbox (--environment sandbox)."),
    ),
    "T110": entry(
        PARTLY,
        ("这是外省的卡（地区 {region}）。", "This card is from another province (region {region})."),
        (
            "只能读取卡内信息；其他业务请联系发卡地。",
            "Only the chip can be read; other services are at the place of issue.",
        ),
    ),
    "T111": entry(
        USAGE,
        ("没有代码为“{code}”的事项。", "There is no service “{code}”."),
        ("请用“service list”查看可办事项。", "See “service list”."),
    ),
    "T112": entry(
        FAILURE,
        ("中心给出的补贴明细前后矛盾，没有显示。", "The centre's statement contradicts itself and is not shown."),
        _SUPPORT,
    ),
    "T113": entry(
        USAGE,
        ("缺少需要输入的内容：{what}。", "Something has to be entered: {what}."),
        ("请从键盘输入，或通过标准输入提供。", "Type it, or give it on standard input."),
    ),
    "T114": entry(
        USAGE,
        ("标准输入里的字段不对，应是：{what}。", "The fields on standard input are not those asked for: {what}."),
        (
            "请给出一个 JSON 对象，只含这些字段；方括号里的可以不给。",
            "Give one JSON object with these fields alone; those in brackets may be left out.",
        ),
    ),
    "T115": entry(
        CONFIGURATION,
        ("{name} 的版本 {version} 不能使用。", "{name} {version} cannot be used."),
        ("请按锁定的版本重新安装。", "Install the locked version."),
    ),
    "T116": entry(
        CONFIGURATION,
        ("磁盘空间只剩 {free} MB。", "Only {free} MB of disk are left."),
        ("请清理磁盘，至少留出 500 MB。", "Free at least 500 MB."),
    ),
    "T118": entry(
        REFUSED,
        ("这是演示卡，正式环境不能使用。", "This is a demonstration card; production does not take it."),
        ("请取出这张卡，插入真正的社会保障卡。", "Take it out and insert a real card."),
    ),
    "T161": entry(
        USAGE,
        ("制卡名单文件无法识别（{what}）。", "The file of orders cannot be understood ({what})."),
        ("请用 UTF-8 编码的 CSV 或 JSON 文件，首行为字段名。", "Use CSV with a header, or JSON, both in UTF-8."),
        ("制卡名单文件无法识别。", "The file of orders cannot be understood."),
    ),
    "T162": entry(
        USAGE,
        (
            "制卡名单第 {line} 行不正确（{what}），没有写任何卡。",
            "Line {line} of the orders is not right ({what}); no card was written.",
        ),
        ("请更正这一行后重试。", "Correct that line and try again."),
        ("制卡名单有一行不正确。", "One line of the orders is not right."),
    ),
    "T163": entry(
        REFUSED,
        (
            "名单第 {line} 行的申请已经在另一张卡上制卡，没有写卡。",
            "The application of line {line} has another card already; nothing was written.",
        ),
        ("请找到那张卡；确已作废时由两人处理。", "Find that card; if it is void two people settle it."),
        ("这份申请已经在另一张卡上制卡。", "This application has another card already."),
    ),
    "T164": entry(
        REFUSED,
        (
            "名单第 {line} 行的申请在这张卡上开始过，卡内现有内容无法判断是谁的，没有写卡。",
            "Line {line} was begun on this card; whose data it holds now cannot be told. Nothing was written.",
        ),
        (
            "再插入也不会继续：请两人在待办中核实处理。",
            "Inserting it again will not go on: two people settle it in the queue.",
        ),
        ("这张卡开始写过，卡内内容无法判断。", "This card was begun, and what it holds cannot be told."),
    ),
    "T165": entry(
        REFUSED,
        (
            "这张卡先前已记为损坏，不能再写（名单第 {line} 行）。",
            "This card was recorded as spoiled before and is not written any more (line {line}).",
        ),
        ("请按废卡处理，换一张空白卡。", "Treat it as void, and take another blank card."),
        ("这张卡已记为损坏。", "This card was recorded as spoiled."),
    ),
    "T166": entry(
        USAGE,
        (
            "人员名单第 {line} 行不正确，没有采用名单。",
            "Line {line} of the list of persons is not right; nothing of it was taken.",
        ),
        (
            "每行写一个卡识别码（32 位十六进制），不要重复；文件用 UTF-8。",
            "One card id a line (32 hex digits), none twice, in UTF-8.",
        ),
        ("人员名单无法识别，没有采用。", "The list of persons cannot be understood; nothing of it was taken."),
    ),
    "T167": entry(
        REFUSED,
        ("本机没有名为“{drive}”的批次。", "No drive “{drive}” is under way on this terminal."),
        ("请核对批次名称；可能已经结束。", "Check its name; it may have ended already."),
        ("本机没有这个名称的批次。", "No drive of this name is under way on this terminal."),
        typed=(
            "请用“drive status”查看批次名称；可能已经结束。",
            "See “drive status” for the names; it may have ended already.",
        ),
    ),
    "T168": entry(
        REFUSED,
        ("本机没有批次“{drive}”的有效名册。", "No roster of drive “{drive}” that still holds is on this terminal."),
        (
            "请核对批次名称；名册过期或批次结束后即删除，需要时联网重新借入。",
            "Check its name; a roster goes when it is past its end or its drive is over: borrow anew with the centre.",
        ),
        ("本机没有这个批次的有效名册。", "No roster of this drive that still holds is on this terminal."),
        typed=(
            "请联网再次运行“drive begin”；批次名称见“drive status”。",
            "Run “drive begin” again with the centre there; see “drive status” for the names.",
        ),
    ),
    "T120": entry(
        CONFIGURATION,
        ("这个安装包不含演示环境。", "This installation does not carry the sandbox."),
        ("请使用正式环境（--environment production）。", "Use production (--environment production)."),
    ),
    "T121": entry(
        REFUSED,
        ("持卡人还没有输入社保密码。", "The holder has not entered the PIN."),
        ("请持卡人输入社保密码后再查。", "The holder enters the social security PIN first."),
    ),
    "T122": entry(
        REFUSED,
        ("社保密码早先已被锁定。", "The social security PIN was locked before."),
        (
            "请持卡人本人带身份证和卡到社保卡服务窗口解锁。",
            "The holder goes in person, with identity card and card, to have it unlocked.",
        ),
    ),
    "T123": entry(
        USAGE,
        ("命令写法不对：{what}", "The command is not written right: {what}"),
        ("请用 --help 查看用法。", "See --help."),
    ),
    "T124": entry(
        CONFIGURATION,
        ("读不了中心的根证书文件 {file}。", "The authority's certificate {file} cannot be read."),
        ("请使用与注册码一起收到的证书文件。", "Use the certificate file that came with the code."),
    ),
    "T125": entry(
        DEVICE,
        ("{place} 没有虚拟读卡器在监听。", "No virtual reader listens at {place}."),
        ("请先启动带 vpcd 驱动的读卡服务。", "Start a PC/SC service with the vpcd driver first."),
    ),
    "T171": entry(
        DEVICE,
        ("本机不能另外运行一个读卡服务。", "This machine cannot run a PC/SC service of its own for the sandbox."),
        (
            "请安装 pcscd，并用 root 或允许用户命名空间的系统运行。",
            "Install pcscd, and run it as root or where user namespaces are allowed.",
        ),
    ),
    "T126": entry(
        CONFIGURATION,
        ("字体里缺少这些字：{characters}。", "The font lacks these characters: {characters}."),
        ("请重新安装程序。", "Install the program again."),
    ),
    "T127": entry(
        STOPPED,
        ("命令被中断，没有做完。", "The command was interrupted."),
        ("需要时请重新运行。", "Run it again if it is still wanted."),
    ),
    "T128": entry(
        USAGE,
        ("标准输入的内容不是 JSON 对象。", "What came on standard input is no JSON object."),
        (
            "请给出一个 JSON 对象，字段名和值都写在双引号里。",
            "Give one JSON object, names and values in double quotes.",
        ),
    ),
    "T129": entry(
        USAGE,
        ("字段 {name} 的值不是文本，或不能用。", "The value of the field {name} is no text, or cannot be taken."),
        (
            "请把值写在双引号里，数字也一样；密码里不要用反斜杠。",
            "Put the value in double quotes, a number too; no backslash in a password or PIN.",
        ),
    ),
    "T141": entry(
        CONFIGURATION,
        ("日志文件 {file} 无法写入。", "The log file {file} cannot be written."),
        (
            "请检查 log_file 设置、目录权限和磁盘。",
            "Check the setting log_file, the rights of its folder and the disk.",
        ),
    ),
    "T142": entry(
        FAILURE,
        (
            "结果无法写出：标准输出已关闭或磁盘已满。",
            "The result cannot be written: standard output is closed or full.",
        ),
        ("请检查输出的去处后重新运行。", "Check where the output goes, and run it again."),
    ),
    "T187": entry(
        DEVICE,
        (
            "待传业务的第二份副本没有写成。业务仍在本机，没有丢失。",
            "The second copy of what waits could not be written. Everything is still on this machine.",
        ),
        (
            "请插好存放副本的介质（second_copy 设置的文件夹，不能与数据在同一磁盘），检查剩余空间。",
            "Put in the medium for it (folder of the setting second_copy, not on the store's own disk); see its room.",
        ),
    ),
    "T199": entry(
        FAILURE,
        ("程序内部出错，操作没有完成。", "The program failed inside; nothing was completed."),
        ("请重试；再次出现请把代码告诉技术支持。", "Try again; if it comes back, tell technical support the code."),
    ),
}
SCREEN: dict[str, Entry] = {
    "U101": entry(
        CONFIGURATION,
        ("缺少中文字体，界面无法正常显示。", "The Chinese font is missing; the screen cannot be shown."),
        ("请重新安装程序。", "Install the program again."),
    ),
    "U102": entry(
        DEVICE,
        ("没有可用的显示器。", "There is no display."),
        ("请在桌面环境中运行；不用窗口时可用其他命令。", "Run it in a desktop session; other commands need no window."),
    ),
    "U103": entry(
        FAILURE,
        ("界面文件载入失败。", "The screen files could not be loaded."),
        ("请重新安装程序。", "Install the program again."),
    ),
    "U104": entry(
        CONFIGURATION,
        ("缺少打开窗口所需的系统组件。", "A system library that windows need is missing."),
        ("请运行 ./run 安装缺少的组件，或重新安装程序。", "Let ./run install what is missing, or install again."),
    ),
}
SANDBOX: dict[str, Entry] = {
    "X101": entry(
        REFUSED,
        ("演示组件只能在演示环境中使用。", "The stand-ins work in the sandbox alone."),
        ("请加 --environment sandbox。", "Use --environment sandbox."),
    ),
    "X102": entry(
        FAILURE,
        ("演示中心没有启动起来。", "The sandbox centre did not start."),
        ("请查看数据目录里的 centre.log。", "See centre.log in its folder."),
    ),
    "X103": entry(
        FAILURE,
        ("演示中心的控制端口没有回应。", "The control port of the sandbox centre does not answer."),
        ("请重新启动演示中心。", "Start the sandbox centre again."),
    ),
    "X105": entry(
        REFUSED,
        ("演示中心没有照办：{reason}。", "The sandbox centre did not do it: {reason}."),
        ("请按原因处理后再试。", "Do what the reason says, then try again."),
    ),
    "X104": entry(
        USAGE,
        ("没有这个编号或名称的演示人员。", "There is no made-up person of that number or name."),
        ("请用“sandbox seed”查看有哪些人。", "See “sandbox seed”."),
    ),
}
