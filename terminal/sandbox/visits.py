"""Visits and the soft HSM: a card proves itself once, and what it proved opens a little for half an hour."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from cardio import security
from cardio.apps.maintenance import reload_header
from cardio.cardkeys import KEYS
from cardio.keysource import STK, Algorithm, CardIdentity
from cardio.simulator.contents import TOY_ROOT
from cardio.simulator.toykeys import maintenance_key
from cardio.wiping import wiped
from offline_cache.suite import INTL, Suite
from terminal.centre.contract import (
    Cryptogram,
    ExternalAuthentication,
    ProblemType,
    Proof,
    SecuredCommand,
    SecuredCommandRequest,
    VisitOpened,
    VisitRequest,
    VisitToken,
)
from terminal.centre.pin_sealing import open_pin
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State, StoredVisit

TOKEN_LIFE = timedelta(minutes=30)
NONCE_LIFE = timedelta(minutes=2)

READING = frozenset[str]().union(*(key.addresses for key in KEYS if key.name.startswith("RK")))
"""HSM addresses of the keys that a visit alone opens."""

GUARDED = frozenset[str]().union(*(key.addresses for key in KEYS if key.p2 and key.name != STK.name)) - READING
"""Addresses of the keys that write, unblock or lock: their use names an operation."""

_PIN_COMMANDS = {"8424000004": False, "842400010C": True, "8424000114": True}
"""Commands that the HSM secures, and whether there is a new PIN in them."""

_MOST_PIN = {Algorithm.TDES: 7, Algorithm.SM4: 8}
"""Bytes of PIN: with its length byte it has to fit the one block of the command."""

_PROOF_ROOT = TOY_ROOT  # of IRK


@dataclass(frozen=True)
class Terminal:
    """Who asks: the serial and the key of the client certificate, and the terminal's number."""

    serial: str
    number: str
    key: ec.EllipticCurvePublicKey | None = field(default=None, repr=False, compare=False)


def require_own(terminal: Terminal, number: str) -> None:
    """:raises RefusedError: ``TERMINAL_OTHER`` where a terminal asks about another one's things."""
    if terminal.number != number:
        raise RefusedError(ProblemType.TERMINAL_OTHER)


class Visits:
    """:param now: the centre's time. :param pin_key: private key of ``suite`` that opens new PINs."""

    def __init__(
        self, state: State, population: Population, now: Callable[[], datetime], pin_key: bytes, suite: Suite = INTL
    ) -> None:
        self._suite = suite
        self._state = state
        self._pin_key = pin_key
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
        return self._person(self._proven(terminal, token, card_id=card_id, visit=visit).card_id)

    def _proven(self, terminal: Terminal, token: str | None, *, card_id: str = "", visit: str = "") -> StoredVisit:
        stored = self._state.visit_of_token(token, terminal.serial) if token else None
        if stored is None or stored.expires is None:
            raise RefusedError(ProblemType.VISIT_REQUIRED)
        if self._now() >= stored.expires:
            raise RefusedError(ProblemType.VISIT_EXPIRED)
        if (card_id and card_id != stored.card_id) or (visit and visit != stored.visit):
            raise RefusedError(ProblemType.VISIT_REQUIRED, "another card")
        return stored

    def external(self, terminal: Terminal, token: str | None, body: ExternalAuthentication) -> Cryptogram:
        """The HSM's cryptogram for one key of the proven card."""
        stored = self._proven(terminal, token, visit=body.visit)
        card = _identity(self._person(stored.card_id))
        if body.key_address not in READING:
            if body.key_address not in GUARDED:
                raise RefusedError(ProblemType.KEY_UNKNOWN)
            self._use(stored, body.operation, body.key_address)
        factor, raw = bytes.fromhex(body.factor), bytes.fromhex(body.raw)
        return Cryptogram(cryptogram=security.authentication(card, TOY_ROOT, factor, raw).hex().upper())

    def secured(self, terminal: Terminal, token: str | None, body: SecuredCommandRequest) -> SecuredCommand:
        """The HSM's command that unblocks the card's PIN, or puts the one that was sealed to us."""
        stored = self._proven(terminal, token, visit=body.visit)
        if body.key_address != STK.hsm_address:
            raise RefusedError(ProblemType.KEY_UNKNOWN)
        card = _identity(self._person(stored.card_id))
        if _PIN_COMMANDS.get(body.header) is not (body.sealed_pin is not None):
            raise RefusedError(ProblemType.BAD_REQUEST, "header")
        pin = open_pin(self._pin_key, body, self._suite) if body.sealed_pin else bytearray()
        if pin is None or (body.sealed_pin and not 2 <= len(pin) <= _MOST_PIN[card.algorithm]):
            raise RefusedError(ProblemType.BAD_REQUEST, "sealed_pin")
        with wiped(pin):
            if body.sealed_pin and body.header != reload_header(card.algorithm).hex().upper():
                raise RefusedError(ProblemType.BAD_REQUEST, "header")
            self._use(stored, body.operation, body.key_address)
            key, factor = maintenance_key(card.algorithm), bytes.fromhex(body.factor)
            command = security.secured_command(card.algorithm, key, factor, bytes.fromhex(body.header), pin)
        return SecuredCommand(command=command.hex().upper())

    def _use(self, stored: StoredVisit, operation: str | None, key_address: str) -> None:
        """A key that changes something: for an operation, and an operation is of one card."""
        if operation is None:
            raise RefusedError(ProblemType.OPERATION_REQUIRED)
        if not self._state.note_hsm_use(operation, stored, key_address, self._now()):
            raise RefusedError(ProblemType.OPERATION_REQUIRED, "of another card")

    def _person(self, card_id: str) -> Person:
        person = self._population.by_card_id(card_id)
        if person is None:
            raise RefusedError(ProblemType.CARD_UNKNOWN)
        return person


def _identity(person: Person) -> CardIdentity:
    card = person.card
    return CardIdentity(card.card_id, card.history, card.algorithm, card.generation)
