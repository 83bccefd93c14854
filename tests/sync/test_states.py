"""The table of states: what stands on the page is what the program does, and every other move is refused."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

from offline_cache import moves
from offline_cache.database import Db
from offline_cache.errors import StoreFault
from offline_cache.moves import ACKNOWLEDGEMENT, MOVES, PERSON, SENDER, VERDICT
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from tests.offline_cache.support import create, draft, fault_of
from tests.sync.example import PAGE

WHY = (ACKNOWLEDGEMENT, VERDICT, PERSON, SENDER)


def test_the_page_draws_the_table() -> None:
    page = PAGE.read_text("utf-8").split("## States of an operation on the terminal")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| ([\w, ]+) \|$", page, re.MULTILINE)
    drawn = {(State(before), State(after)): frozenset(why.split(", ")) for before, after, why in rows}
    assert drawn == MOVES


def test_every_other_move_is_refused_by_the_store(tmp_path: Path) -> None:
    """All states, all states, all causes, on a real store; the one place where states change says yes or no."""
    with create(tmp_path) as store:
        (operation,) = Outbox(store).record(draft())

        def put(db: Db, state: State) -> None:
            db.execute("UPDATE progress SET state = ? WHERE position = ?", (state.value, operation.position))

        tried = 0
        for before, after, why in product(State, State, WHY):
            store.do(lambda db, state=before: put(db, state))  # type: ignore[misc]

            def step(before: State = before, after: State = after, why: str = why) -> None:
                store.do(lambda db: moves.move(db, 0, operation.position, (before, after), why))

            if why in MOVES.get((before, after), frozenset()):
                step()
                assert Outbox(store).find(operation.op_id).state is after
            else:
                assert fault_of(step) is StoreFault.MOVE_REFUSED
                assert Outbox(store).find(operation.op_id).state is before
            tried += 1
        assert tried == len(State) ** 2 * len(WHY)
