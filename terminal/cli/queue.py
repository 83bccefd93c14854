"""``queue list|show|retry|park|resolve|correct|print|export``: the outbox, in the words of the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from terminal import faults
from terminal.cli.new_file import NEW_TEXT
from terminal.cli.paper import SLIP_OPTION, papers_for
from terminal.cli.people import PEOPLE_OPTION
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context
    from terminal.records import Records
    from terminal.views import QueueLine

_STOPPED, _NEXT = Text("已停止传送", "Sending has stopped"), Text("下次尝试", "Next try")
_DONE = Text("已办理。", "Done.")
_CORRECTED = Text("已更正，新回执编号 {number}。", "Corrected by {number}.")
_ITEMS = ("phone", "region", "address")
_EXPORTED = Text("已导出 {count} 笔。", "{count} operations exported.")


@click.group()
def queue() -> None:
    """What was taken in here, and where it is on its way to the centre."""


@queue.command("list")
@PEOPLE_OPTION
@click.pass_obj
def list_lines(context: Context, people_stdin: bool) -> None:
    """List totals and lines; what needs a person comes first. Whose they are is shown, masked, to who signs in."""
    from terminal import queue_page  # noqa: PLC0415 - slow
    from terminal.cli.people import records_seen  # noqa: PLC0415

    with records_seen(context, people_stdin) as (records, signed_in):
        view = queue_page.queue_view(records)
    if not signed_in:
        view = replace(view, people=_nobodys(view.people), lines=_nobodys(view.lines))
    context.output.document(view)
    context.output.facts((fact.label, fact.value) for fact in view.totals)
    if view.stopped is not None:
        context.output.facts([(_STOPPED, view.stopped.message)])
        context.output.line(f"    {view.stopped.code} {faults.typed(view.stopped).say(context.output.language)}")
    elif view.next_try is not None:
        context.output.facts([(_NEXT, Text(view.next_try, view.next_try))])
    for line in (*view.people, *view.lines):
        context.output.line(_said(context, line))


def _nobodys(lines: tuple[QueueLine, ...]) -> tuple[QueueLine, ...]:
    """Without what is about a person, masked as it may be: the screen shows it to who is signed in."""
    return tuple(replace(line, facts=(), number=_own(line)) for line in lines)


def _own(line: QueueLine) -> str:
    """The receipt number; a doubtful card's is its holder's."""
    return "" if line.key.startswith("card-") else line.number


def _said(context: Context, line: QueueLine) -> str:
    language = context.output.language
    parts = [line.key, line.number, line.title.say(language), line.words.say(language), line.since]
    return "  ".join([*parts, *(each.say(language) for each in (line.detail, line.remedy) if each is not None)])


@queue.command()
@click.argument("key")
@PEOPLE_OPTION
@click.pass_obj
def show(context: Context, key: str, people_stdin: bool) -> None:
    """Show one line and everything the centre has said about it. Whose it is is shown, masked, to who signs in."""
    from terminal import queue_page  # noqa: PLC0415 - slow
    from terminal.cli.people import records_seen  # noqa: PLC0415
    from terminal.queue_acts import op_id_of  # noqa: PLC0415

    with records_seen(context, people_stdin) as (records, signed_in):
        operation = records.outbox.find(op_id_of(records, key))
        line = queue_page.line_of(records, operation)
        if not signed_in:
            (line,) = _nobodys((line,))
        said = records.outbox.history(operation.op_id)
    heard = [
        {"outcome": each.verdict, "reason": each.reason, "text": Text(each.zh, each.en), "case": each.case}
        for each in said
    ]
    context.output.document({**context.output.plain(line), "state": operation.state, "heard": heard})
    context.output.line(_said(context, line))
    context.output.facts((fact.label, fact.value) for fact in line.facts)


@queue.command()
@click.argument("key")
@PEOPLE_OPTION
@click.pass_obj
def retry(context: Context, key: str, people_stdin: bool) -> None:
    """Put an operation back that was set aside."""
    _act(context, key, "retry", people_stdin)


@queue.command()
@click.argument("key")
@PEOPLE_OPTION
@click.pass_obj
def park(context: Context, key: str, people_stdin: bool) -> None:
    """Set an operation aside, so that those behind it go on. Needs two people."""
    _act(context, key, "park", people_stdin)


@queue.command()
@click.argument("key")
@click.option(
    "--how",
    type=click.Choice(["withdraw", "escalate"]),
    default="withdraw",
    help="escalate: people at the centre look into it.",
)
@PEOPLE_OPTION
@click.pass_obj
def resolve(context: Context, key: str, how: str, people_stdin: bool) -> None:
    """Settle what waits for a person, by a new entry that refers to it. Needs two people."""
    _act(context, key, how, people_stdin)


@queue.command()
@click.argument("key")
@click.option(
    "--fields-stdin",
    is_flag=True,
    required=True,
    help='The two people and what is right, as JSON on standard input: {"operator": "…", …, "phone": "…"}.',
)
@click.pass_obj
def correct(context: Context, key: str, fields_stdin: bool) -> None:
    """Take in KEY again, with a right phone, or region and address. The old entry stays, settled by the new one."""
    from terminal.cli import people  # noqa: PLC0415 - slow
    from terminal.queue_acts import QueueActs  # noqa: PLC0415
    from terminal.services import contact_change  # noqa: PLC0415

    names = people.names_of(people.OPERATOR, people.REVIEWER)
    with people.staff_of(context) as staff, people.fields_from_stdin(names, optional=_ITEMS) as fields:
        wish = contact_change.wish_of(fields.texts, context.settings.environment)
        records = staff.room.open()
        records.outbox.ready()
        operator = people.sign_in(context, staff, fields)
        reviewer = people.second(context, staff, fields)
        number = QueueActs(records, context.clock, papers_for(context, None)).correct(key, wish, operator, reviewer)
    context.output.document({"done": True, "key": key, "action": "correct", "number": number})
    context.output.line(_CORRECTED.format(number=number))


@queue.command("print")
@click.argument("key")
@SLIP_OPTION
@PEOPLE_OPTION
@click.pass_obj
def print_paper(context: Context, key: str, people_stdin: bool, slip: Path | None) -> None:
    """Print the paper of KEY: what the centre has decided, by its signed code; until then what was done here."""
    _act(context, key, "print", people_stdin, slip)


def _act(context: Context, key: str, action: str, people_stdin: bool, slip: Path | None = None) -> None:
    from contextlib import nullcontext  # noqa: PLC0415

    from terminal.cli.people import (  # noqa: PLC0415
        OPERATOR,
        REVIEWER,
        fields_from_stdin,
        names_of,
        second,
        sign_in,
        staff_of,
    )
    from terminal.queue_acts import QueueActs, needs_two  # noqa: PLC0415

    people = (OPERATOR, REVIEWER) if needs_two(action) else (OPERATOR,)
    given = fields_from_stdin(names_of(*people)) if people_stdin else nullcontext(None)
    with staff_of(context) as staff, given as fields:
        records = staff.room.open()
        operator = sign_in(context, staff, fields)
        reviewer = second(context, staff, fields) if needs_two(action) else None
        QueueActs(records, context.clock, papers_for(context, slip)).act(key, action, operator, reviewer)
    context.output.document({"done": True, "key": key, "action": action})
    context.output.line(_DONE)


@queue.command()
@NEW_TEXT
@PEOPLE_OPTION
@click.pass_obj
def export(context: Context, file: TextIO, people_stdin: bool) -> None:
    """Write every operation, sealed as it is, to FILE, one JSON object a line. Somebody signs in for it."""
    import json  # noqa: PLC0415

    from terminal.cli.people import records_for  # noqa: PLC0415

    count = 0
    with records_for(context, people_stdin) as (records, operator):
        for row in _rows(records):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
        _note(records, count, operator.number)
    context.output.document({"exported": count})
    context.output.line(_EXPORTED.format(count=count))


def _rows(records: Records) -> list[dict[str, str | int | None]]:
    from terminal.centre.chain import to_text  # noqa: PLC0415

    rows: list[dict[str, str | int | None]] = []
    after = 0
    while found := records.outbox.listed(after=after):
        rows += [
            {
                "epoch": each.epoch,
                "seq": each.seq,
                "op_id": each.op_id.hex().upper(),
                "kind": each.kind,
                "schema": each.schema,
                "sealed": to_text(each.sealed),
                "sealed_hash": each.sealed_hash.hex().upper(),
                "head": each.head.hex().upper(),
                "state": each.state.value,
            }
            for each in found
        ]
        after = found[-1].position
    return rows


def _note(records: Records, count: int, operator: str) -> None:
    from offline_cache.journal import Entry  # noqa: PLC0415

    records.journal.write(Entry("exported", {"what": "operations", "count": count, "operator": operator}))
