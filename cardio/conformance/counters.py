"""Theme 2: challenges, and what the card counts of the PIN (card.md §3). The same for keys: see ``keys.py``."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Final

from cardio import status
from cardio.apdu import Command
from cardio.apps import pin as pins
from cardio.channel import Channel
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Theme
from cardio.conformance.commands import SELECT_SSSE, prepared, send
from cardio.conformance.given import Digits
from cardio.link import Link
from cardio.wiping import wiped

QUERY: Final = "0020000000"


def _challenges_differ(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        first, second = send(link, "0084000008").data, send(link, "0084000008").data
    return "the same challenge twice" if first == second else None


def _query_uses_no_try(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        said = {send(link, QUERY).sw for _ in range(3)}
    return None if len(said) == 1 else "the counter moved"


# --- the PIN


def verify(bench: Bench, link: Link, which: Digits) -> int:
    """VERIFY as our own bytes; gives the status word."""
    return _shown(bench, link, which, change=False)


def _change(bench: Bench, link: Link, which: Digits) -> int:
    """CHANGE PIN from these digits to the given ones; gives the status word."""
    return _shown(bench, link, which, change=True)


def _shown(bench: Bench, link: Link, which: Digits, *, change: bool) -> int:
    typed, given = bench.pin.typed(which), bench.pin.typed()
    if typed is None or given is None:
        raise NotApplicable("no PIN was given")
    packed, new = pins.block(typed), pins.block(given)
    both = bytearray((*packed, 0xFF, *new))
    with (
        wiped(typed, given, packed, new, both),
        nullcontext() if which is Digits.GIVEN else bench.pin.wrong_on_purpose(),
    ):
        command = Command(0x80, 0x5E, 0x01, 0x00, both) if change else Command(0x00, 0x20, 0x00, 0x00, packed)
        return Channel(link).send(command, status.ANY).sw


def tries(link: Link) -> int | None:
    """Left of the PIN, as VERIFY without data tells."""
    return status.tries_left(send(link, QUERY).sw)


def full(bench: Bench, link: Link) -> int:
    """The given PIN is shown; gives the tries that there are then.

    :raises NotApplicable: where the card does not take it, or counts fewer than three.
    """
    prepared(link, (SELECT_SSSE,))
    if (sw := verify(bench, link, Digits.GIVEN)) != status.SW.OK:
        raise NotApplicable(f"the given PIN is not taken ({sw:04X})")
    most = tries(link)
    if most is None or most < 3:
        raise NotApplicable(f"needs 3 tries, the card has {most}")
    return most


def _pin_counts(bench: Bench) -> str | None:
    with bench.opened() as link:
        most = full(bench, link)
        said = [status.tries_left(verify(bench, link, Digits.WRONG)), tries(link)]
        if said != [most - 1, most - 1]:
            return f"tries {said} after a wrong PIN, not {most - 1}"
        sw, left = verify(bench, link, Digits.GIVEN), tries(link)
    return None if (sw, left) == (status.SW.OK, most) else f"right PIN after that -> {sw:04X}, {left} tries"


def _change_counts(bench: Bench) -> str | None:
    """From a wrong PIN to the one that the card has, so that nothing changes; then from the right one to itself."""
    with bench.opened() as link:
        most = full(bench, link)
        said = [status.tries_left(_change(bench, link, Digits.WRONG)), tries(link)]
        if said != [most - 1, most - 1]:
            return f"tries {said} after CHANGE PIN from a wrong PIN, not {most - 1}"
        sw, left = _change(bench, link, Digits.GIVEN), tries(link)
    return None if (sw, left) == (status.SW.OK, most) else f"CHANGE PIN after that -> {sw:04X}, {left} tries"


_case: Final = partial(Case, theme=Theme.PARAMETERS, destructive=True)

CASES: Final = (
    _case("P35", "连续两个随机数不同", "two challenges in a row differ", _challenges_differ, destructive=False),
    _case("P36", "查询三次剩余次数结果相同", "asking for the tries three times gives one answer", _query_uses_no_try),
    _case(
        "P39",
        "错误的 VERIFY 减少一次；正确的恢复全部次数",
        "a wrong VERIFY takes one try and says so; the right one gives all back",
        _pin_counts,
        pin=True,
    ),
    _case(
        "P48",
        "原密码错误的 CHANGE PIN 减少一次；正确的恢复全部次数",
        "CHANGE PIN from a wrong PIN takes one try and says so; from the right one it gives all back",
        _change_counts,
        pin=True,
    ),
)
