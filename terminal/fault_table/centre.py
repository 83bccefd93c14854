"""Faults of the centre and the way to it (codes N1xx)."""

from __future__ import annotations

from terminal.fault_table.entry import CENTRE, CONFIGURATION, FAILURE, REFUSED, USAGE, Entry, entry

_SUPPORT = ("请记下故障代码，联系技术支持。", "Note the fault code and call technical support.")
_NETWORK = (
    "请检查网络；恢复后再试一次。急办挂失请拨 12333。",
    "Check the network, then try again. To report a loss at once call 12333.",
)
_LATER = ("请稍后再试一次。急办挂失请拨 12333。", "Try again in a moment. To report a loss at once call 12333.")
_ENROL = (
    "请管理员向省中心领取本终端的换证码，用 enrol --replace 再注册一次；待传业务会保留。",
    "An administrator gets a renewal code for this terminal and enrols again (enrol --replace); what waits stays.",
)
_BANK_SEAL = (
    "请不要办理业务，请持卡人到发卡银行核实卡片。",
    "Do not go on; the holder has the card checked at the issuing bank.",
)

CENTRE_WAY: dict[str, Entry] = {
    "N101": entry(
        CENTRE,
        ("联系不上中心：网络不通或中心没有开机。", "The centre cannot be reached: no network, or it is down."),
        _NETWORK,
    ),
    "N102": entry(CENTRE, ("中心没有在规定时间内回答。", "The centre did not answer in time."), _LATER),
    "N103": entry(
        CENTRE,
        (
            "回答的不是中心，可能是网络登录页。",
            "Something other than the centre answered, perhaps a network login page.",
        ),
        ("请检查网络设置并完成上网登录，再试一次。", "Check the network and finish its login, then try again."),
    ),
    "N104": entry(
        REFUSED,
        ("中心回答的签名不对，内容没有采用。", "The signature of the centre's answer is wrong; it was not used."),
        _SUPPORT,
    ),
    "N105": entry(REFUSED, ("对方的证书不是中心的。", "The far end's certificate is not the centre's."), _SUPPORT),
    "N106": entry(
        REFUSED,
        ("中心拒绝了本终端，证书可能已被吊销。", "The centre refuses this terminal; its certificate may be revoked."),
        _ENROL,
    ),
    "N107": entry(
        CONFIGURATION,
        ("本机时间与中心相差太多。", "This machine's clock is too far from the centre's."),
        ("请校准本机日期、时间和时区后重试。", "Set date, time and time zone, then try again."),
    ),
    "N108": entry(CENTRE, ("中心现在很忙。", "The centre is busy."), _LATER),
    "N109": entry(CENTRE, ("中心内部出错。", "The centre failed inside."), _LATER),
    "N110": entry(FAILURE, ("中心的回答不符合约定。", "The centre's answer is not what was agreed."), _SUPPORT),
    "N111": entry(
        CONFIGURATION,
        ("中心的接口版本与本终端不同。", "The centre speaks another version."),
        ("请升级本终端的软件。", "Update this terminal."),
    ),
    "N112": entry(
        CONFIGURATION,
        ("本终端还没有在中心注册。", "This terminal has not joined the centre."),
        (
            "请由管理员用一次性注册码注册（ssc-terminal enrol）。",
            "An administrator enrols it with a one-time code (ssc-terminal enrol).",
        ),
    ),
    "N113": entry(
        REFUSED,
        ("注册码无效、已用过或已过期。", "The enrolment code is wrong, used or out of date."),
        ("请向省中心索取新的注册码。", "Ask the province for a new code."),
    ),
    "N114": entry(
        REFUSED,
        ("中心没有这张卡的登记。", "The centre does not know this card."),
        ("请持卡人到发卡银行核实卡片。", "The holder has the card checked at the issuing bank."),
    ),
    "N115": entry(
        REFUSED, ("中心判定卡片的应答不对。", "The centre says that the card's answer is wrong."), _BANK_SEAL
    ),
    "N116": entry(
        REFUSED,
        ("本次办理已超过时限。", "This visit has run out of time."),
        ("请取出卡片，重新插入后再办理。", "Take the card out, insert it again and start over."),
    ),
    "N117": entry(
        CONFIGURATION,
        ("演示环境与正式环境混用了。", "Sandbox and production are mixed."),
        (
            "请管理员检查环境设置，并用对应环境的注册。",
            "An administrator checks the environment and uses the enrolment of that environment.",
        ),
        typed=(
            "请检查 --environment 设置，并用对应环境的注册。",
            "Check --environment and use the enrolment of that environment.",
        ),
    ),
    "N118": entry(
        REFUSED,
        ("本终端已经注册过了。", "This terminal has already joined."),
        (
            "不需要再注册；确要重新注册请由管理员用新的注册码（ssc-terminal enrol --replace）。",
            "Nothing to do; to enrol afresh an administrator uses a new code (ssc-terminal enrol --replace).",
        ),
    ),
    "N119": entry(CONFIGURATION, ("本终端的证书已过期。", "This terminal's certificate has expired."), _ENROL),
    "N120": entry(
        FAILURE, ("中心不接受本终端的请求。", "The centre does not accept this terminal's request."), _SUPPORT
    ),
    "N122": entry(
        CENTRE,
        ("与中心的连接中途断开了。", "The connection to the centre broke off."),
        _NETWORK,
    ),
    "N130": entry(
        USAGE,
        (
            "中心的地址不是 https:// 加主机名的形式，没有连接。",
            "The centre's address is not https://host[:port]; nothing was sent.",
        ),
        (
            "请管理员用与注册码一起收到的地址注册（ssc-terminal enrol，已注册过加 --replace）。",
            "An administrator enrols with the address that came with the code (ssc-terminal enrol, or with --replace).",
        ),
    ),
    "N123": entry(
        CONFIGURATION,
        ("给出的根证书文件不是证书。", "The authority's file is not a certificate."),
        ("请使用与注册码一起收到的证书文件。", "Use the certificate file that came with the code."),
    ),
    "N124": entry(
        CENTRE,
        ("中心的记录比本机旧，本机正在补传。", "The centre has less than it had; this terminal sends it again."),
        ("不需要操作；若长时间不消失，请联系技术支持。", "Nothing to do; if it stays, call technical support."),
    ),
    "N125": entry(
        REFUSED,
        (
            "中心的记录与本机对不上，已停止上传，业务都还在本机。",
            "The centre's record and this terminal's disagree; sending has stopped, everything is kept here.",
        ),
        (
            "请立即联系技术支持：可能有两台机器用了同一份数据。中心人员核准后本机自动接续上传。",
            "Call technical support: two machines may be using the same data. "
            "Sending goes on by itself once the centre's people have agreed.",
        ),
    ),
    "N131": entry(
        REFUSED,
        (
            "中心人员还没有核准本机接续上传，业务都还在本机。",
            "The centre's people have not agreed yet that this terminal goes on; everything is kept here.",
        ),
        ("不需要操作；若长时间没有进展，请联系技术支持。", "Nothing to do; if it stays, call technical support."),
    ),
    "N132": entry(
        REFUSED,
        (
            "收到的参考数据不完整、过期或比现有的旧，没有采用。",
            "The reference data received is incomplete, out of date or older than what is here; it was not used.",
        ),
        _SUPPORT,
    ),
    "N135": entry(
        REFUSED,
        (
            "此人已列入另一台终端的下乡服务名单。",
            "Another terminal has this person on the list of its drive.",
        ),
        ("请联系那个服务点，或等名单到期后再办。", "Ask the outlet of that drive, or wait until its list ends."),
    ),
    "N136": entry(
        REFUSED,
        (
            "密码算法套件与中心确定的不同，没有继续。",
            "The cryptographic suite is not the one that the centre has fixed; nothing was done.",
        ),
        _SUPPORT,
    ),
    "N126": entry(
        REFUSED,
        ("中心不接收其中一笔业务，其余照常上传。", "The centre does not take one operation in; the others go on."),
        ("请在“待传”页查看并处理这一笔。", "Look at it on the queue page and settle it."),
        typed=("请用“queue list”找到并处理这一笔。", "Find it with “queue list” and settle it."),
    ),
    "N127": entry(
        REFUSED,
        ("中心的入库回执不能证实，业务仍按未送达处理。", "The acknowledgement proves nothing; it counts as not sent."),
        _SUPPORT,
    ),
    "N121": entry(
        CONFIGURATION, ("本机保存的注册信息已损坏。", "The enrolment kept on this machine is damaged."), _ENROL
    ),
}
