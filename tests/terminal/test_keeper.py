"""Which keeper the setting chooses, and that one which cannot work here is refused, by the port and by ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import Rules
from offline_cache.keys import FileKeys
from terminal.errors import TerminalError, TerminalFault
from terminal.health import check_housekeeping, check_keeper
from terminal.membership import key_port
from terminal.settings import Settings
from tests.offline_cache.support import create


def made(folder: Path, keeper: Literal["auto", "file", "tpm", "dpapi"], *, production: bool = False) -> Settings:
    return Settings(environment="production" if production else "sandbox", data_dir=str(folder), key_keeper=keeper)


def test_the_sandbox_keeps_keys_in_a_file_unless_told_otherwise(tmp_path: Path) -> None:
    assert isinstance(key_port(made(tmp_path, "auto")), FileKeys)
    assert check_keeper(made(tmp_path, "auto")) == check_keeper(made(tmp_path, "file"))


def test_a_file_is_no_keeper_in_production(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        check_keeper(made(tmp_path, "file", production=True))
    assert refused.value.fault is StoreFault.KEY_FILE_IN_PRODUCTION


def test_a_keeper_that_is_not_here_keeps_nothing(tmp_path: Path) -> None:
    """Nothing is kept in the clear in its place. This machine has no Windows."""
    settings = made(tmp_path, "dpapi")
    with pytest.raises(StoreError) as refused:
        key_port(settings).put("store-data", bytes(32))
    assert refused.value.fault is StoreFault.KEEPER_REFUSED
    assert not [one for one in settings.data.rglob("*") if one.is_file()]


def test_warnings_of_the_housekeeping_are_told_in_time(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        assert check_housekeeping(store).en == "In order"
        with pytest.raises(TerminalError) as told:
            check_housekeeping(store, Rules(quota=1))
        assert told.value.fault is TerminalFault.STORE_LARGE
