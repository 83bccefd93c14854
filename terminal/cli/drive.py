"""``drive begin|status|end``: persons and numbers that this terminal takes along into the field."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

import click

from terminal.cli.ask import missing
from terminal.cli.people import (
    OPERATOR,
    PEOPLE_OPTION,
    fields_from_stdin,
    names_of,
    records_for,
    records_of,
    sign_in,
    staff_of,
)
from terminal.cli.usage import WrongValueError
from terminal.fault_table.entry import PARTLY
from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.drives import DriveStanding
    from terminal.cli.app import Context

_CARDS = "cards"
_MOST = 10_000
_NAME_RULE = Text(
    "小写字母开头，只用小写字母、数字和连字符，最多 32 个", "lower case, digits and hyphens, a letter first, 32 at most"
)
_BEGUN = Text(
    "批次 {drive}：新借入 {lent} 人，原已借入 {kept} 人；名册 {roster} 人；可用编号 {numbers} 个。",
    "Drive {drive}: {lent} persons lent now, {kept} before; {roster} on the roster; {numbers} numbers.",
)
_ELSEWHERE = Text("名单第 {lines} 行的人在另一台终端的批次里。", "Another terminal has the persons of lines {lines}.")
_STANDS = Text(
    "{drive}：{persons} 人（至 {until}），已过期 {past} 人；编号 {numbers} 个（至 {numbers_until}）",
    "{drive}: {persons} persons (until {until}), {past} past it; {numbers} numbers (until {numbers_until})",
)
_PERSON = Text("{name}  {number}  卡 {card}", "{name}  {number}  card {card}")
_NONE = Text("没有进行中的批次。", "No drive is under way.")
_ENDED = Text(
    "批次 {drive} 已结束：交回 {persons} 人、{numbers} 个编号；联网上传（sync）后中心放行。",
    "Drive {drive} is over: {persons} persons and {numbers} numbers go back, at the centre with the next sync.",
)


def _named(_context: click.Context, _argument: click.Parameter, name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name):
        raise WrongValueError("NAME", _NAME_RULE)
    return name


_NAME = click.argument("name", callback=_named)


@click.group()
def drive() -> None:
    """Field drives: who may be served off-line by this terminal, under which numbers."""


@drive.command()
@_NAME
@click.option(
    "--cards",
    type=click.File("rb"),
    help="The persons: 卡识别码 (32 hex digits), one a line; - is standard input.",
)
@click.option("--numbers", type=click.IntRange(0, _MOST), default=0, help="So many numbers are to be at hand.")
@PEOPLE_OPTION
@click.pass_obj
def begin(context: Context, name: str, cards: BinaryIO | None, numbers: int, people_stdin: bool) -> int:
    """Have the centre lend these persons to this terminal and set numbers aside. Needs the centre.

    With --people-stdin the list may be a field “cards” beside the others. Begun again it asks for what is missing.
    Exit code 6 when another terminal has somebody of the list.
    """
    from terminal.drives.lending import begin as start  # noqa: PLC0415 - slow
    from terminal.drives.listing import parse  # noqa: PLC0415
    from terminal.membership import join  # noqa: PLC0415

    given = fields_from_stdin(names_of(OPERATOR), optional=(_CARDS,)) if people_stdin else nullcontext(None)
    with given as fields:
        typed = fields.texts.get(_CARDS, "") if fields is not None else ""
        persons = parse(_content(cards, people_stdin) if cards is not None else typed.encode())
        with staff_of(context) as staff:
            records = staff.room.open()
            sign_in(context, staff, fields)
            done = start(records, join(context.settings, context.clock).client, name, persons, numbers)
            left = records.reserve.left(name)
    counts = {"lent": done.lent, "kept": done.kept, "roster": done.roster, "numbers": left}
    context.output.document({"drive": name, "elsewhere": done.elsewhere, **counts})
    context.output.line(_BEGUN.format(drive=name, **counts))
    if done.elsewhere:
        context.output.line(_ELSEWHERE.format(lines=", ".join(map(str, done.elsewhere))))
    return PARTLY if done.elsewhere else 0


def _content(cards: BinaryIO, people_stdin: bool) -> bytes:
    from terminal.drives.listing import MOST_BYTES  # noqa: PLC0415

    if people_stdin and cards.name == "<stdin>":
        raise missing("--cards FILE")  # standard input is one or the other
    return cards.read(MOST_BYTES + 1)


@drive.command()
@click.pass_obj
def status(context: Context) -> None:
    """What the drives of this terminal have: persons lent, numbers left, until when. Needs no centre."""
    from terminal.drives.lending import drives  # noqa: PLC0415 - slow

    with records_of(context) as records:
        found = drives(records)
    context.output.document([_document(one) for one in found])
    for one in found:
        context.output.line(_line(one))
    if not found:
        context.output.line(_NONE)


def _line(one: DriveStanding) -> Text:
    ends = {name: "–" if at is None else f"{at:%Y-%m-%d %H:%M}" for name, at in _ends(one).items()}
    return _STANDS.format(drive=one.drive, persons=one.persons, past=one.past, numbers=one.numbers, **ends)


def _document(one: DriveStanding) -> dict[str, str | int | None]:
    ends = {name: None if at is None else at.isoformat() for name, at in _ends(one).items()}
    return {"drive": one.drive, "persons": one.persons, "past": one.past, "numbers": one.numbers, **ends}


def _ends(one: DriveStanding) -> dict[str, datetime | None]:
    """When the first of its persons, and the first of its blocks, run out: local time."""
    moments = {"until": one.until, "numbers_until": one.numbers_until}
    return {name: None if at is None else _local(at) for name, at in moments.items()}


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC).astimezone()


@drive.command()
@_NAME
@PEOPLE_OPTION
@click.pass_obj
def roster(context: Context, name: str, people_stdin: bool) -> None:
    """Who was taken along, masked, by the list that the centre signed. Works off-line."""
    from terminal.drives.roster import persons  # noqa: PLC0415 - slow
    from terminal.model import masks  # noqa: PLC0415

    with records_for(context, people_stdin) as (records, _operator):
        found = persons(records, name)
    shown = [{"card": one.card_id, "name": masks.name(one.name), "number": masks.number(one.number)} for one in found]
    context.output.document({"drive": name, "persons": shown})
    for each in shown:
        context.output.line(_PERSON.format(**each))


@drive.command()
@_NAME
@PEOPLE_OPTION
@click.pass_obj
def end(context: Context, name: str, people_stdin: bool) -> None:
    """Give back what is left: the persons are free, the numbers void, once the centre has it. Works off-line."""
    from terminal.drives.lending import end as finish  # noqa: PLC0415 - slow

    with records_for(context, people_stdin) as (records, operator):
        stood, operation = finish(records, context.clock, operator.number, name)
    persons = stood.persons + stood.past
    key = operation.op_id.hex().upper()
    context.output.document({"drive": name, "persons": persons, "numbers": stood.numbers, "operation": key})
    context.output.line(_ENDED.format(drive=name, persons=persons, numbers=stood.numbers))
