"""Faults of sign-in, second persons, forms and the queue (codes T130 to T149)."""

from __future__ import annotations

from terminal.fault_table.entry import CONFIGURATION, REFUSED, USAGE, Entry, entry

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
    "T143": entry(
        REFUSED,
        ("没有复核，操作未进行。", "Without a second person nothing was done."),
        ("需要时请重新操作并由另一位同事复核。", "Begin again with a second person."),
    ),
}
