"""What is known of a card before it is proven: finding it out, and why one cannot be proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cardio import atr, files
from cardio.answers import FieldUnreadableError
from cardio.apps import environment
from cardio.apps.authentication import Proof
from cardio.apps.holder import Fields
from cardio.errors import CardError
from cardio.files import EF05
from cardio.keysource import CardIdentity
from cardio.profile import Profile, algorithm_of, profile_of
from cardio.selection import Selection


@dataclass(frozen=True)
class Found:
    """What is known of a card before it is proven.

    :param version: first three characters of 规范版本; ``None`` when blank.
    """

    identity: CardIdentity
    profile: Profile
    version: str | None
    card_number: str | None = field(repr=False)


_TOLD: Final = (files.CARD_ID, files.VERSION, files.CARD_NUMBER)


def find(
    selection: Selection,
    fields: Fields,
    errors: Sequence[Exception],
    history: bytes,
    profiles: Mapping[int, Profile],
) -> tuple[Found, bool]:
    """Enter SSSE and read what a key source must know: card id, version and algorithm.

    :param errors: where ``fields`` leaves its faults.
    :returns: what was found, and whether nothing of it is a guess or missing.
    :raises CardError: as :meth:`cardio.session.CardSession.open`; UNKNOWN_GENERATION; ANSWER_MALFORMED for an FCI that
        is none.
    """
    code = environment.algorithm_code(environment.enter(selection))
    selection.file(EF05)
    told_id, told_version, told_number = fields.ask(EF05, _TOLD)
    card_id = fields.value(files.CARD_ID, told_id)
    before = len(errors)
    version = fields.value(files.VERSION, told_version)
    readable = len(errors) == before
    card_number = fields.value(files.CARD_NUMBER, told_number)
    short = version[:3] if version else None
    algorithm = algorithm_of(code, card_id)
    profile = profile_of(short, algorithm, readable=readable, profiles=profiles)
    identity = CardIdentity(card_id or b"", history, algorithm, profile.generation)
    certain = bool(card_id) and readable and len(history) == atr.HISTORY_LENGTH
    return Found(identity, profile, short, card_number), certain


def unprovable(found: Found) -> FieldUnreadableError:
    """The card lacks what its keys are derived from."""
    lacking = files.CARD_ID.label if not found.identity.card_id else "historical bytes"
    return FieldUnreadableError(lacking, "without it the card cannot be proven")


def why(proof: Proof) -> CardError:
    """The card's own fault before that of the key sources; what stood in their way is its cause."""
    faults = [error for error in proof.errors if isinstance(error, CardError)]
    causes = [error for error in proof.errors if not isinstance(error, CardError)]
    fault = proof.rejected or next(iter(faults), None)
    if fault is None:
        raise AssertionError("a card that was not opened has a fault")
    if causes:
        fault.__cause__ = causes[0]
    return fault
