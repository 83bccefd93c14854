"""Words for writes into a card: what each is called, how each can end, and what giving one up means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offline_cache.intents import Ending
from terminal.model.operations import CARD_DEBIT, CARD_ISSUE, CARD_WRITE, PIN_RESET, PIN_UNBLOCK
from terminal.receipts.words import Outcome
from terminal.text import Text

PIN_CHANGE: Final = "card-pin-change"


@dataclass(frozen=True)
class WriteWords:
    """:param label: of the fact on the paper. :param undone: why nothing came of it.
    :param given_up: title of the entry that ends a doubtful one by two people; :param meaning: what that means.
    :param doubt: what the page of a doubtful card says; :param ask: how it is settled.
    """

    title: Text
    label: Text
    endings: dict[Ending, tuple[Outcome, Text]]
    undone: Text
    given_up: Text
    meaning: Text
    doubt: Text
    ask: Text


_PIN: Final = Text("社保密码", "Social security PIN")
_PIN_DOUBT: Final = Text("上次修改密码时卡片中途离开了读卡器。", "The card left in the middle of a PIN change.")
_RESET_DOUBT: Final = Text("上次重置密码时卡片中途离开了读卡器。", "The card left in the middle of a PIN reset.")
_PIN_ASK: Final = Text(
    "请持卡人输入新密码核实；卡片接受就算改成。",
    "The holder enters the new PIN; if the card takes it the change is done.",
)
_PIN_UNDONE: Final = Text("卡片没有接受新密码。", "The card did not take the new PIN.")
_PIN_GIVEN_UP: Final = Text("社保密码待重置", "PIN to be reset")
_PIN_MEANING: Final = Text("不再等卡，密码按不明处理，须重置", "The card is given up: its PIN has to be reset")

_NEW_PIN: Final = {
    Ending.DONE: (Outcome.DONE_IN_CHIP, Text("已改为新密码", "Changed to the new one")),
    Ending.UNDONE: (Outcome.REFUSED, Text("仍是原密码", "Still the old one")),
    Ending.SPOILED: (Outcome.UNSETTLED, Text("不明，须重置", "Not known; has to be reset")),
}
_UNBLOCKED: Final = {
    Ending.DONE: (Outcome.DONE_IN_CHIP, Text("已解锁，密码不变", "Unblocked; the PIN is the same")),
    Ending.UNDONE: (Outcome.REFUSED, Text("没有解锁", "Not unblocked")),
    Ending.SPOILED: (Outcome.UNSETTLED, Text("不明，可再办一次", "Not known; it can be done again")),
}
_WRITTEN: Final = {
    Ending.DONE: (Outcome.DONE_IN_CHIP, Text("已写入卡内", "Written into the card")),
    Ending.UNDONE: (Outcome.REFUSED, Text("卡内信息没有变", "The card is as it was")),
    Ending.SPOILED: (Outcome.UNSETTLED, Text("不明，须由中心核对", "Not known; the centre has to compare")),
}


def _pin(title: Text, doubt: Text) -> WriteWords:
    return WriteWords(title, _PIN, _NEW_PIN, _PIN_UNDONE, _PIN_GIVEN_UP, _PIN_MEANING, doubt, _PIN_ASK)


def _other(title: Text, given_up: Text, meaning: Text, doubt: Text, ask: Text) -> WriteWords:
    label, undone = Text("卡内信息", "In the card"), Text("卡片没有接受写入。", "The card did not take it.")
    return WriteWords(title, label, _WRITTEN, undone, given_up, meaning, doubt, ask)


WORDS: Final[dict[str, WriteWords]] = {
    PIN_CHANGE: _pin(Text("社保密码修改", "PIN change"), _PIN_DOUBT),
    PIN_RESET: _pin(Text("社保密码重置", "PIN reset"), _RESET_DOUBT),
    PIN_UNBLOCK: WriteWords(
        Text("社保密码解锁", "PIN unblock"),
        _PIN,
        _UNBLOCKED,
        Text("卡片没有解锁密码。", "The card did not unblock the PIN."),
        Text("解锁结果不明", "PIN unblock not known"),
        Text(
            "不再等卡；密码没有变，可再解锁一次", "The card is given up: its PIN is the same and can be unblocked again"
        ),
        Text("上次解锁密码时卡片中途离开了读卡器。", "The card left in the middle of a PIN unblock."),
        Text(
            "终端读剩余次数核实，不用输入密码。", "The terminal looks at the tries that are left; nobody enters a PIN."
        ),
    ),
    CARD_WRITE: _other(
        Text("其他程序写卡", "Write by another program"),
        Text("卡内信息待核对", "Card to be compared"),
        Text("不再等卡，卡内信息由中心核对", "The card is given up: the centre compares what it holds"),
        Text(
            "上次由其他程序写卡时卡片中途离开了读卡器。", "The card left in the middle of a write by another program."
        ),
        Text(
            "终端读出卡内信息，与上次要写入的核对。",
            "The terminal reads the card and compares it with what was to come.",
        ),
    ),
    CARD_DEBIT: _other(
        Text("其他程序卡内扣款", "Payment by another program"),
        Text("卡内扣款待核对", "Payment to be compared"),
        Text("不再等卡，扣款由中心核对", "The card is given up: the centre looks for the payment"),
        Text("上次从卡内扣款时卡片中途离开了读卡器。", "The card left in the middle of a payment."),
        Text("请按 F6 到待传队列，由两人报中心核对。", "Two people hand it to the centre on the queue page (F6)."),
    ),
    CARD_ISSUE: _other(
        Text("批量写卡", "Issuing"),
        Text("卡片作废", "Card to be voided"),
        Text("不再写这张卡，卡片作废", "The card is given up and voided"),
        Text("这张卡上次没有写完。", "The issuing of this card was cut off."),
        Text("请把卡放回原来的批次继续写。", "Put it back into its batch, which goes on with it."),
    ),
}
"""By the kind of the operation without its step."""


def words_of(kind: str) -> WriteWords:
    """:param kind: of any step."""
    return WORDS[kind.partition(".")[0]]
