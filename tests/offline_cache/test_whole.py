"""Files that hold keys are whole and durable, or absent."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.backup import back_up
from offline_cache.errors import StoreError, StoreFault
from offline_cache.whole import write_whole
from tests.offline_cache.support import create, fault_of


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs names by itself")
def test_the_content_is_synced_before_it_has_its_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"older")
    plain, synced = os.fsync, list[tuple[int, bytes]]()

    def watched(handle: int) -> None:
        plain(handle)
        synced.append((os.fstat(handle).st_ino, path.read_bytes()))

    monkeypatch.setattr(os, "fsync", watched)
    write_whole(path, b"newer")
    file, folder = path.stat(), tmp_path.stat()
    assert synced == [(file.st_ino, b"older"), (folder.st_ino, b"newer")]
    assert stat.S_IMODE(file.st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_what_cannot_be_made_durable_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"older")

    def broken(_handle: int) -> None:
        raise OSError("no answer")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="no answer"):
        write_whole(path, b"newer")
    assert path.read_bytes() == b"older"
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_parts_that_cannot_all_be_had_leave_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "medium"
    write_whole(path, (part for part in (b"ol", b"der")))

    def parts() -> Iterator[bytes]:
        yield b"newer"
        raise StoreError(StoreFault.CHAIN_BROKEN)

    assert fault_of(lambda: write_whole(path, parts())) is StoreFault.CHAIN_BROKEN
    assert path.read_bytes() == b"older"
    assert [one.name for one in tmp_path.iterdir()] == ["medium"]


@pytest.mark.parametrize("dangling", [False, True])
def test_a_new_file_takes_no_other_s_place(tmp_path: Path, dangling: bool) -> None:
    path = tmp_path / "medium"
    if dangling:
        path.symlink_to(tmp_path / "gone")
    else:
        path.write_bytes(b"of another terminal")
    with pytest.raises(FileExistsError):
        write_whole(path, b"ours", new=True)
    assert list(tmp_path.iterdir()) == [path]
    assert dangling or path.read_bytes() == b"of another terminal"


def test_a_backup_takes_no_other_s_place(tmp_path: Path) -> None:
    other = tmp_path / "backup"
    other.write_bytes(b"of another terminal")
    with create(tmp_path) as store:
        assert fault_of(lambda: back_up(store, other)) is StoreFault.NOT_SAVED
    assert other.read_bytes() == b"of another terminal"
    assert not list(tmp_path.glob("*.part*"))
