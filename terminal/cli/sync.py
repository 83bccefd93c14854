"""``sync``: send what waits, now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context
    from terminal.sync.status import SyncStatus

PARTLY = 6
"""Exit code (platform.md §7): partly done."""

_STATUS = Text(
    "待传 {waiting} 笔，已送达待办结 {received} 笔，需处理 {people} 笔",
    "{waiting} waiting, {received} at the centre, {people} for people",
)


@click.command()
@click.option("--once/--watch", default=True, help="Drain the queue and end (the default), or go on until interrupted.")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=120.0, help="With --once: give up after this long.")
@click.pass_obj
def sync(context: Context, once: bool, seconds: float) -> int:
    """Send what waits and fetch what has become of it, as the screen does by itself: nobody has to sign in.

    Exit code: that of what stands in the way; 6 when everything was done and something waits for a person.
    """
    from terminal import faults  # noqa: PLC0415 - slow
    from terminal.cli.people import records_of  # noqa: PLC0415

    with records_of(context) as records:
        if not once:
            records.sync.start()
            _watch(context, records.sync.status)
        status = records.sync.once(seconds)
    context.output.document(_document(status))
    _say(context, status)
    if status.error is None:
        return PARTLY if status.people else 0
    context.output.fail(status.error)
    return faults.exit_code(status.error)


def _watch(context: Context, status: object) -> None:
    assert callable(status)  # noqa: S101 - the driver's own
    before = None
    while True:  # until Ctrl-C, which is how it ends
        now = status()
        if (now.waiting, now.received, now.people) != before:
            before = (now.waiting, now.received, now.people)
            _say(context, now)
        time.sleep(1.0)


def _document(status: SyncStatus) -> dict[str, object]:
    return {
        "waiting": status.waiting,
        "received": status.received,
        "people": status.people,
        "clear": status.clear,
        "stopped": status.stopped,
        "oldest": status.oldest.isoformat() if status.oldest else None,
        "last_contact": status.last_contact.isoformat() if status.last_contact else None,
        "why": status.why,
    }


def _say(context: Context, status: SyncStatus) -> None:
    context.output.line(_STATUS.format(waiting=status.waiting, received=status.received, people=status.people))
