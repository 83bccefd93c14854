"""What the waiting page says of the visit before, and when."""

from __future__ import annotations

from typing import Final

from terminal import faults
from terminal.journeys.engine import Journey
from terminal.services import doubtful_card
from terminal.text import Text
from terminal.write_words import PIN_CHANGE

TAKE_CARD: Final = Text("请取走卡片。", "Please take the card.")
TIMED_OUT: Final = Text("长时间没有操作，已退出。", "Ended after a long time without a touch.")
CUT_OFF: Final = Text(
    "办理中卡片离开了读卡器：请放回同一张卡，看看是否办成。",
    "The card left in the middle: put the same card back to see whether it was done.",
)

_WRITES: Final = frozenset({PIN_CHANGE, doubtful_card.CODE})
"""Services in which the card is written."""


def when_pulled(journey: Journey | None) -> Text | None:
    """What whoever holds the card has to hear when it left in the middle of being written."""
    if journey is None or journey.view.code not in _WRITES:
        return None
    error = journey.error
    under_way = journey.view.view == "busy" or (error is not None and faults.is_one_of(error, faults.PULLED))
    return CUT_OFF if under_way else None
