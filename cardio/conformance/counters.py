"""Theme 2: what the card counts and forgets: tries of PIN and keys, challenges, and what PUK opens (card.md §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cardio import status
from cardio.apdu import Command
from cardio.apps import pin as pins
from cardio.apps.maintenance import UNBLOCK
from cardio.channel import Channel
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.commands import REFUSED, SELECT_SSSE, prepared, send, words
from cardio.conformance.given import Digits
from cardio.errors import CardError
from cardio.keysource import PUK, STK, UK_SSSE, KeySource, KeySourceUnavailable
from cardio.link import Link
from cardio.wiping import wiped

_QUERY: Final = "0020000000"
_RAW: Final = bytes(range(8))


def _challenges_differ(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        first, second = send(link, "0084000008").data, send(link, "0084000008").data
    return "the same challenge twice" if first == second else None


def _query_uses_no_try(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        said = {send(link, _QUERY).sw for _ in range(3)}
    return None if len(said) == 1 else "the counter moved"


# --- the PIN


def _verify(bench: Bench, link: Link, which: Digits) -> int:
    """VERIFY as our own bytes; gives the status word."""
    typed = bench.pin.typed(which)
    if typed is None:
        raise NotApplicable("no PIN was given")
    packed = pins.block(typed)
    with wiped(typed, packed):
        command = Command(0x00, 0x20, 0x00, 0x00, packed)
        if which is Digits.GIVEN:
            return Channel(link).send(command, status.ANY).sw
        with bench.pin.wrong_on_purpose():
            return Channel(link).send(command, status.ANY).sw


def _left(link: Link) -> int | None:
    return status.tries_left(send(link, _QUERY).sw)


def _pin_counts(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        if (sw := _verify(bench, link, Digits.GIVEN)) != status.SW.OK:
            return f"VERIFY of the right PIN -> {sw:04X}"
        most = _left(link)
        if most is None or most < 3:
            raise NotApplicable(f"needs 3 tries, the card has {most}")
        said = [status.tries_left(_verify(bench, link, Digits.WRONG)), _left(link)]
        if said != [most - 1, most - 1]:
            return f"tries {said} after a wrong PIN, not {most - 1}"
        sw, left = _verify(bench, link, Digits.GIVEN), _left(link)
    return None if (sw, left) == (status.SW.OK, most) else f"right PIN after that -> {sw:04X}, {left} tries"


# --- keys


def _opening(bench: Bench, source: KeySource, factor: bytes) -> str:
    """The right EXTERNAL AUTHENTICATE with UKSSSE for a challenge."""
    try:
        made = source.external(bench.identify().identity, UK_SSSE, factor, _RAW)
    except (KeySourceUnavailable, CardError):
        raise NotApplicable("the key source has no UKSSSE for us") from None
    return f"00820004{16:02X}" + (made + _RAW).hex()


def _wrong(apdu: str) -> str:
    """The same with one bit of the cryptogram wrong."""
    raw = bytearray.fromhex(apdu)
    raw[5] ^= 1
    return raw.hex()


def _on_key(work: Callable[[Bench, KeySource, Link], str | None]) -> Run:
    """Work on UKSSSE. In the end the right key is shown once more, so that no try stays used up."""

    def run(bench: Bench) -> str | None:
        source = bench.keys()
        with bench.opened() as link:
            prepared(link, (SELECT_SSSE,))
            _opening(bench, source, send(link, "0084000008").data)  # before anything is used up
            found = work(bench, source, link)
            if send(link, _opening(bench, source, send(link, "0084000008").data)).sw != status.SW.OK:
                return found or "the right key is refused at the end"
        return found

    return run


def _key_counts(bench: Bench, source: KeySource, link: Link) -> str | None:
    said: list[int | None] = []
    if (sw := send(link, _opening(bench, source, send(link, "0084000008").data)).sw) != status.SW.OK:
        return f"the right key -> {sw:04X}"
    for _ in range(2):
        said.append(status.tries_left(send(link, _wrong(_opening(bench, source, send(link, "0084000008").data))).sw))
        if said[-1] is not None and said[-1] < 2:
            break
    first = said[0]
    if first is None or (len(said) == 2 and said[1] != first - 1):
        return f"tries {said} after wrong cryptograms"
    if send(link, _opening(bench, source, send(link, "0084000008").data)).sw != status.SW.OK:
        return "the right key is refused after wrong ones"
    again = status.tries_left(send(link, _wrong(_opening(bench, source, send(link, "0084000008").data))).sw)
    return None if again == first else f"{again} tries after the right key and a wrong one, not {first}"


def _replayed(bench: Bench, source: KeySource, link: Link) -> str | None:
    opening = _opening(bench, source, send(link, "0084000008").data)
    if (sw := send(link, opening).sw) != status.SW.OK:
        return f"the right key -> {sw:04X}"
    sw = send(link, opening).sw
    return None if words(sw, REFUSED) else f"the same once more -> {sw:04X}"


def _spent_by_failure(bench: Bench, source: KeySource, link: Link) -> str | None:
    opening = _opening(bench, source, send(link, "0084000008").data)
    send(link, _wrong(opening))
    sw = send(link, opening).sw
    return None if words(sw, REFUSED) else f"the right one after a wrong one over the same challenge -> {sw:04X}"


# --- PUK


def _unblock(bench: Bench, link: Link, *, wrong: bool = False) -> int:
    """PIN UNBLOCK with the right MAC over a fresh challenge, or with a wrong one; gives the status word."""
    source, identity = bench.keys(), bench.identify().identity
    try:
        made = bytearray(source.maintenance(identity, STK, send(link, "0084000008").data, UNBLOCK, None))
    except (KeySourceUnavailable, CardError):
        raise NotApplicable("the key source makes no such command for us") from None
    whole = bytearray(made if made[:5] == UNBLOCK else UNBLOCK + made)
    whole[-1] ^= wrong
    return send(link, whole.hex()).sw


def _with_puk(bench: Bench, *, puk: bool, wrong: bool) -> tuple[int, int | None, int]:
    """A try is used up, then PIN UNBLOCK sent; gives its status word, the tries left then, and all there are."""
    bench.keys()
    bench.identify()
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        if _verify(bench, link, Digits.GIVEN) != status.SW.OK:
            raise NotApplicable("the given PIN is not taken")
        most = _left(link)
        if most is None or most < 3:
            raise NotApplicable(f"needs 3 tries, the card has {most}")
        _verify(bench, link, Digits.WRONG)
        if _left(link) != most - 1:
            raise NotApplicable("a wrong PIN is not counted; see P39")
        if puk:
            _open(bench, link)
        sw = _unblock(bench, link, wrong=wrong)
        left = _left(link)
        _verify(bench, link, Digits.GIVEN)
    return sw, left, most


def _open(bench: Bench, link: Link) -> None:
    factor = send(link, "0084000008").data
    try:
        made = bench.keys().external(bench.identify().identity, PUK, factor, _RAW)
    except (KeySourceUnavailable, CardError):
        raise NotApplicable("the key source has no PUK for us") from None
    if (sw := send(link, f"00820006{16:02X}" + (made + _RAW).hex()).sw) != status.SW.OK:
        raise NotApplicable(f"PUK is refused ({sw:04X})")


def _without_puk(bench: Bench) -> str | None:
    sw, left, most = _with_puk(bench, puk=False, wrong=False)
    return None if words(sw, REFUSED) and left == most - 1 else f"{sw:04X}, {left} of {most} tries left"


def _by_puk(bench: Bench) -> str | None:
    sw, left, most = _with_puk(bench, puk=True, wrong=False)
    return None if (sw, left) == (status.SW.OK, most) else f"{sw:04X}, {left} of {most} tries left"


def _wrong_mac(bench: Bench) -> str | None:
    sw, left, most = _with_puk(bench, puk=True, wrong=True)
    return None if (sw, left) == (status.SW.MAC_WRONG, most - 1) else f"{sw:04X}, {left} of {most} tries left"


def _case(
    number: str, chinese: str, requirement: str, run: Run, *, destructive: bool = True, pin: bool = False
) -> Case:
    return Case(number, Theme.PARAMETERS, chinese, requirement, run, destructive, pin)


CASES: Final = (
    _case(
        "P23",
        "错误密文为 63Cx 且逐次减一；正确密文恢复全部次数",
        "each wrong cryptogram is 63Cx with one try less; the right one gives all back",
        _on_key(_key_counts),
    ),
    _case(
        "P31",
        "未认证 PUK 时，MAC 正确的 PIN UNBLOCK 被拒且次数不变",
        "PIN UNBLOCK with the right MAC but without PUK is refused and gives no try back",
        _without_puk,
        pin=True,
    ),
    _case("P35", "连续两个随机数不同", "two challenges in a row differ", _challenges_differ, destructive=False),
    _case("P36", "查询三次剩余次数结果相同", "asking for the tries three times gives one answer", _query_uses_no_try),
    _case(
        "P37",
        "随机数只用一次：同一 EXTERNAL AUTHENTICATE 重发被拒",
        "a challenge serves once: the same EXTERNAL AUTHENTICATE sent again is refused",
        _on_key(_replayed),
    ),
    _case(
        "P38",
        "失败的 EXTERNAL AUTHENTICATE 也用掉随机数",
        "a failed EXTERNAL AUTHENTICATE uses the challenge up as well",
        _on_key(_spent_by_failure),
    ),
    _case(
        "P39",
        "错误的 VERIFY 减少一次；正确的恢复全部次数",
        "a wrong VERIFY takes one try and says so; the right one gives all back",
        _pin_counts,
        pin=True,
    ),
    _case(
        "P40",
        "认证 PUK 后，MAC 正确的 PIN UNBLOCK 恢复次数",
        "PIN UNBLOCK after PUK with the right MAC gives a used try back",
        _by_puk,
        pin=True,
    ),
    _case(
        "P41",
        "MAC 错误的 PIN UNBLOCK 为 6988 且次数不变",
        "PIN UNBLOCK with a wrong MAC is 6988 and gives no try back",
        _wrong_mac,
        pin=True,
    ),
)
