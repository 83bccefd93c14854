"""What the terminal and the centre sign about the operation log, and how each side checks the other.

    head             "ssc-head-1"  [suite, environment, terminal, epoch, seq, head, journal_head]     by the terminal
    salvaged run     "ssc-salvage-1" [suite, environment, terminal, epoch, first seq, prev_head, head, journal_head,
                      doubtful, [[op_id, kind, schema, sealed_hash, whether its body stands there], ...]]
                                                                                                      by the terminal
    acknowledgement  "ssc-ack-1"   [environment, terminal, epoch, hwm, head, time]                    by the centre
    grant            "ssc-epoch-1" [environment, terminal, epoch, after, time]                        by the centre
    whole blob       "ssc-blob-ack-1" [environment, terminal, blob, time]                             by the centre

A statement is its tag, a zero byte and the canonical CBOR of the list. The terminal signs with the key of its
certificate (ECDSA on P-256 with SHA-256, r and s of 32 bytes each), so that nothing more has to be enrolled and the
key may live in a chip; the centre with the ``ack`` key that was pinned at enrolment, by the suite
that was fixed there (``intl``: Ed25519; ``gm``: SM2 with SM3).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import structs

from offline_cache.canonical import framed
from offline_cache.suite import INTL, Suite
from terminal.centre import causes
from terminal.centre.contract import Acknowledgement, BlobStanding, EpochGrant, EpochRequest, OperationBatch
from terminal.centre.identity import Identity

HEAD = "ssc-head-1"
SALVAGE = "ssc-salvage-1"
ACK = "ssc-ack-1"
GRANT = "ssc-epoch-1"
BLOB_ACK = "ssc-blob-ack-1"

Sign = Callable[[bytes], bytes]
"""Gives 64 bytes over a statement."""

_HALF = 32
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def head_statement(environment: str, terminal: str, batch: OperationBatch) -> bytes:
    """What the terminal signs of a batch."""
    last = batch.from_seq + len(batch.operations) - 1
    head, journal = bytes.fromhex(batch.head), bytes.fromhex(batch.journal_head)
    return framed(HEAD, [batch.suite, environment, terminal, batch.epoch, last, head, journal])


def salvage_statement(environment: str, terminal: str, run: OperationBatch, *, doubtful: bool) -> bytes:
    """What the terminal signs of a run of a damaged store: all that it says, for no chain need prove any of it."""
    origin, place = [run.suite, environment, terminal], [run.epoch, run.from_seq]
    heads = [bytes.fromhex(one) for one in (run.prev_head, run.head, run.journal_head)]
    said = [
        [bytes.fromhex(one.op_id), one.kind, one.schema, bytes.fromhex(one.sealed_hash), one.sealed is not None]
        for one in run.operations
    ]
    return framed(SALVAGE, [*origin, *place, *heads, doubtful, said])


def tip_statement(environment: str, terminal: str, request: EpochRequest) -> bytes:
    """What the terminal signs where it asks for a new life of its log: the same as of a batch that ends there."""
    head, journal = bytes.fromhex(request.head), bytes.fromhex(request.journal_head)
    return framed(HEAD, [request.suite, environment, terminal, request.epoch, request.seq, head, journal])


def grant_statement(environment: str, grant: EpochGrant) -> bytes:
    """What the centre signs of a grant."""
    return framed(GRANT, [environment, grant.terminal, grant.epoch, grant.after, grant.time])


def ack_statement(environment: str, ack: Acknowledgement) -> bytes:
    """What the centre signs of an acknowledgement."""
    head = bytes.fromhex(ack.head)
    return framed(ACK, [environment, ack.terminal, ack.epoch, ack.hwm, head, ack.time])


def blob_statement(environment: str, standing: BlobStanding) -> bytes:
    """What the centre signs of a blob of which it has the whole."""
    return framed(BLOB_ACK, [environment, standing.terminal, bytes.fromhex(standing.blob), standing.time])


def ack_time(moment: datetime) -> str:
    """A moment as it stands in an acknowledgement."""
    return moment.astimezone(UTC).strftime(_TIME)


def ack_moment(ack: Acknowledgement | EpochGrant | BlobStanding) -> datetime:
    """The moment of an acknowledgement or a grant.

    :raises CentreError: ``ACKNOWLEDGEMENT_INVALID`` for a day that no calendar has.
    """
    try:
        return datetime.strptime(ack.time, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise causes.acknowledgement_invalid("time") from None


def to_text(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_text(text: str) -> bytes:
    """:raises ValueError: for anything that :func:`to_text` does not make; one text stands for one value."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_text(data) != text:
        raise ValueError("not base64url")
    return data


def check_acknowledgement(identity: Identity, epoch: int, ack: Acknowledgement) -> bytes:
    """Believe an acknowledgement of our own log, or not. Whether its head is ours is for the store to say.

    :returns: its signature, to be kept.
    :raises CentreError: ``ACKNOWLEDGEMENT_INVALID``.
    """
    if (ack.terminal, ack.epoch) != (identity.terminal, epoch):
        raise causes.acknowledgement_invalid("another terminal or another life of its log")
    return _signed_by_ack(identity, ack.key_id, ack.signature, ack_statement(identity.environment, ack))


def check_grant(identity: Identity, epoch: int, grant: EpochGrant) -> bytes:
    """Believe that a new life of our own log begins after ``epoch``, or not.

    :returns: its signature, to be kept.
    :raises CentreError: ``ACKNOWLEDGEMENT_INVALID``.
    """
    if (grant.terminal, grant.after) != (identity.terminal, epoch) or grant.epoch <= epoch:
        raise causes.acknowledgement_invalid("another terminal, or not the life after this one")
    return _signed_by_ack(identity, grant.key_id, grant.signature, grant_statement(identity.environment, grant))


def check_blob(identity: Identity, blob: bytes, standing: BlobStanding) -> bytes:
    """Believe that the centre has the whole of a blob of ours, or not.

    :returns: its signature, to be kept.
    :raises CentreError: ``ACKNOWLEDGEMENT_INVALID``.
    """
    if (standing.terminal, bytes.fromhex(standing.blob)) != (identity.terminal, blob) or standing.signature is None:
        raise causes.acknowledgement_invalid("another terminal, another blob, or no word of the whole")
    return _signed_by_ack(identity, standing.key_id, standing.signature, blob_statement(identity.environment, standing))


def _signed_by_ack(identity: Identity, key_id: str, text: str, statement: bytes) -> bytes:
    key = identity.pinned("ack").get(key_id)
    if key is None:
        raise causes.acknowledgement_invalid("a key that is not pinned")
    try:
        signature = from_text(text)
    except ValueError:
        raise causes.acknowledgement_invalid("signature") from None
    if not identity.suite.verify(key, statement, signature):
        raise causes.acknowledgement_invalid("the signature does not hold")
    return signature


def terminal_signer(identity: Identity) -> Sign:
    """Signs with the key of the terminal's certificate.

    :raises CentreError: ``IDENTITY_UNREADABLE``.
    """
    try:
        key = load_pem_private_key(identity.key_file.read_bytes(), identity.password)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise causes.identity_unreadable(f"key: {type(error).__name__}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise causes.identity_unreadable("not a key of an elliptic curve")
    private = key

    def sign(statement: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(statement, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")

    return sign


def sign_batch(environment: str, terminal: str, batch: OperationBatch, sign: Sign) -> OperationBatch:
    """``batch`` with the terminal's signature in it."""
    return structs.replace(batch, head_signature=to_text(sign(head_statement(environment, terminal, batch))))


def sign_salvaged(
    environment: str, terminal: str, run: OperationBatch, sign: Sign, *, doubtful: bool
) -> OperationBatch:
    """``run`` with the terminal's signature in it, in the place of a batch's."""
    statement = salvage_statement(environment, terminal, run, doubtful=doubtful)
    return structs.replace(run, head_signature=to_text(sign(statement)))


def sign_tip(environment: str, terminal: str, request: EpochRequest, sign: Sign) -> EpochRequest:
    """``request`` with the terminal's signature in it."""
    return structs.replace(request, head_signature=to_text(sign(tip_statement(environment, terminal, request))))


def verify_head(public: ec.EllipticCurvePublicKey, statement: bytes, signature: bytes) -> bool:
    """The other side of :func:`terminal_signer`."""
    if len(signature) != 2 * _HALF:
        return False
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    try:
        public.verify(encode_dss_signature(r, s), statement, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def acknowledge(environment: str, ack: Acknowledgement, private: bytes, using: Suite = INTL) -> Acknowledgement:
    """``ack`` with the centre's signature in it."""
    signature = using.sign(private, ack_statement(environment, ack))
    return structs.replace(ack, signature=to_text(signature))


def grant(environment: str, plain: EpochGrant, private: bytes, using: Suite = INTL) -> EpochGrant:
    """``plain`` with the centre's signature in it."""
    return structs.replace(plain, signature=to_text(using.sign(private, grant_statement(environment, plain))))


def acknowledge_blob(environment: str, standing: BlobStanding, private: bytes, using: Suite = INTL) -> BlobStanding:
    """``standing`` with the centre's signature in it."""
    return structs.replace(standing, signature=to_text(using.sign(private, blob_statement(environment, standing))))
