"""A page is gone, any page: what is read is true, and what is not read is told."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from offline_cache.chain import Origin
from offline_cache.database import connect
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from offline_cache.rotation import keys_of
from offline_cache.salvage import Salvage, Span, salvage
from tests.offline_cache.support import IDENTITY, create, draft, keys, place

PAGE = 4096
PART = None if "SSC_PROOF" in os.environ else 8
ORIGIN = Origin(IDENTITY.environment, IDENTITY.terminal)
COUNT = 24
SIZES = (300, 700, 9000)


def read(folder: Path) -> Salvage:
    return salvage(place(folder), keys_of(keys(folder)), ORIGIN, folder)


def covered(spans: tuple[Span, ...]) -> set[int]:
    return {seq for span in spans for seq in range(span.first, span.last + 1)}


def test_any_page_may_go_and_what_is_told_is_true(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        bodies = {}
        for number in range(COUNT):
            (one,) = outbox.record(draft(b"holder-%d" % (number % 3), size=SIZES[number % 3]))
            bodies[one.seq] = one.sealed
        aside = outbox.listed()[3]
        outbox.park(aside.op_id, "set-aside")
        assert outbox.find(aside.op_id).state is State.PARKED
    whole = place(tmp_path).read_bytes()
    pages = list(range(len(whole) // PAGE))
    seen: set[str] = set()
    for page in random.Random(5).sample(pages, PART or len(pages)):  # noqa: S311
        spoiled = bytearray(whole)
        spoiled[page * PAGE + 60] ^= 1
        place(tmp_path).write_bytes(spoiled)
        found = read(tmp_path)
        sent = {one.seq: one.sealed for run in found.runs for one in run.operations}
        unsure = {one.seq: one.sealed for run in found.doubtful for one in run.operations}
        missing, empty = covered(found.missing), covered(found.bodies)
        assert set(sent) | missing == set(bodies), page
        assert not set(sent) & missing
        assert {seq for seq, sealed in sent.items() if sealed is None} == empty | set(unsure) | {aside.seq} - missing
        assert all(sealed in {None, bodies[seq]} for seq, sealed in sent.items())
        assert all(sealed == bodies[seq] for seq, sealed in unsure.items())
        assert aside.seq in set(unsure) | missing | empty
        lost = {"rows": missing, "bodies": empty, "states": set(unsure) - {aside.seq}}
        seen |= {name for name, some in lost.items() if some}
    assert PART or seen == {"rows", "bodies", "states"}


def test_a_body_that_somebody_with_the_key_changed_is_left_out_and_a_changed_place_links_to_nothing(
    tmp_path: Path,
) -> None:
    with create(tmp_path) as store:
        for _ in range(4):
            Outbox(store).record(draft())
    altered(
        tmp_path,
        "DROP TRIGGER operation_stays",
        "UPDATE operation SET sealed = x'00' WHERE seq = 2",
        "UPDATE operation SET kind = 'withdrawal' WHERE seq = 4",
    )
    found = read(tmp_path)
    assert (found.operations, found.bodies) == (4, (Span(1, 2, 2),))
    assert [(run.from_seq, len(run.operations)) for run in found.runs] == [(1, 3), (4, 1)]


def test_a_file_that_opens_says_whose_it_is_and_of_one_that_tells_nothing_nothing_is_handed_on(tmp_path: Path) -> None:
    """What is left in it follows nothing, so no chain tells."""
    with create(tmp_path) as store:
        for _ in range(2):
            Outbox(store).record(draft())
    drops = ("operation_remains", "journal_remains")
    altered(tmp_path, *(f"DROP TRIGGER {one}" for one in drops), "DELETE FROM operation WHERE seq = 1")
    altered(tmp_path, "DELETE FROM journal")
    assert (read(tmp_path).operations, read(tmp_path).origin) == (1, ORIGIN)
    other = Origin(ORIGIN.environment, "another")
    assert refused(tmp_path, other) == ORIGIN.terminal
    altered(tmp_path, "DELETE FROM meta")
    assert [refused(tmp_path, one) for one in (ORIGIN, other)] == ["?", "?"]


def refused(folder: Path, origin: Origin) -> str | int:
    """Whose it is said to be."""
    with pytest.raises(StoreError) as caught:
        salvage(place(folder), keys_of(keys(folder)), origin, folder)
    assert caught.value.fault is StoreFault.COPY_FOREIGN
    return caught.value.values["terminal"]


def altered(folder: Path, *statements: str) -> None:
    """Rows of the closed store."""
    connection = connect(place(folder), keys_of(keys(folder))[0])
    connection.pragma("foreign_keys", 0)
    for statement in statements:
        connection.execute(statement)
    connection.close(True)
