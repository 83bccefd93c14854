"""Theme 2: a locked PIN, and what gives it back: PIN CHANGE/UNBLOCK by PUK and a right MAC (card.md §3 to §5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from cardio import status
from cardio.apps import pin as pins
from cardio.apps.maintenance import UNBLOCK, reload_header
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.commands import REFUSED, SELECT_SSSE, prepared, send, words
from cardio.conformance.counters import full, tries, verify
from cardio.conformance.given import Digits
from cardio.conformance.openings import PLACE, Opening, known
from cardio.conformance.securing import secured
from cardio.keysource import PUK
from cardio.wiping import wiped

Sent = Callable[[Bench, Opening], int]
"""One command, and its status word. PUK is proven unless the case is about that."""


def _command(bench: Bench, factor: bytes, *, new_pin: bool, wrong: bool = False) -> str:
    """PIN UNBLOCK, or (``new_pin``) PIN CHANGE to the PIN that the card has: done by mistake, neither does harm."""
    if not new_pin:
        return secured(bench, UNBLOCK, factor, wrong=wrong)
    typed = bench.pin.typed()
    if typed is None:
        raise NotApplicable("no PIN was given")
    packed = pins.block(typed)
    with wiped(typed, packed):
        return secured(bench, reload_header(bench.identify().identity.algorithm), factor, packed, wrong=wrong)


def _fresh(*, new_pin: bool = False, wrong: bool = False) -> Sent:
    """Over a fresh challenge."""

    def sent(bench: Bench, puk: Opening) -> int:
        return send(puk.link, _command(bench, puk.challenge(), new_pin=new_pin, wrong=wrong)).sw

    return sent


def _before_last(bench: Bench, puk: Opening) -> int:
    factor = puk.challenge()
    puk.challenge()
    return send(puk.link, _command(bench, factor, new_pin=False)).sw


def _used_by_puk(bench: Bench, puk: Opening) -> int:
    factor = puk.challenge()
    if send(puk.link, puk.right(factor)).sw != status.SW.OK:
        raise NotApplicable("PUK is refused")
    return send(puk.link, _command(bench, factor, new_pin=False)).sw


def _again(bench: Bench, puk: Opening) -> int:
    """The same once more, after another try was used up."""
    apdu = _command(bench, puk.challenge(), new_pin=False)
    if (sw := send(puk.link, apdu).sw) != status.SW.OK:
        raise NotApplicable(f"PIN UNBLOCK is refused ({sw:04X}); see P40")
    verify(bench, puk.link, Digits.WRONG)
    return send(puk.link, apdu).sw


def _sends(sent: Sent, good: tuple[str, ...], *, puk: bool = True, gives: int = 0) -> Run:
    """A try is used up, and the command sent. :param gives: tries that it gives back."""

    def run(bench: Bench) -> str | None:
        with known(bench) as link:
            key = Opening(bench, link, PLACE[PUK.name])
            most = full(bench, link)
            verify(bench, link, Digits.WRONG)
            if tries(link) != most - 1:
                raise NotApplicable("a wrong PIN is not counted; see P39")
            if puk and (found := key.proven()):
                raise NotApplicable(f"PUK is refused ({found[-4:]})")
            sw, left = sent(bench, key), tries(link)
            verify(bench, link, Digits.GIVEN)
        right = words(sw, good) and left == most - 1 + gives
        return None if right else f"{sw:04X}, {left} of {most} tries left"

    return run


def _unblocked(bench: Bench, key: Opening) -> int:
    key.open()
    return send(key.link, _command(bench, key.challenge(), new_pin=False)).sw


def _locks(bench: Bench) -> str | None:
    """Every try is used up. The way back is tried before that."""
    with known(bench) as link:
        key = Opening(bench, link, PLACE[PUK.name])
        most = full(bench, link)
        if key.proven() or _unblocked(bench, key) != status.SW.OK:
            raise NotApplicable("nothing here unblocks the PIN; see P40")
        told = [status.tries_left(verify(bench, link, Digits.WRONG)) for _ in range(most)]
        with bench.pin.wrong_on_purpose():  # a locked card refuses the right one too
            after = [verify(bench, link, which) for which in (Digits.WRONG, Digits.GIVEN)]
        sw = _unblocked(bench, key)
        prepared(link, (SELECT_SSSE,))
        back = verify(bench, link, Digits.GIVEN)
    if (sw, back) != (status.SW.OK, status.SW.OK):
        return f"not unblocked at the end: {sw:04X}, the given PIN {back:04X}"
    if told != list(reversed(range(most))):
        return f"tries {told} after wrong PINs, of {most}"
    if after != [status.SW.LOCKED] * 2:
        return f"after the last try a wrong PIN -> {after[0]:04X}, the right one -> {after[1]:04X}"
    return None


_case: Final = partial(Case, theme=Theme.PARAMETERS, destructive=True, pin=True)
_OK: Final = ("9000",)
_MAC: Final = ("6988",)

CASES: Final = (
    _case(
        "P31",
        "未认证 PUK 时，MAC 正确的 PIN UNBLOCK 被拒且次数不变",
        "PIN UNBLOCK with the right MAC but without PUK is refused and gives no try back",
        _sends(_fresh(), REFUSED, puk=False),
    ),
    _case(
        "P40",
        "认证 PUK 后，MAC 正确的 PIN UNBLOCK 恢复次数",
        "PIN UNBLOCK after PUK with the right MAC gives a used try back",
        _sends(_fresh(), _OK, gives=1),
    ),
    _case(
        "P41",
        "MAC 错误的 PIN UNBLOCK 为 6988 且次数不变",
        "PIN UNBLOCK with a wrong MAC is 6988 and gives no try back",
        _sends(_fresh(wrong=True), _MAC),
    ),
    _case(
        "P42",
        "PIN UNBLOCK 的 MAC 只认最近一个随机数",
        "PIN UNBLOCK with a MAC over the challenge before the last is 6988 and gives no try back",
        _sends(_before_last, _MAC),
    ),
    _case(
        "P43",
        "外部认证用过的随机数不再用于 MAC",
        "a challenge that EXTERNAL AUTHENTICATE used serves for no MAC",
        _sends(_used_by_puk, REFUSED),
    ),
    _case(
        "P44",
        "同一 PIN UNBLOCK 重发被拒",
        "a MAC serves once: the same PIN UNBLOCK sent again is refused and gives no try back",
        _sends(_again, REFUSED),
    ),
    _case(
        "P45",
        "未认证 PUK 时，MAC 正确的 PIN CHANGE 被拒且次数不变",
        "PIN CHANGE with the right MAC but without PUK is refused and gives no try back",
        _sends(_fresh(new_pin=True), REFUSED, puk=False),
    ),
    _case(
        "P46",
        "MAC 错误的 PIN CHANGE 为 6988 且次数不变",
        "PIN CHANGE with a wrong MAC is 6988 and gives no try back",
        _sends(_fresh(new_pin=True, wrong=True), _MAC),
    ),
    _case(
        "P47",
        "错误密码用完次数后锁定，正确密码也为 6983；PUK 解锁后恢复",
        "wrong PINs count down to the lock, in which the right PIN as well is 6983; PIN UNBLOCK by PUK ends it",
        _locks,
    ),
)
