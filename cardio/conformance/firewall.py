"""Theme 3: what one application of the card proves or holds is closed to the others, and ends with the power."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cardio.conformance.bench import Bench
from cardio.conformance.case import Case, NotApplicable, Theme
from cardio.conformance.commands import (
    SELECT_BANK,
    SELECT_DF01,
    SELECT_EF05,
    SELECT_EF06,
    SELECT_SSSE,
    head,
    prepared,
    send,
)
from cardio.keysource import UK_SSSE
from cardio.link import Link
from cardio.session import CardSession

_PERSONAL: Final = "00B2080014"
_INTERNAL: Final = "0088000010" + "01" * 16


def _refused(link: Link, apdu: str) -> str | None:
    sw = send(link, apdu).sw
    return f"{head(apdu)} -> {sw:04X}" if sw >> 8 in (0x61, 0x90) else None


def _in_bank(apdu: str) -> Callable[[Bench], str | None]:
    def run(bench: Bench) -> str | None:
        with bench.opened() as link:
            prepared(link, (SELECT_SSSE, SELECT_EF05, SELECT_BANK))
            return _refused(link, apdu)

    return run


def _personal_closed(bench: Bench) -> str | None:
    """EF06 of generation 3 before its key, in both ways to it."""
    if bench.identify().profile.holder_key is None:
        raise NotApplicable("free on this generation")
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE, SELECT_EF06))
        return _refused(link, _PERSONAL) or _refused(link, "00B2083014")


def _opened(bench: Bench, link: Link, key: int) -> None:
    """Prove the card and open a key of SSSE."""
    if not bench.sources:
        raise NotApplicable("no PSAM and no other key source")
    session = CardSession(link, bench.sources)
    found = session.identify()
    if key == UK_SSSE.card_key:
        session.unlock(found, UK_SSSE)
    elif found.profile.holder_key is None:
        raise NotApplicable("free on this generation")
    else:
        session.unlock(found, found.profile.holder_key)


def _write(link: Link) -> int:
    """UPDATE of 卡有效期 with what stands there, so that nothing changes. Gives the status word."""
    prepared(link, (SELECT_EF05,))
    held = send(link, "00B2060006").data
    return send(link, f"00DC060006{held.hex()}").sw


def _after(*between: str, reset: bool = False) -> Callable[[Bench], str | None]:
    """What a key opened is closed again after these commands, or a reset."""

    def run(bench: Bench) -> str | None:
        with bench.opened() as link:
            _opened(bench, link, UK_SSSE.card_key)
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
    with bench.opened() as link:
        _opened(bench, link, UK_SSSE.card_key)
        prepared(link, (SELECT_EF06, SELECT_EF05))
        sw = _write(link)
    return None if sw == 0x9000 else f"closed by selecting a file: {sw:04X}"


def _pin_ends_with_power(bench: Bench) -> str | None:
    if bench.pin is None:
        raise NotApplicable("no PIN was given")
    with bench.opened() as link:
        CardSession(link).verify_pin(bytearray(bench.pin))
        prepared(link, (SELECT_DF01, "00A4020002EF05"))
        if send(link, "00B2200004").sw != 0x9000:
            raise NotApplicable("the PIN does not open DF01 EF05 here")
        link.reset()
        prepared(link, (SELECT_DF01, "00A4020002EF05"))
        return _refused(link, "00B2200004")


def _closed_without_pin(bench: Bench) -> str | None:
    with bench.opened() as link:
        prepared(link, (SELECT_DF01, "00A4020002EF05"))
        return _refused(link, "00B2200004")


def _case(number: str, requirement: str, run: Callable[[Bench], str | None], *, destructive: bool = False) -> Case:
    return Case(number, Theme.FIREWALL, requirement, run, destructive)


CASES: Final = (
    _case("W01", "the bank's application does not authenticate with the social security key", _in_bank(_INTERNAL)),
    _case("W02", "the bank's application does not take the social security PIN", _in_bank("0020000003123456")),
    _case("W03", "files of SSSE are not reached from the bank's application", _in_bank("00A4020002EF06")),
    _case("W04", "the file that was current in SSSE is not read from the bank's application", _in_bank("00B2010012")),
    _case("W05", "personal data of generation 3 are closed without their key", _personal_closed),
    _case("W06", "what a PIN opens is closed without it", _closed_without_pin),
    _case("W07", "what a key opened ends with another application", _after(SELECT_DF01), destructive=True),
    _case("W08", "what a key opened ends with the bank's application", _after(SELECT_BANK), destructive=True),
    _case("W09", "what a key opened ends with the power", _after(reset=True), destructive=True),
    _case("W10", "selecting a file keeps what the application was proven", _file_keeps_state, destructive=True),
    _case("W11", "what a PIN opened ends with the power", _pin_ends_with_power),
)
