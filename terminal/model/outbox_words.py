"""The one map from the state of an operation to the words on screen, paper and command line.

“Sent” (已送达) is said only of what the centre has acknowledged with its signature; “done” (已办结) only of what it has
applied (DESIGN §4.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from offline_cache.caps import Standing
from offline_cache.operations import State
from terminal.model.money import yuan
from terminal.text import Text

_HOUR = 3600 * 1000


class Group(Enum):
    """What the entries of the queue wait for, in the order in which the page lists them. The value is the heading."""

    PERSON = Text("需要人工处理", "Needs a person")
    TO_SEND = Text("等待送往中心", "Waiting to be sent to the centre")
    AT_CENTRE = Text("中心已收到，等待结果", "At the centre, waiting for the outcome")
    ENDED = Text("已有结果", "Finished")


@dataclass(frozen=True)
class StateWords:
    """:param word: the state in a word or two. :param remedy: what a person does first, without a full stop; what can
        be done then says :func:`advice`. ``None`` for nothing.
    :param sent: whether this says that the centre has it. :param group: under which heading it stands, unless it was
        settled by a later one.
    """

    word: Text
    tone: str
    group: Group
    remedy: Text | None = None
    sent: bool = False


STATE_WORDS: dict[State, StateWords] = {
    State.PENDING: StateWords(Text("已收件，待送中心", "Taken in, waiting to be sent"), "warning", Group.TO_SEND),
    State.RECEIVED: StateWords(
        Text("已送达中心，待办结", "At the centre, not decided yet"), "plain", Group.AT_CENTRE, sent=True
    ),
    State.HELD: StateWords(
        Text("中心暂存，等前一笔", "Held by the centre for an earlier one"), "plain", Group.AT_CENTRE, sent=True
    ),
    State.APPLIED: StateWords(Text("已办结", "Completed"), "good", Group.ENDED, sent=True),
    State.REJECTED: StateWords(
        Text("中心不予办理", "Refused by the centre"),
        "bad",
        Group.PERSON,
        Text("请按原因联系持卡人", "Tell the holder why"),
        sent=True,
    ),
    State.CONFLICT: StateWords(
        Text("中心转人工处理", "With people at the centre"),
        "warning",
        Group.PERSON,
        Text("请记下案件号，等中心答复", "Note the case number and wait"),
        sent=True,
    ),
    State.PARKED: StateWords(
        Text("已搁置，未送中心", "Set aside, not sent"),
        "bad",
        Group.PERSON,
        Text("请先核对", "Check it first"),
    ),
}

LEFT = Text("还可离线办理", "Off-line for another")
"""Before what :func:`time_left` says."""


def time_left(standing: Standing) -> Text:
    """How long new work may still be taken in without the centre, in whole hours: the one word for page and report."""
    left = standing.left
    if left is None:
        return Text("中心没有规定", "as long as needed")
    if standing.frozen:
        return Text("已到上限，请先上传", "none: send first")
    hours = left // _HOUR
    days, hours = divmod(hours, 24)
    return Text(f"{days} 天 {hours} 小时", f"{days} d {hours} h")


VALUE_LEFT = Text("离线可办金额", "Money left off-line")
"""Before what :func:`value_left` says."""


def value_left(standing: Standing) -> Text:
    """How much money new work may still move before the centre has what waits: the one word for page and report."""
    left = standing.value_left
    if left is None:
        return Text("中心没有规定", "as much as needed")
    return Text("{sum} 元", "{sum} yuan").format(sum=yuan(left))


HELD_FOR_BLOB = StateWords(
    Text("中心暂存，等照片或签名传齐", "Held by the centre until its photos are there"),
    "plain",
    Group.AT_CENTRE,
    sent=True,
)
"""Of one that is held because its photos are not there yet: they go by themselves, behind everything else."""


ADVICE: dict[str, Text] = {
    "again": Text("给此人重新办理", "do it again for this person"),
    "retry": Text("重新传送", "send it again"),
    "withdraw": Text("撤回", "withdraw it"),
    "escalate": Text("报中心处理", "hand it to the centre"),
}
"""What a person can do about a line, as it is advised; ``again`` is no button, but the service itself."""


def advice(first: Text | None, ways: Sequence[str]) -> Text | None:
    """The remedy of a line: what to do first, and exactly the ways that it has, in their order."""
    named = [ADVICE[way] for way in ways if way in ADVICE]
    if first is None:
        return None
    if not named:
        return Text(f"{first.zh}。", f"{first.en}.")
    ways_en = " or ".join(each.en for each in named)
    return Text(f"{first.zh}，然后可以：{'、'.join(each.zh for each in named)}。", f"{first.en}, then {ways_en}.")


HANDED_OVER = StateWords(Text("中心已立案，人工处理", "A case at the centre"), "plain", Group.AT_CENTRE, sent=True)
"""Of an escalation that was applied: the case is open, and the matter not done."""

NOTED = StateWords(
    Text("没有撤回，原业务另有结果", "Not withdrawn: the other one stands"), "plain", Group.ENDED, sent=True
)
"""Of a refused withdrawal, when what it was to take back stands by itself: nobody has to do anything."""

DOUBTFUL = StateWords(
    Text("卡片待核实", "Card to be checked"),
    "bad",
    Group.PERSON,
    Text(
        "请持卡人带卡再来插一次卡；来不了的由两人处理。",
        "The holder inserts it once more; else two people settle it.",
    ),
)
SETTLED = Text("已由后一笔处理", "Settled by a later one")
NEEDS_SIGNATURE = Text("已全部送达中心", "Everything is at the centre")
