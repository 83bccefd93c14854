"""What the tests of the centre share: a clock to set, an enrolled terminal, a card that answers as it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cardio import security
from cardio.keysource import CardIdentity
from cardio.simulator.contents import TOY_ROOT
from offline_cache.keys import FileKeys
from terminal.centre.client import CentreClient
from terminal.centre.contract import Proof, VisitRequest, VisitToken
from terminal.centre.enrolment import enrol
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.identity import Identity
from terminal.sandbox.person import Person


class Clock:
    """The machine's time until it is pushed."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def push(self, **ahead: float) -> None:
        self._ahead += timedelta(**ahead)


@dataclass(frozen=True)
class Member:
    """One enrolled terminal and where it keeps things."""

    directory: Path
    keys: FileKeys
    identity: Identity

    def client(self, *, deadline: float = 15.0, limit: int = 4 * 1024 * 1024, now: Clock | None = None) -> CentreClient:
        return CentreClient(self.identity.url, self.identity, deadline=deadline, limit=limit, now=now or Clock())


def join(directory: Path, url: str, code: str, authority: str, now: Callable[[], datetime] | None = None) -> Member:
    """Enrol a new terminal in ``directory``."""
    keys = FileKeys(directory / "keys", "sandbox")
    identity = enrol(directory / "data", url, code, authority, environment="sandbox", keys=keys, now=now or Clock())
    return Member(directory / "data", keys, identity)


def identity_of(person: Person) -> CardIdentity:
    card = person.card
    return CardIdentity(card.card_id, card.history, card.algorithm, card.generation)


def card_id_of(person: Person) -> str:
    return person.card.card_id.hex().upper()


def visit_request(person: Person) -> VisitRequest:
    return VisitRequest(
        card_id=card_id_of(person),
        history=person.card.history.hex().upper(),
        algorithm=person.card.algorithm.value,
        operator="0001",
    )


FACTOR = bytes.fromhex("1122334455667788")


def right_answer(person: Person, nonce: str) -> Proof:
    """What the person's card would say to this nonce."""
    answer = security.authentication(identity_of(person), TOY_ROOT, FACTOR, bytes.fromhex(nonce))
    return Proof(factor=FACTOR.hex().upper(), answer=answer.hex().upper())


def prove(client: CentreClient, person: Person) -> VisitToken:
    """A proven visit of the person's card."""
    opened = client.open_visit(visit_request(person))
    return client.prove_visit(opened.visit, right_answer(person, opened.nonce))


def fault_of(call: Callable[[], object]) -> CentreFault:
    """The fault that the call ends with."""
    with pytest.raises(CentreError) as caught:
        call()
    return caught.value.fault
