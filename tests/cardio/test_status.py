"""Status words and what they leave of a counter."""

from __future__ import annotations

import pytest

from cardio import status
from cardio.status import SW


@pytest.mark.parametrize(
    ("sw", "left"),
    [
        (0x63C0, 0),
        (0x63C1, 1),
        (0x63CF, 15),
        (0x6983, 0),
        (0x6300, None),
        (0x6303, 3),
        (0x6310, None),
        (0x9000, None),
        (0x6982, None),
        (0x6A88, None),
    ],
)
def test_tries_left(sw: int, left: int | None) -> None:
    assert status.tries_left(sw) == left


@pytest.mark.parametrize("sw", list(SW), ids=lambda sw: f"{sw:04X}")
def test_every_word_has_its_own_meaning(sw: SW) -> None:
    meaning = status.meaning(sw)
    assert meaning != status.meaning(0x9999)
    assert [other for other in SW if status.meaning(other) == meaning] == [sw]
    assert status.plausible(sw)


@pytest.mark.parametrize(
    ("sw", "words"), [(0x6110, "16 bytes wait"), (0x6C00, "ask for 256 bytes"), (0x63C2, "refused, 2 tries left")]
)
def test_words_with_a_number_in_them(sw: int, words: str) -> None:
    assert status.meaning(sw) == words


@pytest.mark.parametrize("sw", [0x0000, 0x5FFF, 0x6000, 0x7000, 0x8FFF, 0xA000, 0xFFFF])
def test_what_is_no_status_word(sw: int) -> None:
    assert not status.plausible(sw)
