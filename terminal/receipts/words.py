"""One table from an outcome to its words; the papers and the screens use the same.

Off-line a paper says 已收件 and what comes next, never 已受理 or 办结: those are the centre's to say (DESIGN §4.6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from terminal.text import Text

Tone = Literal["good", "plain", "warning", "bad"]
Authority = Literal["terminal", "centre", "chip"]


class Outcome(Enum):
    """What became of a service. The number stands in the code on paper: never used again for something else."""

    RECORDED = 1  # taken in off-line; the centre does not have it yet
    ACCEPTED = 2  # the centre has taken it on
    COMPLETED = 3  # the centre has done it
    DONE_IN_CHIP = 4  # the chip has it; nobody has to agree
    UNSETTLED = 5  # the chip left in the middle; what it holds is not known
    REFUSED = 6  # nothing was changed


@dataclass(frozen=True)
class Words:
    """How an outcome is said.

    :param word: the one word on screen and paper.
    :param title: heading of the paper.
    :param sentence: what that means, in full.
    :param next_step: what the holder can count on, or has to do, where the service says nothing of its own.
    :param decided_by: whose word it is. Only ``centre`` words say that somebody approved.
    """

    word: Text
    title: Text
    sentence: Text
    next_step: Text
    tone: Tone
    decided_by: Authority


WORDS: dict[Outcome, Words] = {
    Outcome.RECORDED: Words(
        Text("已收件", "Taken in"),
        Text("收件回执", "Receipt of intake"),
        Text(
            "申请已保存在本终端，还没有送到省中心。",
            "Your request is saved on this terminal. It has not reached the provincial centre yet.",
        ),
        Text(
            "网络恢复后自动送省中心办理，不用重复申请。是否办成以省中心的结果为准；可拨 12333 报查询码查询。",
            "It goes to the provincial centre by itself once the network is back; do not apply again. "
            "The centre decides; ask 12333 with the code below.",
        ),
        "plain",
        "terminal",
    ),
    Outcome.ACCEPTED: Words(
        Text("已受理", "Accepted"),
        Text("受理回执", "Receipt of acceptance"),
        Text("省中心已受理您的申请，正在办理。", "The provincial centre has accepted your request."),
        Text("办理进度和结果可拨 12333 报查询码查询。", "Ask 12333 with the code below how it stands."),
        "good",
        "centre",
    ),
    Outcome.COMPLETED: Words(
        Text("已办结", "Completed"),
        Text("办结回执", "Receipt of completion"),
        Text("省中心已办理完成。", "The provincial centre has completed it."),
        Text("请核对上面的内容；不符请拨 12333。", "Check what is written above; if it is wrong call 12333."),
        "good",
        "centre",
    ),
    Outcome.DONE_IN_CHIP: Words(
        Text("卡内已完成", "Done in the card"),
        Text("办理回执", "Receipt"),
        Text("已在卡片内修改成功，立即生效。", "The card itself was changed. It counts from now on."),
        Text(
            "不需要再办其他手续。如不是本人办理，请立即拨 12333。",
            "Nothing else to do. If this was not you, call 12333 at once.",
        ),
        "good",
        "chip",
    ),
    Outcome.UNSETTLED: Words(
        Text("结果待核实", "To be checked"),
        Text("办理情况单", "Notice"),
        Text(
            "卡片在办理中途离开了读卡器，还不知道有没有改成。",
            "The card left the reader in the middle. Whether it was changed is not known yet.",
        ),
        Text(
            "请带卡回到本网点，再插一次卡即可核实。",
            "Come back to this outlet with the card; inserting it once settles it.",
        ),
        "warning",
        "terminal",
    ),
    Outcome.REFUSED: Words(
        Text("未能办理", "Not done"),
        Text("办理情况单", "Notice"),
        Text(
            "这项业务没有办理，卡片和登记的信息都没有变化。",
            "Nothing was done; the card and the records are unchanged.",
        ),
        Text("有疑问请拨 12333。", "If in doubt call 12333."),
        "bad",
        "terminal",
    ),
}

AT_CENTRE = replace(
    WORDS[Outcome.RECORDED],
    sentence=Text(
        "申请已送达省中心，正在等结果。",
        "Your request has reached the provincial centre, which has not decided yet.",
    ),
    next_step=Text(
        "由省中心办理，不用重复申请。是否办成以省中心的结果为准；可拨 12333 报查询码查询。",
        "The provincial centre goes on with it; do not apply again. The centre decides; ask 12333 with the code below.",
    ),
)
"""Of what was taken in, once the centre has it: the same word and the same code, and what is true by then."""

TAKE_CARD = Text("请取走您的社会保障卡", "Please take your card")
"""The last line of every paper and of every visit."""

DEMONSTRATION = Text("演示 · 无效", "DEMONSTRATION · NOT VALID")
"""On every paper of the sandbox."""

REPRINT = Text("补打", "Reprint")


def words(outcome: Outcome) -> Words:
    """The words of an outcome."""
    return WORDS[outcome]
