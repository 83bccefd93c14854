"""Which keeper the setting chooses, and that one which cannot work here is refused, by the port and by ``doctor``."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import Rules
from offline_cache.keys import FileKeys
from offline_cache.passphrase import Costs, PassphraseKeys
from terminal.errors import TerminalError, TerminalFault
from terminal.health import check_housekeeping, check_keeper
from terminal.membership import key_port
from terminal.passphrase import CREDENTIAL, Opened, Typed
from terminal.settings import Keeper, Settings
from tests.offline_cache.support import create


def made(folder: Path, keeper: Keeper, *, production: bool = False) -> Settings:
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


CHEAP = Costs(memory=64, passes=1, lanes=1)


class Somebody:
    """Types the same at every question."""

    def __init__(self, word: bytes) -> None:
        self.word = word
        self.asked: list[bool] = []

    def __call__(self, *, new: bool) -> bytearray:
        self.asked.append(new)
        return bytearray(self.word)

    def opened(self) -> Opened:
        """A process of theirs."""
        return Opened(self, lambda folder, typed: PassphraseKeys(folder, typed, CHEAP))


def test_the_passphrase_is_asked_for_once_and_only_where_there_is_something_to_open(tmp_path: Path) -> None:
    person, folder = Somebody(b"seven horses drink"), tmp_path / "keys"
    first = person.opened()
    assert Typed(folder, first).get("store-data") is None
    Typed(folder, first).delete("store-data")
    assert person.asked == []
    Typed(folder, first).put("store-data", b"k" * 32)
    assert Typed(folder, first).get("store-data") == b"k" * 32
    assert person.asked == [True]  # a new one, and kept for this process
    assert Typed(folder, person.opened()).get("store-data") == b"k" * 32
    assert person.asked == [True, False]
    assert b"k" * 32 not in b"".join(one.read_bytes() for one in folder.iterdir())


def test_a_wrong_passphrase_opens_nothing_and_is_asked_for_again(tmp_path: Path) -> None:
    folder, stranger = tmp_path / "keys", Somebody(b"eight horses drink")
    Typed(folder, Somebody(b"seven horses drink").opened()).put("store-data", b"k" * 32)
    wrong = stranger.opened()
    for _ in range(2):
        with pytest.raises(StoreError) as refused:
            Typed(folder, wrong).get("store-data")
        assert refused.value.fault is StoreFault.PASSPHRASE_WRONG
    stranger.word = b"seven horses drink"
    assert Typed(folder, wrong).get("store-data") == b"k" * 32
    assert stranger.asked == [False] * 3


def test_after_a_wipe_the_old_passphrase_is_not_taken_for_new_keys(tmp_path: Path) -> None:
    folder, person = tmp_path / "keys", Somebody(b"seven horses drink")
    opened = person.opened()
    Typed(folder, opened).put("store-data", b"k" * 32)
    for one in folder.iterdir():
        one.unlink()
    assert Typed(folder, opened).get("store-data") is None
    Typed(folder, opened).put("store-data", b"n" * 32)
    assert person.asked == [True, True]
    assert Typed(folder, person.opened()).get("store-data") == b"n" * 32


def test_systemd_hands_the_passphrase_over_and_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / CREDENTIAL).write_bytes(b"seven horses drink\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    nobody = Somebody(b"")
    Typed(tmp_path / "keys", nobody.opened()).put("store-data", b"k" * 32)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert nobody.asked == []
    assert Typed(tmp_path / "keys", Somebody(b"seven horses drink").opened()).get("store-data") == b"k" * 32


@pytest.mark.parametrize("keeper", ["passphrase", "secret-service"])
def test_without_anybody_to_ask_and_without_a_ring_nothing_is_kept(tmp_path: Path, keeper: Keeper) -> None:
    settings = made(tmp_path, keeper, production=True)
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
