"""Faults of sign-in, second persons, forms and the queue (codes T130 to T149)."""

from __future__ import annotations

from terminal.fault_table.entry import CONFIGURATION, FAILURE, PARTLY, REFUSED, USAGE, Entry, entry

PEOPLE: dict[str, Entry] = {
    "T130": entry(
        REFUSED,
        ("工号或密码不正确。", "Number or password is wrong."),
        ("请重新输入；忘记密码请联系网点主管。", "Type again; whoever forgot it asks the supervisor."),
    ),
    "T131": entry(
        REFUSED,
        ("密码连续输错，这个工号暂停 {minutes} 分钟。", "Too many wrong passwords: locked for {minutes} minutes."),
        ("请到时再试，或请另一位同事登录。", "Try again then, or let a colleague sign in."),
    ),
    "T132": entry(
        CONFIGURATION,
        (
            "本机数据库打不开（{store}），省中心也没有给出操作员名单：没有人能登录，不能读卡。",
            "The local store does not open ({store}) and the centre gives no list of operators: nobody can sign in, "
            "no card is read.",
        ),
        (
            "请接通省中心后重试，名单自动取来就能登录。挂失请拨本页电话。",
            "Reach the centre and try again: the list comes by itself. For a loss call the numbers here.",
        ),
        (
            "本机没有操作员名单，省中心也没有给出：没有人能登录，不能读卡。",
            "No list of operators, here or from the centre: nobody can sign in, no card is read.",
        ),
        typed=(
            "请接通省中心后再运行一次，名单会自动取来。挂失请拨 12333。",
            "Reach the centre and run it again: the list comes by itself. To report a loss call 12333.",
        ),
    ),
    "T133": entry(
        REFUSED,
        ("这个工号没有所需的权限。", "This person may not do this."),
        ("请由有权限的同事操作。", "A colleague with the right role does it."),
    ),
    "T134": entry(
        REFUSED,
        ("复核人不能是经办人本人。", "The reviewer is the operator."),
        ("请另一位同事输入工号和密码。", "Another person enters number and password."),
    ),
    "T135": entry(
        CONFIGURATION,
        ("本机的操作员名单不可信，没有使用。", "The list of operators here is not what the centre signed."),
        ("请联通省中心重新获取；仍不行请联系技术支持。", "Reach the centre to get it anew; then technical support."),
    ),
    "T136": entry(
        REFUSED,
        ("没有操作员登录，不能受理业务。", "Nobody is signed in, so nothing can be recorded."),
        ("请操作员先登录。", "An operator signs in first."),
    ),
    "T137": entry(
        REFUSED,
        ("没有读到持卡人信息，不能办理。", "The holder's data could not be read from the card."),
        (
            "请在中心可用时重新插卡；急事请拨 12333。",
            "Insert the card again once the centre can be reached; if it is urgent call 12333.",
        ),
    ),
    "T138": entry(
        USAGE,
        ("这不是手机号码：要 11 位，1 开头，第二位是 3 到 9。", "Not a mobile number: 11 digits, 1 then 3 to 9."),
        ("请向持卡人核对后重新输入。", "Check with the holder and type it again."),
    ),
    "T139": entry(
        USAGE,
        ("新密码太容易猜。", "The new PIN is too easy to guess."),
        (
            "不要用连号、重复数字、生日或证件号中的数字。",
            "No runs, repeats, birth date or part of the citizen number.",
        ),
    ),
    "T140": entry(
        USAGE,
        ("两次输入的新密码不一样。", "The new PIN was not typed the same twice."),
        ("请重新输入新密码。", "Type the new PIN again."),
    ),
    "T144": entry(
        USAGE,
        ("这一笔现在不能这样处理。", "This cannot be done with that line now."),
        ("请刷新队列后按页面提示处理。", "Look at the queue again and use what it offers."),
        typed=("请用“queue show”查看这一笔现在能做什么。", "See with “queue show” what it offers now."),
    ),
    "T145": entry(
        USAGE,
        ("没有这个地区代码。", "There is no such region code."),
        (
            "请输入 6 位行政区划代码，可看身份证前 6 位。",
            "Six digits of the region; the citizen number begins with them.",
        ),
    ),
    "T146": entry(
        USAGE,
        ("地址里有不能保存的字符 {character}。", "The address holds a character that cannot be kept: {character}."),
        ("请换一种输入法重新输入这个字。", "Type this character again with another input method."),
    ),
    "T147": entry(
        USAGE,
        (
            "地址要 {least} 到 {most} 个字，写到村或门牌号。",
            "An address has {least} to {most} characters, down to the house.",
        ),
        ("请向持卡人核对后补全，太长的请省去说明文字。", "Check with the holder, and complete or shorten it."),
    ),
    "T148": entry(
        USAGE,
        ("没有填写要变更的内容。", "Nothing to be changed was entered."),
        ("请至少填写手机号码或地址。", "Enter a mobile number or an address."),
    ),
    "T186": entry(
        PARTLY,
        ("卡里没有持卡人信息。", "The card holds nothing of its holder."),
        (
            "请核对持卡人证件，到发卡银行补写卡内信息或换卡。",
            "Check the holder's identity document; the issuing bank has the card written or replaced.",
        ),
    ),
    "T181": entry(
        REFUSED,
        (
            "这张卡在中心的监控名单上，不能办理任何业务。",
            "This card is on the centre's watch-list; nothing is done with it.",
        ),
        (
            "请按网点规定处理并上报，或拨打 12333 核实。",
            "Follow the outlet's rule for such a card, or ask 12333.",
        ),
    ),
    "T182": entry(
        REFUSED,
        ("中心暂停了这项业务。", "The centre has switched this service off for now."),
        ("请告知持卡人改日再来，或拨打 12333 询问。", "Ask the holder to come another day, or to call 12333."),
    ),
    "T183": entry(
        REFUSED,
        (
            "本机的参考数据已过期，暂不受理新业务。",
            "The reference data of this terminal is past its end; nothing new is taken in.",
        ),
        (
            "请先联网，会自动更新；仍提示的，请在待传队列点“立即传送”。",
            "Get on-line; it is brought up to date by itself. Where it is not, press “Send now” on the queue page.",
        ),
        typed=(
            "请先联网更新；已联网仍提示的，请先上传一次（ssc-terminal sync --once）。",
            "Get on-line; it is brought up to date by itself. Where it is not, send once (ssc-terminal sync --once).",
        ),
    ),
    "T188": entry(
        REFUSED,
        (
            "本机的操作员名单已过期，不能为持卡人办理业务，也不能复核。",
            "The list of operators here is past its end: nobody is served, and nobody reviews.",
        ),
        (
            "请先联网，名单会自动更新；仍提示的，登录后在待传队列点“立即传送”。日结照常。",
            "Get on-line; the list comes by itself. Where it does not, sign in and press “Send now” on the queue page. "
            "The day can be closed.",
        ),
        typed=(
            "请先联网并上传一次（ssc-terminal sync --once），名单会自动更新。待传队列仍可查看、导出。",
            "Get on-line and send once (ssc-terminal sync --once); the list comes by itself. Until then the queue can "
            "be looked at and exported.",
        ),
    ),
    "T184": entry(
        FAILURE,
        ("本机数据库所在磁盘空间不足：{free}。", "The disk under the local store fills up: {free}."),
        ("请今天清理磁盘，否则将停止受理新业务。", "Free some disk today, or nothing new will be taken in."),
        ("本机数据库所在磁盘空间不足。", "The disk under the local store fills up."),
    ),
    "T185": entry(
        FAILURE,
        ("本机数据库已超过规定大小：{size}。", "The local store is larger than it should be: {size}."),
        ("请联网上传，并联系技术支持。", "Get on-line and send, and call technical support."),
        ("本机数据库已超过规定大小。", "The local store is larger than it should be."),
    ),
    "T143": entry(
        REFUSED,
        ("没有复核，操作未进行。", "Without a second person nothing was done."),
        ("需要时请重新操作并由另一位同事复核。", "Begin again with a second person."),
    ),
}
