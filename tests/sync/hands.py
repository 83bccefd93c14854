"""The machine behind :mod:`tests.sync.test_hands`: what people do with a terminal's copies, media, keys and
certificates, on a real store and with a real centre. Nothing here is a model but the list of who was promised what
(:mod:`tests.sync.standing`).
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from offline_cache.errors import StoreError
from offline_cache.operations import State
from tests.sync.hands_joining import Joining

WHICH, NONE = st.tuples(st.integers(0, 5)), st.tuples()
STEPS: dict[str, tuple[int, st.SearchStrategy[tuple[Any, ...]]]] = {
    "take_in_business": (5, st.tuples(st.integers(1, 3))),
    "take_in_a_photo": (4, NONE),
    "park": (3, WHICH),
    "put_back": (2, WHICH),
    "withdraw": (3, WHICH),
    "send": (3, NONE),
    "send_over_a_thin_link": (3, NONE),
    "agree": (3, NONE),
    "end_and_start": (1, NONE),
    "kill_and_start": (1, NONE),
    "back_up_the_centre": (2, NONE),
    "restore_the_centre": (2, NONE),
    "lose": (1, NONE),
    "find": (3, NONE),
    "new_certificate": (1, NONE),
    "another_joins": (1, st.tuples(st.booleans())),
    "join_anew": (1, st.tuples(st.booleans(), st.booleans())),
    "export": (2, NONE),
    "copy_to_the_stick": (2, NONE),
    "time_passes": (3, NONE),
    "change_sticks": (2, WHICH),
    "sticks_in_turn": (1, NONE),
    "a_photo_stays_behind": (1, st.tuples(st.booleans())),
    "asked_for_again": (1, st.tuples(st.booleans())),
    "hand_in": (3, WHICH),
    "hand_in_the_stick": (2, NONE),
    "hand_in_the_disk": (1, NONE),
    "accept_a_case": (3, WHICH),
    "back_up": (4, NONE),
    "restore": (5, st.tuples(st.integers(0, 5), st.booleans(), st.booleans())),
    "lose_the_disk": (2, st.tuples(st.booleans())),
    "leave_work_behind": (2, NONE),
    "salvage_a_copy": (3, WHICH),
    "image": (2, NONE),
    "put_back_an_image": (3, WHICH),
    "new_key": (1, NONE),
    "wipe": (1, NONE),
    "wipe_by_an_old_word": (1, st.tuples(st.booleans())),
}
"""What people and machines do: how often it is drawn, and with what."""
DRAWN = st.sampled_from([name for name, (times, _) in STEPS.items() for _ in range(times)]).flatmap(
    lambda name: st.tuples(st.just(name), STEPS[name][1])
)
"""Not a rule for each: of those Hypothesis leaves many out of each order, and few things here happen alone."""


class HandsMachine(Joining):
    """Its steps."""

    @rule(drawn=DRAWN)
    def step(self, drawn: tuple[str, tuple[Any, ...]]) -> None:
        name, how = drawn
        getattr(self, name)(*how)

    # --- business ---------------------------------------------------------------------------------------------------

    def park(self, which: int) -> None:
        waiting = [one.op_id for one in self.records.outbox.listed([State.PENDING]) if one.op_id in self.here]
        if not waiting:
            return
        one = waiting[which % len(waiting)]
        with suppress(StoreError):  # one that is carried over
            self.records.outbox.park(one, "by-hand", "1001")
            self.tally["parked"] += 1

    def put_back(self, which: int) -> None:
        if parked := self.parked():
            self.returned(parked[which % len(parked)])

    def withdraw(self, which: int) -> None:
        """Where nothing is set aside something is first."""
        if not self.parked():
            self.park(which)
        if parked := [one for one in self.parked() if one.op_id in self.owed]:
            self.taken_back(parked[which % len(parked)])

    # --- the program and the centre ---------------------------------------------------------------------------------

    def end_and_start(self) -> None:
        with self.closed():
            pass

    def kill_and_start(self) -> None:
        """What lies on the disk while the program runs is all that the next one finds."""
        left, data = self.new_file(), self.folder / "data"
        shutil.copytree(data, left)
        with self.closed():
            shutil.rmtree(data)
            left.rename(data)
        self.tally["kills"] += 1
