"""What is known of a card before it is proven, and why one was not opened."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio import files
from cardio.answers import FieldUnreadableError
from cardio.apps.authentication import Proof
from cardio.errors import CardError
from cardio.keysource import CardIdentity
from cardio.profile import Profile


@dataclass(frozen=True)
class Found:
    """What is known of a card before it is proven.

    :param version: first three characters of 规范版本; ``None`` when blank.
    """

    identity: CardIdentity
    profile: Profile
    version: str | None
    card_number: str | None = field(repr=False)


def unprovable(found: Found) -> FieldUnreadableError:
    """The fault of a card that lacks what its keys are derived from."""
    lacking = files.CARD_ID.label if not found.identity.card_id else "historical bytes"
    return FieldUnreadableError(lacking, "without it the card cannot be proven")


def why_not_open(proof: Proof) -> CardError:
    """The card's own fault before that of the key sources; what stood in their way is its cause."""
    faults = [error for error in proof.errors if isinstance(error, CardError)]
    causes = [error for error in proof.errors if not isinstance(error, CardError)]
    fault = proof.rejected or next(iter(faults), None)
    if fault is None:
        raise AssertionError("a card that was not opened has a fault")
    if causes:
        fault.__cause__ = causes[0]
    return fault
