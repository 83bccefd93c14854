"""The PIN functions: the holder types on the keypad, the program never hands a PIN in (card.md §5.1 and §6)."""

from __future__ import annotations

import hmac
from collections.abc import Generator, Sequence
from typing import Any, Final

from cardio import status
from cardio.apdu import Command
from cardio.apps import pin
from cardio.found import Found
from cardio.interface33 import arguments as given
from cardio.interface33.errors import Code, Refused, of_status
from cardio.interface33.exchange import Challenge, algorithm_id, key_address, open_key, request, the_card
from cardio.interface33.flows import Ask, Begin, Device, Dialect, Flow, Purpose, Say
from cardio.interface33.outputs import line
from cardio.interface33.writes import Book, Write, recorded
from cardio.keysource import PUK, STK
from cardio.security import block_size
from cardio.session import CardSession
from cardio.wiping import wipe

_MAC: Final = 4


def verify_pin(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iVerifyPIN(iType)."""

    def flow(session: CardSession) -> Flow:
        with session.flow():
            session.open()
        digits = yield Ask(Purpose.CURRENT)
        session.verify_pin(digits)
        return ""

    return flow


def change_pin(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iChangePIN(iType): the old PIN, the new one, and the new one again."""

    def flow(session: CardSession) -> Flow:
        with session.flow():
            found = session.identify()
        old = yield Ask(Purpose.CURRENT)
        try:
            new = yield from _new_pin()
            with recorded(device.book, Write("iChangePIN", found)):
                session.change_pin(old, new)
        finally:
            wipe(old)
        return ""

    return flow


def _new_pin() -> Generator[Ask, Any, bytearray]:
    """A new PIN, typed twice.

    :raises Refused: PIN_DIFFERENT. :raises CardError: PIN_FORMAT.
    """
    new: bytearray = yield Ask(Purpose.NEW)
    try:
        wipe(pin.block(new))
        _same(new, (yield Ask(Purpose.AGAIN)))
    except BaseException:
        wipe(new)
        raise
    return new


def _same(new: bytearray, again: bytearray) -> None:
    """:raises Refused: PIN_DIFFERENT."""
    same = hmac.compare_digest(new, again)
    wipe(again)
    if not same:
        raise Refused(Code.PIN_DIFFERENT)


def reload_pin(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReloadPIN(iType, pCardInfo): a new PIN without the old one."""
    info = given.card_info(arguments[1])

    def flow(session: CardSession) -> Flow:
        with session.flow():
            the_card(session, info)
        new = yield from _new_pin()
        try:
            with session.flow():
                found = the_card(session, info)
                with recorded(device.book, Write("iReloadPIN", found, tries=session.pin_tries())):
                    session.reload_pin(new)
        finally:
            wipe(new)
        return ""

    return flow


def unblock_pin(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iUnblockPIN(iType, pCardInfo): all tries back, the PIN as it was."""
    info = given.card_info(arguments[1])

    def flow(session: CardSession) -> Flow:
        yield from ()
        with session.flow():
            found = the_card(session, info)
            with recorded(device.book, Write("iUnblockPIN", found, tries=session.pin_tries())):
                session.unblock_pin()
        return ""

    return flow


# --- by the HSM


def reload_pin_hsm(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReloadPIN_HSM_Step1(iType, pCardInfo), _Step2(pKey), _Step3(pKey).

    The standard hands the new PIN out to the caller in the second step, for the HSM to seal; the buffer that holds it
    is the caller's to wipe.
    """
    info = given.card_info(arguments[1])

    def flow(session: CardSession) -> Flow:
        found, tries = yield from _opened(session, info, dialect)
        new = yield from _new_pin()
        try:
            size = block_size(found.identity.algorithm) + _MAC
            write = Write("iReloadPIN", found, tries=tries)
            return (yield from _sent(session, write, device.book, dialect, _head(0x01, size), new))
        finally:
            wipe(new)

    return flow


def unblock_pin_hsm(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iUnblockPIN_HSM_Step1(iType, pCardInfo), _Step2(pKey), _Step3(pKey)."""
    info = given.card_info(arguments[1])

    def flow(session: CardSession) -> Flow:
        found, tries = yield from _opened(session, info, dialect)
        write = Write("iUnblockPIN", found, tries=tries)
        return (yield from _sent(session, write, device.book, dialect, _head(0x00, _MAC), None))

    return flow


def _opened(
    session: CardSession, info: given.CardInfo, dialect: Dialect
) -> Generator[Say, Any, tuple[Found, int | None]]:
    """Tries that are left, the first step, and the external authentication with PUK that begins the second."""
    with session.flow():
        found, tries = the_card(session, info), session.pin_tries()
        challenge = Challenge.of(session.selection)
    (shown,) = yield Say(request(found.identity.algorithm, PUK, challenge, dialect))
    cryptogram, raw = given.pair(shown)
    with session.flow():
        open_key(session.selection, PUK, cryptogram, raw)
    return found, tries


def _head(p2: int, size: int) -> bytes:
    """PIN CHANGE/UNBLOCK up to Lc; :param size: bytes of data, the MAC among them."""
    return bytes((0x84, 0x24, 0x00, p2, size))


def _sent(  # noqa: PLR0917 - what both functions share
    session: CardSession, write: Write, book: Book, dialect: Dialect, head: bytes, new: bytearray | None
) -> Generator[Say, Any, str]:
    """The rest of the second step, and the third: the command goes out for its cipher and MAC, and comes back."""
    with session.flow():
        factor = session.selection.challenge()
    out = bytearray(
        line([algorithm_id(write.found.identity.algorithm), key_address(STK, dialect), factor, head]).encode("ascii")
    )
    for digit in new or b"":
        out.append(0x30 + digit)
    out += b"|"
    (shown,) = yield Say(out)
    data = given.command(shown, head, (head[4],))
    with recorded(book, write):
        with session.flow():
            sw = session.selection.send(Command(head[0], head[1], head[2], head[3], data), status.ANY).sw
        if sw != status.SW.OK:
            raise Refused(of_status(sw), "PIN CHANGE/UNBLOCK")
    return ""
