"""What the result page says of the paper is what became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal import faults
from terminal.errors import TerminalError, TerminalFault
from terminal.model.result_words import NO_PRINTER, NO_RECEIPT, NOT_OUT, NOT_YET, ON_PAPER, PaperWords, result_view
from terminal.receipts.printer import Printed
from tests.receipts.samples import receipt

RECEIPT = receipt()
FAULT = faults.explain(TerminalError(TerminalFault.NOBODY_KNOWN))


@pytest.mark.parametrize(
    ("printed", "failed", "words"),
    [
        (None, False, NOT_YET),
        (None, True, NOT_OUT),
        (Printed(on_paper=True), False, ON_PAPER),
        (Printed(on_paper=True, where="counter-17"), True, ON_PAPER),  # a second one failed; the first is in the hand
        (Printed(on_paper=False), False, NO_PRINTER),
    ],
)
def test_what_is_done_with_the_paper(printed: Printed | None, failed: bool, words: PaperWords) -> None:
    view = result_view(RECEIPT, printed, FAULT if failed else None)
    assert (view.hand_over, view.printed) == (words.hand_over, words.happened)
    assert view.printed_tone == ("good" if words is ON_PAPER else "plain")


def test_a_file_is_named_with_its_folder_and_nobody_is_told_to_hand_it_over() -> None:
    view = result_view(RECEIPT, Printed(on_paper=False, where="/srv/papers/379999000001-1-000007.pdf"))
    assert view.printed is not None
    for said in view.printed:
        assert "379999000001-1-000007.pdf" in said
        assert "/srv/papers" in said
    assert view.hand_over is not None
    assert "交给" not in view.hand_over.zh


def test_without_a_receipt_none_is_promised() -> None:
    assert result_view(replace(RECEIPT, proof=None)).hand_over == NO_RECEIPT.hand_over
