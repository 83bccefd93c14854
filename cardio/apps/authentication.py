"""Proving a card, and opening what a key closes (card specification part 5; flows of the reader interface 10.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cardio import status
from cardio.apdu import Command
from cardio.answers import MalformedAnswerError, UnexpectedStatusError
from cardio.errors import CardError, CardFault
from cardio.keysource import CardIdentity, KeyRef, KeySource, KeySourceUnavailable
from cardio.profile import Profile
from cardio.selection import Selection

CRYPTOGRAM_LENGTH = 8


@dataclass
class Proof:
    """What is known of a card after its authentication.

    :param authenticated_by: the key source that found the card genuine.
    :param forged: the card was asked, and its answer was wrong.
    :param opened: the holder's file may be read.
    """

    authenticated_by: str | None = None
    forged: bool = False
    opened: bool = False
    errors: list[Exception] = field(default_factory=list)


class Authenticator:
    """Authentication of one card. Kept for as long as the card stays in, because it remembers refused keys."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._refused: dict[str, CardError] = {}

    def prove(self, identity: CardIdentity, profile: Profile, sources: Sequence[KeySource]) -> Proof:
        """Internal authentication, and external where the holder's file needs it, by the first source that can.

        A wrong answer of the card ends it: no other source is asked. Faults are collected, except those of the link.
        """
        proof = Proof(opened=profile.holder_key is None)
        for source in sources:
            try:
                if self._proven_by(source, identity, profile, proof):
                    return proof
            except KeySourceUnavailable as unavailable:
                if unavailable.cause is not None:
                    proof.errors.append(unavailable.cause)
        if profile.holder_key is None or profile.holder_key.name not in self._refused:
            tried = ", ".join(source.name for source in sources) or "none configured"
            proof.errors.append(CardError(CardFault.NO_KEY_SOURCE, tried))
        return proof

    def _proven_by(self, source: KeySource, identity: CardIdentity, profile: Profile, proof: Proof) -> bool:
        """Whether this source has settled the matter, for good or bad."""
        if failure := self._internal(source, identity, profile):
            proof.authenticated_by, proof.forged, proof.opened = None, True, False
            proof.errors.append(failure)
            return True
        proof.authenticated_by = proof.authenticated_by or source.name
        key = profile.holder_key
        if key is None:
            return True
        refusal = self._spent(key) or self._external(source, identity, key)
        if refusal is None:
            proof.opened = True
            return True
        proof.errors.append(refusal)
        return self._spent(key) is not None

    def _internal(self, source: KeySource, identity: CardIdentity, profile: Profile) -> CardError | None:
        """``None`` for a genuine card, else the fault.

        A card that does not answer the question in the standard's way has not proven itself either: otherwise a forger
        would answer with a status word and pass as merely unproven.
        """
        nonce = None if profile.raw_from_card else source.nonce(identity)
        sw: int | None = None
        try:
            raw = self._selection.challenge() if nonce is None else nonce
            factor = self._selection.challenge()
            answer = self._selection.send(Command(0x00, 0x88, 0x00, 0x00, factor + raw, le=CRYPTOGRAM_LENGTH)).data
            if len(answer) != CRYPTOGRAM_LENGTH:
                detail = f"an answer of {len(answer)} bytes"
            elif source.check_internal(identity, factor, raw, answer):
                return None
            else:
                detail = f"the answer does not convince {source.name}"
        except (MalformedAnswerError, UnexpectedStatusError) as error:
            detail, sw = error.detail, error.sw
        return CardError(CardFault.NOT_GENUINE, detail, sw=sw)

    def _external(self, source: KeySource, identity: CardIdentity, key: KeyRef) -> CardError | None:
        """Show ``key`` to the card: ``None`` when it opens, else the fault with the tries that the card has left."""
        raw = self._selection.challenge()
        factor = self._selection.challenge()
        cryptogram = source.external(identity, key, factor, raw)
        command = Command(0x00, 0x82, 0x00, key.card_key, cryptogram + raw)
        sw = self._selection.send(command, status.ANY).sw
        if sw == status.SW.OK:
            self._refused.pop(key.name, None)
            return None
        self._refused[key.name] = _refusal(key, sw)
        return self._refused[key.name]

    def _spent(self, key: KeyRef) -> CardError | None:
        """The refusal after which this key is not tried again while the card stays in.

        The card locks a key for good when its tries are used up, so another try needs the card's word that more than
        one is left.
        """
        refusal = self._refused.get(key.name)
        return refusal if refusal is not None and (refusal.tries_left or 0) <= 1 else None


def _refusal(key: KeyRef, sw: int) -> CardError:
    left = status.tries_left(sw)
    fault = CardFault.KEY_LOCKED if left == 0 else CardFault.KEY_REFUSED
    return CardError(fault, f"{key.name}: {sw:04X} ({status.meaning(sw)})", tries_left=left, sw=sw)
