"""A new PIN on its way to the HSM: nobody between the keypad and the HSM can read it, or use it for anything else."""

from __future__ import annotations

import base64

from offline_cache.suite import INTL, Suite
from terminal.centre.contract import SecuredCommandRequest

_PURPOSE = b"ssc hsm new pin 1"


def binding(request: SecuredCommandRequest) -> bytes:
    """What the sealed PIN is bound to: this visit, operation, key, challenge of the card and command."""
    parts = (request.visit, request.operation, request.key_address, request.factor, request.header)
    return b"\x00".join((_PURPOSE, *(part.encode("ascii") for part in parts)))


def seal_pin(public: bytes, request: SecuredCommandRequest, packed: bytearray, using: Suite = INTL) -> str | None:
    """The PIN, packed, sealed to the HSM's key; ``None`` when ``public`` is no key."""
    sealed = using.seal(public, binding(request), bytes(packed))
    return None if sealed is None else base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def open_pin(private: bytes, request: SecuredCommandRequest, using: Suite = INTL) -> bytearray | None:
    """The PIN, at the HSM; ``None`` when it was not sealed for just this request."""
    if request.sealed_pin is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(request.sealed_pin + "=" * (-len(request.sealed_pin) % 4))
    except ValueError:
        return None
    plain = using.open(private, binding(request), sealed)
    return None if plain is None else bytearray(plain)
