"""A receipt as the result page shows it: the same words as on paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.receipts.words import WORDS
from terminal.text import Text
from terminal.views import Fact, FaultView, ResultView

if TYPE_CHECKING:
    from terminal.receipts.model import Receipt
    from terminal.receipts.printer import Printed

_TONES = {"good": "good", "plain": "warning", "warning": "warning", "bad": "bad"}
"""``plain`` is what waits: on the screen it is not green."""

_TIME, _REASON = Text("办理时间", "Time"), Text("原因", "Reason")
_PEOPLE = Text("经办 / 复核", "Served / reviewed by")


@dataclass(frozen=True)
class PaperWords:
    """What became of the paper: what to do about it, under the title, and what happened, below the page."""

    hand_over: Text
    happened: Text | None = None


NOT_YET = PaperWords(
    Text("请打印回执，交给持卡人", "Print the slip and hand it to the holder"),
)
ON_PAPER = PaperWords(
    Text("请把打印好的回执交给持卡人", "Hand the printed slip to the holder"),
    Text("回执已打印", "The slip was printed"),
)
_FILE = Text("回执已存为文件 {name}，在文件夹 {folder}", "The slip is the file {name} in the folder {folder}")
_FILE_HAND_OVER = Text(
    "没有打印在纸上，请持卡人拍下屏幕上的码",
    "Nothing is on paper: the holder takes a picture of the code on the screen",
)
NO_PRINTER = PaperWords(
    Text(
        "这里没有打印机，请持卡人拍下屏幕上的码",
        "There is no printer here: the holder takes a picture of the code on the screen",
    ),
    Text("没有打印机，没有打印回执", "No printer: no slip was printed"),
)
NOT_OUT = PaperWords(
    Text(
        "回执没有打印出来：排除故障后再打，或请持卡人拍下屏幕上的码",
        "The slip did not come out: print it again, or the holder takes a picture of the code",
    ),
)
NO_RECEIPT = PaperWords(Text("这一次没有回执", "There is no slip for this"))


def paper_words(receipt: Receipt, printed: Printed | None, print_fault: FaultView | None) -> PaperWords:
    """After what became of the paper. A fault of a further copy leaves the first one in the hand."""
    if receipt.proof is None:
        return NO_RECEIPT
    if printed is None:
        return NOT_YET if print_fault is None else NOT_OUT
    if printed.on_paper:
        return ON_PAPER
    if printed.where is None:
        return NO_PRINTER
    return filed(Path(printed.where))


def filed(file: Path) -> PaperWords:
    """The paper is this file."""
    return PaperWords(_FILE_HAND_OVER, _FILE.format(name=file.name, folder=str(file.parent)))


def result_view(receipt: Receipt, printed: Printed | None = None, print_fault: FaultView | None = None) -> ResultView:
    """The page of what was done."""
    from terminal.receipts import qr  # noqa: PLC0415 - slow

    words, proof = WORDS[receipt.outcome], receipt.proof
    said, then = receipt.sentence or words.sentence, words.next_step
    both = Text(said.zh + then.zh, f"{said.en} {then.en}")
    paper = paper_words(receipt, printed, print_fault)
    return ResultView(
        headline=words.word,
        tone=_TONES[words.tone],
        number=proof.number if proof else "",
        lines=tuple(_lines(receipt)),
        next_steps=receipt.next_step or both,
        code=proof.telephone if proof else "",
        scan=proof.code if proof else "",
        qr=qr.matrix(proof.code) if proof else None,
        hand_over=paper.hand_over,
        printed=paper.happened,
        printed_tone="good" if paper is ON_PAPER else "plain",
        print_fault=print_fault,
    )


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
