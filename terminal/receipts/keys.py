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

from offline_cache.errors import StoreError
from offline_cache.suite import INTL, Suite, suite

if TYPE_CHECKING:
    from terminal.centre.contract import SigningKey

KEY_ID_SIZE = 8
SIGNATURE_SIZE = 64


class Algorithm(IntEnum):
    """Number in the code. Signatures have 64 bytes.

    Ed25519 (RFC 8032); ECDSA on P-256 with SHA-256, as r ‖ s (RFC 7518 §3.4); SM2 with SM3 (GB/T 32918.2), as r ‖ s.
    """

    ED25519 = 1
    P256 = 2
    SM2 = 3


_SUITES = {Algorithm.ED25519: "intl", Algorithm.SM2: "gm"}
"""Whose signatures they are; P-256 is that of a terminal's certificate."""
_OF_CENTRE = {"ed25519": (Algorithm.ED25519, 32), "sm2": (Algorithm.SM2, 64)}
"""The centre's keys by the name that they are published under, and their bytes."""


@dataclass(frozen=True)
class PaperKey:
    """A public key that papers are checked with.

    :param public: raw 32 bytes (Ed25519), the compressed point of 33 bytes (P-256), or 64 bytes x ‖ y (SM2).
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
        try:
            if self.algorithm in _SUITES:
                return suite(_SUITES[self.algorithm]).verify(self.public, data, signature)
            half = SIGNATURE_SIZE // 2
            r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.public)
            point.verify(encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError, StoreError):  # also: a suite that is not installed here
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


def suite_signer(private: bytes, terminal: str | None, using: Suite = INTL) -> Signer:
    """Signs with a raw key of a suite."""
    algorithm = next(one for one, name in _SUITES.items() if name == using.name)
    return Signer(PaperKey(algorithm, using.public_key(private), terminal), lambda data: using.sign(private, data))


def receipt_keys(pinned: Iterable[SigningKey]) -> tuple[PaperKey, ...]:
    """The centre's keys for papers among those that were pinned at enrolment."""
    found = []
    for key in pinned:
        if key.use == "receipt" and key.algorithm in _OF_CENTRE:
            algorithm, size = _OF_CENTRE[key.algorithm]
            try:
                raw = bytes.fromhex(key.public_key)
            except ValueError:
                continue
            if len(raw) == size:
                found.append(PaperKey(algorithm, raw, None))
    return tuple(found)
