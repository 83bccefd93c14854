"""Visits and the soft HSM: a card proves itself once, and what it proved opens a little for half an hour."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from cardio import security
from cardio.keysource import RK_SSSE, CardIdentity
from cardio.simulator.contents import TOY_ROOT
from terminal.centre.contract import (
    Cryptogram,
    ExternalAuthentication,
    ProblemType,
    Proof,
    VisitOpened,
    VisitRequest,
    VisitToken,
)
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State, StoredVisit

TOKEN_LIFE = timedelta(minutes=30)
NONCE_LIFE = timedelta(minutes=2)

HSM_ROOTS = {RK_SSSE.hsm_address: TOY_ROOT}
"""Keys that a visit opens, by HSM address. Writing and PIN keys are not: those calls will name an operation."""

_PROOF_ROOT = TOY_ROOT  # of IRK


@dataclass(frozen=True)
class Terminal:
    """Who asks: the serial and the key of the client certificate, and the terminal's number."""

    serial: str
    number: str
    key: ec.EllipticCurvePublicKey | None = field(default=None, repr=False, compare=False)


class Visits:
    """:param now: the centre's time."""

    def __init__(self, state: State, population: Population, now: Callable[[], datetime]) -> None:
        self._state = state
        self._population = population
        self._now = now

    def open(self, terminal: Terminal, body: VisitRequest) -> VisitOpened:
        """A nonce for a card that is in the register just as it stands in the reader."""
        person = self._population.by_card_id(body.card_id)
        if person is None or body.history != person.card.history.hex().upper():
            raise RefusedError(ProblemType.CARD_UNKNOWN)
        if body.algorithm != person.card.algorithm.value:
            raise RefusedError(ProblemType.CARD_UNKNOWN, "algorithm")
        visit, nonce = secrets.token_hex(16), secrets.token_bytes(8)
        self._state.add_visit(
            StoredVisit(visit, terminal.serial, body.card_id, operator=body.operator, nonce=nonce, opened=self._now())
        )
        return VisitOpened(visit=visit, nonce=nonce.hex().upper())

    def prove(self, terminal: Terminal, visit: str, body: Proof) -> VisitToken:
        """Check the card's answer over our nonce. Right or wrong, the nonce is spent."""
        stored = self._state.spend_nonce(visit, terminal.serial)
        if stored is None:
            raise RefusedError(ProblemType.VISIT_REQUIRED)
        if stored.spent or self._now() > stored.opened + NONCE_LIFE:
            raise RefusedError(ProblemType.VISIT_EXPIRED)
        card = _identity(self._person(stored.card_id))
        expected = security.authentication(card, _PROOF_ROOT, bytes.fromhex(body.factor), stored.nonce)
        if not secrets.compare_digest(expected, bytes.fromhex(body.answer)):
            raise RefusedError(ProblemType.PROOF_FAILED)
        token, expires = secrets.token_hex(32), self._now().replace(microsecond=0) + TOKEN_LIFE
        self._state.grant(visit, token, expires)
        return VisitToken(visit=visit, token=token, expires_at=expires)

    def holder(self, terminal: Terminal, token: str | None, *, card_id: str = "", visit: str = "") -> Person:
        """The person whose card this token stands for; the card or visit named in the request must be the same."""
        stored = self._state.visit_of_token(token, terminal.serial) if token else None
        if stored is None or stored.expires is None:
            raise RefusedError(ProblemType.VISIT_REQUIRED)
        if self._now() >= stored.expires:
            raise RefusedError(ProblemType.VISIT_EXPIRED)
        if (card_id and card_id != stored.card_id) or (visit and visit != stored.visit):
            raise RefusedError(ProblemType.VISIT_REQUIRED, "another card")
        return self._person(stored.card_id)

    def external(self, terminal: Terminal, token: str | None, body: ExternalAuthentication) -> Cryptogram:
        """The HSM's cryptogram for one key of the proven card."""
        person = self.holder(terminal, token, visit=body.visit)
        root = HSM_ROOTS.get(body.key_address)
        if root is None:
            raise RefusedError(ProblemType.KEY_UNKNOWN)
        factor, raw = bytes.fromhex(body.factor), bytes.fromhex(body.raw)
        return Cryptogram(cryptogram=security.authentication(_identity(person), root, factor, raw).hex().upper())

    def _person(self, card_id: str) -> Person:
        person = self._population.by_card_id(card_id)
        if person is None:
            raise RefusedError(ProblemType.CARD_UNKNOWN)
        return person


def _identity(person: Person) -> CardIdentity:
    card = person.card
    return CardIdentity(card.card_id, card.history, card.algorithm, card.generation)
