"""Who gives a command: number and password from standard input or the keyboard; and the store behind it, held alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from terminal.cli.ask import (
    field_value,
    fields_invalid,
    fields_unreadable,
    keys_one_by_one,
    missing,
    read_line,
    stdin_bytes,
)
from terminal.model.decoding import decoded
from terminal.people.secret import SecretBuffer
from terminal.people.signin import Purpose
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.bootstrap import Staff
    from terminal.cli.app import Context
    from terminal.people.operators import Operator
    from terminal.records import Records

_LARGEST = 64 * 1024
_ENTER, _ERASE = {0x0A, 0x0D, 0x04}, {0x08, 0x7F}
OPERATOR, REVIEWER = "operator", "reviewer"
PEOPLE_OPTION = click.option(
    "--people-stdin",
    is_flag=True,
    help='Who does it, as JSON on standard input: {"operator": "…", "operator_secret": "…", …}.',
)
"""Of commands that are given by somebody; without it the keyboard is asked."""
LOOKING = frozenset({"queue export", "queue print", "queue retry", "queue list", "queue show"}) | {
    *("journal export", "store export", "store backup"),
}
"""Commands that serve nobody: a list of people past its end will do, see :data:`terminal.people.signin.OLD_LIST_DOES`.
"""
_SECRET = "_secret"  # noqa: S105 - end of a field's name
_NUMBER = {
    OPERATOR: Text("经办人工号：", "Operator's number: "),
    REVIEWER: Text("复核人工号：", "Reviewer's number: "),
}
_PASSWORD = Text("密码：", "Password: ")


@contextmanager
def staff_of(context: Context) -> Iterator[Staff]:
    """The store of this data folder and who works with it, for this command alone.

    :raises terminal.errors.TerminalError: ``SECOND_INSTANCE`` while a screen, or another command, has it.
    """
    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.instance import single_instance  # noqa: PLC0415
    from terminal.membership import join  # noqa: PLC0415
    from terminal.settings import prepare_data  # noqa: PLC0415

    settings, clock = context.settings, context.clock
    with single_instance(prepare_data(settings), clock):
        staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
        try:
            yield staff
        finally:
            staff.room.close()


@contextmanager
def records_of(context: Context) -> Iterator[Records]:
    """The open store alone."""
    with staff_of(context) as staff:
        yield staff.room.open()


@dataclass
class Fields:
    """What was handed over. Secrets are bytes that who takes them wipes; :meth:`wipe` wipes what nobody took."""

    texts: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, bytearray] = field(default_factory=dict, repr=False)

    def wipe(self) -> None:
        for secret in self.secrets.values():
            secret[:] = bytes(len(secret))


def names_of(*people: str) -> tuple[str, ...]:
    """The fields by which these people sign in."""
    return tuple(name for person in people for name in (person, person + _SECRET))


@contextmanager
def fields_from_stdin(
    names: Sequence[str], secret: Sequence[str] = (), optional: Sequence[str] = ()
) -> Iterator[Fields]:
    """A JSON object with exactly these fields, all of them texts.

    :param optional: fields that may be there besides.
    :param secret: fields besides the passwords of which no text may be made, such as PINs.
    :raises terminal.errors.TerminalError: ``FIELDS_INVALID``, ``FIELDS_UNREADABLE``, ``FIELD_VALUE``.
    """
    found = Fields()
    try:
        with stdin_bytes(_LARGEST, line=False) as content:
            _take(content, names, secret, optional, found)
        yield found
    finally:
        found.wipe()


def _take(
    content: memoryview, names: Sequence[str], secret: Sequence[str], optional: Sequence[str], found: Fields
) -> None:
    import msgspec  # noqa: PLC0415

    try:
        fields = decoded(content, dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        raise fields_unreadable() from None
    if not set(names) <= set(fields) <= {*names, *optional}:
        raise fields_invalid(names, optional)
    for name, raw in fields.items():
        quoted = memoryview(raw)
        if len(quoted) < 2 or quoted[0] != 0x22 or quoted[-1] != 0x22:
            raise field_value(name)
        if name.endswith(_SECRET) or name in secret:
            if 0x5C in quoted:
                raise field_value(name)  # an escape would have to be undone in a text
            found.secrets[name] = bytearray(quoted[1:-1])
        else:
            try:
                found.texts[name] = decoded(raw, str)
            except msgspec.MsgspecError:
                raise field_value(name) from None


def sign_in(context: Context, staff: Staff, fields: Fields | None) -> Operator:
    """The operator, by fields or by keyboard; from now on the command is this person's."""
    number, secret = _who(context, OPERATOR, fields)
    purpose = Purpose.LOOK if _command() in LOOKING else Purpose.COMMAND
    staff.operator = staff.sign_in.check(number, secret, purpose)
    return staff.operator


@contextmanager
def records_for(context: Context, people_stdin: bool) -> Iterator[tuple[Records, Operator]]:
    """The open store, for somebody who has signed in.

    :raises terminal.errors.TerminalError: those of sign-in and of :func:`fields_from_stdin`, ``INPUT_MISSING``.
    """
    given = fields_from_stdin(names_of(OPERATOR)) if people_stdin else nullcontext(None)
    with staff_of(context) as staff, given as fields:
        records = staff.room.open()
        yield records, sign_in(context, staff, fields)


@contextmanager
def store_closed_for(context: Context, people_stdin: bool) -> Iterator[Operator]:
    """The data folder held alone and its store closed, for somebody who has signed in. A store that cannot be opened
    keeps nobody out: then the list of people comes from the centre.

    :raises terminal.errors.TerminalError: those of sign-in and of :func:`fields_from_stdin`, ``INPUT_MISSING``.
    """
    given = fields_from_stdin(names_of(OPERATOR)) if people_stdin else nullcontext(None)
    with staff_of(context) as staff, given as fields:
        operator = sign_in(context, staff, fields)
        staff.room.close()
        yield operator


@contextmanager
def records_seen(context: Context, people_stdin: bool) -> Iterator[tuple[Records, bool]]:
    """The open store, and whether somebody has signed in to look."""
    if people_stdin:
        with records_for(context, people_stdin) as (records, _):
            yield records, True
    else:
        with records_of(context) as records:
            yield records, False


def second(context: Context, staff: Staff, fields: Fields | None) -> Operator:
    """The second person, who is another one."""
    number, secret = _who(context, REVIEWER, fields)
    operator = staff.operator.number if staff.operator else None
    return staff.sign_in.check(number, secret, Purpose.SECOND, operator=operator)


def _command() -> str:
    """The command that is run, as ``queue export``."""
    at, names = click.get_current_context(silent=True), list[str]()
    while at is not None and at.parent is not None:
        names.append(str(at.info_name))
        at = at.parent
    return " ".join(reversed(names))


def _who(context: Context, person: str, fields: Fields | None) -> tuple[str, bytearray]:
    if fields is not None:
        if person not in fields.texts or person + _SECRET not in fields.secrets:
            raise fields_invalid(names_of(person))
        return fields.texts[person], fields.secrets[person + _SECRET]
    if context.no_input or not sys.stdin.isatty():
        raise missing(person)
    number = read_line(context, person, _NUMBER[person])
    return number, _from_keyboard(context)


def _from_keyboard(context: Context) -> bytearray:
    """A password of ASCII characters, not shown."""
    handle, typed = sys.stdin.fileno(), SecretBuffer()
    with keys_one_by_one(handle):
        context.output.aside(_PASSWORD)
        while True:
            key = os.read(handle, 1)
            if not key or key[0] in _ENTER:
                return typed.take()
            if key[0] in _ERASE:
                typed.erase()
            else:
                typed.add(chr(key[0]))
