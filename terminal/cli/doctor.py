"""``doctor``: what works, what does not, and what to do about it; ``settings``: what is set, and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from terminal.cli.fonts import check_fonts_off_screen
from terminal.errors import TerminalError
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.backroom import BackRoom
    from terminal.cli.app import Context
    from terminal.views import HealthLine

_WHOLE = Text("整库核对", "The whole store")
_MARKS = {"ok": "✓", "warning": "!", "fault": "✗"}


@click.command()
@click.option("--deep", is_flag=True, help="Also prove the whole store, and say where every setting comes from.")
@click.pass_obj
def doctor(context: Context, deep: bool) -> int:
    """Check everything this terminal needs. Exit code: that of the first fault."""
    from terminal import bootstrap, faults, health  # noqa: PLC0415 - slow

    with bootstrap.pcsc() as readers, _room(context) as room:
        lines = health.examine(
            bootstrap.subjects(context.settings, context.clock, readers, check_fonts_off_screen, room)
        )
        if deep:
            lines = (*lines, health.examined(_WHOLE, lambda: _whole(context, room)))
    context.output.document(
        {
            "checks": [_check(context, line) for line in lines],
            "settings": context.loaded.origins,
        }
    )
    for line in lines:
        context.output.line(f"{_MARKS[line.state]} {_said(context, line.name)}: {_said(context, line.value)}")
        if line.fault is not None:
            context.output.line(f"    {line.fault.code} {_said(context, faults.typed(line.fault))}")
    if deep:
        _print_settings(context)
    return next((_exit(line) for line in lines if line.fault is not None), 0)


@contextmanager
def _room(context: Context) -> Iterator[BackRoom | None]:
    """The store of this data folder; ``None`` where a screen has it, whose health page tells of it, or none can be."""
    from terminal.cli.people import staff_of  # noqa: PLC0415

    with ExitStack() as held:
        try:
            room = held.enter_context(staff_of(context)).room
        except TerminalError:
            room = None
        yield room


def _whole(context: Context, room: BackRoom | None) -> Text:
    from terminal import health  # noqa: PLC0415
    from terminal.cli.people import records_of  # noqa: PLC0415

    if room is not None:
        return health.check_whole(room.open())
    with records_of(context) as records:  # says who has it
        return health.check_whole(records)


def _exit(line: HealthLine) -> int:
    from terminal.fault_table import TABLE  # noqa: PLC0415

    return TABLE[line.fault.code].exit_code if line.fault else 0


def _said(context: Context, text: Text) -> str:
    return text.say(context.output.language)


def _check(context: Context, line: HealthLine) -> dict[str, object]:
    fault = None if line.fault is None else context.output.fault_plain(line.fault)
    return {"name": line.name, "state": line.state, "value": line.value, "fault": fault}


@click.command()
@click.pass_obj
def settings(context: Context) -> None:
    """List every setting, its value and where it came from."""
    context.output.document(list(context.loaded.origins))
    _print_settings(context)


def _print_settings(context: Context) -> None:
    for origin in context.loaded.origins:
        context.output.line(f"{origin.key} = {origin.value!r}  ({origin.source})")
