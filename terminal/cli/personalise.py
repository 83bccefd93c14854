"""``card personalise``: a batch of orders into blank cards."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cardio.link import Link
from cardio.personalise import Outcome
from cardio.readers import Presence, ReaderState, ReaderSystem, choose
from cardio.worker import CardWorker
from terminal import rules
from terminal.cli.ask import missing
from terminal.cli.people import OPERATOR, fields_from_stdin, names_of, sign_in, staff_of
from terminal.fault_table.entry import PARTLY
from terminal.issuing.batch import MOST_BYTES, Order, parse, unreadable
from terminal.issuing.press import Press, Report, Row
from terminal.model.operations import CARD_ISSUE
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_DEADLINE = 60.0
"""Seconds that one card may take: the longest plan has a photo of 32 pieces, each read, written and read again."""

_WORDS = {
    Row.MADE: Text("已写卡", "made"),
    Row.ALREADY: Text("先前已写好", "made before"),
    Row.HALF_MADE: Text("写了一部分，重新插入这张卡可继续", "half made; insert this card again to go on"),
    Row.UNTOLD: Text("卡内内容无法判断，须两人处理", "what the card holds cannot be told; two people decide"),
    Row.SPOILED: Text("卡片损坏", "spoiled"),
    Row.REFUSED: Text("没有写卡", "refused"),
    Row.WAITING: Text("没有等到卡", "no card came"),
}


def run_batch(context: Context, reader: str | None, batch: str, from_fields: bool, wait: int) -> int:
    """Every order for which a card comes; gives 0 when all are made."""
    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.card_writes import CardWrites  # noqa: PLC0415
    from terminal.issuing.book import OutboxBook  # noqa: PLC0415

    rules.require_sandbox(context.settings.environment, "card personalise")
    if batch == "-" and from_fields:
        raise missing("--batch FILE")  # standard input is one or the other
    orders = parse(_content(batch))
    given = fields_from_stdin(names_of(OPERATOR)) if from_fields else nullcontext(None)
    with given as fields, staff_of(context) as staff, bootstrap.pcsc() as readers:
        operator = sign_in(context, staff, fields)
        records = staff.room.open()
        records.reference().of_anybody.require(CARD_ISSUE, leaves_something=True)
        press = Press(
            orders,
            OutboxBook(CardWrites(records, context.clock, operator.number)),
            bootstrap.toy_sources(context.settings),
            admit=lambda card_id: records.reference().of(card_id).require(CARD_ISSUE, leaves_something=True),
        )
        reports = work_through(
            press, readers, reader or context.settings.reader or None, wait, lambda order: _ask(context, order)
        )
    return _tell(context, reports)


def _content(batch: str) -> bytes:
    try:
        if batch == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(batch).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as cause:
        reason = type(cause).__name__
    raise unreadable(reason)


def work_through(
    press: Press, readers: ReaderSystem, reader: str | None, wait: float, ask: Callable[[Order], None]
) -> list[Report]:
    """One card after the other, each another insertion, until no order is left or none comes in ``wait`` seconds."""
    reports: list[Report] = []
    last: tuple[str, int] | None = None
    workers: dict[str, CardWorker] = {}
    try:
        while (order := press.next) is not None:
            state = _card(readers, reader, last, wait, partial(ask, order))
            if state is None:
                break
            last = (state.name, state.insertion)
            worker = workers.setdefault(state.name, CardWorker(readers, state.name))
            reports.append(press.work(_on_card(worker, state.insertion)))
            worker.release()
    finally:
        for worker in workers.values():
            worker.stop()
    return sorted([*reports, *press.left()], key=lambda report: report.line)


def _on_card(worker: CardWorker, insertion: int) -> Callable[[Callable[[Link], Outcome]], Outcome]:
    return lambda flow: worker.submit(flow, _DEADLINE, insertion=insertion).result()


def _card(
    readers: ReaderSystem,
    reader: str | None,
    last: tuple[str, int] | None,
    wait: float,
    ask: Callable[[], None],
) -> ReaderState | None:
    """The next card that is another insertion than ``last``; ``None`` when none came in time."""
    end = time.monotonic() + wait
    states: Sequence[ReaderState] = readers.snapshot()
    asked = False
    while not (found := _fresh(states, reader, last)):
        if not asked:
            ask()
            asked = True
            states = readers.snapshot()
            continue
        left = end - time.monotonic()
        if left <= 0:
            return None
        states = readers.wait(states, left)
    return found


def _fresh(states: Sequence[ReaderState], reader: str | None, last: tuple[str, int] | None) -> ReaderState | None:
    """:raises CardError: as :func:`cardio.readers.choose`, but for an empty reader."""
    fresh = [state for state in states if (state.name, state.insertion) != last]
    filled = [each for each in fresh if each.presence is not Presence.EMPTY and reader in {None, each.name}]
    return choose(filled, reader) if filled else None


def _ask(context: Context, order: Order) -> None:
    context.output.aside(
        Text(f"请插入空白卡（名单第 {order.line} 行）。", f"Insert a blank card (line {order.line} of the orders).")
    )


def _tell(context: Context, reports: Sequence[Report]) -> int:
    output = context.output
    rows = [
        {
            "line": report.line,
            "application": report.application,
            "state": report.state.value,
            "written": report.written,
            "already": report.already,
            "fault": output.fault_document(report.fault) if report.fault else None,
        }
        for report in reports
    ]
    made = sum(report.state in {Row.MADE, Row.ALREADY} for report in reports)
    output.document({"made": made, "of": len(reports), "orders": rows})
    for report in reports:
        said = _WORDS[report.state].say(output.language)
        output.line(f"{report.line}  {report.application}  {said}")
        if report.fault is not None:
            output.beside(report.fault)
    return 0 if made == len(reports) else PARTLY
