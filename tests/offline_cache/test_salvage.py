"""A page is gone, any page: what is read is true, and what is not read is told."""

from __future__ import annotations

import os
import random
from pathlib import Path

from offline_cache.chain import Origin
from offline_cache.database import connect
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
    connection = connect(place(tmp_path), keys_of(keys(tmp_path))[0])
    for statement in (
        "DROP TRIGGER operation_stays",
        "UPDATE operation SET sealed = x'00' WHERE seq = 2",
        "UPDATE operation SET kind = 'withdrawal' WHERE seq = 4",
    ):
        connection.execute(statement)
    connection.close(True)
    found = read(tmp_path)
    assert (found.operations, found.bodies) == (4, (Span(1, 2, 2),))
    assert [(run.from_seq, len(run.operations)) for run in found.runs] == [(1, 3), (4, 1)]
