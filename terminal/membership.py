"""What this machine is to the centre: its number, its outlet, and the client that speaks for it.

Imports of the network libraries are slow and happen inside :func:`join`, which runs after the first frame.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.clock import Clock
from terminal.settings import Settings, store_path

if TYPE_CHECKING:
    from offline_cache.keys import KeyPort
    from terminal.centre.client import CentreClient
    from terminal.centre.identity import Identity


@dataclass(frozen=True)
class Membership:
    """An enrolled terminal that can speak to its centre."""

    identity: Identity
    client: CentreClient


def key_port(settings: Settings) -> KeyPort:
    """Where the keys of this terminal are kept, as ``key_keeper`` says.

    Its methods raise :class:`offline_cache.errors.StoreError` ``KEEPER_REFUSED`` where the keeper does not do its work.

    :raises offline_cache.errors.StoreError: ``KEY_FILE_IN_PRODUCTION``; ``PASSPHRASE_WRONG``, ``KEEPER_REFUSED``.
    """
    return _KEEPERS[keeper_name(settings)](settings.data / "keys", settings.environment)


def _file(folder: Path, environment: str) -> KeyPort:
    from offline_cache.keys import FileKeys  # noqa: PLC0415 - not needed before a centre is

    return FileKeys(folder, environment)


def _tpm(folder: Path, _environment: str) -> KeyPort:
    from offline_cache.keepers import SystemdCreds, WrappedKeys  # noqa: PLC0415

    return WrappedKeys(folder, SystemdCreds())


def _dpapi(folder: Path, _environment: str) -> KeyPort:
    from offline_cache.keepers import Dpapi, WrappedKeys  # noqa: PLC0415

    return WrappedKeys(folder, Dpapi())


def _passphrase(folder: Path, _environment: str) -> KeyPort:
    from terminal.passphrase import Typed  # noqa: PLC0415

    return Typed(folder)


def _secret_service(_folder: Path, _environment: str) -> KeyPort:
    from offline_cache.keepers import SecretService, refused  # noqa: PLC0415

    try:
        ring = import_module("keyring")
    except ImportError:
        raise refused("the module keyring is not installed") from None
    return SecretService(ring)


_KEEPERS: dict[str, Callable[[Path, str], KeyPort]] = {
    "file": _file,
    "tpm": _tpm,
    "dpapi": _dpapi,
    "passphrase": _passphrase,
    "secret-service": _secret_service,
}


def keeper_name(settings: Settings) -> str:
    """The keeper that is in force, by its name in the settings."""
    if settings.key_keeper != "auto":
        return settings.key_keeper
    if settings.environment == "sandbox":
        return "file"
    return "dpapi" if sys.platform == "win32" else "tpm"


class _KeysWhenNeeded:
    """Opens the key port at the first use, so that a machine that never joined is told just that."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, name: str) -> bytes | None:
        return key_port(self._settings).get(name)

    def put(self, name: str, secret: bytes) -> None:
        key_port(self._settings).put(name, secret)

    def delete(self, name: str) -> None:
        key_port(self._settings).delete(name)


def identity_of(settings: Settings) -> Identity:
    """Who this machine is, from its data folder; needs no network.

    :raises terminal.centre.errors.CentreError: ``NOT_ENROLLED`` and the other faults of an identity.
    :raises offline_cache.errors.StoreError: ``KEY_GONE`` where with the identity the key of the store is gone: then
        another enrolment is no way out, since nobody could open what waits.
    """
    from terminal.centre.errors import CentreError  # noqa: PLC0415 - slow
    from terminal.centre.identity import load_identity  # noqa: PLC0415 - slow

    keys = _KeysWhenNeeded(settings)
    try:
        return load_identity(settings.data, settings.environment, keys)
    except CentreError:
        if store_path(settings).exists():
            from offline_cache.birth import kept_key  # noqa: PLC0415 - not needed where all is well

            kept_key(keys)
        raise


def join(settings: Settings, clock: Clock) -> Membership:
    """The identity of this data folder and its client.

    :raises terminal.centre.errors.CentreError: as :func:`identity_of`.
    """
    identity = identity_of(settings)
    from terminal.centre.client import CentreClient  # noqa: PLC0415 - slow, and of use to members alone

    client = CentreClient(identity.url, identity, now=clock.now, deadline=settings.centre_timeout)
    return Membership(identity, client)
