"""Faults of the keys and the store on this machine (codes S1xx)."""

from __future__ import annotations

from terminal.fault_table.entry import CONFIGURATION, FAILURE, REFUSED, Entry, entry

_SUPPORT = ("请记下故障代码，联系技术支持。", "Note the fault code and call technical support.")
_STOP = (
    "请不要删除任何文件，停止使用本终端，联系技术支持。",
    "Delete nothing, stop using this terminal and call technical support.",
)
_SALVAGE = (
    "勿删文件，请联系技术支持；ssc-terminal store salvage 可取出还能读出的业务。",
    "Delete nothing and call technical support; “ssc-terminal store salvage FILE” gets out what can still be read.",
)

_FORK = (
    "请不要删除任何文件，联系技术支持。中心人员核准后本机自动接续上传，已收件的业务不会丢失。",
    "Delete nothing and call technical support. Once the centre's people have agreed this terminal goes on by itself; "
    "nothing that was taken in is lost.",
)

STORE: dict[str, Entry] = {
    "S101": entry(
        CONFIGURATION,
        ("本机的密钥文件可以被其他用户读取，没有使用。", "Other users can read the key file; it was not used."),
        ("请把文件权限改为仅本人可读（600）。", "Make it readable by its owner alone (mode 600)."),
    ),
    "S102": entry(
        CONFIGURATION,
        ("本机的密钥文件读不出来或已损坏。", "The key file cannot be read or is damaged."),
        _STOP,
    ),
    "S103": entry(
        CONFIGURATION,
        (
            "密钥无法保存：磁盘已满或没有权限。",
            "The key cannot be kept: the disk is full, or there is no right to write.",
        ),
        ("请清理磁盘并检查数据目录权限。", "Free some disk and check the rights of the data folder."),
    ),
    "S104": entry(
        CONFIGURATION,
        ("正式环境不能把密钥存成文件。", "Production does not keep keys in plain files."),
        ("请使用带安全芯片的正式安装。", "Use an installation with a security chip."),
    ),
    "S105": entry(
        CONFIGURATION,
        ("本程序不支持这种密码算法套件。", "This program does not have that cryptographic suite."),
        ("请升级本终端的软件。", "Update this terminal."),
    ),
    "S156": entry(
        CONFIGURATION,
        (
            "密码算法套件与本终端入网时确定的不同，没有使用。",
            "Made with another cryptographic suite than the one fixed when this terminal was enrolled; not used.",
        ),
        (
            "请联系技术人员：套件由中心在入网时确定，本机不能更换。",
            "Call a technician: the centre fixes the suite at enrolment.",
        ),
    ),
    "S106": entry(
        CONFIGURATION,
        (
            "本机数据库的密钥不见了，没有打开，也没有新建。",
            "The key of the local store is gone; nothing was opened or made anew.",
        ),
        _STOP,
    ),
    "S107": entry(
        CONFIGURATION,
        (
            "密钥打不开本机数据库，或数据库开头已损坏。",
            "The key does not open the local store, or the beginning of the store is damaged.",
        ),
        _STOP,
        typed=_SALVAGE,
    ),
    "S108": entry(
        CONFIGURATION,
        (
            "本机的数据库文件不见了，里面可能有未送中心的业务。",
            "The local store is gone; work not yet sent may be in it.",
        ),
        _STOP,
    ),
    "S109": entry(
        REFUSED,
        ("本机已有数据库，没有覆盖。", "There is a local store already; it was not written over."),
        ("请使用原有数据库，或换一个数据目录。", "Use the store that is there, or another data folder."),
    ),
    "S110": entry(
        REFUSED,
        (
            "本机数据库正被另一个程序使用（进程 {pid}，自 {since}）。",
            "Another program has the local store open (process {pid}, since {since}).",
        ),
        ("请使用已打开的窗口，或先关闭它。", "Use the window that is open, or close it first."),
        ("本机数据库正被另一个程序使用。", "Another program has the local store open."),
        typed=("请先结束那个程序再运行一次。", "End that program first, then run this again."),
    ),
    "S111": entry(
        CONFIGURATION,
        ("本机数据库由更新版本的程序写成，没有打开。", "A newer program wrote the local store; it was not opened."),
        ("请升级本终端的软件。", "Update this terminal."),
    ),
    "S112": entry(
        CONFIGURATION,
        (
            "本机数据库属于另一个环境或另一台终端，没有使用。",
            "The local store belongs to another environment or another terminal; it was not used.",
        ),
        ("请检查数据目录和环境设置。", "Check the data folder and the environment."),
    ),
    "S113": entry(
        FAILURE,
        (
            "本机数据库已损坏（第 {page} 页读不出，共 {pages} 页），停止写入。",
            "The local store is damaged (page {page} of {pages} cannot be read); nothing more is written to it.",
        ),
        _STOP,
        ("本机数据库已损坏，停止写入。", "The local store is damaged; nothing more is written to it."),
        typed=_SALVAGE,
    ),
    "S114": entry(
        FAILURE,
        (
            "本机业务记录的校验链不一致，停止上传。",
            "The chain over the local records does not verify; nothing is sent.",
        ),
        _STOP,
        typed=_SALVAGE,
    ),
    "S115": entry(
        FAILURE,
        ("磁盘已满，这笔业务没有保存。", "The disk is full; this was not saved."),
        (
            "请清理磁盘后重新办理；已保存的业务不受影响。",
            "Free some disk, then do it again. What was saved before is safe.",
        ),
    ),
    "S116": entry(
        FAILURE,
        ("磁盘写入失败，这笔业务没有保存。", "The disk refused to write; this was not saved."),
        ("请重新办理；再次出现请更换磁盘。", "Do it again. If it happens again, have the disk replaced."),
    ),
    "S117": entry(
        FAILURE,
        (
            "磁盘在保存时出错，还不知道这笔业务是否已保存。",
            "The disk failed while saving; it is not known yet whether this was saved.",
        ),
        (
            "请重启程序，先在待传队列中查看，不要直接重办。",
            "Start the program again and look in the queue first; do not just repeat it.",
        ),
        typed=("请先用“queue list”查看，不要直接重办。", "Look with “queue list” first; do not just repeat it."),
    ),
    "S118": entry(
        CONFIGURATION,
        ("数据库组件版本或设置不合要求。", "The database library is not the one that is needed, or refuses a setting."),
        ("请重新安装程序。", "Install the program again."),
    ),
    "S119": entry(
        FAILURE,
        ("这条记录的内容不合要求，没有保存。", "The content of this record is not acceptable; it was not saved."),
        _SUPPORT,
    ),
    "S120": entry(
        REFUSED,
        ("这笔业务目前的状态不能这样处理。", "This cannot be done to an operation in its present state."),
        ("请刷新队列，查看它现在的状态。", "Refresh the queue and see where it is now."),
        typed=("请用“queue list”查看它现在的状态。", "See with “queue list” where it is now."),
    ),
    "S121": entry(
        REFUSED,
        (
            "这张卡上一次写入的结果还不确定，不能再写。",
            "The last write to this card has no known end; it cannot be written again yet.",
        ),
        ("请先核对并处理上一次写入。", "Settle the last write first."),
    ),
    "S122": entry(
        REFUSED,
        ("这次写卡已经有了结论，或没有开始过。", "This card write has its end already, or never began."),
        ("请刷新后查看结论。", "Refresh and see how it ended."),
        typed=("请用“queue list”查看它现在的状态。", "See with “queue list” where it is now."),
    ),
    "S123": entry(
        REFUSED,
        ("没有卡片证明时，须由两名不同人员确认。", "Without proof from the card, two different people must decide."),
        ("请另一名工作人员登录复核。", "Have a second member of staff sign in and review."),
    ),
    "S124": entry(
        FAILURE,
        (
            "中心的记录与本机不一致（出现分叉），停止上传。",
            "The centre has another history of this terminal; nothing is sent.",
        ),
        _FORK,
    ),
    "S125": entry(
        FAILURE,
        (
            "中心的记录比本机多：本机数据是旧副本，停止上传。",
            "The centre has more than this terminal: this is an older copy. Nothing is sent.",
        ),
        _FORK,
    ),
    "S126": entry(
        REFUSED,
        (
            "收到的参考数据比现有的旧或内容不同，没有采用。",
            "The reference data received is older than, or differs from, what is here; it was not used.",
        ),
        ("请继续使用现有数据；多次出现请联系技术支持。", "Go on with what is here; call support if it happens often."),
    ),
    "S127": entry(
        FAILURE,
        (
            "本机数据库升级没有成功，原数据库没有改动。",
            "The local store could not be upgraded; the old one is untouched.",
        ),
        ("请清理磁盘后再试，或先用旧版本程序。", "Free some disk and try again, or use the older program for now."),
    ),
    "S128": entry(
        FAILURE,
        ("本机数据库已经关闭。", "The local store is closed."),
        ("请重新启动程序。", "Start the program again."),
    ),
    "S129": entry(
        FAILURE,
        ("密封的业务内容打不开。", "A sealed body does not open."),
        _SUPPORT,
    ),
    "S130": entry(
        REFUSED,
        ("口令不正确，密钥没有打开。", "The passphrase is not right; the key was not opened."),
        ("请重新输入口令。", "Type the passphrase again."),
    ),
    "S131": entry(
        FAILURE,
        (
            "本机数据库读不了：磁盘故障或没有权限。",
            "The local store cannot be read: the disk fails, or there is no right to.",
        ),
        ("请检查数据目录的权限和磁盘。", "Check the rights of the data folder, and the disk."),
    ),
    "S132": entry(
        REFUSED,
        ("没有这个编号的业务。", "There is no operation of that number."),
        ("请核对编号。", "Check the number."),
    ),
    "S133": entry(
        REFUSED,
        ("磁盘空间不足，暂不写卡。", "There is too little disk to begin writing a card."),
        ("请先清理磁盘。", "Free some disk first."),
    ),
    "S134": entry(
        REFUSED,
        ("新的记录序列编号必须比现在的大。", "A new history must have a higher number than the present one."),
        _SUPPORT,
    ),
    "S140": entry(
        CONFIGURATION,
        (
            "保管密钥的安全芯片、PSAM 或系统密钥环没有响应或拒绝了请求。",
            "What keeps the keys (security chip, PSAM or key ring) does not answer or refuses.",
        ),
        (
            "请检查安全芯片或 PSAM 是否在位，重启后再试。",
            "See that the security chip or PSAM is in place, then start again.",
        ),
    ),
    "S141": entry(
        FAILURE,
        (
            "中心要求重传一笔早已办结、本机已按规定清除正文的业务，停止上传。",
            "The centre asks again for an operation that was applied long ago and whose body is gone. Nothing is sent.",
        ),
        _STOP,
    ),
    "S142": entry(
        REFUSED,
        (
            "预留编号已用完、已过期或已交回。",
            "No reserved number is left: used up, expired or given back.",
        ),
        ("请联网领取新的编号段后再办。", "Go on-line and fetch a new block of numbers first."),
        typed=("请联网后用“drive begin”补足编号再办。", "Go on-line and fill up the numbers with “drive begin” first."),
    ),
    "S143": entry(
        REFUSED,
        (
            "收到的编号段或人员名单未经中心正确签发，没有采用。",
            "The block of numbers or the lease was not issued by the centre for this terminal; it was not used.",
        ),
        _SUPPORT,
    ),
    "S145": entry(
        FAILURE,
        ("备份没有通过核验，没有恢复。", "The backup does not verify; nothing was restored."),
        ("请换一份备份，原数据库没有改动。", "Take another backup; the store is untouched."),
    ),
    "S146": entry(
        REFUSED,
        (
            "本机还有中心没有签收的业务，不能清除。",
            "There is work that the centre has not acknowledged; the store is not wiped.",
        ),
        (
            "请先上传，或用 ssc-terminal store export 导出到介质。",
            "Send it first, or export it to a medium (ssc-terminal store export).",
        ),
    ),
    "S147": entry(
        FAILURE,
        (
            "中心记得的一行日志本机没有：日志是旧副本，停止上传和收件。",
            "The centre knows a line of the journal that is not here: an older copy. Nothing is sent or taken in.",
        ),
        _FORK,
    ),
    "S158": entry(
        FAILURE,
        (
            "本机数据比以前少：是旧副本，或清除后新建；停止收件。",
            "The data here once went further than it does now: an older copy, or new after a wipe. Nothing new is "
            "taken in.",
        ),
        _FORK,
    ),
    "S148": entry(
        REFUSED,
        ("这个介质上没有终端导出的业务，或内容已损坏。", "The medium does not hold what a terminal exported."),
        ("请检查介质，或重新导出。", "Check the medium, or export again."),
    ),
    "S154": entry(
        REFUSED,
        (
            "中心不再接受本终端（{cause}）：证书已吊销或已换新。不再收件；已收的业务都在，没有丢失。",
            "The centre takes nothing from this terminal ({cause}): its certificate was revoked or replaced. Nothing "
            "new is taken in; what was taken in is all here.",
        ),
        (
            "请管理员向省中心领取本终端的换证码，用 enrol --replace 换证；换证后自动恢复。",
            "An administrator gets a renewal code from the centre and enrols again (enrol --replace); it goes on then.",
        ),
    ),
    "S150": entry(
        REFUSED,
        (
            "本机刚换了记录序列，这一笔没有保存。",
            "A new life of this terminal's record has just begun; this one was not saved.",
        ),
        ("请再提交一次。", "Submit it once more."),
    ),
    "S151": entry(
        REFUSED,
        (
            "离线时间或待传笔数已达中心规定的上限，暂不受理新业务。",
            "Off-line for as long, or with as much waiting, as the centre allows; nothing new is taken in.",
        ),
        ("请先联网上传。急办挂失请拨 12333。", "Get on-line and send first. To report a loss at once call 12333."),
    ),
    "S155": entry(
        REFUSED,
        (
            "待传业务的金额将超过中心规定的上限（还可离线办理 {left} 元），这一笔没有受理。",
            "With this one more money would wait than the centre allows ({left} yuan are left); it was not taken in.",
        ),
        (
            "请先联网上传再办这一笔；不涉及金额的业务照常受理。",
            "Get on-line and send first, then do this one; business without money goes on.",
        ),
        (
            "待传业务的金额将超过中心规定的上限，这一笔没有受理。",
            "With this one more money would wait than the centre allows; it was not taken in.",
        ),
    ),
    "S152": entry(
        CONFIGURATION,
        (
            "本机时钟比以前的记录慢了 {minutes} 分钟；业务照常保存，但时间会记错。",
            "This machine's clock is {minutes} minutes behind its own records; work is kept, under a wrong time.",
        ),
        ("请把本机日期和时间调准。", "Set the date and time of this machine."),
        ("本机时钟比以前的记录慢。", "This machine's clock is behind its own records."),
    ),
}
