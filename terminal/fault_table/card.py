"""Faults of readers and cards (codes C1xx to C4xx)."""

from __future__ import annotations

from terminal.fault_table.entry import CENTRE, CONFIGURATION, DEVICE, FAILURE, PARTLY, REFUSED, USAGE, Entry, entry

_SUPPORT = ("请记下故障代码，联系技术支持。", "Note the fault code and call technical support.")
_AGAIN = ("请取出卡片，擦净芯片后重新插入。", "Take the card out, wipe the chip and insert it again.")
_BANK_SEAL = (
    "请不要办理业务，请持卡人到发卡银行核实卡片。",
    "Do not go on; the holder has the card checked at the issuing bank.",
)

READER: dict[str, Entry] = {
    "C101": entry(
        DEVICE,
        ("读卡服务没有运行。", "The smart card service is not running."),
        ("请启动读卡服务（pcscd），界面会自动恢复。", "Start the service (pcscd); the screen recovers by itself."),
    ),
    "C102": entry(
        DEVICE,
        ("没有找到读卡器。", "No card reader was found."),
        ("请插好读卡器的 USB 线，界面会自动恢复。", "Plug the reader in; the screen recovers by itself."),
    ),
    "C103": entry(
        DEVICE,
        ("有多个读卡器里都有卡。", "More than one reader holds a card."),
        ("请选择要用的读卡器，或只留一张卡。", "Choose the reader, or leave one card only."),
    ),
    "C104": entry(
        DEVICE,
        ("没有这个名称的读卡器。", "There is no reader of that name."),
        (
            "请接好读卡器，或请管理员改正设置里的名称。",
            "Connect it, or an administrator corrects its name in the settings.",
        ),
        typed=("请用“reader list”查看现有读卡器的名称。", "List the readers with “reader list”."),
    ),
    "C105": entry(
        DEVICE,
        ("读卡器正被另一个程序占用。", "Another program is using the reader."),
        ("请关闭占用读卡器的程序后重试。", "Close that program and try again."),
    ),
    "C106": entry(
        DEVICE,
        ("读卡器在使用中被拔下了。", "The reader was unplugged while in use."),
        ("请重新插好读卡器，再插入卡片。", "Plug the reader in again, then insert the card."),
    ),
    "C107": entry(
        DEVICE,
        ("读卡器没有在规定时间内回应。", "The reader did not answer in time."),
        (
            "请取出卡片；仍无反应时拔插读卡器。",
            "Take the card out; if it stays stuck, unplug the reader and plug it in again.",
        ),
    ),
    "C108": entry(
        DEVICE,
        ("读卡器里没有卡。", "There is no card in the reader."),
        ("请插入社会保障卡，芯片朝上、朝里。", "Insert the social security card, chip up and first."),
    ),
    "C109": entry(
        DEVICE,
        ("卡片没有应答。", "The card does not answer."),
        (
            "请检查插卡方向并擦净芯片后重新插入；仍不行请到发卡银行换卡。",
            "Check which way round it is, wipe the chip, insert it again; else the issuing bank replaces it.",
        ),
    ),
    "C110": entry(
        DEVICE,
        ("卡片在处理中被取出了。", "The card was taken out in the middle."),
        ("请重新插入卡片再办理。", "Insert the card again and start over."),
    ),
    "C111": entry(
        REFUSED,
        ("读卡器里换了另一张卡。", "The reader now holds a different card."),
        ("请取出卡片，从头开始办理。", "Take the card out and start from the beginning."),
    ),
    "C113": entry(
        DEVICE,
        ("另一个程序重置了卡片。", "Another program reset the card."),
        ("请关闭其他读卡程序后重试。", "Close other card programs and try again."),
    ),
    "C114": entry(
        CONFIGURATION,
        ("本机没有安装读卡组件，不能使用真实读卡器。", "Card reader support is not installed."),
        ("请管理员重新安装程序。", "An administrator installs the program again."),
        typed=(
            "请安装 gcc 和 libpcsclite-dev 后重新运行 ./run，或重新安装程序。",
            "Install gcc and libpcsclite-dev and start ./run again, or install the program again.",
        ),
    ),
    "C112": entry(
        DEVICE,
        ("读卡器报告了一个未知错误。", "The reader reported an unknown error."),
        (
            "请拔插读卡器后重试；仍不行请联系技术支持。",
            "Unplug the reader and plug it in again; else call technical support.",
        ),
    ),
}
CARD: dict[str, Entry] = {
    "C201": entry(
        REFUSED,
        ("这不是社会保障卡。", "This is not a social security card."),
        ("请取出这张卡，插入社会保障卡。", "Take it out and insert a social security card."),
    ),
    "C202": entry(
        REFUSED,
        ("本终端不认识这种版本的社会保障卡。", "This terminal does not know this version of the card."),
        _SUPPORT,
    ),
    "C203": entry(
        REFUSED,
        ("卡上的社保应用已被锁定。", "The social security application on the card is blocked."),
        ("请持卡人带身份证到社保卡服务窗口办理。", "The holder goes to a card service window with the identity card."),
    ),
    "C204": entry(
        REFUSED,
        ("这张卡已被永久锁定。", "This card is blocked for good."),
        ("请持卡人带身份证到发卡银行换卡。", "The holder has it replaced at the issuing bank, with the identity card."),
    ),
    "C205": entry(FAILURE, ("卡片的回答不完整。", "The card's answer is not complete."), _AGAIN),
    "C206": entry(FAILURE, ("卡片给出了意外的回答。", "The card gave an unexpected answer."), _AGAIN),
    "C207": entry(
        PARTLY,
        ("卡上的项目“{field}”读不出来。", "“{field}” on the card cannot be read."),
        (
            "请以中心登记的信息为准；需要更正时到发卡银行办理。",
            "Go by the centre's record; the issuing bank corrects the card.",
        ),
        ("卡上有个别项目读不出来。", "Some entries on the card cannot be read."),
    ),
    "C208": entry(
        REFUSED,
        ("姓名中有芯片无法存储的字。", "The name has a character that the chip cannot hold."),
        ("请以中心登记的姓名为准办理。", "Go by the name in the centre's record."),
    ),
    "C209": entry(
        REFUSED,
        ("有一项内容超出了芯片能存的长度或范围。", "A value does not fit the chip's record."),
        ("请核对并改短这一项。", "Check the value and shorten it."),
    ),
    "C210": entry(
        USAGE,
        ("这不是一条完整的卡片命令，没有发给卡。", "These bytes are no card command; nothing was sent."),
        ("请核对命令的字节。", "Check the bytes of the command."),
    ),
    "C221": entry(
        REFUSED,
        ("这张卡上没有这个信息文件。", "This card does not have that file."),
        ("请以中心登记的信息为准办理。", "Go by the centre's record."),
    ),
    "C222": entry(
        REFUSED,
        ("卡片没有开放这个信息文件。", "The card does not open that file."),
        ("请核对所用的密码或密钥种类后重试。", "Check which PIN or key was used for it, then try again."),
    ),
    "C223": entry(
        REFUSED,
        ("卡上没有这一条记录。", "The card has no record of that number."),
        ("请核对记录号。", "Check the number of the record."),
    ),
    "C231": entry(
        REFUSED,
        ("这不是要制的那张卡，没有写卡。", "This is not the card that is to be made; nothing was written."),
        (
            "请取出卡片，换上制卡数据指定的空白卡。",
            "Take the card out and insert the blank card that the order names.",
        ),
    ),
    "C232": entry(
        REFUSED,
        (
            "卡内已有他人的信息或卡号，没有写卡。",
            "The card holds somebody else's data or number; nothing was written.",
        ),
        ("请换一张空白卡，并核对这张卡的来历。", "Insert a blank card, and find out where this one comes from."),
    ),
    "C233": entry(
        REFUSED,
        ("制卡数据不完整或不正确：{what}。", "The data of this issue are incomplete or wrong: {what}."),
        ("请补全或更正后重试。", "Complete or correct them and try again."),
    ),
    "C234": entry(
        FAILURE,
        ("保存的写卡计划无法识别。", "The stored plan of writes cannot be understood."),
        ("请把卡片交复核人员核实，" + _SUPPORT[0], "Let a reviewer check the card. " + _SUPPORT[1]),
    ),
    "C235": entry(
        FAILURE,
        ("写入的内容和读回的不一致。", "What was written does not read back."),
        ("请重新插入这张卡，会从停下的地方继续。", "Insert the same card again; it goes on where it stopped."),
    ),
    "C301": entry(REFUSED, ("卡片没有通过真伪核验。", "The card failed the check of genuineness."), _BANK_SEAL),
    "C302": entry(
        PARTLY,
        (
            "卡片没有接受终端的密钥，持卡人信息没有读出。",
            "The card did not accept the terminal's key; the holder's data was not read.",
        ),
        ("请联系技术支持核对密钥配置。", "Call technical support to check the keys."),
    ),
    "C303": entry(
        REFUSED,
        ("卡上的读取密钥已被锁定。", "The read key on the card is locked."),
        ("请持卡人到发卡银行换卡。", "The holder has the card replaced at the issuing bank."),
    ),
    "C304": entry(
        PARTLY,
        ("现在无法核验这张卡的真伪。", "The card cannot be proven now."),
        (
            "网络恢复后再试一次。急办挂失请拨 12333。",
            "Try again once the network is back. To report a loss at once call 12333.",
        ),
    ),
    "C305": entry(
        DEVICE,
        ("没有找到终端的 PSAM 卡。", "The terminal's PSAM was not found."),
        ("请检查 PSAM 卡是否插好，再重试。", "Check that the PSAM sits in its slot, then try again."),
    ),
    "C306": entry(
        PARTLY,
        ("终端的 PSAM 卡不支持这张卡的算法。", "The terminal's PSAM does not know the cipher of this card."),
        ("请联系技术支持更换 PSAM 卡。", "Call technical support for another PSAM."),
    ),
    "C307": entry(
        PARTLY,
        ("终端的 PSAM 卡里没有这个密钥。", "The terminal's PSAM does not hold this key."),
        ("请联系技术支持更换 PSAM 卡。", "Call technical support for another PSAM."),
    ),
    "C308": entry(
        PARTLY,
        (
            "终端 PSAM 卡的密钥级别不够。",
            "The key in the terminal's PSAM is not of the level that this card needs.",
        ),
        ("请联系技术支持核对 PSAM 卡的发行级别。", "Call technical support to check the level of the PSAM."),
    ),
    "C309": entry(
        CENTRE,
        (
            "密钥系统给出的命令不正确，没有发给卡。",
            "The key system made a wrong command; nothing was sent to the card.",
        ),
        ("请重试；再次出现请联系技术支持。", "Try again; if it comes back, call technical support."),
    ),
    "C310": entry(
        REFUSED,
        (
            "本终端没有这个信息文件的密钥资料，没有访问卡片。",
            "No list here names the key of that file; it was left alone.",
        ),
        ("请联系技术支持补充本地区的密钥资料。", "Call technical support to add the region's list of keys."),
    ),
    "C311": entry(
        PARTLY,
        (
            "终端 PSAM 卡的密钥属于其他地区，不能用于这张卡，没有访问卡片的密钥。",
            "The key in the terminal's PSAM is of another region than this card; it was not shown to the card.",
        ),
        (
            "请到发卡地区办理，或联系技术支持核对 PSAM 卡的地区（设置项 psam_region）。",
            "Send the holder to the issuing region, or have support check the PSAM (setting psam_region).",
        ),
    ),
    "C401": entry(
        REFUSED,
        ("密码不正确，还可以再试 {tries} 次。", "Wrong PIN; tries left: {tries}."),
        (
            "请持卡人重新输入社保密码（不是银行密码）。",
            "The holder enters the social security PIN again (not the bank's).",
        ),
        ("密码不正确。", "Wrong PIN."),
    ),
    "C402": entry(
        REFUSED,
        ("社保密码已锁定。", "The social security PIN is locked."),
        (
            "请持卡人本人带身份证和卡到社保卡服务窗口解锁。",
            "The holder goes in person, with identity card and card, to have it unlocked.",
        ),
    ),
    "C403": entry(
        USAGE,
        ("密码应为 4 到 12 位数字。", "A PIN has 4 to 12 digits."),
        ("请重新输入完整的密码。", "Enter the whole PIN again."),
    ),
    "C404": entry(
        REFUSED,
        ("这张卡还没有设置社保密码。", "This card has no social security PIN yet."),
        (
            "请先在社保卡服务窗口启用卡片并设置密码。",
            "Have the card enabled and its PIN set at a card service window first.",
        ),
    ),
}
