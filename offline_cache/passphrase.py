"""Secrets under a passphrase: for a machine without a TPM whose operator types one at the start.

One file tells how the passphrase becomes a key (Argon2id, RFC 9106, with its salt and costs) and holds a check; one
file a secret holds it enciphered (ChaCha20-Poly1305, the name bound to it).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from offline_cache.canonical import NotCanonicalError, decode, encode
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import damaged_key, key_name, read_private, write_private
from offline_cache.suite import INTL

_TAG = "ssc-passphrase-1"
_NONCE = 12
_CHECK = "check"


@dataclass(frozen=True)
class Costs:
    """What a guess costs (RFC 9106 §4, second recommendation).

    :param memory: KiB.
    """

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4

    @property
    def sane(self) -> bool:
        """Whether a file that asks for this is to be obeyed: it must not be made to eat the machine."""
        return 8 * self.lanes <= self.memory <= 1 << 20 and 1 <= self.passes <= 16 and 1 <= self.lanes <= 8


class PassphraseKeys:
    """A :class:`offline_cache.keys.KeyPort` that a passphrase opens.

    :param passphrase: wiped before the constructor returns, whatever happens.
    :param costs: for a new folder; an old one tells its own.
    :raises StoreError: ``PASSPHRASE_WRONG``, ``KEY_UNREADABLE``, ``KEY_EXPOSED``, ``KEY_UNWRITABLE``.
    """

    def __init__(self, directory: Path, passphrase: bytearray, costs: Costs | None = None) -> None:
        self._directory = directory
        try:
            self._key = self._derived(passphrase, costs or Costs())
        finally:
            passphrase[:] = bytes(len(passphrase))

    def get(self, name: str) -> bytes | None:
        """See :meth:`offline_cache.keys.KeyPort.get`."""
        content = read_private(self._path(name))
        return None if content is None else self._unwrapped(name, content)

    def put(self, name: str, secret: bytes) -> None:
        """See :meth:`offline_cache.keys.KeyPort.put`."""
        write_private(self._path(name), self._wrapped(name, secret))

    def delete(self, name: str) -> None:
        """See :meth:`offline_cache.keys.KeyPort.delete`."""
        with suppress(OSError):
            self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._directory / f"{key_name(name)}.wrapped"

    def _derived(self, passphrase: bytearray, costs: Costs) -> ChaCha20Poly1305:
        place = self._directory / "passphrase"
        content = read_private(place)
        if content is not None:
            costs, salt, check = _parameters(content)
            key = _key(passphrase, salt, costs)
            self._key = key
            if self._unwrapped(_CHECK, check) != _TAG.encode():
                raise damaged_key("passphrase: other content")
            return key
        if self._directory.exists() and any(self._directory.glob("*.wrapped")):
            raise damaged_key("passphrase: the file that tells how is gone")
        salt = INTL.random(16)
        self._key = _key(passphrase, salt, costs)
        check = self._wrapped(_CHECK, _TAG.encode())
        write_private(place, encode([_TAG, costs.memory, costs.passes, costs.lanes, salt, check]))
        return self._key

    def _wrapped(self, name: str, secret: bytes) -> bytes:
        nonce = INTL.random(_NONCE)
        return nonce + self._key.encrypt(nonce, secret, f"{_TAG} {name}".encode())

    def _unwrapped(self, name: str, content: bytes) -> bytes:
        try:
            return self._key.decrypt(content[:_NONCE], content[_NONCE:], f"{_TAG} {name}".encode())
        except (InvalidTag, ValueError):
            if name != _CHECK:
                raise damaged_key(f"{name}: does not open") from None
            raise StoreError(StoreFault.PASSPHRASE_WRONG) from None


def _key(passphrase: bytearray, salt: bytes, costs: Costs) -> ChaCha20Poly1305:
    derive = Argon2id(salt=salt, length=32, iterations=costs.passes, lanes=costs.lanes, memory_cost=costs.memory)
    return ChaCha20Poly1305(derive.derive(passphrase))  # type: ignore[arg-type] # any buffer will do: no copy stays behind


def _parameters(content: bytes) -> tuple[Costs, bytes, bytes]:
    try:
        found = decode(content)
    except NotCanonicalError:
        raise damaged_key("passphrase: not what was written") from None
    match found:
        case [str(tag), int(memory), int(passes), int(lanes), bytes(salt), bytes(check)]:
            costs = Costs(memory, passes, lanes)
            if tag == _TAG and costs.sane and len(salt) == 16 and len(check) > _NONCE:
                return costs, salt, check
    raise damaged_key("passphrase: not what was written")
