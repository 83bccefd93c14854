"""What the waiting page says of the visit before, and when."""

from __future__ import annotations

from typing import Final

from terminal.journeys.engine import Journey
from terminal.services import doubtful_card
from terminal.text import Text
from terminal.write_words import PIN_CHANGE

TAKE_CARD: Final = Text("请取走卡片。", "Please take the card.")
TIMED_OUT: Final = Text("长时间没有操作，已退出。", "Ended after a long time without a touch.")
CUT_OFF: Final = Text(
    "改密码时卡片离开了读卡器，结果不明：请放回同一张卡核实。",
    "The card left during a PIN change, and nobody knows how it ended: put the same card back to find out.",
)

_WRITES: Final = frozenset({PIN_CHANGE, doubtful_card.CODE})
"""Services in which the card is written."""


def when_pulled(journey: Journey | None) -> Text | None:
    """What whoever holds the card has to hear when it left in the middle of being written."""
    if journey is None or journey.view.code not in _WRITES:
        return None
    return CUT_OFF if journey.view.view == "busy" or journey.error is not None else None
