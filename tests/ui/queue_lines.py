"""Lines of the queue as the program draws them: made-up operations, and its own words, actions and advice for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from offline_cache.intents import Intent
from offline_cache.operations import Operation, State
from terminal.model.operations import CONTACT_CHANGE, PIN_CHANGE_BEGUN
from terminal.own_papers import own_paper
from terminal.queue_page import CARD_PREFIX, CORRECTED, PRINT, actions_of, doubtful_line, drawn, number_of
from terminal.services.contact_change import TITLE
from terminal.text import Text
from terminal.views import QueueLine
from terminal.write_words import PIN_CHANGE, words_of

TERMINAL = "379999000001"
_AT = int(datetime(2026, 11, 23, 9, 20).astimezone().timestamp() * 1000)
_WHOSE = {"name": "张**", "number": "379***********127X", "operator": "1001"}


def operation(seq: int, state: State) -> Operation:
    """A change of number that two people took in."""
    summary = {
        **_WHOSE,
        "title": TITLE.zh,
        "title_en": TITLE.en,
        "phone": "139****5678",
        "reviewer": "2001",
    }
    op_id = seq.to_bytes(16, "big")
    return Operation(
        *(seq, 1, seq, op_id, CONTACT_CHANGE, 1, b"subject", 1, None, b"sealed", b"", b"", _AT, summary, state, _AT)
    )


def queued(seq: int, state: State, said: Text | None = None) -> QueueLine:
    """Its line, where nothing else in the store has to do with it.

    :param said: what the centre said of it.
    """
    one = operation(seq, state)
    actions = actions_of(one)
    paper = (PRINT,) if own_paper(one) is not None else ()
    again = ("again",) if one.kind in CORRECTED else ()  # the newest of its holder
    line = drawn(one, number_of(one, TERMINAL), (*actions, *paper), (*again, *actions), said)
    return replace(line, key=f"op-{seq}")


def doubtful_card_line(seq: int) -> QueueLine:
    """That of a card which left while its PIN was changed."""
    title = words_of(PIN_CHANGE).title
    plan = {**_WHOSE, "title": title.zh, "title_en": title.en}
    intent = Intent(seq.to_bytes(16, "big"), b"card", plan, _AT, PIN_CHANGE_BEGUN, None)
    return replace(doubtful_line(intent), key=f"{CARD_PREFIX}{seq}")
