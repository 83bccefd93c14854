"""A drive's roster is taken whole or not at all: the attacks that The Update Framework names, each with the centre's
own key where the attacker may have heard it say so once. It goes with the drive, or at its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from offline_cache.errors import StoreError, StoreFault
from offline_cache.housekeeping import Housekeeper
from offline_cache.proof import verify
from terminal.centre import chain, documents
from terminal.centre.contract import SignedDocument
from terminal.centre.errors import CentreError, CentreFault
from terminal.drives import roster
from terminal.drives.roster import Roster, RosterPerson
from terminal.errors import TerminalError, TerminalFault
from terminal.membership import join
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from tests.terminal.test_drives import DRIVE, Field, field, other, population

__all__ = ["field", "other", "population"]

Fresh = Callable[[int], list[Person]]
PERSONS = count(700)
"""None of them is lent twice: the centre lives as long as the tests of this file."""


class Scripted:
    """A centre that answers what it is told to."""

    def __init__(self, answer: SignedDocument) -> None:
        self.answer = answer

    def roster(self, terminal: str, drive: str) -> SignedDocument:
        assert (len(terminal), drive) == (12, DRIVE)
        return self.answer


@pytest.fixture
def fresh(population: Population) -> Fresh:
    """So many people of whom nothing was asked before."""
    return lambda number: [population.people[next(PERSONS)] for _ in range(number)]


@pytest.fixture
def authority(centre: SandboxCentre) -> Authority:
    return Authority(Path(centre.ready.authority).parent)


def told(here: Field) -> SignedDocument:
    """What the centre says now."""
    return join(here.settings, here.clock).client.roster(here.records.identity.terminal, DRIVE)


def body_of(answer: SignedDocument) -> Roster:
    return msgspec.json.decode(chain.from_text(answer.body), type=Roster)


def signed(authority: Authority, body: Roster | bytes, version: int, name: str = f"roster-{DRIVE}") -> SignedDocument:
    encoded = body if isinstance(body, bytes) else msgspec.json.encode(body)
    key, key_id = authority.signing_key, authority.signing_key_id
    return documents.signed("sandbox", name, version, encoded, as_of=datetime.now(UTC), key_id=key_id, private=key)


def names(here: Field) -> list[str]:
    return [name for name, _, _ in here.records.mirror.names() if name.startswith("roster-")]


def test_everybody_who_is_lent_is_on_it_and_nobody_else(field: Field, other: Field, fresh: Fresh) -> None:
    here, there, elsewhere = fresh(3)
    assert other.begin([elsewhere]) == (1, 0, ())
    assert field.begin([here, there]) == (2, 0, ())
    expected = {RosterPerson(one.card.card_id.hex().upper(), one.name, one.number) for one in (here, there)}
    assert set(roster.persons(field.records, DRIVE)) == expected
    assert here.name not in repr(roster.persons(field.records, DRIVE))
    assert len(roster.persons(other.records, DRIVE)) == 1
    field.close()
    field.open()
    assert set(roster.persons(field.records, DRIVE)) == expected
    field.end()
    assert names(field) == []
    with pytest.raises(TerminalError) as gone:
        roster.persons(field.records, DRIVE)
    assert gone.value.fault is TerminalFault.ROSTER_ABSENT
    dropped = [line.fields for line in field.records.journal.lines() if line.what == "reference-dropped"]
    assert dropped == [{"document": f"roster-{DRIVE}"}]
    assert verify(field.records.store).good


def _without_one(body: Roster) -> Roster:
    return structs.replace(body, persons=body.persons[1:])


def _with_one_more(body: Roster) -> Roster:
    return structs.replace(body, persons=[*body.persons, RosterPerson("0" * 32, "张三", "379999")])


def _one_for_another(body: Roster) -> Roster:
    return structs.replace(body, persons=[body.persons[0], body.persons[0]])


def _of_another_terminal(body: Roster) -> Roster:
    return structs.replace(body, terminal="379999999999")


def _of_another_drive(body: Roster) -> Roster:
    return structs.replace(body, drive="village-b")


def _past(body: Roster) -> Roster:
    return structs.replace(body, expires=int(datetime.now(UTC).timestamp() * 1000) - 1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_without_one, "complete"),
        (_with_one_more, "complete"),
        (_one_for_another, "complete"),
        (_of_another_terminal, "terminal"),
        (_of_another_drive, "drive"),
        (_past, "expired"),
        (lambda _body: b"{}", "form of the roster"),
    ],
)
def test_the_centre_s_own_word_about_something_else_is_not_taken(
    field: Field,
    authority: Authority,
    fresh: Fresh,
    change: Callable[[Roster], Roster | bytes],
    problem: str,
) -> None:
    field.begin(fresh(2))
    before, good = roster.persons(field.records, DRIVE), told(field)
    bad = signed(authority, change(body_of(good)), good.version + 1)
    with pytest.raises(CentreError, match=problem) as refused:
        roster.fetch(field.records, Scripted(bad), DRIVE)
    assert refused.value.fault is CentreFault.SNAPSHOT_REFUSED
    assert roster.persons(field.records, DRIVE) == before


def test_what_the_centre_did_not_sign_so_is_not_taken(field: Field, authority: Authority, fresh: Fresh) -> None:
    field.begin(fresh(2))
    good = told(field)
    body = body_of(good)
    renamed = signed(authority, body, good.version + 1, name="roster-village-b")
    swapped = chain.to_text(msgspec.json.encode(_with_one_more(body)))
    for bad in (
        structs.replace(good, version=good.version + 1),
        structs.replace(good, body=swapped),
        structs.replace(good, key_id="content-00000000"),
        renamed,
    ):
        with pytest.raises(CentreError) as refused:
            roster.fetch(field.records, Scripted(bad), DRIVE)
        assert refused.value.fault is CentreFault.ANSWER_INVALID
    assert roster.fetch(field.records, Scripted(good), DRIVE) == 2  # the same once more


def test_an_older_one_is_not_taken(field: Field, authority: Authority, fresh: Fresh) -> None:
    field.begin(fresh(2))
    good = told(field)
    newer = signed(authority, structs.replace(body_of(good), expires=body_of(good).expires - 1), good.version + 5)
    assert roster.fetch(field.records, Scripted(newer), DRIVE) == 2
    with pytest.raises(StoreError) as older:
        roster.fetch(field.records, Scripted(good), DRIVE)
    assert older.value.fault is StoreFault.MIRROR_OLDER


def test_it_is_of_no_use_past_its_end_and_goes(field: Field, authority: Authority, fresh: Fresh) -> None:
    field.begin(fresh(1))
    good = told(field)
    assert field.records.sync.once(30).error is None
    soon = int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000)
    ending = signed(authority, structs.replace(body_of(good), expires=soon), good.version + 1)
    assert roster.fetch(field.records, Scripted(ending), DRIVE) == 1
    keeper = Housekeeper(field.records.store)
    keeper.round()
    assert names(field) == [f"roster-{DRIVE}"]
    two_hours = "UPDATE offline SET counted = counted + 7200000"  # of the monotonic clock: the wall's says nothing
    assert field.records.store.do(lambda db: db.execute(two_hours)) == 1
    with pytest.raises(TerminalError) as past:
        roster.persons(field.records, DRIVE)
    assert past.value.fault is TerminalFault.ROSTER_ABSENT
    keeper.round()
    assert names(field) == []
