"""The sandbox's key files: whole, private, and refused when they are not."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import FileKeys


def fault_of(call: Callable[[], object]) -> StoreFault:
    with pytest.raises(StoreError) as caught:
        call()
    assert "secret" not in str(caught.value)
    return caught.value.fault


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys(tmp_path / "keys", "sandbox")


def test_a_secret_comes_back_as_it_was(keys: FileKeys) -> None:
    assert keys.get("one") is None
    keys.put("one", b"secret\n\0")
    keys.put("two", b"other")
    assert keys.get("one") == b"secret\n\0"
    keys.put("one", b"newer")
    assert keys.get("one") == b"newer"
    assert FileKeys(keys._directory, "sandbox").get("two") == b"other"
    keys.delete("one")
    keys.delete("one")
    assert keys.get("one") is None


def test_nobody_else_can_read_it(keys: FileKeys, tmp_path: Path) -> None:
    keys.put("one", b"secret")
    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_key_that_others_may_touch_is_refused(keys: FileKeys, tmp_path: Path, mode: int) -> None:
    keys.put("one", b"secret")
    (tmp_path / "keys" / "one.key").chmod(mode)
    assert fault_of(lambda: keys.get("one")) is StoreFault.KEY_EXPOSED


def test_a_plain_file_is_not_for_production(tmp_path: Path) -> None:
    assert fault_of(lambda: FileKeys(tmp_path, "production")) is StoreFault.KEY_FILE_IN_PRODUCTION


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


@pytest.mark.parametrize("content", [b"", b"secret", b"ssc-key-1\n", b"ssc-key-1\n" + bytes(5000)])
def test_a_damaged_key_is_refused(keys: FileKeys, tmp_path: Path, content: bytes) -> None:
    keys.put("one", b"secret")
    _write(tmp_path / "keys" / "one.key", content)
    assert fault_of(lambda: keys.get("one")) is StoreFault.KEY_UNREADABLE


def test_a_link_is_not_followed(keys: FileKeys, tmp_path: Path) -> None:
    keys.put("one", b"secret")
    (tmp_path / "keys" / "two.key").symlink_to(tmp_path / "keys" / "one.key")
    assert fault_of(lambda: keys.get("two")) is StoreFault.KEY_UNREADABLE


def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(b"a file where the folder should be")
    assert fault_of(lambda: FileKeys(tmp_path / "keys", "sandbox").put("one", b"secret")) is StoreFault.KEY_UNWRITABLE


@given(st.text(max_size=60))
def test_names_never_leave_the_folder(name: str) -> None:
    keys = FileKeys(Path("/nonexistent/keys"), "sandbox")
    try:
        assert keys.get(name) is None
    except StoreError as error:
        assert error.fault is StoreFault.KEY_UNREADABLE
    else:
        assert "/" not in name
        assert "." not in name
