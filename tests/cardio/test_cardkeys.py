"""Keys of the card and where their roots are kept, against the table of card.md §4.1, written down a second time."""

from __future__ import annotations

from collections import Counter

import pytest

from cardio.cardkeys import KEYS
from cardio.errors import CardError, CardFault
from cardio.files import EF05, EF06
from cardio.interface33 import Dialect
from cardio.keysource import IRK, PUK, RK_SSSE, UK_SSSE, KeyRef
from cardio.session import CardSession
from cardio.simulator.personas import THIRD
from cardio.simulator.toykeys import ToyKeySource
from terminal.sandbox.visits import GUARDED, READING
from tests.support.worlds import InProcess

GROUPS = {IRK: "0170 0171 0172", UK_SSSE: "0094 0095 0096", RK_SSSE: "004C 004D 004E"}


@pytest.mark.parametrize(("key", "addresses"), GROUPS.items(), ids=lambda one: getattr(one, "name", ""))
def test_the_groups_of_a_key_have_an_address_each(key: KeyRef, addresses: str) -> None:
    groups = [key.group(number) for number in (1, 2, 3)]
    assert [each.hsm_address for each in groups] == addresses.split()
    assert [each.version for each in groups] == [1, 2, 3]
    assert {each.card_key for each in groups} == {key.card_key}
    assert (key.version, key.hsm_address) == (None, addresses[:4])  # what is used unless told otherwise
    assert key.addresses == set(addresses.split())


@pytest.mark.parametrize(("key", "number"), [(PUK, 2), (UK_SSSE, 0), (UK_SSSE, 4)])
def test_a_group_that_nobody_tells_is_refused(key: KeyRef, number: int) -> None:
    with pytest.raises(CardError) as refused:
        key.group(number)
    assert refused.value.fault is CardFault.KEY_UNKNOWN


def test_no_address_belongs_to_two_keys() -> None:
    count = Counter(address for key in KEYS for address in key.addresses)
    assert [address for address, number in count.items() if number > 1] == []


def test_the_sandbox_guards_every_group_of_a_key_that_changes_something() -> None:
    assert UK_SSSE.addresses | PUK.addresses <= GUARDED
    assert RK_SSSE.addresses <= READING
    assert not GUARDED & READING


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_card_is_told_which_group_was_used(number: int) -> None:
    world = InProcess()
    world.insert(0, THIRD)
    session = CardSession(world.system.connect(world.names[0]), [ToyKeySource()])
    with session.flow():
        assert session.unlock(session.identify(), RK_SSSE.group(number)) == "sandbox"


def test_a_region_may_have_another_address_for_one_file() -> None:
    dialect = Dialect(addresses={EF05.path: "0096"})
    assert (dialect.write_key(EF06), dialect.write_key(EF05).hsm_address) == (UK_SSSE, "0096")
