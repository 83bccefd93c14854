"""Theme 3: what one application of the card proves or holds is closed to the others, and ends with the power."""

from __future__ import annotations

from functools import partial
from typing import Final

from cardio import status
from cardio.apdu import Command
from cardio.apps import pin
from cardio.channel import Channel
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.commands import (
    REFUSED,
    SELECT_BANK,
    SELECT_DF01,
    SELECT_EF05,
    SELECT_EF06,
    SELECT_SSSE,
    head,
    prepared,
    send,
    words,
)
from cardio.conformance.counters import full, verify
from cardio.conformance.given import Digits
from cardio.errors import NO_KEY, CardError
from cardio.keysource import UK_SSSE
from cardio.link import Link
from cardio.session import CardSession
from cardio.wiping import wiped

_INTERNAL: Final = "0088000010" + "01" * 16


def _refused(link: Link, apdu: str) -> str | None:
    sw = send(link, apdu).sw
    return None if words(sw, REFUSED) else f"{head(apdu)} -> {sw:04X}"


def _in_bank(apdu: str) -> Run:
    def run(bench: Bench) -> str | None:
        with bench.opened() as link:
            prepared(link, (SELECT_SSSE, SELECT_EF05, SELECT_BANK))
            return _refused(link, apdu)

    return run


def _no_pin_in_bank(bench: Bench) -> str | None:
    """It is refused as something that is not there: a word with tries would mean that one was used up."""
    typed = bench.pin.typed()
    if typed is None:
        raise NotApplicable("no PIN was given")
    packed = pin.block(typed)
    before = bench.tries()
    with wiped(typed, packed), bench.opened() as link, bench.pin.wrong_on_purpose():
        prepared(link, (SELECT_SSSE, SELECT_BANK))
        sw = Channel(link).send(Command(0x00, 0x20, 0x00, 0x00, packed), status.ANY).sw
    if not words(sw, REFUSED) or sw == status.SW.LOCKED:
        return f"00200000 -> {sw:04X}"
    return None if bench.tries() == before else "a try of the social security PIN was used up"


def _personal_closed(bench: Bench) -> str | None:
    if bench.identify().profile.holder_key is None:
        raise NotApplicable("free on this generation")
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE,))
        return _refused(link, "00B2083014")


def _opened(bench: Bench, link: Link) -> None:
    """Prove the card and open UKSSSE, so that EF05 is open for writing."""
    session = CardSession(link, (bench.keys(),), refusals=bench.refusals)
    try:
        session.unlock(session.identify(), UK_SSSE)
    except CardError as error:
        if error.fault in NO_KEY:
            raise NotApplicable("the key source has no UKSSSE for us") from None
        raise


def _write(link: Link) -> int:
    """UPDATE of 卡有效期 with what stands there, so that nothing changes. Gives the status word."""
    prepared(link, (SELECT_EF05,))
    held = send(link, "00B2060006").data
    return send(link, f"00DC060006{held.hex()}").sw


def _after(*between: str, reset: bool = False) -> Run:
    """What a key opened is closed again after these commands, or a reset."""

    def run(bench: Bench) -> str | None:
        bench.keys()
        with bench.opened() as link:
            _opened(bench, link)
            if _write(link) != 0x9000:
                raise NotApplicable("the key does not open the file here")
            if reset:
                link.reset()
            prepared(link, (*between, SELECT_SSSE))
            sw = _write(link)
        return None if sw != 0x9000 else "still open"

    return run


def _file_keeps_state(bench: Bench) -> str | None:
    """Selecting a file of the same application keeps what was proven (spec part 7)."""
    bench.keys()
    with bench.opened() as link:
        _opened(bench, link)
        prepared(link, (SELECT_EF06, SELECT_EF05))
        sw = _write(link)
    return None if sw == 0x9000 else f"closed by selecting a file: {sw:04X}"


def _pin_ends_with_power(bench: Bench) -> str | None:
    typed = bench.pin.typed()
    if typed is None:
        raise NotApplicable("no PIN was given")
    with bench.opened() as link:
        CardSession(link).verify_pin(typed)
        prepared(link, (SELECT_DF01, SELECT_EF05))
        if send(link, "00B2200004").sw != status.SW.OK:
            raise NotApplicable("the PIN does not open DF01 EF05 here")
        link.reset()
        prepared(link, (SELECT_DF01, SELECT_EF05))
        return _refused(link, "00B2200004")


def _pin_lasts(bench: Bench) -> str | None:
    """Over another application and back: the PIN's success lasts until power off (spec part 7)."""
    typed = bench.pin.typed()
    if typed is None:
        raise NotApplicable("no PIN was given")
    with bench.opened() as link:
        CardSession(link).verify_pin(typed)
        prepared(link, (SELECT_DF01, SELECT_EF05))
        if send(link, "00B2200004").sw != status.SW.OK:
            raise NotApplicable("the PIN does not open DF01 EF05 here")
        prepared(link, (SELECT_SSSE, SELECT_DF01, SELECT_EF05))
        sw = send(link, "00B2200004").sw
    return None if sw == status.SW.OK else f"closed by selecting another application: {sw:04X}"


def _wrong_pin_opens_nothing(bench: Bench) -> str | None:
    """The given PIN gives the try back in the end."""
    with bench.opened() as link:
        full(bench, link)
        prepared(link, (SELECT_DF01, SELECT_EF05))
        if send(link, "00B2200004").sw != status.SW.OK:
            raise NotApplicable("the PIN does not open DF01 EF05 here")
        link.reset()
        prepared(link, (SELECT_DF01, SELECT_EF05))
        verify(bench, link, Digits.WRONG)
        found = _refused(link, "00B2200004")
        verify(bench, link, Digits.GIVEN)
    return found


def _closed_without_pin(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_DF01,))
        return _refused(link, "00B2202804")


_case: Final = partial(Case, theme=Theme.FIREWALL)
_key_case: Final = partial(_case, destructive=True)
"""They write, although what stands there already."""

CASES: Final = (
    _case("W01", "银行应用拒绝内部认证", "the bank's application refuses INTERNAL AUTHENTICATE", _in_bank(_INTERNAL)),
    _case(
        "W02",
        "银行应用不接受社保密码，次数不变",
        "the bank's application refuses the social security PIN, and no try of it is used up",
        _no_pin_in_bank,
        destructive=True,
        pin=True,
    ),
    _case("W03", "银行应用内选不到 EF06", "EF06 is not selected from the bank's application", _in_bank(SELECT_EF06)),
    _case(
        "W04",
        "选择银行应用后读不到原当前文件",
        "the file that was current in SSSE is not read from the bank's application",
        _in_bank("00B2010012"),
    ),
    _case(
        "W05",
        "第三代卡未认证密钥时按短文件标识不可读 EF06",
        "EF06 of generation 3 is not read by its short identifier without RKSSSE",
        _personal_closed,
    ),
    _case(
        "W06",
        "未验证密码时按短文件标识不可读 DF01EF05",
        "DF01EF05 is not read by its short identifier without the PIN",
        _closed_without_pin,
    ),
    _key_case("W07", "选择另一应用后密钥失效", "what UKSSSE opened ends with another application", _after(SELECT_DF01)),
    _key_case(
        "W08", "选择银行应用后密钥失效", "what UKSSSE opened ends in the bank's application", _after(SELECT_BANK)
    ),
    _key_case("W09", "断电后密钥失效", "what UKSSSE opened ends with the power", _after(reset=True)),
    _case(
        "W10",
        "同一应用内选择文件不影响已认证的密钥",
        "selecting a file keeps what UKSSSE opened",
        _file_keeps_state,
        destructive=True,
    ),
    _case("W11", "断电后密码失效", "what the PIN opened ends with the power", _pin_ends_with_power, pin=True),
    _case(
        "W12",
        "选择另一应用后密码仍有效",
        "what the PIN opened stays open over another application",
        _pin_lasts,
        pin=True,
    ),
    _case(
        "W13",
        "错误密码不打开任何文件",
        "a wrong PIN opens nothing",
        _wrong_pin_opens_nothing,
        destructive=True,
        pin=True,
    ),
)
