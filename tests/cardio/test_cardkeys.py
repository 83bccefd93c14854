"""Keys of the card and where their roots are kept, against the table of card.md §4.1, written down a second time."""

from __future__ import annotations

from collections import Counter

import pytest

from cardio.cardkeys import KEYS
from cardio.files import EF05, EF06
from cardio.interface33 import Dialect
from cardio.keysource import IRK, PUK, RK_SSSE, UK_SSSE, CardIdentity, KeyRef
from cardio.simulator.card import SimulatedCard
from cardio.simulator.personas import THIRD
from cardio.simulator.toykeys import ToyKeySource
from terminal.sandbox.visits import GUARDED, READING
from tests.cardio.pulls.bench import Bench as Tapped
from tests.interface33.support import Bench, Typist, info

GROUPS = {IRK: "0170 0171 0172", UK_SSSE: "0094 0095 0096", RK_SSSE: "004C 004D 004E"}


@pytest.mark.parametrize(("key", "addresses"), GROUPS.items(), ids=lambda one: getattr(one, "name", ""))
def test_the_groups_of_a_key_have_an_address_each(key: KeyRef, addresses: str) -> None:
    assert key.addresses == set(addresses.split())
    assert key.hsm_address == addresses[:4]  # what is used unless told otherwise


def test_no_address_belongs_to_two_keys() -> None:
    count = Counter(address for key in KEYS for address in key.addresses)
    assert [address for address, number in count.items() if number > 1] == []


def test_the_sandbox_guards_every_group_of_a_key_that_changes_something() -> None:
    assert UK_SSSE.addresses | PUK.addresses <= GUARDED
    assert RK_SSSE.addresses <= READING
    assert not GUARDED & READING


class Asked(ToyKeySource):
    """Keeps at which address of the HSM each key was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        self.addresses.append(key.hsm_address)
        return super().external(card, key, factor, raw)


def test_the_card_is_asked_for_its_default_group() -> None:
    """EXTERNAL AUTHENTICATE with 16 bytes, as all traces have it: a 17th would name another group (card.md §4.1)."""
    session, link = Tapped(SimulatedCard(THIRD), lambda: SimulatedCard(THIRD)).session()
    with session.flow():
        session.unlock(session.identify(), RK_SSSE)
        session.open_key(session.identify(), UK_SSSE)
    shown = [command for command in link.commands if command[1] == 0x82]
    assert [(command[:5].hex(), len(command)) for command in shown] == [("0082000a10", 21), ("0082000410", 21)]


@pytest.mark.parametrize(
    ("address", "write", "asked"),
    [("SSSEEF05|06|$", "SSSEEF05|20310101|$", "0096"), ("SSSEEF06|0B|$", "SSSEEF06|02|$", "0094")],
)
def test_a_plain_write_asks_for_the_key_at_the_address_of_the_region(address: str, write: str, asked: str) -> None:
    source = Asked()
    desk = Bench((source,), Typist(), Dialect(addresses={EF05.path: "0096"}))
    desk.insert(THIRD)
    try:
        desk.good("iWriteCard", 1, info(THIRD), address, write)
    finally:
        desk.interface.close()
        desk.worker.stop()
    assert [each for each in source.addresses if each in UK_SSSE.addresses] == [asked]


def test_a_region_may_have_another_address_for_one_file() -> None:
    dialect = Dialect(addresses={EF05.path: "0096"})
    assert (dialect.write_key(EF06), dialect.write_key(EF05).hsm_address) == (UK_SSSE, "0096")
