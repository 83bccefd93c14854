"""The machine behind :mod:`tests.sync.test_hands`: what people do with a terminal's copies, media, keys and
certificates, on a real store and with a real centre. Nothing here is a model but the list of who was promised what
(:mod:`tests.sync.standing`).
"""

from __future__ import annotations

import itertools
import shutil
from contextlib import nullcontext as nothing
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from offline_cache import aside, exported
from offline_cache.backup import Owner, Restored, back_up, restore
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry
from offline_cache.operations import State
from offline_cache.rotation import keys_of, rotate
from offline_cache.wiping import refuse_unsent
from terminal.medium import write_medium
from terminal.model.operations import CONTACT_CHANGE
from terminal.records import wipe_store
from terminal.sandbox.errors import SandboxError
from terminal.second_copy import SecondCopy, file_of
from tests.sync.standing import CLOCK, NOTHING_NEW, WAITS, Centre, Copy, Standing
from tests.sync.support import contact_change

MAY_NOT_WIPE = {
    StoreFault.WIPE_REFUSED,
    StoreFault.WIPE_PARKED,
    StoreFault.EXPORT_UNKNOWN,
    StoreFault.COPY_UNSENT,
}
WHICH, NONE = st.tuples(st.integers(0, 5)), st.tuples()
STEPS: dict[str, tuple[int, st.SearchStrategy[tuple[Any, ...]]]] = {
    "take_in_business": (5, st.tuples(st.integers(1, 3))),
    "park": (3, WHICH),
    "put_back": (2, WHICH),
    "withdraw": (3, WHICH),
    "send": (3, NONE),
    "agree": (3, NONE),
    "end_and_start": (1, NONE),
    "kill_and_start": (1, NONE),
    "back_up_the_centre": (2, NONE),
    "restore_the_centre": (2, NONE),
    "lose": (1, NONE),
    "find": (3, NONE),
    "new_certificate": (1, NONE),
    "export": (2, NONE),
    "copy_to_the_stick": (2, NONE),
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
}
"""What people and machines do: how often it is drawn, and with what."""
DRAWN = st.sampled_from([name for name, (times, _) in STEPS.items() for _ in range(times)]).flatmap(
    lambda name: st.tuples(st.just(name), STEPS[name][1])
)
"""Not a rule for each: of those Hypothesis leaves many out of each order, and few things here happen alone."""
NEXT_PERSON = itertools.count()
"""Each operation of a terminal is about another holder: none waits for another's end."""


class HandsMachine(Standing):
    """Its steps."""

    @rule(drawn=DRAWN)
    def step(self, drawn: tuple[str, tuple[Any, ...]]) -> None:
        name, how = drawn
        getattr(self, name)(*how)

    # --- business ---------------------------------------------------------------------------------------------------

    def take_in_business(self, times: int) -> None:
        for _ in range(times):
            body = contact_change(self.people[next(NEXT_PERSON) % len(self.people)])
            subject = self.records.subject(bytes.fromhex(body.card_id))
            draft = self.records.sealer().draft(CONTACT_CHANGE, body, subject=subject, summary={"what": "test"})
            try:
                (operation,) = self.records.outbox.record(draft)
            except StoreError as error:
                assert error.fault in NOTHING_NEW, error
                self.tally["refused_while_halted"] += 1
                return
            self.numbered(operation)
            self.owed[operation.op_id] = body.card_id
            self.here |= {operation.op_id}
            self.tally["taken_in"] += 1

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

    def send(self) -> None:
        status = self.records.sync.once(20)
        if not (status.waiting or status.stopped):
            listed = self.records.outbox.listed(most=1000)
            self.acknowledged |= {one.op_id for one in listed if one.state not in WAITS} & self.owed.keys()
            self.tally["sent"] += 1
            life, last, *_ = self.records.outbox.tip()
            self.arrived = life if last else self.arrived

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

    def back_up_the_centre(self) -> None:
        self.centre.control.backup()
        self.of_centre = Centre(self.at_the_centre(), self.life, self.sure(), self.missing)

    def restore_the_centre(self) -> None:
        if self.of_centre is None:
            return
        if self.gone and self.forgets(self.records.outbox.tip()[0], self.of_centre.sure):
            return  # of a life of a store that is gone the centre forgets as well: nobody is left who knew of it
        with self.destroys():
            self.centre.control.restore()
            self.believed |= self.acknowledged - self.of_centre.has
            self.acknowledged = self.handed_in = self.of_centre.has
            self.life, self.arrived, self.missing = self.of_centre.life, self.of_centre.sure, self.of_centre.missing
        self.tally["centre_restored"] += 1

    def lose(self) -> None:
        self.centre.control.lose(self.number)
        self.missing = True

    # --- media ------------------------------------------------------------------------------------------------------

    def export(self) -> None:
        file, outbox, stands = self.new_file(), self.records.outbox, self.waiting()
        done = write_medium(outbox, Blobs(self.records.store), self.records.identity, file)
        self.records.journal.write(exported.line(done.operations, outbox.tip()[0], done.first, done.last, "1001"))
        self.media[file] = stands
        self.last_exported = done.last
        self.tally["exported"] += 1

    def copy_to_the_stick(self) -> None:
        if not self.stick:
            return
        file, stands = file_of(self.settings, self.records), self.waiting()
        before = {*self.stick.iterdir()}
        try:
            SecondCopy(self.records, self.settings, CLOCK.monotonic).write()
        except StoreError as error:
            assert error.fault in NOTHING_NEW, error
            self.tally["second_copies_refused"] += 1
            return
        for kept in {*self.stick.iterdir()} - before - {file}:  # what was there and is not of this history
            self.on_stick[kept] = self.on_stick.get(file, frozenset())
        self.on_stick[file] = stands
        self.tally["second_copies"] += 1

    def hand_in(self, which: int) -> None:
        if not self.media:
            return
        file = [*self.media][which % len(self.media)]
        self.hand(file)
        self.handed_in |= self.media[file]
        self.tally["media_handed_in"] += 1

    def hand_in_the_stick(self) -> None:
        if not self.on_stick:
            return
        for file in sorted(self.stick.iterdir()) if self.stick else ():
            self.hand(file)
        self.handed_in = self.handed_in.union(*self.on_stick.values())
        self.tally["sticks_handed_in"] += 1

    def hand_in_the_disk(self) -> None:
        with self.closed():
            self.centre.control.take_in_disk(self.settings.data)
        self.handed_in |= self.here
        self.tally["disks_handed_in"] += 1

    def accept_a_case(self, which: int) -> None:
        if cases := self.cases():
            with suppress(SandboxError):  # what was set aside has a place there, and no body
                self.centre.control.accept(cases[which % len(cases)])
                self.tally["cases_accepted"] += 1

    # --- copies and keys --------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        file = self.new_file()
        back_up(self.records.store, file, "1001")
        self.copies.append(self.copy_of(file))

    def usable(self) -> list[Copy]:
        """Which the key opens that is here."""
        return [one for one in self.copies if one.key == self.key]

    def restore(self, which: int, file_gone: bool, meant: bool) -> None:
        """:param meant: where it is refused, people say that they mean it."""
        if not self.usable():
            return
        copy = self.usable()[which % len(self.usable())]
        self.gone |= file_gone
        with self.destroys() if file_gone else nothing(), self.closed():
            if file_gone:
                for file in self.path.parent.glob("terminal.db*"):
                    file.unlink()
            done = self._restored(copy, leave_unsent=False) or (meant and self._restored(copy, leave_unsent=True))
            if not done:
                return
            if not file_gone:
                self.beside |= self.here
            self.here = copy.here
        self.tally["restored"] += 1
        self.tally["restored_over_nothing"] += file_gone
        self.tally["older_by_a_restore"] += done.older

    def _restored(self, copy: Copy, *, leave_unsent: bool) -> Restored | None:
        owner = Owner(self.settings.environment, self.number)
        try:
            return restore(
                copy.file, self.path, self.keys, owner, now=CLOCK.now, operator="1001", leave_unsent=leave_unsent
            )
        except StoreError as error:
            assert error.fault is StoreFault.RESTORE_REFUSED, error
            assert not leave_unsent
            self.tally["restores_refused"] += 1
            return None

    def lose_the_disk(self, with_a_medium: bool) -> None:
        """The last backup goes on a new one; what was exported since is handed in when its life is closed."""
        self.back_up()
        self.take_in_business(1)
        if with_a_medium:
            self.export()
        self.restore(len(self.usable()) - 1, file_gone=True, meant=True)
        self.send()
        self.agree()
        self.send()
        if with_a_medium:
            self.hand_in(len(self.media) - 1)
            self.accept_a_case(0)

    def leave_work_behind(self) -> None:
        """And fetch it from the copy that was laid aside."""
        self.back_up()
        self.take_in_business(1)
        self.restore(len(self.usable()) - 1, file_gone=False, meant=True)
        self.salvage_a_copy(-1)

    def salvage_a_copy(self, which: int) -> None:
        """As ``store salvage --from`` does."""
        if not (copies := aside.copies_of(self.path)):
            return
        copy = copies[which % len(copies)]
        held = aside.held(copy, keys_of(self.keys))
        if held is not None and (file := self.salvaged(copy)) is not None:
            self.media[file] = frozenset(held.unsent)
            told: dict[str, str | int | bool] = {"what": aside.SALVAGE, "of": copy.name, "count": 1, "operator": "1001"}
            self.records.journal.write(Entry("exported", told))
            self.tally["copies_salvaged"] += 1

    def image(self) -> None:
        """Of store and keys, as of the whole machine."""
        file, copy = self.new_file(), self.copy_of(self.folder, self.beside)
        with self.closed():
            shutil.copytree(self.folder / "data", file)
        self.images.append(replace(copy, file=file))

    def put_back_an_image(self, which: int) -> None:
        """By hand: nothing here tells the store. The numbers that were given since it was made may come again."""
        if not self.images:
            return
        image = self.images[which % len(self.images)]
        with self.destroys(), self.closed():
            shutil.rmtree(self.folder / "data")
            shutil.copytree(image.file, self.folder / "data")
            self.here, self.beside, self.key = image.here, image.beside, image.key
        known = max(image.life, self.sure())
        unknown = {(life, n) for life, n in self.numbers if (life == image.life and n > image.last) or life > known}
        self.numbers -= unknown
        self.gone = True
        self.tally["images_put_back"] += 1

    def new_key(self) -> None:
        with self.closed():
            rotate(self.path, self.keys, CLOCK.now, "1001")
        self.key = next(self.files)
        self.tally["new_keys"] += 1

    def wipe(self) -> None:
        """Of a store that may be wiped as it is, or else by what the last medium has."""
        if any(map(self._may_wipe, (0, self.last_exported))):
            self._wiped()

    def _may_wipe(self, medium: int) -> bool:
        try:
            refuse_unsent(self.records.store, self.keys, medium)
        except StoreError as error:
            assert error.fault in MAY_NOT_WIPE, error
            self.tally["wipes_refused"] += 1
            return False
        return True

    def _wiped(self) -> None:
        before = self.anywhere()
        wipe_store(self.settings, self.records)
        self.here = self.beside = frozenset()
        self.key = next(self.files)
        self.open()
        self.lost |= (before - self.anywhere()) & self.believed
        self.tally["wiped"] += 1
