"""iReadCard, iWriteCard and their HSM steps: files of the card by their names (card.md §6)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from cardio import status
from cardio.files import Access, ElementaryFile, Need
from cardio.found import Found
from cardio.interface33 import arguments as given
from cardio.interface33 import transfer
from cardio.interface33.arguments import FIELD, FILE, AuthKind, FileAddress
from cardio.interface33.errors import Code, Refused, of_status
from cardio.interface33.exchange import Challenge, open_key, request, the_card
from cardio.interface33.flows import Ask, Begin, Device, Dialect, Flow, Purpose, Say
from cardio.interface33.places import Row, as_it_is, by_keys, placed
from cardio.interface33.writes import Book, Write, kept, recorded
from cardio.keysource import KeyRef
from cardio.profile import SSSE
from cardio.session import CardSession

_BY_PIN = frozenset({Need.PIN, Need.PIN_AND_KEY})
_BY_KEY = frozenset({Need.KEY, Need.PIN_AND_KEY})

DEBITS = FileAddress("DF04", 0xEF08)
"""交易明细: what iReadDebitRecord reads."""


def _wants(rule: Access, auth: AuthKind) -> tuple[bool, bool]:
    """Whether PIN and key are wanted."""
    if rule.need is Need.NEVER:
        raise Refused(of_status(status.SW.SECURITY), "never read")
    either = rule.need is Need.PIN_OR_KEY
    return (
        rule.need in _BY_PIN or (either and auth is AuthKind.PIN),
        rule.need in _BY_KEY or (either and auth is AuthKind.KEY),
    )


def _plan(addresses: Sequence[FileAddress], found: Found) -> list[tuple[FileAddress, ElementaryFile]]:
    """The declared files, their items checked, before anything is shown to the card."""
    generation = found.identity.generation
    plan = [(address, transfer.declared(address, generation)) for address in addresses]
    for address, ef in plan:
        transfer.check_items(ef, generation, address.items)
    return plan


def _pin(session: CardSession) -> Generator[Ask, Any, None]:
    """Have the holder type the PIN, and show it to the card."""
    digits = yield Ask(Purpose.CURRENT)
    session.verify_pin(digits)


def _into(session: CardSession, ef: ElementaryFile) -> None:
    """Make the application of ``ef`` the selected one."""
    if not session.selection.in_application(ef.application.name):
        session.selection.application(ef.application.name)


def _written(address: FileAddress, values: Sequence[str]) -> str:
    return FIELD.join([address.name, *values, ""]) + FILE


# --- by the PSAM


def read_card(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReadCard(iType, iAuthType, pCardInfo, pFileAddr)."""
    auth = given.auth_kind(arguments[1])
    info = given.card_info(arguments[2])
    addresses = given.file_addresses(arguments[3])

    def flow(session: CardSession) -> Flow:
        return (yield from _read(session, auth, addresses, info))

    return flow


def read_debits(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReadDebitRecord(iType): the purse's records, which the PIN opens. They come as iReadCard gives them, without the
    name of the file and its end."""

    def flow(session: CardSession) -> Flow:
        said = yield from _read(session, AuthKind.PIN, (DEBITS,), None)
        return said.removeprefix(DEBITS.name + FIELD).removesuffix(FILE)

    return flow


def _read(
    session: CardSession, auth: AuthKind, addresses: Sequence[FileAddress], info: given.CardInfo | None
) -> Generator[Ask, Any, str]:
    with session.flow():
        found = session.identify() if info is None else the_card(session, info)
    plan = _plan(addresses, found)
    wants = [_wants(ef.read[found.identity.generation], auth) for _, ef in plan]
    if any(pin for pin, _ in wants):
        yield from _pin(session)
    said = []
    with session.flow():
        session.open()
        for (address, ef), (_, by_key) in zip(plan, wants, strict=True):
            rule = ef.read[found.identity.generation]
            if by_key and rule.key is not None:
                session.unlock(found, rule.key, ef.application.name)
            _into(session, ef)
            values = transfer.read(session.selection, ef, found.identity.generation, address.items)
            said.append(_written(address, values))
    return "".join(said)


def write_card(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iWriteCard(iType, pCardInfo, pFileAddr, pWriteData)."""
    info = given.card_info(arguments[1])
    addresses = given.file_addresses(arguments[2])
    data = given.write_data(arguments[3], addresses)

    def flow(session: CardSession) -> Flow:
        yield from ()
        with session.flow():
            found = the_card(session, info)
            rows = [Row(*place, values) for place, values in zip(_plan(addresses, found), data, strict=True)]
            for row in rows:
                _encoded(row, found)
            settle(session, found, device.book)
            for row in placed(session, found, rows, by_keys(session, found)):
                pieces = _encoded(row, found)
                _unlock_for_writing(session, found, row.ef, dialect.write_key(row.ef), pieces)
                _put(session, found, device.book, (row.address, row.ef), pieces, proven=True)
        return ""

    return flow


def _encoded(row: Row, found: Found) -> list[transfer.Piece]:
    return transfer.encoded(row.ef, found.identity.generation, row.address.items, row.values)


def _put(
    session: CardSession,
    found: Found,
    book: Book,
    file: tuple[FileAddress, ElementaryFile],
    pieces: Sequence[transfer.Piece],
    *,
    proven: bool,
) -> None:
    """Write one file that is open for writing: a write of its own in the book.

    :param proven: whether the card proved itself when it was opened. Where the HSM opens it, it did not: the caller
        has the card's key shown, and asks the card nothing.
    """
    address, ef = file
    sizes = tuple(len(piece.data) for piece in pieces)
    write = Write(
        "iWriteCard",
        found,
        address.written(),
        sizes,
        transfer.held_at(session.selection, ef, [piece.address for piece in pieces], sizes),
        b"".join(piece.data for piece in pieces),
        proven,
    )
    written: list[transfer.Piece] = []
    with recorded(book, write, lambda error: not written and kept(error)):
        transfer.write(session.selection, ef, pieces, written)


def settle(session: CardSession, found: Found, book: Book) -> None:
    """Show the book what the card holds where an earlier write of it has no end. A card that cannot be opened for it
    stays as it is.

    :raises CardError: what the link raises.
    """
    open_write = book.open_write(found.identity.card_id)
    now = None if open_write is None else held(session, found, *open_write)
    if now is not None:
        book.seen(found.identity.card_id, now)


def held(session: CardSession, found: Found, places: str, sizes: Sequence[int]) -> bytes | None:
    """What the card holds in the places of one file, as many bytes each; ``None`` where it does not show it.

    :raises CardError: as :meth:`cardio.session.CardSession.unlock`, and what the link raises.
    """
    ((address, ef),) = _plan(given.file_addresses(places), found)
    rule = ef.read[found.identity.generation]
    if rule.key is not None and rule.key.p2 is not None and rule.need is not Need.PIN_AND_KEY:
        session.unlock(found, rule.key, ef.application.name)
    else:
        session.open()
    _into(session, ef)
    where = transfer.addresses(ef, found.identity.generation, address.items)
    return transfer.held_at(session.selection, ef, where, sizes)


def _unlock_for_writing(
    session: CardSession, found: Found, ef: ElementaryFile, key: KeyRef, pieces: Sequence[transfer.Piece]
) -> None:
    """Open ``ef`` for writing; for reading too where both keys are of SSSE, or a record goes by its number, which must
    be seen to be the one that is meant."""
    rule = ef.read[found.identity.generation]
    if ef.application.name == SSSE and rule.need is Need.KEY and rule.key is not None:
        session.unlock(found, rule.key)
    session.unlock(found, key, ef.application.name)
    closed = rule.need in {Need.KEY, Need.PIN_OR_KEY} and ef.application.name != SSSE
    if closed and rule.key is not None and any(transfer.by_number(piece) for piece in pieces):
        session.open_key(found, rule.key)


# --- by the HSM


def read_card_hsm(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReadCard_HSM_Step1(iType, pCardInfo, pFileAddr) and _Step2(pKey); one file only."""
    info = given.card_info(arguments[1])
    addresses = given.file_addresses(arguments[2], one=True)

    def flow(session: CardSession) -> Flow:
        with session.flow():
            found = the_card(session, info)
        ((address, ef),) = _plan(addresses, found)
        by_pin, by_key = _wants(ef.read[found.identity.generation], AuthKind.KEY)
        key = ef.read[found.identity.generation].key
        if not by_key or key is None:
            raise Refused(Code.NO_HSM_NEEDED)
        if by_pin:
            yield from _pin(session)
        with session.flow():
            challenge = _challenge(session, ef)
        (shown,) = yield Say(request(found.identity.algorithm, key, challenge, dialect))
        cryptogram, raw = given.pair(shown)
        with session.flow():
            open_key(session.selection, key, cryptogram, raw)
            values = transfer.read(session.selection, ef, found.identity.generation, address.items)
        return _written(address, values)

    return flow


def write_card_hsm(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iWriteCard_HSM_Step1(iType, pCardInfo, pFileAddr) and _Step2(pKey, pWriteData); one file only."""
    info = given.card_info(arguments[1])
    addresses = given.file_addresses(arguments[2], one=True)

    def flow(session: CardSession) -> Flow:
        with session.flow():
            found = the_card(session, info)
            (place,) = _plan(addresses, found)
            blank = Row(*place, [""] * max(1, len(place[0].items)))
            (row, *others) = placed(session, found, [blank], as_it_is)
            if others:
                raise Refused(Code.DATA, "items that stand in two files, which have a key each")
            challenge = _challenge(session, row.ef)
        key = dialect.write_key(row.ef)
        shown, data = yield Say(request(found.identity.algorithm, key, challenge, dialect))
        cryptogram, raw = given.pair(shown)
        (values,) = given.write_data(data, addresses)
        pieces = _encoded(replace(row, values=values), found)
        with session.flow():
            open_key(session.selection, key, cryptogram, raw)
            _put(session, found, device.book, (row.address, row.ef), pieces, proven=False)
        return ""

    return flow


def _challenge(session: CardSession, ef: ElementaryFile) -> Challenge:
    if ef.application.name == SSSE:
        session.open()
    else:
        _into(session, ef)
    return Challenge.of(session.selection)
