"""Services that leave something behind, without the screen: contact change and PIN change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.cli.ask import fill_pin, missing, read_pin
from terminal.cli.paper import tell
from terminal.cli.people import OPERATOR, REVIEWER, Fields, fields_from_stdin, names_of, second, sign_in
from terminal.pin import PinBuffer
from terminal.services import card_pin_change, contact_change
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.bootstrap import Bench
    from terminal.cli.app import Context
    from terminal.services.base import Service
    from terminal.visit import Visit

_OLD = Text("请输入原密码：", "Old PIN: ")
NEW = Text("请输入新密码：", "New PIN: ")
AGAIN = Text("请再输入一次新密码：", "New PIN again: ")


@contextmanager
def bench_for(context: Context, service: Service, reader: str | None, *also: str) -> Iterator[Bench]:
    """The card in the reader, read and fit for the service; the data folder held by this command alone.

    Where nothing can be recorded, that is said before anybody types.

    :param also: see :func:`terminal.admission.serve`.
    """
    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.admission import serve  # noqa: PLC0415
    from terminal.instance import single_instance  # noqa: PLC0415
    from terminal.services.base import CardNeed  # noqa: PLC0415
    from terminal.settings import prepare_data  # noqa: PLC0415

    settings, clock = context.settings, context.clock
    with (
        single_instance(prepare_data(settings), clock),
        bootstrap.pcsc() as readers,
        bootstrap.bench(settings, clock, readers, reader=reader, toys=False) as bench,
    ):
        if bench.unjoined is not None:
            raise bench.unjoined
        bench.staff.room.open().outbox.ready(card=service.card is CardNeed.GENUINE)
        serve(bench.visit, service, settings.environment, *also)
        yield bench


def run_contact_change(context: Context, reader: str | None, from_fields: bool, slip: Path | None = None) -> int:
    """A17 for the card in the reader; a second person agrees where the centre's rule wants one. Gives the
    exit code."""
    if not from_fields:
        raise missing("--fields-stdin")
    optional = (*contact_change.SERVICE.fields, *names_of(REVIEWER))
    given = fields_from_stdin(names_of(OPERATOR), optional=optional)
    with given as fields, bench_for(context, contact_change.SERVICE, reader) as bench:
        visit = bench.visit
        state = contact_change.State(typed={name: fields.texts.get(name, "") for name in contact_change.ITEMS})
        state.typed["region"] = fields.texts.get("region") or (visit.record and visit.record.region) or ""
        sign_in(context, bench.staff, fields)
        if visit.record is not None:
            visit.counter.require_number(visit.record)
        _require_contact(visit, state)
        contact_change.rule(visit, state)
        if state.two or REVIEWER in fields.texts:
            state.reviewer = second(context, bench.staff, fields)
        contact_change.load(visit, state)
        contact_change.record(visit, state)
        return tell(context, bench, state.ending.left, slip)


def _require_contact(visit: Visit, state: contact_change.State) -> None:
    """What stands under the fields on the screen is the command's fault here.

    :raises TerminalError: ``NOTHING_ENTERED``, ``PHONE_INVALID``, ``REGION_UNKNOWN``, ``ADDRESS_CHARACTERS``,
        ``ADDRESS_LENGTH``.
    """
    phone, place = state.text("phone"), state.text("address")
    contact_change.require_something(phone, place.strip())
    if phone:
        contact_change.require_phone(phone)
    if place.strip():
        state.typed["address"] = visit.counter.require_address(state.text("region"), place).text


def run_pin_change(context: Context, reader: str | None, from_fields: bool, slip: Path | None = None) -> int:
    """A15 for the card in the reader. Gives the exit code."""
    names = (*names_of(OPERATOR), "old_pin", "new_pin")
    given = fields_from_stdin(names, ("old_pin", "new_pin")) if from_fields else nullcontext(None)
    with given as fields, bench_for(context, card_pin_change.SERVICE, reader) as bench:
        sign_in(context, bench.staff, fields)
        visit, state = bench.visit, card_pin_change.State()
        try:
            record = visit.record
            if record is not None and visit.counter.doubtful(record) is not None:
                raise doubtful()
            card_pin_change.check(visit, state)
            _pins(context, state, fields)
            card_pin_change.require_strong(visit, new := state.new.peek())
            new[:] = bytes(len(new))
            visit.show_pin(state.old.peek())
            card_pin_change.change(visit, state)
        finally:
            card_pin_change.forget(state)
        return tell(context, bench, state.ending.left, slip)


def _pins(context: Context, state: card_pin_change.State, fields: Fields | None) -> None:
    if fields is not None:
        fill_pin(state.old, fields.secrets["old_pin"])
        fill_pin(state.new, fields.secrets["new_pin"])
        return
    again = PinBuffer()
    try:
        for pin, prompt in ((state.old, _OLD), (state.new, NEW), (again, AGAIN)):
            read_pin(context, pin, from_stdin=False, prompt=prompt)
        first, repeated = state.new.peek(), again.peek()
        card_pin_change.require_same(first == repeated)
        first[:], repeated[:] = bytes(len(first)), bytes(len(repeated))
    finally:
        again.wipe()


def doubtful() -> Exception:
    """A card whose last write has no end is settled on the screen first."""
    from offline_cache.intents import doubtful_card  # noqa: PLC0415

    return doubtful_card()
