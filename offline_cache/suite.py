"""Named cryptographic suites: which algorithms sign, hash, seal and fill. The name travels in whatever they made.

``intl`` is here; ``gm`` in :mod:`offline_cache.suite_gm`, where the extra ``gm`` of this project is installed.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from offline_cache.errors import StoreError, StoreFault

_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class Suite(Protocol):
    """Keys, digests and signatures are plain bytes here, so that they can be stored and sent without this package."""

    @property
    def name(self) -> str: ...

    @property
    def signature_name(self) -> str:
        """Name in the HTTP signature algorithm registry (RFC 9421 §6.2)."""
        ...

    @property
    def digest_name(self) -> str:
        """Name in the registry of digest fields (RFC 9530 §7.2)."""
        ...

    @property
    def signing(self) -> tuple[str, int]:
        """How a public signing key is named where keys are published, and its bytes."""
        ...

    @property
    def sealing(self) -> tuple[str, int]:
        """The same of a public key that bodies are sealed for."""
        ...

    def random(self, size: int) -> bytes:
        """``size`` unpredictable bytes from the system."""
        ...

    def digest(self, data: bytes) -> bytes: ...

    def new_signing_key(self) -> bytes:
        """A private signing key. Secret."""
        ...

    def public_key(self, private: bytes) -> bytes: ...

    def sign(self, private: bytes, data: bytes) -> bytes: ...

    def verify(self, public: bytes, data: bytes, signature: bytes) -> bool:
        """Whether the signature holds. A key or a signature of a wrong size is ``False``, not an error."""
        ...

    def new_sealing_key(self) -> bytes:
        """A private key that opens what was sealed for its public one. Secret."""
        ...

    def sealing_public_key(self, private: bytes) -> bytes: ...

    def seal(self, public: bytes, info: bytes, plain: bytes) -> bytes | None:
        """``plain`` for the holder of the private key, bound to ``info``; ``None`` when ``public`` is no key."""
        ...

    def open(self, private: bytes, info: bytes, sealed: bytes) -> bytes | None:
        """What was sealed; ``None`` when key, ``info`` or any byte differs."""
        ...


class IntlSuite:
    """Ed25519 (RFC 8032) with raw 32-byte keys and 64-byte signatures; SHA-256; sealing by HPKE (RFC 9180, base mode,
    X25519, HKDF-SHA256, ChaCha20-Poly1305) with raw 32-byte keys, 48 bytes longer than what is sealed."""

    name = "intl"
    signature_name = "ed25519"
    digest_name = "sha-256"
    signing = ("ed25519", 32)
    sealing = ("x25519", 32)

    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def new_signing_key(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def public_key(self, private: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, data: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).sign(data)

    def verify(self, public: bytes, data: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def new_sealing_key(self) -> bytes:
        return X25519PrivateKey.generate().private_bytes_raw()

    def sealing_public_key(self, private: bytes) -> bytes:
        return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def seal(self, public: bytes, info: bytes, plain: bytes) -> bytes | None:
        try:
            return _HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info)
        except (ValueError, InvalidTag):
            return None

    def open(self, private: bytes, info: bytes, sealed: bytes) -> bytes | None:
        try:
            return _HPKE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info)
        except (ValueError, InvalidTag):
            return None


INTL = IntlSuite()

NAMES = ("intl", "gm")


def here() -> tuple[str, ...]:
    """Names of the suites that this installation has, the national one first."""
    found = []
    for name in reversed(NAMES):
        with suppress(StoreError):
            found.append(suite(name).name)
    return tuple(found)


def suite(name: str) -> Suite:
    """The suite of this name.

    :raises StoreError: ``SUITE_UNKNOWN``, also for ``gm`` where its library is not installed.
    """
    if name == INTL.name:
        return INTL
    try:
        if name == "gm":
            from offline_cache.suite_gm import GM  # noqa: PLC0415 - an extra that few need

            return GM
    except ImportError:
        name = "gm (not installed)"
    raise StoreError(StoreFault.SUITE_UNKNOWN, name[:40])
