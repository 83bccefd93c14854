"""Faults of papers, of the codes on them, and of printers (codes P1xx)."""

from __future__ import annotations

from terminal.fault_table.entry import CONFIGURATION, DEVICE, FAILURE, REFUSED, USAGE, Entry, entry

_SUPPORT = ("请记下故障代码，联系技术支持。", "Note the fault code and call technical support.")
_NOT_OURS = (
    "请不要凭这张单据办理；请拨 12333 核实。",
    "Do not act on this paper; have it checked at 12333.",
)
_REPRINT = (
    "业务已保存，不用重办；处理好后点“补打”。",
    "The service is saved, do not repeat it; once settled, print again.",
)
_REPRINT_TYPED = (
    "业务已保存，不用重办；处理好后用“queue print”再打一次。",
    "The service is saved, do not repeat it; once settled, run “queue print”.",
)

PAPER: dict[str, Entry] = {
    "P101": entry(
        USAGE,
        ("这不是回执上的码，或者没有读全。", "This is not the code of a receipt, or not the whole of it."),
        ("请重新扫描回执上的二维码。", "Scan the code on the receipt again."),
    ),
    "P102": entry(
        CONFIGURATION,
        ("这张回执是更新版本的程序出具的。", "A newer program made this receipt."),
        ("请升级本终端的软件后再核验。", "Update this terminal, then check it again."),
    ),
    "P103": entry(
        REFUSED,
        (
            "本终端没有这张回执的签名公钥，不能离线核验。",
            "This terminal does not know the key that signed this receipt.",
        ),
        (
            "可能是其他终端出具的；请拨 12333 报查询码核实。",
            "It may come from another terminal; ask 12333 with its telephone code.",
        ),
    ),
    "P104": entry(
        REFUSED,
        ("回执的签名不对，内容被改过或是伪造的。", "The signature is wrong: the receipt was changed or forged."),
        _NOT_OURS,
    ),
    "P105": entry(
        REFUSED,
        ("回执的签名有效，但内容自相矛盾。", "The signature holds, but the receipt says what its signer may not say."),
        _NOT_OURS,
    ),
    "P106": entry(
        USAGE,
        ("这是电话查询码，不能用来离线核验。", "This is the code for the telephone; it proves nothing off-line."),
        ("请扫描回执上的二维码，或拨 12333 报查询码。", "Scan the receipt's code, or ask 12333 with this one."),
    ),
    "P107": entry(
        USAGE,
        ("电话查询码有误，校验位不对。", "The telephone code has a mistake; its check characters are wrong."),
        ("请对照回执重新输入查询码。", "Type it again from the receipt."),
    ),
    "P110": entry(
        FAILURE,
        ("回执内容不合规定，没有出具。", "The receipt would break a rule and was not made."),
        _SUPPORT,
    ),
    "P111": entry(
        CONFIGURATION,
        ("打印用的中文字体缺失或损坏。", "The Chinese font of the papers is missing or damaged."),
        ("请重新安装程序；业务已保存，之后可以补打。", "Install the program again; the service is saved, print later."),
    ),
    "P120": entry(DEVICE, ("没有找到打印机。", "The printer was not found."), _REPRINT, typed=_REPRINT_TYPED),
    "P121": entry(
        DEVICE, ("打印机脱机或没有开机。", "The printer is off-line or switched off."), _REPRINT, typed=_REPRINT_TYPED
    ),
    "P122": entry(DEVICE, ("打印机缺纸。", "The printer is out of paper."), _REPRINT, typed=_REPRINT_TYPED),
    "P123": entry(DEVICE, ("打印机的盖子没有盖好。", "The printer's cover is open."), _REPRINT, typed=_REPRINT_TYPED),
    "P124": entry(
        DEVICE,
        ("打印中断，回执可能没有打完。", "Printing broke off; the receipt may be incomplete."),
        _REPRINT,
        typed=_REPRINT_TYPED,
    ),
    "P125": entry(
        DEVICE, ("打印机没有在规定时间内回应。", "The printer did not answer in time."), _REPRINT, typed=_REPRINT_TYPED
    ),
    "P126": entry(
        CONFIGURATION,
        ("回执文件写不进文件夹。", "The receipt could not be written into its folder."),
        (
            "业务已保存；请检查磁盘空间和文件夹权限后点“补打”。",
            "The service is saved; check disk and rights, then print again.",
        ),
        typed=(
            "业务已保存；请检查磁盘空间和文件夹权限后用“queue print”再打一次。",
            "The service is saved; check disk and rights, then run “queue print”.",
        ),
    ),
}
