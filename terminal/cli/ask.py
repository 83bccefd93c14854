"""What a person types or a script hands over: PINs digit by digit, never as a text; codes; fields."""

from __future__ import annotations

import hmac
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from terminal.errors import TerminalError, TerminalFault
from terminal.pin import PinBuffer
from terminal.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from terminal.cli.app import Context

_ENTER = {0x0A, 0x0D, 0x04}
_ERASE = {0x08, 0x7F}
_PIN_PROMPT = Text("请输入社保密码：", "Social security PIN: ")


def missing(what: str) -> TerminalError:
    """Something has to be entered, and nobody can."""
    return TerminalError(TerminalFault.INPUT_MISSING, what=what)


def fill_pin(pin: PinBuffer, characters: Iterable[int]) -> None:
    """Put ASCII digits into ``pin``. Anything else empties it, which the card session then refuses as no PIN."""
    pin.wipe()
    for character in characters:
        if not pin.add(character - 0x30):
            pin.wipe()
            return


def read_pin(context: Context, pin: PinBuffer, *, from_stdin: bool, prompt: Text = _PIN_PROMPT) -> None:
    """Fill ``pin`` from standard input or from the keyboard without echo.

    :raises TerminalError: ``INPUT_MISSING`` when there is neither.
    """
    if from_stdin:
        _pin_from_stdin(pin)
    elif context.no_input or sys.stdin is None or not sys.stdin.isatty():
        raise missing("PIN")
    else:
        _pin_from_keyboard(context, pin, prompt)


@contextmanager
def stdin_bytes(most: int, *, line: bool) -> Iterator[memoryview]:
    """Standard input, up to ``most`` bytes or to the end of its first line, in a buffer that is wiped afterwards."""
    room = bytearray(most)
    try:
        count = 0
        while count < most:
            got = os.readv(sys.stdin.fileno(), [memoryview(room)[count:]])
            if not got:
                break
            count += got
            if line and 0x0A in memoryview(room)[count - got : count]:
                break
        with memoryview(room) as view:
            yield view[:count]
    finally:
        room[:] = bytes(most)


def _pin_from_stdin(pin: PinBuffer) -> None:
    if sys.stdin is None:
        raise missing("PIN")
    with stdin_bytes(64, line=True) as typed:
        if not typed:
            raise missing("PIN")
        end = next((at for at in range(len(typed)) if typed[at] in _ENTER), len(typed))
        fill_pin(pin, typed[:end])


def _pin_from_keyboard(context: Context, pin: PinBuffer, prompt: Text) -> None:
    handle = sys.stdin.fileno()
    good = True
    with keys_one_by_one(handle):
        # Asked for only now: a key that comes before echo is off would be shown.
        context.output.aside(prompt)
        while True:
            key = os.read(handle, 1)
            if not key or key[0] in _ENTER:
                break
            if key[0] in _ERASE:
                pin.erase()
            else:
                good = pin.add(key[0] - 0x30) and good
    if not good:
        # Nobody sees what was typed: leaving a key out would cost a try with a PIN that nobody meant.
        pin.wipe()


@contextmanager
def keys_one_by_one(handle: int) -> Iterator[None]:
    """Keys as they are pressed, not shown."""
    import termios  # noqa: PLC0415 - not on every system
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle)
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
        sys.stderr.write("\n")


_NEW = Text("请设置密钥口令（至少 {least} 个字符）：", "New passphrase for the keys ({least} characters or more): ")
_AGAIN = Text("请再输入一次：", "The same again: ")
_PASSPHRASE = Text("请输入密钥口令：", "Passphrase of the keys: ")
_SHORTEST, _LONGEST = 12, 256


def read_passphrase(context: Context, *, new: bool) -> bytearray:
    """The passphrase of the keys, from the keyboard alone: standard input may be meant for something else.

    :raises TerminalError: ``INPUT_MISSING`` where nobody can type; ``FIELD_VALUE`` for a new one that is short, or two
        that differ.
    """
    handle = _keyboard(context)
    try:
        typed = _line_unseen(context, handle, _NEW.format(least=_SHORTEST) if new else _PASSPHRASE)
        if new:
            again = _line_unseen(context, handle, _AGAIN)
            same = hmac.compare_digest(typed, again)
            again[:] = bytes(len(again))
            if len(typed) < _SHORTEST or not same:
                typed[:] = bytes(len(typed))
                raise field_value("口令 passphrase")
        return typed
    finally:
        os.close(handle)


def _keyboard(context: Context) -> int:
    """Standard input where it is a keyboard, else the terminal that the program was started from."""
    if not context.no_input:
        if sys.stdin is not None and sys.stdin.isatty():
            return os.dup(sys.stdin.fileno())
        with suppress(OSError):
            return os.open("/dev/tty", os.O_RDWR)
    raise missing("口令 passphrase")


def _line_unseen(context: Context, handle: int, prompt: Text) -> bytearray:
    room, size = bytearray(_LONGEST), 0  # made once: a buffer that grows leaves copies behind
    with keys_one_by_one(handle):
        context.output.aside(prompt)
        while (key := os.read(handle, 1)) and key[0] not in _ENTER:
            if key[0] in _ERASE:
                size = _without_last(room, size)
            elif size < _LONGEST:
                room[size] = key[0]
                size += 1
    line = room[:size]
    room[:] = bytes(_LONGEST)
    return line


def _without_last(room: bytearray, size: int) -> int:
    """The size without the last character, which may be several bytes of UTF-8."""
    while size > 0:
        size -= 1
        first, room[size] = room[size], 0
        if first & 0xC0 != 0x80:
            break
    return size


def read_line(context: Context, what: str, prompt: Text) -> str:
    """One line that is no PIN: from the keyboard, or from standard input.

    :raises TerminalError: ``INPUT_MISSING``.
    """
    if sys.stdin is None:
        raise missing(what)
    if sys.stdin.isatty():
        if context.no_input:
            raise missing(what)
        context.output.aside(prompt)
    line = sys.stdin.readline().strip()
    if not line:
        raise missing(what)
    return line


def fields_invalid(needed: Sequence[str], optional: Sequence[str] = ()) -> TerminalError:
    """Other fields than those asked for."""
    may = f" [{', '.join(optional)}]" if optional else ""
    return TerminalError(TerminalFault.FIELDS_INVALID, what=", ".join(needed) + may)


def fields_unreadable() -> TerminalError:
    """No JSON object at all."""
    return TerminalError(TerminalFault.FIELDS_UNREADABLE)


def field_value(name: str) -> TerminalError:
    """A field whose value is no text, or none that can be taken. The value itself is never told."""
    return TerminalError(TerminalFault.FIELD_VALUE, name=name)
