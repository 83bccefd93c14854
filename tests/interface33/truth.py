"""What the card itself holds, looked at from within, against what the functions then say of it."""

from __future__ import annotations

from typing import Any

from cardio import names
from cardio.errors import CardError
from cardio.files import NAME, NAME_EXTENSION, Access, ElementaryFile, Need, Structure
from cardio.interface33 import Code
from cardio.interface33.arguments import FIELD, FILE
from cardio.simulator.card import SimulatedCard
from cardio.simulator.files import BinaryFile, RecordFile
from tests.interface33.support import Bench, info
from tests.interface33.torn import BALANCE, NEW, OLD, Hand, Place, Play

Told = list[str] | None
"""Values in the interface's words; ``None`` where something stands there that is no value."""


def card_of(desk: Bench) -> SimulatedCard:
    assert desk.card is not None
    return desk.card


# --- files


def _file(card: SimulatedCard, ef: ElementaryFile) -> RecordFile | BinaryFile:
    (application,) = (each for each in card.chip.applications if each.name == ef.application.name)
    file = application.by_fid(ef.fid)
    assert file is not None
    return file


def _nth(file: RecordFile, tag: int, nth: int) -> bytes:
    of_tag = [record for record in file.records if record[0] == tag]
    return of_tag[nth - 1] if len(of_tag) >= nth else b""


def _records(file: RecordFile, place: Place) -> list[tuple[Any, bytes]]:
    """Each named item with its whole record; the extension of a name behind it."""
    known = {record.tag: record for record in place.ef.records}
    found = []
    for item in place.items:
        tag, _, nth = item.partition(":")
        found.append((known[int(tag, 16)], _nth(file, int(tag, 16), int(nth or 1))))
    return found


def bytes_there(card: SimulatedCard, place: Place) -> bytes:
    """What stands in the places that a write of ``place`` fills, one behind the other."""
    file, generation = _file(card, place.ef), card.contents.generation
    if isinstance(file, BinaryFile):
        return bytes(file.content[: place.ef.size])
    if place.ef.structure is Structure.CYCLIC:
        return file.records[0]
    out = b""
    for record, raw in _records(file, place):
        out += raw
        if record is NAME and generation >= NAME_EXTENSION.since:
            out += _nth(file, NAME_EXTENSION.tag, 1)
    return out


def values_there(card: SimulatedCard, place: Place) -> Told:
    """The values that these bytes are, by the declaration."""
    file, content = _file(card, place.ef), place.ef.content
    try:
        if content is not None:
            raws = [bytes(file.content)] if isinstance(file, BinaryFile) else file.records
            return [content.codec.show(content.decode(raw[: content.codec.length])) for raw in raws]
        assert isinstance(file, RecordFile)
        return [_value(file, record, raw) for record, raw in _records(file, place)]
    except (CardError, names.NameUndecodableError):
        return None


def _value(file: RecordFile, record: Any, raw: bytes) -> str:  # noqa: ANN401 - of any type
    if record is NAME:
        extension = _nth(file, NAME_EXTENSION.tag, 1)
        return names.decode(NAME.decode(raw), NAME_EXTENSION.decode(extension) if extension else None) or ""
    return str(record.codec.show(record.decode(raw) if raw else None))


def auth_for(rule: Access) -> int:
    """iAuthType: the PIN where there is no other way."""
    return 1 if rule.need is Need.PIN else 2


def says_what_is_there(desk: Bench, place: Place) -> None:
    """iReadCard gives exactly what the bytes are, or -15 where they are no value; never what was there before."""
    card = card_of(desk)
    rule = place.ef.read[card.contents.generation]
    reply = desk.call("iReadCard", 1, auth_for(rule), info(card.contents), place.address)
    there = values_there(card, place)
    if there is None:
        assert reply.code == Code.CHECKSUM
    else:
        assert (reply.code, reply.text) == (0, FIELD.join((place.ef.path, *there, "")) + FILE)


def shows(play: Play) -> bool:
    """Whether the card shows to a key what it holds in the file; the book learns nothing of the others."""
    assert play.place is not None
    return play.place.stands.ef.read[play.contents.generation].need not in {Need.PIN, Need.PIN_AND_KEY}


# --- PIN and purse


def says_which_pin(desk: Bench, hand: Hand) -> str | None:
    """iVerifyPIN takes the PIN that the card has and no other, and tells its tries; gives the one it takes.

    A PIN that was torn is nobody's: then none is taken, and the tries that are left are told.
    """
    pin, taken = card_of(desk).chip.pin, None
    for typed in (NEW, OLD):
        hand.current = typed
        left, right = pin.left, pin.packed == bytes.fromhex(typed)
        reply = desk.call("iVerifyPIN", 1)
        if left and right:
            assert (reply.code, pin.left) == (0, card_of(desk).contents.pin_tries)
            taken = typed
        elif left > 1:
            assert (reply.code, reply.text) == (Code.PIN_WRONG, f"PIN校验失败，剩余{left - 1}次")
            assert pin.left == left - 1
        else:
            assert (reply.code, pin.left) == (Code.PIN_LOCKED, 0)
    return taken


def says_what_was_paid(desk: Bench, hand: Hand) -> int:
    """iReadDebitRecord has the payment at the top if the account was debited, and nothing of it else; gives how many
    payments were made."""
    purse = card_of(desk).chip.purse
    paid = (BALANCE - purse.balance) // 2000
    hand.current = OLD
    reply = desk.call("iReadDebitRecord", 1)
    assert reply.code == 0
    assert reply.text.count("20261128101500") == paid
    return paid
