"""The roster of a drive (名册): whose the lent cards are, so that a clerk in the field finds people without the centre.

One signed document of the centre for one terminal and one drive, taken whole or not at all: signed by the pinned key,
for us, about every person who is lent and nobody else, not older than the one that is here, not past its end (the
attacks that The Update Framework names: rollback, freeze, mix-and-match, truncation). It goes with the drive, or with
its end: personal data of people who may never come to this terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec
from msgspec import Meta

from offline_cache.mirror import ROSTER, Document
from terminal.centre import causes, documents
from terminal.centre.contract import Hex16, Purpose, SignedDocument, TerminalNumber
from terminal.errors import TerminalError, TerminalFault
from terminal.model.decoding import decoded

if TYPE_CHECKING:
    from terminal.centre.identity import Identity
    from terminal.records import Records

MOST_PERSONS = 10_000


class RosterPerson(msgspec.Struct, frozen=True):
    """:param card_id: 卡识别码, 32 upper-case hex digits; :param number: 社会保障号码. Name and number are empty where
    the centre does not know whose card it is.
    """

    card_id: Hex16
    name: Annotated[str, Meta(max_length=60)]
    number: Annotated[str, Meta(pattern="^[0-9A-Z]{0,18}$")]

    def __repr__(self) -> str:
        return "RosterPerson(…)"


class Roster(msgspec.Struct, frozen=True):
    """Body of the document. :param expires: milliseconds since 1970; the first lease's end."""

    terminal: TerminalNumber
    drive: Purpose
    expires: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    persons: Annotated[list[RosterPerson], Meta(max_length=MOST_PERSONS)]


class Centre(Protocol):
    """The part of :class:`terminal.centre.client.CentreClient` that is used here."""

    def roster(self, terminal: str, drive: str) -> SignedDocument: ...


def name_of(drive: str) -> str:
    """Under which the mirror keeps it."""
    return ROSTER + drive


def fetch(records: Records, centre: Centre, drive: str) -> int:
    """Get the roster of a drive whose persons are lent already, and keep it. Gives how many persons.

    :raises CentreError: ``SNAPSHOT_REFUSED``, ``ANSWER_INVALID``, faults of the way: what is here stays.
    :raises offline_cache.errors.StoreError: ``MIRROR_OLDER``, ``DISK_FULL``, ``NOT_SAVED``: likewise.
    """
    answer = centre.roster(records.identity.terminal, drive)
    document, roster = _received(records, drive, answer)
    records.mirror.replace([document])
    return len(roster.persons)


def persons(records: Records, drive: str) -> list[RosterPerson]:
    """Who is on the roster here, in its order; needs no centre.

    :raises TerminalError: ``ROSTER_ABSENT``: none was taken, the drive is over, or it is past its end.
    """
    document, identity = records.mirror.get(name_of(drive)), records.identity
    good = document is not None and documents.holds(identity, document)
    if document is None or not good or records.mirror.is_past(document):
        raise TerminalError(TerminalFault.ROSTER_ABSENT, drive=drive)
    return decoded(document.body, Roster).persons


def _received(records: Records, drive: str, answer: SignedDocument) -> tuple[Document, Roster]:
    identity: Identity = records.identity
    found = documents.received(identity, name_of(drive), answer)
    try:
        roster = decoded(found.body, Roster)
    except msgspec.MsgspecError:
        raise causes.snapshot_refused("form of the roster") from None
    document = replace(found, expires=roster.expires)
    lent = records.leases.subjects(drive)
    problems = {
        "terminal": roster.terminal != identity.terminal,
        "drive": roster.drive != drive,
        "expired": records.mirror.is_past(document),
        "complete": sorted(map(records.subject, _cards(roster.persons))) != lent,
    }
    if wrong := [what for what, bad in problems.items() if bad]:
        raise causes.snapshot_refused(f"roster: {', '.join(wrong)}")
    return document, roster


def _cards(found: Iterable[RosterPerson]) -> Iterable[bytes]:
    return (bytes.fromhex(one.card_id) for one in found)
