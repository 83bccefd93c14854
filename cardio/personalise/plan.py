"""What is to be written into one card for one holder: a plain list of steps, made before the first byte goes out.

The order is part of the safety. 社会保障号码 goes first: from then on the card names its holder, and whatever else is
half written there belongs to this issue. Where it is blank, so must the rest be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cardio import files, names
from cardio.binary import Picture, PictureFile
from cardio.codec import CodecError
from cardio.files import EF05, EF06, EF08, ElementaryFile, Record
from cardio.files.ssse import PHOTO_SIZE
from cardio.found import Found
from cardio.personalise.faults import IncompleteError, not_planned
from cardio.record import Holder
from cardio.selection import PIECE

WRITTEN: Final[Mapping[str, ElementaryFile]] = {ef.key: ef for ef in (EF06, EF05, EF08)}
"""Files that issuing writes, in the order in which it does (card.md §5: EF06, then EF05)."""

IDENTIFYING: Final = (files.NUMBER, files.NAME, files.NAME_EXTENSION)
"""Records of EF06 that say whose card it is. The others may hold a maker's first values on a blank card."""

MOST_APPLICATION: Final = 64


@dataclass(frozen=True)
class Issue:
    """One application for a card, as the centre ordered it (制卡数据).

    :param application: its number; one card is made for it.
    :param photo: JPEG or BMP of up to 4096 bytes; ``None`` leaves the file as it is.
    :param card_id: the 16 bytes of the one card that is meant; ``None`` for any blank one.
    """

    application: str
    holder: Holder = field(repr=False)
    card_number: str = field(repr=False)
    issued_on: date
    expires_on: date
    photo: bytes | None = field(default=None, repr=False)
    card_id: bytes | None = None


@dataclass(frozen=True)
class Step:
    """One write, and what reads back after it.

    :param place: the record's tag, or the offset of a piece of a transparent file.
    :param data: a whole TLV, or the bytes of the piece.
    """

    file: str
    place: int
    data: bytes = field(repr=False)

    @property
    def ef(self) -> ElementaryFile:
        return WRITTEN[self.file]

    @property
    def record(self) -> Record[Any] | None:
        """What the record is declared as; ``None`` for a piece of a transparent file."""
        return next((each for each in self.ef.records if each.tag == self.place), None)

    @property
    def label(self) -> str:
        """For faults and logs."""
        return self.record.label if self.record else f"{self.file} at {self.place:X}"


@dataclass(frozen=True)
class Plan:
    """What makes one card. Equal for equal data, so that the same issue on the same card is the same plan.

    :param version: first three characters of 规范版本.
    """

    application: str
    card_id: bytes
    generation: int
    version: str | None
    steps: tuple[Step, ...] = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the plan's stored form, 64 hex digits: what a record of begun and done names it by.

        It is of a person's data without anything secret in it: keep it where the data may be.
        """
        from cardio.personalise.stored import to_bytes  # noqa: PLC0415 - the form is made of plans

        return hashlib.sha256(to_bytes(self)).hexdigest()


def make_plan(issue: Issue, found: Found, *, region: str | None = None) -> Plan:
    """The writes that make ``issue`` of the card that was found (:meth:`cardio.session.CardSession.identify`).

    :param region: six digits that the card's own must be; ``None`` takes any.
    :raises CardError: CARD_NOT_PLANNED for another card or region than is meant; ISSUE_INCOMPLETE, FIELD_UNWRITABLE or
        NAME_UNWRITABLE for data that cannot be put into this generation's chip.
    """
    identity, generation = found.identity, found.identity.generation
    if issue.card_id is not None and issue.card_id != identity.card_id:
        raise not_planned("card id")
    if region is not None and region != identity.region:
        raise not_planned("region")
    if not 0 < len(issue.application) <= MOST_APPLICATION or not issue.application.isprintable():
        raise IncompleteError("application")
    records = tuple(Step(ef.key, record.tag, data) for ef, record, data in _records(issue, generation))
    return Plan(issue.application, identity.card_id, generation, found.version, records + _pieces(issue, generation))


def _records(issue: Issue, generation: int) -> Iterator[tuple[ElementaryFile, Record[Any], bytes]]:
    values = _values(issue, generation)
    for ef in (EF06, EF05):
        for record in ef.of(generation):
            if record.key in values:
                yield ef, record, record.encode(values[record.key])


def _values(issue: Issue, generation: int) -> dict[str, object]:
    """By the words of the declarations.

    :raises CardError: ISSUE_INCOMPLETE, NAME_UNWRITABLE.
    """
    holder = issue.holder
    extended = files.NAME_EXTENSION in EF06.of(generation)
    if holder.name is None:
        raise IncompleteError(files.NAME.key)
    first, extension = names.encode(holder.name, extension=extended)
    values: dict[str, object] = {
        files.NUMBER.key: holder.social_security_number,
        files.NAME.key: first,
        files.SEX.key: holder.sex,
        files.NATION.key: holder.nation,
        files.BIRTH_PLACE.key: holder.birth_place,
        files.BIRTH_DATE.key: holder.birth_date,
        files.ISSUED_ON.key: issue.issued_on,
        files.EXPIRES_ON.key: issue.expires_on,
        files.CARD_NUMBER.key: issue.card_number,
    }
    missing = sorted(key for key, value in values.items() if not value)
    if missing:
        raise IncompleteError(", ".join(missing))
    if issue.expires_on <= issue.issued_on:
        raise IncompleteError(files.EXPIRES_ON.key)
    return values | ({files.NAME_EXTENSION.key: extension} if extended else {})


def _pieces(issue: Issue, generation: int) -> tuple[Step, ...]:
    """The photo, filled up with 00 to the whole file, so that nothing of an older one is left behind it."""
    if issue.photo is None:
        return ()
    picture = _picture(issue.photo) if generation in EF08.read else None
    if picture is None:
        raise IncompleteError(EF08.key)
    whole = _PHOTO_FILE.encode(picture)
    return tuple(Step(EF08.key, at, whole[at : at + PIECE]) for at in range(0, PHOTO_SIZE, PIECE))


def _picture(raw: bytes) -> Picture | None:
    """``None`` for what is no JPEG or BMP, or does not fit."""
    try:
        return _PHOTO_FILE.decode(raw) if len(raw) <= PHOTO_SIZE else None
    except CodecError:
        return None


_PHOTO_FILE: Final = PictureFile(PHOTO_SIZE)
