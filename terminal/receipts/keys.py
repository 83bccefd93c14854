"""Who may sign a paper: this terminal off-line, the centre's ``receipt`` key on-line. Keys by their fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from offline_cache.suite import INTL

if TYPE_CHECKING:
    from terminal.centre.contract import SigningKey

KEY_ID_SIZE = 8
SIGNATURE_SIZE = 64


class Algorithm(IntEnum):
    """Number in the code. Signatures have 64 bytes.

    Ed25519 (RFC 8032); ECDSA on P-256 with SHA-256, as r ‖ s (RFC 7518 §3.4).
    """

    ED25519 = 1
    P256 = 2


@dataclass(frozen=True)
class PaperKey:
    """A public key that papers are checked with.

    :param public: raw 32 bytes (Ed25519) or the compressed point of 33 bytes (P-256).
    :param terminal: the terminal it belongs to; ``None`` for the centre's.
    """

    algorithm: Algorithm
    public: bytes
    terminal: str | None

    @property
    def key_id(self) -> bytes:
        """The first 8 bytes of SHA-256 over the public key."""
        return hashlib.sha256(self.public).digest()[:KEY_ID_SIZE]

    @property
    def of_centre(self) -> bool:
        return self.terminal is None

    def holds(self, data: bytes, signature: bytes) -> bool:
        """Whether the signature is of this key over these bytes; never raises."""
        if self.algorithm is Algorithm.ED25519:
            return INTL.verify(self.public, data, signature)
        try:
            half = SIGNATURE_SIZE // 2
            r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.public)
            point.verify(encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """Signs codes; the private key stays where it is.

    :param sign: bytes to a signature of 64 bytes.
    """

    key: PaperKey
    sign: Callable[[bytes], bytes]


PaperKeys = Mapping[bytes, PaperKey]


def by_id(keys: Iterable[PaperKey]) -> PaperKeys:
    """Keys by fingerprint, as :func:`terminal.receipts.code.verify` wants them."""
    return {key.key_id: key for key in keys}


def p256_key(public: ec.EllipticCurvePublicKey, terminal: str | None) -> PaperKey:
    """A terminal's key, as its certificate has it."""
    return PaperKey(Algorithm.P256, public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint), terminal)


def p256_signer(private: ec.EllipticCurvePrivateKey, terminal: str | None) -> Signer:
    """Signs with a P-256 key in memory."""

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return Signer(p256_key(private.public_key(), terminal), sign)


def ed25519_signer(private: bytes, terminal: str | None) -> Signer:
    """Signs with a raw Ed25519 key of 32 bytes."""
    key = PaperKey(Algorithm.ED25519, INTL.public_key(private), terminal)
    return Signer(key, lambda data: INTL.sign(private, data))


def receipt_keys(pinned: Iterable[SigningKey]) -> tuple[PaperKey, ...]:
    """The centre's keys for papers among those that were pinned at enrolment."""
    found = []
    for key in pinned:
        if key.use == "receipt" and key.algorithm == "ed25519":
            try:
                raw = bytes.fromhex(key.public_key)
            except ValueError:
                continue
            found.append(PaperKey(Algorithm.ED25519, raw, None))
    return tuple(found)
