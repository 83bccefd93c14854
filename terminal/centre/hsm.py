"""The centre's HSM as a key source of cards: each use is part of a visit, and a proven visit is worth a token."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from cardio.keysource import CardIdentity, KeyRef, KeySourceUnavailable
from terminal.centre import causes
from terminal.centre.client import CentreClient
from terminal.centre.contract import (
    ExternalAuthentication,
    ProblemType,
    Proof,
    SecuredCommandRequest,
    VisitRequest,
    VisitToken,
)
from terminal.centre.errors import CentreError
from terminal.centre.pin_sealing import seal_pin

T = TypeVar("T")

_WRONG_PROOF = causes.problem(ProblemType.PROOF_FAILED).fault


@dataclass
class _Visit:
    """:param nonce: until it is used; a nonce serves once."""

    visit: str
    nonce: bytes | None
    token: VisitToken | None = None


class HsmKeySource:
    """:class:`cardio.keysource.KeySource` over the centre. Called on a card's thread; blocks for the network.

    A centre that cannot be reached, or that refuses, is :class:`KeySourceUnavailable` with the fault as its cause; only
    a clear "this answer is wrong" says that the card is not genuine.

    :param operator: the signed-in person, bound into the visit.
    """

    name = "hsm"
    toy = False

    def __init__(self, client: CentreClient, operator: str | None = None) -> None:
        self._client = client
        self._operator = operator
        self._visits: dict[bytes, _Visit] = {}
        self._lock = threading.Lock()
        self._operation: str | None = None

    def nonce(self, card: CardIdentity) -> bytes:
        """Open a visit for this card and give the verifier's 8 bytes. An earlier visit of the card is dropped."""
        self.forget(card)
        body = VisitRequest(
            card_id=card.card_id.hex().upper(),
            history=card.history.hex().upper(),
            algorithm=card.algorithm.value,
            operator=self._operator,
        )
        opened = _asked(lambda: self._client.open_visit(body))
        nonce = bytes.fromhex(opened.nonce)
        with self._lock:
            self._visits[card.card_id] = _Visit(opened.visit, nonce)
        return nonce

    def check_internal(self, card: CardIdentity, factor: bytes, nonce: bytes, answer: bytes) -> bool:
        """Hand the card's answer to the centre. ``True`` leaves a token behind."""
        with self._lock:
            visit = self._visits.get(card.card_id)
            if visit is None or visit.nonce != nonce:
                raise _unproven()
            visit.nonce = None
        proof = Proof(factor=factor.hex().upper(), answer=answer.hex().upper())
        try:
            token = self._client.prove_visit(visit.visit, proof)
        except CentreError as error:
            if error.fault is _WRONG_PROOF:
                return False
            raise KeySourceUnavailable(self.name, error) from error
        with self._lock:
            visit.token = token
        return True

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        """The cryptogram for ``key``; only for a card that this centre has proven."""
        token = self.token_for(card.card_id)
        if token is None:
            raise _unproven()
        body = ExternalAuthentication(
            visit=token.visit,
            key_address=key.hsm_address,
            factor=factor.hex().upper(),
            raw=raw.hex().upper(),
            operation=self._operation,
        )
        answer = _asked(lambda: self._client.external_authentication(token.token, body))
        return bytes.fromhex(answer.cryptogram)

    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytearray:
        """The command as the HSM made it. The new PIN travels sealed to the HSM's key.

        :raises KeySourceUnavailable: without an operation to name, and where the centre gave no key for PINs.
        """
        token = self.token_for(card.card_id)
        if token is None:
            raise _unproven()
        if self._operation is None:
            raise KeySourceUnavailable(self.name, causes.problem(ProblemType.OPERATION_REQUIRED))
        body = SecuredCommandRequest(
            visit=token.visit,
            operation=self._operation,
            key_address=key.hsm_address,
            factor=factor.hex().upper(),
            header=header.hex().upper(),
        )
        if new_pin is not None:
            public = self._client.hsm_key
            sealed = seal_pin(public, body, new_pin, self._client.suite) if public is not None else None
            if sealed is None:
                raise KeySourceUnavailable(self.name, causes.identity_unreadable("no key of the HSM is pinned"))
            body = msgspec.structs.replace(body, sealed_pin=sealed)
        answer = _asked(lambda: self._client.secured_command(token.token, body))
        return bytearray.fromhex(answer.command)

    @contextmanager
    def operation(self, op_id: bytes) -> Iterator[None]:
        """Name the operation that keys are used for. Without one the HSM opens keys for reading alone.

        :param op_id: 16 bytes.
        """
        before, self._operation = self._operation, op_id.hex().upper()
        try:
            yield
        finally:
            self._operation = before

    def token_for(self, card_id: bytes) -> VisitToken | None:
        """The token of this card's visit; ``None`` when there is none or it has run out."""
        with self._lock:
            visit = self._visits.get(card_id)
            token = visit.token if visit else None
        return token if token and token.expires_at > self._client.now else None

    def forget(self, card: CardIdentity | None = None) -> None:
        """The card is out: drop its visit; without a card, drop all."""
        with self._lock:
            if card is None:
                self._visits.clear()
            else:
                self._visits.pop(card.card_id, None)


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except CentreError as error:
        raise KeySourceUnavailable(HsmKeySource.name, error) from error


def _unproven() -> KeySourceUnavailable:
    """A question about a card that has no live visit here, as when another source proved it."""
    return KeySourceUnavailable(HsmKeySource.name, causes.problem(ProblemType.VISIT_REQUIRED))
