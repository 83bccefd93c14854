"""The signed code on paper: what a paper says of an operation, for anybody with the public key, without the network.

Bytes: version (1), algorithm (1), key id (8), canonical CBOR of the claim, signature (64) over a frame and all
that stands before it. As text: ``SSC1:`` and base 32 (RFC 4648 §6, no padding), which a QR code packs tightly, a
scanner that poses as a keyboard types without loss, and a shell takes without quotes. Nothing personal is in it.

The signature is checked before the claim is parsed: bytes of a stranger never reach the parser.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import cbor2

from terminal.receipts import telephone
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.keys import KEY_ID_SIZE, SIGNATURE_SIZE, Algorithm, PaperKey, PaperKeys, Signer
from terminal.receipts.words import WORDS, Outcome

PREFIX = "SSC1:"
VERSION = 1
OPERATION_SIZE = 8
HEAD_SIZE = 16

_FRAME = b"ssc-paper-1\x00"
_TELEPHONE_FRAME = b"ssc-paper-telephone-1\x00"
_HEADER = 2 + KEY_ID_SIZE
_LONGEST_TEXT = 600
_LATEST = 253_402_300_799  # the last second of the year 9999
_ENVIRONMENTS = {"sandbox": 0, "production": 1}
_TERMINAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}\Z")
_KIND = re.compile(r"[a-z0-9][a-z0-9.-]{0,47}\Z")


class Recorded(Protocol):
    """What a code needs of an operation that was committed (:class:`offline_cache.operations.Operation`)."""

    @property
    def epoch(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def op_id(self) -> bytes: ...
    @property
    def head(self) -> bytes: ...
    @property
    def kind(self) -> str: ...
    @property
    def recorded_at(self) -> int:
        """Wall time in milliseconds since 1970."""
        ...


@dataclass(frozen=True)
class Claim:
    """What a code says. Nothing personal.

    :param sequence: place of the operation in the terminal's log, from 1.
    :param operation: the first 8 bytes of the operation's id.
    :param head: the first 16 bytes of the chain's head with this operation.
    :param kind: kind of the operation, such as ``contact-change``.
    :param time: when it was recorded, or when the centre decided; whole seconds, UTC.
    """

    environment: str
    terminal: str
    epoch: int
    sequence: int
    operation: bytes
    head: bytes
    kind: str
    outcome: Outcome
    time: datetime

    @classmethod
    def of(cls, recorded: Recorded, environment: str, terminal: str, outcome: Outcome) -> Claim:
        """The claim about an operation as the outbox gives it back after the commit."""
        return cls(
            environment=environment,
            terminal=terminal,
            epoch=recorded.epoch,
            sequence=recorded.seq,
            operation=recorded.op_id[:OPERATION_SIZE],
            head=recorded.head[:HEAD_SIZE],
            kind=recorded.kind,
            outcome=outcome,
            time=datetime.fromtimestamp(recorded.recorded_at // 1000, UTC),
        )

    @property
    def number(self) -> str:
        """The receipt number: terminal, epoch and sequence."""
        return f"{self.terminal}-{self.epoch}-{self.sequence:06d}"

    @property
    def telephone_code(self) -> str:
        """The short code: the same for every paper of one operation, and the centre can make it from its own record."""
        named = [_ENVIRONMENTS[self.environment], self.terminal, self.epoch, self.sequence, self.operation]
        return telephone.telephone_code(hashlib.sha256(_TELEPHONE_FRAME + cbor2.dumps(named, canonical=True)).digest())


@dataclass(frozen=True)
class Verified:
    """A code whose signature holds and whose signer may say what it says."""

    claim: Claim
    key: PaperKey


def encode(claim: Claim, signer: Signer) -> str:
    """The text of the code. Used by the terminal off-line, and by the centre with its own key.

    :raises PaperError: ``CODE_CONTRADICTS`` for a claim that this signer may not make, or a field out of its range.
    """
    _check(claim, signer.key, claim.environment)
    body = bytes([VERSION, signer.key.algorithm]) + signer.key.key_id + _payload(claim)
    signature = signer.sign(_FRAME + body)
    if not signer.key.holds(_FRAME + body, signature):
        raise contradicts("the signer's signature does not hold")
    return PREFIX + base64.b32encode(body + signature).decode("ascii").rstrip("=")


def verify(text: str, keys: PaperKeys, environment: str) -> Verified:
    """Check a code, typed or scanned. Needs no network.

    :param keys: the keys that are trusted, by their id.
    :param environment: where we are; a code of the other is refused.
    :raises PaperError: ``CODE_UNREADABLE``, ``CODE_VERSION``, ``CODE_KEY_UNKNOWN``, ``CODE_FORGED``,
        ``CODE_CONTRADICTS``; for a telephone code ``TELEPHONE_CODE`` or ``TELEPHONE_CODE_MISTYPED``.
    """
    blob = _bytes_of(text)
    body, signature = blob[:-SIGNATURE_SIZE], blob[-SIGNATURE_SIZE:]
    key = keys.get(body[2:_HEADER])
    if key is None or key.algorithm != body[1]:
        raise PaperError(PaperFault.CODE_KEY_UNKNOWN, body[2:_HEADER].hex())
    if not key.holds(_FRAME + body, signature):
        raise PaperError(PaperFault.CODE_FORGED)
    claim = _claim(body[_HEADER:])
    _check(claim, key, environment)
    return Verified(claim, key)


def _bytes_of(text: str) -> bytes:
    """The bytes behind the text, with the sizes right and in a version we know."""
    plain = "".join(text[: 4 * _LONGEST_TEXT].split()).upper()
    if not plain.startswith(PREFIX):
        if telephone.tidy(plain) is not None:
            telephone.check(plain)
            raise PaperError(PaperFault.TELEPHONE_CODE)
        if re.match(r"SSC\d+:", plain):
            raise _newer()
        raise _unreadable("prefix")
    letters = plain[len(PREFIX) :]
    if len(plain) > _LONGEST_TEXT:
        raise _unreadable("too long")
    try:
        blob = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise _unreadable("base 32") from error
    # One code has one text: stray bits in the last letter would be a second one.
    if base64.b32encode(blob).decode("ascii").rstrip("=") != letters or len(blob) <= _HEADER + SIGNATURE_SIZE:
        raise _unreadable("size")
    if blob[0] != VERSION or blob[1] not in list(Algorithm):
        raise _newer()
    return blob


def _payload(claim: Claim) -> bytes:
    return cbor2.dumps(
        [
            _ENVIRONMENTS[claim.environment],
            claim.terminal,
            claim.epoch,
            claim.sequence,
            claim.operation,
            claim.head,
            claim.kind,
            claim.outcome.value,
            int(claim.time.timestamp()),
        ],
        canonical=True,
    )


_TYPES = (int, str, int, int, bytes, bytes, str, int, int)


def _claim(payload: bytes) -> Claim:
    """The claim in a signed payload; a known key can still sign nonsense."""
    try:
        parts = cbor2.loads(payload)
    except (cbor2.CBORError, ValueError, RecursionError, OverflowError) as error:
        raise contradicts(type(error).__name__) from error
    if not isinstance(parts, list) or tuple(type(part) for part in parts) != _TYPES:
        raise contradicts("fields")
    environment, terminal, epoch, sequence, operation, head, kind, outcome, seconds = parts
    names = {number: name for name, number in _ENVIRONMENTS.items()}
    if environment not in names or outcome not in [each.value for each in Outcome] or not 0 <= seconds <= _LATEST:
        raise contradicts("values")
    time = datetime.fromtimestamp(seconds, UTC)
    claim = Claim(names[environment], terminal, epoch, sequence, operation, head, kind, Outcome(outcome), time)
    if _payload(claim) != payload:
        raise contradicts("not canonical")
    return claim


def _check(claim: Claim, key: PaperKey, environment: str) -> None:
    """Sizes, and that this key may say this: a terminal never says that the centre approved."""
    sound = (
        claim.environment == environment
        and environment in _ENVIRONMENTS
        and _TERMINAL.match(claim.terminal) is not None
        and _KIND.match(claim.kind) is not None
        and 0 <= claim.epoch < 2**32
        and 0 < claim.sequence < 2**63
        and len(claim.operation) == OPERATION_SIZE
        and len(claim.head) == HEAD_SIZE
        and claim.time.tzinfo is not None
        and 0 <= claim.time.timestamp() <= _LATEST
    )
    if not sound:
        raise contradicts("out of range, or of the other environment")
    if not key.of_centre and (key.terminal != claim.terminal or WORDS[claim.outcome].decided_by == "centre"):
        raise contradicts("not this key's to say")


def _unreadable(detail: str) -> PaperError:
    return PaperError(PaperFault.CODE_UNREADABLE, detail)


def _newer() -> PaperError:
    return PaperError(PaperFault.CODE_VERSION)


def contradicts(detail: str) -> PaperError:
    """Signed, and not what that key may say, or not what it is used for."""
    return PaperError(PaperFault.CODE_CONTRADICTS, detail)
