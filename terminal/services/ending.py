"""How services that leave something behind end: the result page and its paper, in the words of the paper."""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache.errors import StoreError
from terminal import faults
from terminal.counter import Left
from terminal.model.result_words import result_view
from terminal.procedure import VisitPort
from terminal.receipts.errors import PaperError
from terminal.text import Text
from terminal.views import FaultView, ResultView

_ON_PAPER = Text("已打印", "Printed")
_NOT_ON_PAPER = Text("没有打印机，请拍下屏幕上的码", "No printer: take a picture of the code on the screen")
_FILED = Text("已存为文件", "Kept as a file")


@dataclass
class Ending:
    """What was left behind, and what became of its paper."""

    left: Left | None = None
    printed: Text | None = None
    fault: FaultView | None = None


def result_page(ending: Ending) -> ResultView | None:
    """The page; ``None`` while there is nothing."""
    return None if ending.left is None else result_view(ending.left.receipt, ending.printed, ending.fault)


def print_paper(visit: VisitPort, ending: Ending) -> str:
    """Print. A paper that does not come out takes nothing back: the fault stands beside the result."""
    left = ending.left
    assert left is not None  # noqa: S101 - the page has its button only with a result
    try:
        if ending.printed is not None:
            left = ending.left = Left(left.operation, left.receipt.again())
        done = visit.counter.print(left.receipt)
    except (PaperError, StoreError) as error:
        ending.fault = faults.explain(error)
        return "printed"
    ending.fault = None
    ending.printed = _ON_PAPER if done.on_paper else (_FILED if done.where else _NOT_ON_PAPER)
    return "printed"
