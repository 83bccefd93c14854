"""Key ports of production: what was kept comes back, under its name alone; a keeper that fails is one fault."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from offline_cache.errors import StoreFault
from offline_cache.keepers import (
    Dpapi,
    PsamWrapper,
    SecretService,
    SystemdCreds,
    WrappedKeys,
    Wrapper,
)
from offline_cache.suite import INTL
from tests.offline_cache.support import fault_of

SECRET = bytes(range(200, 232))


class Psam:
    """A security module that gives out a key for each label until it is pulled."""

    def __init__(self) -> None:
        self._master = INTL.random(32)
        self.there = True
        self.asked = 0

    def release(self, label: bytes) -> bytes:
        self.asked += 1
        return INTL.digest(self._master + label) if self.there else b""


def test_a_psam_releases_the_key_each_time(tmp_path: Path) -> None:
    psam = Psam()
    keys = WrappedKeys(tmp_path / "keys", PsamWrapper(psam.release))
    keys.put("store-data", SECRET)
    assert keys.get("store-data") == SECRET
    assert keys.get("another") is None
    assert SECRET not in (tmp_path / "keys" / "store-data.wrapped").read_bytes()
    shutil.copy(tmp_path / "keys" / "store-data.wrapped", tmp_path / "keys" / "another.wrapped")
    assert fault_of(lambda: keys.get("another")) is StoreFault.KEY_UNREADABLE  # bound to its name
    other = WrappedKeys(tmp_path / "keys", PsamWrapper(Psam().release))
    assert fault_of(lambda: other.get("store-data")) is StoreFault.KEY_UNREADABLE
    psam.there = False
    assert fault_of(lambda: keys.get("store-data")) is StoreFault.KEEPER_REFUSED
    assert fault_of(lambda: keys.put("store-data", bytes(32))) is StoreFault.KEEPER_REFUSED
    psam.there = True
    assert keys.get("store-data") == SECRET
    keys.delete("store-data")
    keys.delete("store-data")
    assert keys.get("store-data") is None


class Forgetful:
    """Wraps into something that it does not know afterwards."""

    def wrap(self, name: str, secret: bytes) -> bytes:
        return secret[::-1]

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return wrapped


def test_a_wrapper_that_does_not_give_back_is_not_relied_on(tmp_path: Path) -> None:
    keys = WrappedKeys(tmp_path, Forgetful())
    assert fault_of(lambda: keys.put("store-data", SECRET)) is StoreFault.KEEPER_REFUSED
    assert keys.get("store-data") is None


def _creds(folder: Path) -> SystemdCreds | None:
    """The real ``systemd-creds`` with a host key of our own, where there is one that can be used."""
    if shutil.which("systemd-creds") is None:
        return None
    folder.mkdir(mode=0o700)
    found = SystemdCreds("host", os.environ | {"SYSTEMD_CREDENTIAL_SECRET": str(folder / "credential.secret")})
    try:
        found.wrap("try", b"try")
    except Exception:  # noqa: BLE001 - a container without /run/systemd or /proc
        return None
    return found


def test_systemd_creds_keeps_it(tmp_path: Path) -> None:
    creds = _creds(tmp_path / "host")
    if creds is None:
        pytest.skip("no systemd-creds that works here")
    keys = WrappedKeys(tmp_path / "keys", creds)
    keys.put("store-data", SECRET)
    assert keys.get("store-data") == SECRET
    assert SECRET not in (tmp_path / "keys" / "store-data.wrapped").read_bytes()
    (tmp_path / "keys" / "store-data.wrapped").rename(tmp_path / "keys" / "other.wrapped")
    assert fault_of(lambda: keys.get("other")) is StoreFault.KEEPER_REFUSED


@pytest.mark.parametrize("wrapper", [Dpapi(), SystemdCreds(environment={"PATH": "/nowhere"})])
def test_a_keeper_that_is_not_there_is_said_so(tmp_path: Path, wrapper: Wrapper) -> None:
    if sys.platform == "win32":
        pytest.skip("DPAPI is there")
    keys = WrappedKeys(tmp_path, wrapper)
    assert fault_of(lambda: keys.put("store-data", SECRET)) is StoreFault.KEEPER_REFUSED
    assert list(tmp_path.iterdir()) == []


class Ring:
    """What the module ``keyring`` looks like from here."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> dict[tuple[str, str], str]:
        if self.locked:
            raise RuntimeError("the collection is locked")
        return self.kept

    def get_password(self, service: str, name: str) -> str | None:
        return self._open().get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self._open()[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self._open()[service, name]


def test_a_key_ring_keeps_it() -> None:
    ring = Ring()
    keys = SecretService(ring)
    assert keys.get("store-data") is None
    keys.put("store-data", SECRET)
    assert keys.get("store-data") == SECRET
    ring.kept["ssc-terminal", "store-data"] = "no base64!"
    assert fault_of(lambda: keys.get("store-data")) is StoreFault.KEY_UNREADABLE
    keys.put("store-data", SECRET)
    keys.delete("store-data")
    keys.delete("store-data")
    assert ring.kept == {}
    ring.locked = True
    assert fault_of(lambda: keys.get("store-data")) is StoreFault.KEEPER_REFUSED
    assert fault_of(lambda: keys.put("store-data", SECRET)) is StoreFault.KEEPER_REFUSED


def test_a_machine_without_a_keeper_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    keys = WrappedKeys(tmp_path / "keys", SystemdCreds())
    assert keys.get("store-data") is None
    assert fault_of(lambda: keys.put("store-data", SECRET)) is StoreFault.KEEPER_REFUSED
    assert not (tmp_path / "keys").exists()
