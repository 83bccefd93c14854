"""Setting numbers and persons aside for terminals: each number once, each person to one terminal at a time.

What was given out is remembered for ever, to judge by it what comes back (:mod:`terminal.sandbox.fencing`). Numbers and
tokens never fall below the centre's clock (a million for each second), so that a centre which was restored from a
backup, and knows no more what it gave since, gives nothing a second time. A burst runs ahead of the clock: a thousand
blocks of the largest size, given at once, by a second. Put back within that, it would give some of them again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from offline_cache.chain import Origin
from offline_cache.leases import Lease
from offline_cache.reserved import Block
from terminal.centre import chain
from terminal.centre.contract import BlockRequest, LeaseRequest, NumberBlock, PersonLease, ProblemType
from terminal.drives.roster import Roster, RosterPerson
from terminal.sandbox.authority import Authority
from terminal.sandbox.person import Person
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal, require_own

LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Loan:
    """Who has a person now. :param until: milliseconds since 1970."""

    terminal: str
    drive: str
    until: int


def holder(db: sqlite3.Connection, card_id: str, now: datetime) -> Loan | None:
    """Who has the person of this card, by the latest lease; ``None`` when nobody has, or not any more."""
    row = db.execute(
        "SELECT terminal, drive, until, returned_by FROM lease_given WHERE card_id = ? ORDER BY token DESC LIMIT 1",
        (card_id,),
    ).fetchone()
    if row is None or row[3] is not None or row[2] <= int(now.timestamp() * 1000):
        return None
    return Loan(*row[:3])


_LENT = """
SELECT card_id, until FROM lease_given AS mine
 WHERE terminal = ? AND drive = ? AND returned_by IS NULL AND until > ?
   AND token = (SELECT max(token) FROM lease_given WHERE card_id = mine.card_id) ORDER BY card_id
"""


def _on_roster(card_id: str, person: Person | None) -> RosterPerson:
    return RosterPerson(card_id, "", "") if person is None else RosterPerson(card_id, person.name, person.number)


class Issuing:
    """:param now: the centre's time."""

    def __init__(self, authority: Authority, state: State, environment: str, now: Callable[[], datetime]) -> None:
        self._authority, self._state, self._environment, self._now = authority, state, environment, now

    def elsewhere(self, terminal: Terminal, card_id: str) -> tuple[str, datetime] | None:
        """The drive that has this person, and until when, where it is another terminal's."""
        with self._state.transaction() as db:
            held = holder(db, card_id, self._now())
        if held is None or held.terminal == terminal.number:
            return None
        return held.drive, datetime.fromtimestamp(held.until // 1000, UTC)

    def block(self, terminal: Terminal, number: str, request: BlockRequest) -> NumberBlock:
        """The next numbers of a purpose. One whose answer is lost is never given again: numbers are plenty."""
        require_own(terminal, number)
        floor, expires = self._floor(), self._end()
        with self._state.transaction() as db:
            row = db.execute("SELECT last, token FROM issued WHERE purpose = ?", (request.purpose,)).fetchone()
            last, token = row or (0, 0)
            first, token = max(last + 1, floor), max(token + 1, floor)
            last = first + request.count - 1
            db.execute(
                "INSERT OR REPLACE INTO issued (purpose, last, token) VALUES (?, ?, ?)", (request.purpose, last, token)
            )
            name = f"{request.purpose}-{token}"
            db.execute(
                "INSERT INTO block_given (block, purpose, terminal, first, last) VALUES (?, ?, ?, ?, ?)",
                (name, request.purpose, number, first, last),
            )
        plain = Block(name, request.purpose, first, last, token, expires, b"", self._authority.signing_key_id)
        return NumberBlock(
            terminal=number,
            block=name,
            purpose=request.purpose,
            first=first,
            last=last,
            token=token,
            expires=expires,
            key_id=plain.key_id,
            signature=self._signed(plain.statement(Origin(self._environment, number, self._authority.suite))),
        )

    def lease(self, terminal: Terminal, number: str, request: LeaseRequest) -> PersonLease:
        """Lend a person; refused while another terminal has that person."""
        require_own(terminal, number)
        floor, until = self._floor(), self._end()
        with self._state.transaction() as db:
            held = holder(db, request.card_id, self._now())
            if held is not None and held.terminal != number:
                raise RefusedError(ProblemType.LENT_ALREADY)
            (last,) = db.execute("SELECT coalesce(max(token), 0) FROM lease_given").fetchone()
            token = max(last + 1, floor)
            db.execute(
                "INSERT INTO lease_given (card_id, token, terminal, drive, until) VALUES (?, ?, ?, ?, ?)",
                (request.card_id, token, number, request.drive, until),
            )
        key_id = self._authority.signing_key_id
        plain = Lease(bytes.fromhex(request.subject), request.drive, token, until, b"", key_id)
        return PersonLease(
            terminal=number,
            drive=request.drive,
            subject=request.subject,
            token=token,
            until=until,
            key_id=key_id,
            signature=self._signed(plain.statement(Origin(self._environment, number, self._authority.suite))),
        )

    def roster(self, terminal: Terminal, number: str, drive: str, whose: Callable[[str], Person | None]) -> bytes:
        """Body of the roster of this terminal's drive.

        :param whose: the holder of a card.
        """
        require_own(terminal, number)
        now = int(self._now().timestamp() * 1000)
        with self._state.transaction() as db:
            lent = db.execute(_LENT, (number, drive, now)).fetchall()
        if not lent:
            raise RefusedError(ProblemType.NOT_FOUND)
        persons = [_on_roster(card_id, whose(card_id)) for card_id, _ in lent]
        return msgspec.json.encode(Roster(number, drive, min(until for _, until in lent), persons))

    def _floor(self) -> int:
        return int(self._now().timestamp()) * 1_000_000

    def _end(self) -> int:
        return int((self._now() + LIFE).timestamp() * 1000)

    def _signed(self, statement: bytes) -> str:
        return chain.to_text(self._authority.suite.sign(self._authority.signing_key, statement))
