"""How services that leave something behind end: the result page and its paper, in the words of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_cache.errors import StoreError
from terminal import faults
from terminal.counter import Left
from terminal.model.result_words import result_view
from terminal.procedure import VisitPort
from terminal.receipts.errors import PaperError
from terminal.views import FaultView, ResultView

if TYPE_CHECKING:
    from terminal.receipts.printer import Printed


@dataclass
class Ending:
    """What was left behind, and what became of its paper."""

    left: Left | None = None
    printed: Printed | None = None
    fault: FaultView | None = None


def result_page(ending: Ending) -> ResultView | None:
    """The page; ``None`` while there is nothing."""
    return None if ending.left is None else result_view(ending.left.receipt, ending.printed, ending.fault)


def print_paper(visit: VisitPort, ending: Ending) -> str:
    """Print. A paper that does not come out takes nothing back: the fault stands beside the result."""
    left = ending.left
    assert left is not None  # noqa: S101 - the page has its button only with a result
    try:
        if ending.printed is not None and (ending.printed.on_paper or ending.printed.where):
            left = ending.left = Left(left.operation, left.receipt.again())
        done = visit.counter.print(left)
    except (PaperError, StoreError) as error:
        ending.fault = faults.explain(error)
        return "printed"
    ending.fault = None
    ending.printed = done
    return "printed"
