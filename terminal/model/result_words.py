"""A receipt as the result page shows it: the same words as on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.receipts.words import WORDS
from terminal.text import Text
from terminal.views import Fact, FaultView, ResultView

if TYPE_CHECKING:
    from terminal.receipts.model import Receipt

_TONES = {"good": "good", "plain": "warning", "warning": "warning", "bad": "bad"}
"""``plain`` is what waits: on the screen it is not green."""

_TIME, _REASON = Text("办理时间", "Time"), Text("原因", "Reason")
_PEOPLE = Text("经办 / 复核", "Served / reviewed by")


def result_view(receipt: Receipt, printed: Text | None = None, print_fault: FaultView | None = None) -> ResultView:
    """The page of what was done."""
    from terminal.receipts import qr  # noqa: PLC0415 - slow

    words, proof = WORDS[receipt.outcome], receipt.proof
    return ResultView(
        headline=words.word,
        tone=_TONES[words.tone],
        number=proof.number if proof else "",
        lines=tuple(_lines(receipt)),
        next_steps=receipt.next_step or Text(words.sentence.zh + words.next_step.zh, _joined(receipt)),
        code=proof.telephone if proof else "",
        qr=qr.matrix(proof.code) if proof else None,
        printed=printed,
        print_fault=print_fault,
    )


def _joined(receipt: Receipt) -> str:
    words = WORDS[receipt.outcome]
    return f"{words.sentence.en} {words.next_step.en}"


def _lines(receipt: Receipt) -> list[Fact]:
    lines = []
    for fact in receipt.facts:
        value, old = _text(fact.value), None if fact.old is None else _text(fact.old)
        shown = value if old is None else Text(f"{old.zh} → {value.zh}", f"{old.en} → {value.en}")
        lines.append(Fact(fact.label, shown))
    if receipt.reason is not None:
        lines.append(Fact(_REASON, receipt.reason, "bad"))
    people = " / ".join(each for each in (receipt.site.operator, receipt.site.reviewer) if each)
    time = f"{receipt.time:%Y-%m-%d %H:%M:%S}"
    return [*lines, Fact(_TIME, Text(time, time)), Fact(_PEOPLE, Text(people, people))]


def _text(value: str | Text) -> Text:
    return value if isinstance(value, Text) else Text(value, value)
