"""The centre's word on paper: 已受理 and 办结 come from a code that the centre itself has signed, or not at all."""

from __future__ import annotations

from datetime import datetime

from offline_cache.operations import Verdict
from terminal.receipts.code import Claim, Recorded, contradicts, verify
from terminal.receipts.keys import PaperKeys
from terminal.receipts.model import Proof
from terminal.receipts.words import Outcome

SAYS: dict[Verdict, frozenset[Outcome]] = {
    Verdict.APPLIED: frozenset({Outcome.COMPLETED, Outcome.ACCEPTED}),  # accepted: what was done is a case opened
    Verdict.CONFLICT: frozenset({Outcome.ACCEPTED}),
    Verdict.HELD: frozenset({Outcome.ACCEPTED}),
}
"""What a code may say beside a verdict. A refusal has none."""


def claim_of_centre(text: str, keys: PaperKeys, environment: str, terminal: str, verdict: Verdict) -> Claim:
    """What the centre signed, when it is the centre's, about this terminal, and no more than its verdict.

    :raises terminal.receipts.errors.PaperError: as :func:`terminal.receipts.code.verify`; ``CODE_CONTRADICTS``.
    """
    found = verify(text, keys, environment)
    claim = found.claim
    if not found.key.of_centre or claim.terminal != terminal or claim.outcome not in SAYS.get(verdict, frozenset()):
        raise contradicts("not the centre's word of this verdict")
    return claim


def proof_of_centre(text: str, claim: Claim, recorded: Recorded, environment: str, terminal: str) -> Proof:
    """The codes of a paper about ``recorded``, an operation of this terminal.

    :raises terminal.receipts.errors.PaperError: ``CODE_CONTRADICTS`` when the centre spoke of something else.
    """
    ours = Claim.of(recorded, environment, terminal, claim.outcome)
    names = ("environment", "terminal", "epoch", "sequence", "operation", "head", "kind")
    if any(getattr(ours, name) != getattr(claim, name) for name in names):
        raise contradicts("another operation")
    return Proof(claim.number, text, claim.telephone_code)


def moment(claim: Claim, like: datetime) -> datetime:
    """When the centre decided, in the zone of ``like``."""
    return claim.time.astimezone(like.tzinfo)
