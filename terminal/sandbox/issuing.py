"""Setting numbers and persons aside for terminals: each number once, each person to one terminal at a time.

Numbers and tokens never fall below the centre's clock (a thousand for each second), so that a centre which was restored
from a backup, and knows no more what it gave since, gives nothing a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from offline_cache.chain import Origin
from offline_cache.reserved import Block, Lease
from offline_cache.suite import INTL
from terminal.centre import chain
from terminal.centre.contract import BlockRequest, LeaseRequest, NumberBlock, PersonLease, ProblemType
from terminal.sandbox.authority import Authority
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal, require_own

LIFE = timedelta(days=30)


class Issuing:
    """:param now: the centre's time."""

    def __init__(self, authority: Authority, state: State, environment: str, now: Callable[[], datetime]) -> None:
        self._authority, self._state, self._environment, self._now = authority, state, environment, now

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
            signature=self._signed(plain.statement(Origin(self._environment, number))),
        )

    def lease(self, terminal: Terminal, number: str, request: LeaseRequest) -> PersonLease:
        """Lend a person; refused while another terminal has that person."""
        require_own(terminal, number)
        floor, until = self._floor(), self._end()
        with self._state.transaction() as db:
            row = db.execute("SELECT terminal, token, until FROM lent WHERE card_id = ?", (request.card_id,)).fetchone()
            if row is not None and row[0] != number and row[2] > int(self._now().timestamp() * 1000):
                raise RefusedError(ProblemType.LENT_ALREADY)
            token = max(row[1] + 1 if row else 0, floor)
            db.execute(
                "INSERT OR REPLACE INTO lent (card_id, terminal, token, until) VALUES (?, ?, ?, ?)",
                (request.card_id, number, token, until),
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
            signature=self._signed(plain.statement(Origin(self._environment, number))),
        )

    def _floor(self) -> int:
        return int(self._now().timestamp()) * 1000

    def _end(self) -> int:
        return int((self._now() + LIFE).timestamp() * 1000)

    def _signed(self, statement: bytes) -> str:
        return chain.to_text(INTL.sign(self._authority.signing_key, statement))
