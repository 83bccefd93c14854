"""Key ports of production: each secret in a file of its own, wrapped by something that does not leave the machine.

    PSAM             a key that the security module gives out to a terminal that has shown its PIN
    TPM              systemd-creds, bound to the TPM and to this installation (host+tpm2)
    Windows          DPAPI, bound to the account of the service (and by that to the machine)
    Secret Service   a desktop's key ring; a convenience, never for a kiosk without a session

A wrapper never sees a file, and :class:`WrappedKeys` never sees a key: either can be changed without the other.
"""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import damaged_key, key_name, read_private, write_private
from offline_cache.suite import INTL

T = TypeVar("T")
_NONCE = 12
_PATIENCE = 30.0
"""Seconds that a keeper may take; a TPM takes one or two."""


class Wrapper(Protocol):
    """Wraps small secrets, each bound to its name."""

    def wrap(self, name: str, secret: bytes) -> bytes:
        """:raises StoreError: ``KEEPER_REFUSED``."""
        ...

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """:raises StoreError: ``KEEPER_REFUSED``; ``KEY_UNREADABLE`` for what was not wrapped here under this name."""
        ...


class WrappedKeys:
    """A :class:`offline_cache.keys.KeyPort` of wrapped files.

    :param directory: made with mode 0700 at the first ``put``.
    """

    def __init__(self, directory: Path, wrapper: Wrapper) -> None:
        self._directory = directory
        self._wrapper = wrapper

    def get(self, name: str) -> bytes | None:
        """See :meth:`offline_cache.keys.KeyPort.get`."""
        content = read_private(self._path(name))
        return None if content is None else self._wrapper.unwrap(name, content)

    def put(self, name: str, secret: bytes) -> None:
        """See :meth:`offline_cache.keys.KeyPort.put`. What was wrapped is unwrapped once before it is relied on."""
        wrapped = self._wrapper.wrap(name, secret)
        if self._wrapper.unwrap(name, wrapped) != secret:
            raise refused("does not give back what it was given")
        write_private(self._path(name), wrapped)

    def delete(self, name: str) -> None:
        """See :meth:`offline_cache.keys.KeyPort.delete`."""
        with suppress(OSError):
            self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._directory / f"{key_name(name)}.wrapped"


def refused(detail: str) -> StoreError:
    """The keeper of keys is not there, is locked, or does not do its work."""
    return StoreError(StoreFault.KEEPER_REFUSED, detail[:120])


class PsamWrapper:
    """ChaCha20-Poly1305 under a key that the PSAM releases at the start of the program and that is never stored.

    :param release: asks the module for the key derived for a label; 32 bytes. Called once for each use: the module
        decides each time.
    """

    TAG = "ssc-psam-1"

    def __init__(self, release: Callable[[bytes], bytes]) -> None:
        self._release = release

    def wrap(self, name: str, secret: bytes) -> bytes:
        nonce = INTL.random(_NONCE)
        return nonce + self._aead().encrypt(nonce, secret, self._bound(name))

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        try:
            return self._aead().decrypt(wrapped[:_NONCE], wrapped[_NONCE:], self._bound(name))
        except (InvalidTag, ValueError):
            raise damaged_key(f"{name}: does not open") from None

    def _aead(self) -> ChaCha20Poly1305:
        key = self._release(self.TAG.encode())
        if len(key) != 32:
            raise refused("PSAM: key size")
        return ChaCha20Poly1305(key)

    def _bound(self, name: str) -> bytes:
        return f"{self.TAG} {name}".encode()


class SystemdCreds:
    """``systemd-creds`` of systemd 250 and later. The secret goes through pipes, never through arguments or files.

    :param with_key: ``host+tpm2`` in production; ``host`` alone protects a copied disk no more than a file does.
    :param environment: of the child; the test's own host key comes this way.
    :param device: the TPM, as ``--tpm2-device`` names it; the machine's own by default.
    """

    def __init__(
        self, with_key: str = "host+tpm2", environment: dict[str, str] | None = None, device: str | None = None
    ) -> None:
        self._with_key = with_key
        self._environment = environment
        self._device = () if device is None else (f"--tpm2-device={device}",)

    def wrap(self, name: str, secret: bytes) -> bytes:
        return self._run(["encrypt", f"--name={name}", f"--with-key={self._with_key}", *self._device, "-", "-"], secret)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self._run(["decrypt", f"--name={name}", *self._device, "-", "-"], wrapped)

    def _run(self, arguments: list[str], given: bytes) -> bytes:
        command = ["systemd-creds", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - our own words, names checked by key_name
                command, input=given, capture_output=True, check=False, timeout=_PATIENCE, env=self._environment
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise refused(f"systemd-creds: {type(error).__name__}") from None
        if done.returncode or not done.stdout:
            raise refused(f"systemd-creds {arguments[0]}: status {done.returncode}")
        return done.stdout


class Dpapi:
    """Windows' data protection, for the account that runs this program. Not tried on Windows yet."""

    def wrap(self, name: str, secret: bytes) -> bytes:
        return self._call("CryptProtectData", name, secret)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self._call("CryptUnprotectData", name, wrapped)

    def _call(self, function: str, name: str, given: bytes) -> bytes:
        if sys.platform != "win32":
            raise refused("DPAPI: not on this system")
        import ctypes  # noqa: PLC0415 - Windows alone

        class Blob(ctypes.Structure):
            _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_char)))

        def blob(content: bytes) -> Blob:
            return Blob(len(content), ctypes.create_string_buffer(content, len(content)))

        inside, bound, out = blob(given), blob(name.encode()), Blob()
        no_prompt = 1
        call = getattr(ctypes.windll.crypt32, function)
        if not call(ctypes.byref(inside), None, ctypes.byref(bound), None, None, no_prompt, ctypes.byref(out)):
            raise refused(f"DPAPI: {function}")
        try:
            return ctypes.string_at(out.data, out.size)
        finally:
            ctypes.windll.kernel32.LocalFree(out.data)


class KeyRing(Protocol):
    """The part of the module ``keyring`` that is used."""

    def get_password(self, service: str, name: str) -> str | None: ...

    def set_password(self, service: str, name: str, secret: str) -> None: ...

    def delete_password(self, service: str, name: str) -> None: ...


class SecretService:
    """A :class:`offline_cache.keys.KeyPort` over a desktop's key ring. Not tried with a real Secret Service yet.

    :param ring: the module ``keyring``, which the installation brings; it is not among our dependencies.
    """

    SERVICE = "ssc-terminal"

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def get(self, name: str) -> bytes | None:
        """See :meth:`offline_cache.keys.KeyPort.get`."""
        found = self._ask(lambda: self._ring.get_password(self.SERVICE, key_name(name)))
        if found is None:
            return None
        try:
            return base64.b64decode(found, validate=True)
        except ValueError:
            raise damaged_key(f"{name}: not what was put there") from None

    def put(self, name: str, secret: bytes) -> None:
        """See :meth:`offline_cache.keys.KeyPort.put`."""
        text = base64.b64encode(secret).decode("ascii")
        self._ask(lambda: self._ring.set_password(self.SERVICE, key_name(name), text))

    def delete(self, name: str) -> None:
        """See :meth:`offline_cache.keys.KeyPort.delete`."""
        if self.get(name) is not None:
            self._ask(lambda: self._ring.delete_password(self.SERVICE, key_name(name)))

    def _ask(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a back end of the ring may raise anything
            raise refused(f"key ring: {type(error).__name__}") from None
