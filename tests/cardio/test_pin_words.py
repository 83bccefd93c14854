"""Which words of a card to a command that changes a PIN mean that the PIN is the old one still."""

from __future__ import annotations

import pytest

from cardio.apps.pin import did_nothing

# Of table 3-2 of the commands' answers (card.md §3): checks that a card makes before it writes anything.
BEFORE_ANY_WRITE = (
    *(0x6300, 0x63C0, 0x63C3, 0x63CF),
    *(0x6700, 0x6901, 0x6982, 0x6983, 0x6984, 0x6985, 0x6987, 0x6988),
    *(0x6A80, 0x6A81, 0x6A82, 0x6A86, 0x6A88, 0x6D00, 0x6E00, 0x9303),
)
MAY_HAVE_WRITTEN = (0x9000, 0x6200, 0x6281, 0x6400, 0x6581, 0x6F00, 0x0000, 0xFFFF)


@pytest.mark.parametrize("sw", BEFORE_ANY_WRITE, ids="{:04X}".format)
def test_a_check_that_failed_wrote_nothing(sw: int) -> None:
    assert did_nothing(sw)


@pytest.mark.parametrize("sw", [*MAY_HAVE_WRITTEN, None], ids=str)
def test_anything_else_leaves_it_open(sw: int | None) -> None:
    assert not did_nothing(sw)
