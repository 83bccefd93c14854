"""The driver's side: a link to a foreign card in process, what is asked of it, and what it must then be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from cardio import reader_causes
from cardio.errors import CardError
from cardio.link import Link
from cardio.personalise import Issue, Outcome, from_bytes, make_plan, personalise, to_bytes
from cardio.record import CardRecord, Holder
from cardio.session import CardSession
from cardio.simulator.toykeys import ToyKeySource
from tests.foreign.card import ForeignCard
from tests.foreign.contents import Make
from tests.foreign.tree import tlv

READER = "foreign reader"
HOLDER = Holder("379999195601020011", "石大山", "1", "01", date(1956, 1, 2), "379999")
LONG = "阿卜杜热合曼·买买提·伊力亚斯江阿不都"
NEW_PHOTO = bytes.fromhex("FFD8FFE000040000FFDA00040000") + bytes(range(255)) * 5 + bytes.fromhex("FFD9")
WRITES = (0xDC, 0xD6)


class ForeignLink:
    """:class:`cardio.link.Link` to a card that was just put in."""

    reader = READER

    def __init__(self, card: ForeignCard) -> None:
        self._card, self._gone = card, False
        self.atr = card.atr
        card.reset()

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        answer = None if self._gone else self._card.apdu(bytes(apdu))
        if answer is None:
            self._gone = True
            self._card.reset()
            raise reader_causes.card_removed(READER)
        return answer[:-2], int.from_bytes(answer[-2:])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def reset(self) -> None:
        self._card.reset()

    def close(self) -> None:
        """Nothing is held."""


def session(card: ForeignCard) -> CardSession:
    return CardSession(ForeignLink(card), [ToyKeySource()])


def digits(text: str) -> bytearray:
    return bytearray(int(one) for one in text)


def day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def differences(record: CardRecord, make: Make) -> dict[str, tuple[object, object]]:
    """What was read, against what the card was made of."""
    person, blank = make.person, make.blank is not None
    holder = record.holder
    city = bytes.fromhex(make.city)
    wanted: dict[str, tuple[object, object]] = {
        "atr": (record.atr[4:], make.history),
        "card id": (record.identity.card_id, make.card_id),
        "history": (record.identity.history, make.history),
        "cipher": (record.identity.algorithm.card_code, make.cipher_number),
        "region": (record.region, make.city),
        "class": (record.card_class, "3"),
        "issuer": (record.issuer, (bytes.fromhex("9156000002") + city * 2 + b"\1").hex().upper()),
        "number": (record.card_number, None if blank else make.card_number),
        "issued": (record.issued_on, None if blank else day(make.issued)),
        "expires": (record.expires_on, None if blank else day(make.expires)),
        "proven": (record.authenticated, True),
        "faults": (record.errors, ()),
        "last four": (record.bank_account_last4, None if make.bank == "none" else "0123"),
    }
    told = None if holder is None else (holder.social_security_number, holder.name, holder.sex, holder.nation)
    wanted["holder"] = (told, (None,) * 4 if blank else (person.number, person.name, person.sex, person.nation))
    birth = None if holder is None else (holder.birth_date, holder.birth_place)
    wanted["birth"] = (birth, (None,) * 2 if blank else (day(person.birth), person.place))
    return {what: pair for what, pair in wanted.items() if pair[0] != pair[1]}


def order(generation: int, name: str = HOLDER.name or "") -> Issue:
    holder = Holder(HOLDER.social_security_number, name, "1", "01", HOLDER.birth_date, "379999")
    photo = NEW_PHOTO if generation > 1 else None
    return Issue("A-1", holder, "X00000019", date(2026, 1, 2), date(2036, 1, 2), photo=photo)


def issued(link: Link, wish: Issue) -> Outcome | CardError:
    """One run of issuing, its plan stored and loaded again in between."""
    opened = CardSession(link, [ToyKeySource()])
    try:
        with opened.flow():
            return personalise(opened, from_bytes(to_bytes(make_plan(wish, opened.identify()))))
    except CardError as fault:
        return fault


def wrongly_issued(card: ForeignCard, wish: Issue) -> list[str]:
    """What does not stand in the card as it should, byte by byte."""
    files = card.chip.applications["SSSE"]
    records = [each for fid in (0xEF05, 0xEF06) for each in files[fid].records]
    held = {each[0]: each for each in records}
    name = (wish.holder.name or "").encode("gbk")
    wanted = {
        0x01: card.make.card_id,
        0x05: bytes.fromhex("20260102"),
        0x06: bytes.fromhex("20360102"),
        0x07: b"X00000019",
        0x08: (wish.holder.social_security_number or "").encode(),
        0x09: name[:30].ljust(30, b"\0"),
        0x0A: b"1",
        0x0B: b"\1",
        0x0C: bytes.fromhex("379999"),
        0x0D: bytes.fromhex("19560102"),
    }
    if len(name) > 30:
        wanted[0x4E] = name[30:].ljust(20, b"\0")
    wrong = [f"{tag:02X}" for tag, value in wanted.items() if held.get(tag) != tlv(tag, value)]
    if len(held) != len(records):
        wrong.append("twice")
    if card.make.generation == 1 and 0x4E in held:
        wrong.append("4E")
    if wish.photo is not None and bytes(files[0xEF08].data) != wish.photo.ljust(0x1000, b"\0"):
        wrong.append("photo")
    return wrong


def writes(card: ForeignCard) -> int:
    return sum(command[1] in WRITES for command in card.commands)
