"""Proving a card, and opening what a key closes (card specification part 5; flows of the reader interface 10.3)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from cardio import status
from cardio.answers import AnswerError, MalformedAnswerError, UnexpectedStatusError
from cardio.apdu import Command
from cardio.apps import environment
from cardio.errors import CardError, CardFault
from cardio.keysource import CardIdentity, KeyRef, KeySource, KeySourceUnavailable
from cardio.profile import SSSE, Profile
from cardio.refusals import Refusals
from cardio.selection import Selection

_log = logging.getLogger(__name__)

CRYPTOGRAM_LENGTH = 8


@dataclass
class Proof:
    """What is known of a card after its authentication.

    :param authenticated_by: the key source that found the card genuine.
    :param rejected: why the card is closed to everybody: it was asked, and its answer was wrong, or was none.
    :param opened: the key that was asked for is open, or none was.
    :param opened_by: the key source that opened it; it found the card genuine as well.
    :param refusals: what it said to the keys that it did not take.
    :param errors: why something is missing, and what of the key sources is out of order.
    """

    authenticated_by: str | None = None
    rejected: CardError | None = None
    opened: bool = False
    opened_by: str | None = None
    refusals: list[CardError] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)


class Authenticator:
    """Authentication of one card.

    :param refusals: what cards have refused so far.
    """

    def __init__(self, selection: Selection, refusals: Refusals) -> None:
        self._selection = selection
        self._refusals = refusals

    def prove(
        self,
        identity: CardIdentity,
        profile: Profile,
        sources: Sequence[KeySource],
        key: KeyRef | None,
        *,
        application: bytes = SSSE,
    ) -> Proof:
        """Internal authentication by the first source that can, and external with ``key`` where there is one.

        A source that proves the card and cannot open the key leaves it to the next one, which proves the card anew.

        A wrong answer of the card ends it, and so does none: no other source is asked. Faults are collected, except
        those of the link, and what no longer matters once another source has opened the card.

        :param application: whose key it is. Cards prove themselves in SSSE; another one is selected after that.
        """
        proof = Proof(opened=key is None)
        passed: list[Exception] = []
        for source in sources:
            try:
                if self._proven_by(source, identity, profile, key=key, application=application, proof=proof):
                    break
            except KeySourceUnavailable as unavailable:
                if unavailable.cause is not None:
                    (passed if unavailable.passing else proof.errors).append(unavailable.cause)
        else:
            proof.errors += passed
            if not proof.refusals:
                proof.errors.append(no_key_source(sources))
        if not proof.opened:
            proof.errors[:0] = proof.refusals
        elif proof.refusals:
            _log.warning("the card refused a key before it was opened: %s", proof.refusals[0])
        return proof

    def open(self, identity: CardIdentity, sources: Sequence[KeySource], key: KeyRef) -> str:
        """Open ``key`` of the selected application by external authentication; gives the name of the source that did.

        What a key opened stays open until another application is selected or the power goes.

        :raises CardError: KEY_REFUSED with the tries left or KEY_LOCKED, as the card says; :func:`unserved` when nobody
            here holds the key.
        """
        refused: CardError | None = None
        causes: list[Exception | None] = []
        for source in sources:
            try:
                refused = self._refusals.standing(identity, key, source.name) or self._external(source, identity, key)
            except KeySourceUnavailable as unavailable:
                causes.append(unavailable.cause)
                continue
            if refused is None:
                return source.name
            if self._refusals.standing(identity, key) is not None:
                break
        if refused is not None:
            raise refused
        raise unserved(sources, causes)

    def _proven_by(
        self,
        source: KeySource,
        identity: CardIdentity,
        profile: Profile,
        *,
        key: KeyRef | None,
        application: bytes,
        proof: Proof,
    ) -> bool:
        """Whether this source has settled the matter, for good or bad."""
        if not self._selection.in_application(SSSE):
            environment.enter(self._selection)
        if failure := self._internal(source, identity, profile):
            proof.authenticated_by, proof.rejected, proof.opened = None, failure, False
            proof.errors.append(failure)
            return True
        proof.authenticated_by = proof.authenticated_by or source.name
        if key is None:
            return True
        if application != SSSE:
            self._selection.application(application)
        refusal = self._refusals.standing(identity, key, source.name) or self._external(source, identity, key)
        if refusal is None:
            proof.opened, proof.opened_by = True, source.name
            return True
        proof.refusals.append(refusal)
        return self._refusals.standing(identity, key) is not None

    def _internal(self, source: KeySource, identity: CardIdentity, profile: Profile) -> CardError | None:
        """``None`` for a genuine card, else the fault.

        A card that does not answer the question in the standard's way is closed as well, or else a forger would answer
        with a status word and pass as merely unproven. But nothing was disproved, so the fault is that of its answer.
        """
        nonce = None if profile.raw_from_card else source.nonce(identity)
        try:
            raw = self._selection.challenge() if nonce is None else nonce
            factor = self._selection.challenge()
            answer = self._selection.send(Command(0x00, 0x88, 0x00, 0x00, factor + raw, le=CRYPTOGRAM_LENGTH)).data
            if len(answer) != CRYPTOGRAM_LENGTH:
                return MalformedAnswerError(f"a cryptogram of {len(answer)} bytes")
            if source.check_internal(identity, factor, raw, answer):
                return None
        except (MalformedAnswerError, UnexpectedStatusError) as error:
            return error
        return CardError(CardFault.NOT_GENUINE, f"the answer does not convince {source.name}")

    def _external(self, source: KeySource, identity: CardIdentity, key: KeyRef) -> CardError | None:
        """Show ``key`` to the card: ``None`` when it opens, else the fault with the tries that the card has left."""
        try:
            raw = self._selection.challenge()
            factor = self._selection.challenge()
        except AnswerError as error:
            return error  # nothing was shown, so nothing was refused
        cryptogram = source.external(identity, key, factor, raw)
        command = Command(0x00, 0x82, 0x00, key.card_key, cryptogram + raw)
        sw = self._selection.send(command, status.ANY).sw
        if sw == status.SW.OK:
            self._refusals.opened(identity, key)
            return None
        refusal = _refusal(key, sw)
        self._refusals.note(identity, key, source.name, refusal)
        return refusal


def no_key_source(sources: Sequence[KeySource]) -> CardError:
    """Nobody here can do it. :param sources: who was asked."""
    return CardError(CardFault.NO_KEY_SOURCE, ", ".join(source.name for source in sources) or "none configured")


def unserved(sources: Sequence[KeySource], causes: Sequence[Exception | None]) -> CardError:
    """Why nobody here can do it, with what else stood in the way as its cause.

    :param sources: who was asked.
    :param causes: what each of them said of it. The first that is a fault of ours, such as a key that the PSAM does not
        hold, is the reason; without one it is NO_KEY_SOURCE.
    """
    fault = next((cause for cause in causes if isinstance(cause, CardError)), None) or no_key_source(sources)
    others = (cause for cause in causes if cause is not None and not isinstance(cause, CardError))
    fault.__cause__ = next(others, fault.__cause__)
    return fault


def _refusal(key: KeyRef, sw: int) -> CardError:
    left = status.tries_left(sw)
    fault = CardFault.KEY_LOCKED if left == 0 else CardFault.KEY_REFUSED
    return CardError(fault, f"{key.name}: {sw:04X} ({status.meaning(sw)})", tries_left=left, sw=sw)
