"""``card pin unblock`` and ``card pin reset`` (A16): two people, recorded before and after as the card itself answered.

The keys are the PSAM's or the centre's; the centre's HSM is told which operation they are for.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from cardio.apps.pin import Outcome, outcome
from cardio.errors import CardError
from cardio.status import tries_left
from offline_cache.intents import Ending
from terminal.cli.ask import fill_pin, read_pin
from terminal.cli.intake import AGAIN, NEW, bench_for, doubtful
from terminal.cli.paper import tell
from terminal.cli.people import OPERATOR, REVIEWER, Fields, fields_from_stdin, names_of, second, sign_in
from terminal.model.operations import PIN_RESET, PIN_UNBLOCK
from terminal.pin import PinBuffer
from terminal.services import card_pin_change
from terminal.unblock_doubt import ending_of

if TYPE_CHECKING:
    from terminal.bootstrap import Bench
    from terminal.cli.app import Context
    from terminal.counter import Left
    from terminal.people.operators import Operator

_PEOPLE = names_of(OPERATOR, REVIEWER)


def run_unblock(context: Context, reader: str | None, from_fields: bool, slip: Path | None = None) -> int:
    """The PIN of the card in the reader gets its tries back. Gives the exit code."""
    given = fields_from_stdin(_PEOPLE) if from_fields else nullcontext(None)
    with given as fields, bench_for(context, card_pin_change.SERVICE, reader, PIN_UNBLOCK) as bench:
        sign_in(context, bench.staff, fields)
        reviewer = second(context, bench.staff, fields)
        _settle(bench, reviewer)
        left = _maintain(bench, PIN_UNBLOCK, reviewer, None)
        return tell(context, bench, left, slip)


def _settle(bench: Bench, reviewer: Operator) -> None:
    """Where the card's tries tell how a write ended it is settled here. Any other doubt is for the screen."""
    card, counter = bench.visit.record, bench.staff.counter()
    assert card is not None  # noqa: S101 - the bench has read it
    open_one = counter.doubtful(card)
    if open_one is None:
        return
    word = bench.visit.pin_word()
    ending = ending_of(open_one.kind, open_one.plan, tries_left(word))
    if ending is None:
        raise doubtful()
    counter.end_pin_change(card, open_one.begun, ending, card_pin_change.proof_of(word), reviewer)


def run_reset(context: Context, reader: str | None, from_fields: bool, slip: Path | None = None) -> int:
    """The card in the reader gets a new PIN. Gives the exit code."""
    given = fields_from_stdin((*_PEOPLE, "new_pin"), ("new_pin",)) if from_fields else nullcontext(None)
    pin = PinBuffer()
    with given as fields, bench_for(context, card_pin_change.SERVICE, reader, PIN_RESET) as bench:
        sign_in(context, bench.staff, fields)
        reviewer = second(context, bench.staff, fields)
        try:
            record = bench.visit.record
            if record is not None and bench.visit.counter.doubtful(record) is not None:
                raise doubtful()
            _ask(context, pin, fields)
            card_pin_change.require_strong(bench.visit, shown := pin.peek())
            shown[:] = bytes(len(shown))
            left = _maintain(bench, PIN_RESET, reviewer, pin.take())
        finally:
            pin.wipe()
        return tell(context, bench, left, slip)


def _ask(context: Context, pin: PinBuffer, fields: Fields | None) -> None:
    if fields is not None:
        fill_pin(pin, fields.secrets["new_pin"])
        return
    again = PinBuffer()
    try:
        read_pin(context, pin, from_stdin=False, prompt=NEW)
        read_pin(context, again, from_stdin=False, prompt=AGAIN)
        first, repeated = pin.peek(), again.peek()
        card_pin_change.require_same(first == repeated)
        first[:], repeated[:] = bytes(len(first)), bytes(len(repeated))
    finally:
        again.wipe()


def _maintain(bench: Bench, what: str, reviewer: Operator, new: bytearray | None) -> Left:
    """Begun, the card, and its end. Where the card's answer is lost the beginning stays open, and the fault is told."""
    visit = bench.visit
    card, counter = visit.record, bench.staff.counter()
    assert card is not None  # noqa: S101 - the bench has read it
    begun = counter.begin_pin_maintenance(card, what, reviewer, tries_left(visit.pin_word()))
    try:
        word = visit.maintain_pin(begun, new)
    except CardError as error:
        if outcome(error) is Outcome.UNKNOWN:
            raise
        proof = b"" if error.sw is None else card_pin_change.proof_of(error.sw)
        counter.end_pin_change(card, begun, Ending.UNDONE, proof, reviewer)
        raise
    return counter.end_pin_change(card, begun, Ending.DONE, card_pin_change.proof_of(word), reviewer)
