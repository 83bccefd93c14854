"""Secrets under a passphrase: opened by it alone, and it is wiped at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.canonical import decode, encode
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import read_private, write_private
from offline_cache.passphrase import Costs, PassphraseKeys
from offline_cache.store import Store
from tests.offline_cache.support import IDENTITY, SMALL, fault_of, place

CHEAP = Costs(memory=64, passes=1, lanes=1)
WORDS = b"seven words that nobody guesses"


def opened(folder: Path, words: bytes = WORDS) -> PassphraseKeys:
    return PassphraseKeys(folder / "keys", bytearray(words), CHEAP)


def test_what_was_kept_comes_back_under_the_same_words(tmp_path: Path) -> None:
    keys = opened(tmp_path)
    keys.put("one", b"secret one")
    keys.put("two", b"secret two")
    again = opened(tmp_path)
    assert (again.get("one"), again.get("two"), again.get("three")) == (b"secret one", b"secret two", None)
    again.delete("one")
    again.delete("one")
    assert opened(tmp_path).get("one") is None


def test_other_words_open_nothing(tmp_path: Path) -> None:
    opened(tmp_path).put("one", b"secret one")
    for words in (b"", b"other words", WORDS + b" "):
        assert fault_of(lambda: opened(tmp_path, words)) is StoreFault.PASSPHRASE_WRONG  # noqa: B023


def test_the_words_are_wiped_whatever_happens(tmp_path: Path) -> None:
    first, wrong = bytearray(WORDS), bytearray(b"wrong words")
    PassphraseKeys(tmp_path, first, CHEAP)
    with pytest.raises(StoreError):
        PassphraseKeys(tmp_path, wrong, CHEAP)
    assert first == bytes(len(WORDS))
    assert wrong == bytes(len(b"wrong words"))


def test_nothing_stands_in_clear(tmp_path: Path) -> None:
    opened(tmp_path).put("one", b"secret one")
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret one" not in content
    assert WORDS not in content


def test_the_costs_stand_beside_and_are_those_of_the_standard() -> None:
    assert (Costs().memory, Costs().passes, Costs().lanes) == (65_536, 3, 4)  # RFC 9106 §4


def _parameters(folder: Path) -> list[object]:
    content = read_private(folder / "keys" / "passphrase")
    assert content is not None
    found = decode(content)
    assert isinstance(found, list)
    return list(found)


@pytest.mark.parametrize(
    ("index", "value"), [(0, "other"), (1, 1 << 40), (1, 0), (2, 0), (2, 1 << 30), (3, 0), (3, 99), (4, b""), (5, b"")]
)
def test_a_changed_file_is_refused_and_does_not_eat_the_machine(tmp_path: Path, index: int, value: object) -> None:
    opened(tmp_path)
    changed = _parameters(tmp_path)
    changed[index] = value
    write_private(tmp_path / "keys" / "passphrase", encode(changed))
    assert fault_of(lambda: opened(tmp_path)) is StoreFault.KEY_UNREADABLE


@pytest.mark.parametrize("index", [0, 5, 20, -1])
def test_a_changed_secret_is_refused(tmp_path: Path, index: int) -> None:
    opened(tmp_path).put("one", b"secret one")
    content = bytearray(read_private(tmp_path / "keys" / "one.wrapped") or b"")
    content[index] ^= 1
    write_private(tmp_path / "keys" / "one.wrapped", bytes(content))
    assert fault_of(lambda: opened(tmp_path).get("one")) is StoreFault.KEY_UNREADABLE


def test_a_secret_does_not_pass_for_another(tmp_path: Path) -> None:
    opened(tmp_path).put("one", b"secret one")
    (tmp_path / "keys" / "one.wrapped").rename(tmp_path / "keys" / "two.wrapped")
    assert fault_of(lambda: opened(tmp_path).get("two")) is StoreFault.KEY_UNREADABLE


def test_without_the_file_that_tells_how_nothing_is_begun_anew(tmp_path: Path) -> None:
    opened(tmp_path).put("one", b"secret one")
    (tmp_path / "keys" / "passphrase").unlink()
    assert fault_of(lambda: opened(tmp_path)) is StoreFault.KEY_UNREADABLE


def test_a_store_under_a_passphrase(tmp_path: Path) -> None:
    Store.create(place(tmp_path), opened(tmp_path), IDENTITY, limits=SMALL).close()
    Store.open(place(tmp_path), opened(tmp_path), environment="sandbox", limits=SMALL).close()
    assert fault_of(lambda: opened(tmp_path, b"wrong")) is StoreFault.PASSPHRASE_WRONG
