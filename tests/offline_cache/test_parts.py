"""Card writes, journal, mirror and what is kept by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offline_cache.errors import StoreFault
from offline_cache.intents import Begin, End, Ending, Intents
from offline_cache.journal import EVENTS, Entry, Journal
from offline_cache.kept import Kept
from offline_cache.mirror import Document, Mirror
from offline_cache.operations import Operation
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.store import Store
from tests.offline_cache.support import create, draft, fault_of, reopen

CARD = b"keyed hash of a card"

pytestmark = pytest.mark.usefixtures("both_suites_in_proof")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create(tmp_path) as store:
        yield store
    with reopen(tmp_path) as store:
        assert verify(store).trouble == ""


def begin(store: Store, card: bytes = CARD, kind: str = "card-pin-change") -> Operation:
    one = draft(kind=f"{kind}.begun")
    return Outbox(store).record(one, intents=[Begin(one.op_id, card, {"expects": "new"})])[0]


def end(store: Store, begun: bytes, ending: Ending, kind: str = "card-pin-change", **who: Any) -> Operation:  # noqa: ANN401 - fields of End
    one = draft(kind=f"{kind}.{ending.value}", refers_to=begun)
    return Outbox(store).record(one, intents=[End(begun, one.op_id, ending, **who)])[0]


# --- card writes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", list(Ending))
@pytest.mark.parametrize("who", [{"proof": b"proof"}, {"operator": "1001", "reviewer": "1002"}])
def test_a_card_write_has_one_beginning_and_one_end(store: Store, ending: Ending, who: dict[str, Any]) -> None:
    intents = Intents(store)
    begun = begin(store)
    doubtful = intents.of_card(CARD)
    assert doubtful is not None
    assert (doubtful.begun, doubtful.kind, doubtful.plan) == (begun.op_id, "card-pin-change.begun", {"expects": "new"})
    assert intents.doubtful() == [doubtful]
    end(store, begun.op_id, ending, **who)
    assert intents.doubtful() == []
    assert intents.of_card(CARD) is None
    assert intents.find(begun.op_id) == replace(doubtful, ending=ending)
    for again in Ending:
        assert fault_of(lambda: end(store, begun.op_id, again, **who)) is StoreFault.INTENT_ENDED  # noqa: B023
    begin(store)  # the next write of the same card


def test_a_doubtful_card_is_settled_before_it_is_written_again(store: Store, tmp_path: Path) -> None:
    begun = begin(store)
    assert fault_of(lambda: begin(store)) is StoreFault.CARD_DOUBTFUL
    other = begin(store, b"another card")
    assert len(Outbox(store).listed()) == 2
    store.close()
    with reopen(tmp_path) as again:
        assert [one.begun for one in Intents(again).doubtful()] == [begun.op_id, other.op_id]


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"operator": "1001"},
        {"reviewer": "1001"},
        {"operator": "1001", "reviewer": "1001"},
        {"proof": b"", "operator": "1001"},
    ],
)
def test_without_proof_two_different_people_decide(store: Store, who: dict[str, Any]) -> None:
    begun = begin(store)
    assert fault_of(lambda: end(store, begun.op_id, Ending.UNDONE, **who)) is StoreFault.TWO_PEOPLE
    assert len(Intents(store).doubtful()) == 1
    assert len(Outbox(store).listed()) == 1


def test_beginnings_and_ends_that_do_not_belong_together_are_refused(store: Store) -> None:
    begun = begin(store)
    outbox = Outbox(store)
    proof: dict[str, Any] = {"proof": b"proof"}
    other = lambda: end(store, begun.op_id, Ending.DONE, kind="card-unblock", **proof)  # noqa: E731
    assert fault_of(other) is StoreFault.ENTRY_REFUSED
    loose = draft(kind="card-pin-change.done", refers_to=begun.op_id)
    assert fault_of(lambda: outbox.record(loose)) is StoreFault.ENTRY_REFUSED
    wrong = End(begun.op_id, loose.op_id, Ending.UNDONE, proof=b"proof")
    assert fault_of(lambda: outbox.record(loose, intents=[wrong])) is StoreFault.ENTRY_REFUSED
    plain = draft()
    assert fault_of(lambda: outbox.record(plain, intents=[Begin(plain.op_id, CARD)])) is StoreFault.ENTRY_REFUSED
    assert fault_of(lambda: outbox.record(intents=[Begin(plain.op_id, CARD)])) is StoreFault.ENTRY_REFUSED
    (alone,) = outbox.record(plain)
    assert fault_of(lambda: end(store, alone.op_id, Ending.DONE, **proof)) is StoreFault.ENTRY_REFUSED
    assert len(outbox.listed()) == 2


# --- journal ----------------------------------------------------------------------------------------------------------


def test_lines_are_numbered_chained_and_exported(store: Store) -> None:
    journal = Journal(store)
    journal.write(Entry("signed-in", {"operator": "1001", "role": "teller", "way": "password"}))
    (one,) = Outbox(store).record(draft(), journal=[Entry("reviewed", {"operator": "1001", "reviewer": "1002"})])
    journal.write(Entry("printed", {"paper": "slip", "number": "1", "again": False}, one.op_id))
    lines = [json.loads(line) for line in journal.export()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["what"] for line in lines] == ["store-created", "signed-in", "recorded", "reviewed", "printed"]
    assert lines[-1]["op_id"] == one.op_id.hex()
    assert (lines[-1]["n"], lines[-1]["head"]) == (journal.tip()[0], journal.tip()[1].hex())
    batch = Outbox(store).batch()
    assert batch is not None
    assert (batch.journal_n, batch.journal_head) == journal.tip()


@pytest.mark.parametrize(
    "entry",
    [
        Entry("anything", {}),
        Entry("signed-in", {"name": "x"}),
        Entry("signed-in", {"operator": "x" * 201}),
    ],
)
def test_only_listed_events_and_fields_come_in(store: Store, entry: Entry) -> None:
    good = Entry("locked", {"reason": "time"})
    assert fault_of(lambda: Journal(store).write(good, entry)) is StoreFault.ENTRY_REFUSED
    assert Journal(store).tip()[0] == 1


def test_no_event_has_room_for_a_person() -> None:
    fields = set().union(*EVENTS.values())
    assert not fields & {"name", "number_of_citizen", "citizen", "phone", "account", "pin", "address"}


# --- mirror -----------------------------------------------------------------------------------------------------------

CATALOGUE = Document("catalogue", 3, 1_000, b"three", b"signature", "content-1")


def test_reference_data_is_replaced_whole_and_never_by_older(store: Store) -> None:
    mirror = Mirror(store)
    assert mirror.get("catalogue") is None
    operators = Document("operators", 1, 900, b"people", b"signature", "content-1", expires=5_000)
    mirror.replace([CATALOGUE, operators])
    assert mirror.get("catalogue") == CATALOGUE
    assert mirror.get("operators") == operators
    for older in (
        replace(CATALOGUE, version=2, as_of=2_000),
        replace(CATALOGUE, body=b"other"),
        replace(CATALOGUE, version=4, as_of=999),
    ):
        assert fault_of(lambda: mirror.replace([replace(operators, version=2), older])) is StoreFault.MIRROR_OLDER  # noqa: B023
        assert mirror.get("operators") == operators
    mirror.replace([replace(CATALOGUE, as_of=3_000)])
    mirror.replace([replace(CATALOGUE, as_of=500)])
    assert mirror.names() == [("catalogue", 3, 3_000), ("operators", 1, 900)]
    newer = replace(CATALOGUE, version=4, as_of=4_000, body=b"four")
    mirror.replace([newer])
    assert mirror.get("catalogue") == newer


@pytest.mark.parametrize("bad", [{"name": "../x"}, {"version": 0}, {"body": bytes((8 << 20) + 1)}])
def test_reference_data_that_is_none_is_refused(store: Store, bad: dict[str, object]) -> None:
    wrong = replace(CATALOGUE, **bad)  # type: ignore[arg-type]
    assert fault_of(lambda: Mirror(store).replace([wrong])) is StoreFault.ENTRY_REFUSED


# --- kept by name -----------------------------------------------------------------------------------------------------


def test_values_by_name(store: Store, tmp_path: Path) -> None:
    kept = Kept(store)
    assert kept.get("ack-key") is None
    kept.put("ack-key", b"one")
    kept.put("ack-key", b"two")
    assert fault_of(lambda: kept.put("Bad Name", b"")) is StoreFault.ENTRY_REFUSED
    assert fault_of(lambda: kept.put("large", bytes((1 << 16) + 1))) is StoreFault.ENTRY_REFUSED
    assert fault_of(lambda: Outbox(store).outcomes([], ("Bad Feed", "1"))) is StoreFault.ENTRY_REFUSED
    store.close()
    with reopen(tmp_path) as again:
        assert Kept(again).get("ack-key") == b"two"
