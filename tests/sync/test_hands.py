"""What people do with a terminal's copies, media, keys and certificates, in any order, against a real store and a real
centre: what was confirmed takes effect once, or its only copy was destroyed; no number of a paper is given twice.

The promise is kept by the whole (store, commands' parts, media, the centre's counter), so nothing here is a model but
the list of who was promised what. At the end everything that lies about is handed in.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from offline_cache import aside, exported
from offline_cache.backup import Owner, back_up, restore
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Operation, State
from offline_cache.rotation import keys_of, rotate
from offline_cache.salvage import salvage
from offline_cache.wiping import refuse_unsent
from terminal.centre.contract import ApplicationState
from terminal.centre.enrolment import enrol
from terminal.clock import SystemClock
from terminal.medium import write_medium, write_salvaged
from terminal.membership import join, key_port
from terminal.model.operations import CONTACT_CHANGE
from terminal.records import Records, open_records, wipe_store
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.second_copy import SecondCopy
from terminal.settings import prepare_data, store_path
from tests.support.machines import play
from tests.sync.support import contact_change, hex_id
from tests.terminal.own import joined

pytestmark = pytest.mark.expects_log

NOTHING_NEW = {
    StoreFault.STORE_OLDER,
    StoreFault.HISTORY_FORKED,
    StoreFault.STORE_BEHIND,
    StoreFault.JOURNAL_BEHIND,
}
"""Why an older copy, or one that has parted from the centre, takes nothing in."""
CLOCK = SystemClock()
WHICH = st.integers(0, 5)
NEXT_PERSON = itertools.count()
"""Each operation of a terminal is about another holder: none waits for another's end."""


class HandsMachine(RuleBasedStateMachine):
    """The model: which operations stand in the store, in which copy and on which medium; and which are owed: all that
    were confirmed, but for those whose every copy was destroyed.
    """

    centre: SandboxCentre
    people: list[Person]
    """With cards that are not cancelled: a change for one of those is a case."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hands-"))
        self.stick = Path(tempfile.mkdtemp(dir="/dev/shm", prefix="hands-"))
        self.files = itertools.count()
        self.settings = joined(self.centre, self.folder / "data", sync_splay=0.0, second_copy=str(self.stick))
        self.path, self.keys = store_path(self.settings), key_port(self.settings)
        self.numbers: set[tuple[int, int]] = set()
        self.owed: dict[bytes, Operation] = {}
        self.lost: set[bytes] = set()
        self.here: set[bytes] = set()
        self.carried: set[bytes] = set()
        self.backups: dict[Path, set[bytes]] = {}
        self.media: list[Path] = []
        self.last_exported = 0
        self.open()

    # --- the program ------------------------------------------------------------------------------------------------

    def open(self) -> None:
        self.records: Records = open_records(self.settings, CLOCK, join(self.settings, CLOCK))
        self.number = self.records.identity.terminal

    def new_file(self) -> Path:
        return self.folder / f"file-{next(self.files)}"

    def at_the_centre(self) -> set[bytes]:
        """What the centre has by its own signed word."""
        waits = (State.PENDING, State.PARKED)
        return {one.op_id for one in self.records.outbox.listed(most=1000) if one.state not in waits}

    # --- people -----------------------------------------------------------------------------------------------------

    @rule(times=st.integers(1, 3))
    def take_in_business(self, times: int) -> None:
        for _ in range(times):
            body = contact_change(self.people[next(NEXT_PERSON) % len(self.people)])
            subject = self.records.subject(bytes.fromhex(body.card_id))
            draft = self.records.sealer().draft(CONTACT_CHANGE, body, subject=subject, summary={"what": "test"})
            try:
                (operation,) = self.records.outbox.record(draft)
            except StoreError as error:
                assert error.fault in NOTHING_NEW, error
                return
            number = (operation.epoch, operation.seq)
            assert number not in self.numbers, "a number of a paper is given a second time"
            self.numbers.add(number)
            self.owed[operation.op_id] = operation
            self.here.add(operation.op_id)

    @rule()
    def send(self) -> None:
        self.records.sync.once(20)

    @rule()
    def agree(self) -> None:
        """The centre's people, where they were asked."""
        with suppress(SandboxError):
            self.centre.control.agree(self.number)

    @rule()
    def end_and_start(self) -> None:
        self.records.close()
        self.open()

    @rule()
    def export(self) -> None:
        file, outbox = self.new_file(), self.records.outbox
        done = write_medium(outbox, Blobs(self.records.store), self.records.identity, file)
        self.records.journal.write(exported.line(done.operations, outbox.tip()[0], done.first, done.last, "1001"))
        self.media.append(file)
        self.last_exported = done.last
        self.carried |= self.here

    @rule()
    def copy_to_the_stick(self) -> None:
        try:
            SecondCopy(self.records, self.settings, CLOCK.monotonic).write()
        except StoreError as error:
            assert error.fault in NOTHING_NEW, error
        else:
            self.carried |= self.here

    @precondition(lambda self: self.media)
    @rule(which=WHICH)
    def hand_in(self, which: int) -> None:
        self.centre.control.take_in(self.media[which % len(self.media)])

    @rule()
    def back_up(self) -> None:
        file = self.new_file()
        back_up(self.records.store, file, "1001")
        self.backups[file] = set(self.here)

    @precondition(lambda self: self.backups)
    @rule(which=WHICH, file_gone=st.booleans(), meant=st.booleans())
    def restore(self, which: int, file_gone: bool, meant: bool) -> None:
        copy = [*self.backups][which % len(self.backups)]
        arrived = self.at_the_centre()
        self.records.close()
        if file_gone:
            for file in self.path.parent.glob("terminal.db*"):
                file.unlink()
        owner = Owner(self.settings.environment, self.number)
        try:
            restore(copy, self.path, self.keys, owner, now=CLOCK.now, operator="1001", leave_unsent=meant)
        except StoreError as error:
            assert error.fault is StoreFault.RESTORE_REFUSED, error
            assert not meant
        else:
            if file_gone:
                self.lost |= self.here - self.backups[copy] - self.carried - arrived
            else:
                self.carried |= self.here  # it lies beside the store
            self.here = set(self.backups[copy])
        self.open()

    @rule()
    def new_key(self) -> None:
        self.records.close()
        rotate(self.path, self.keys, CLOCK.now, "1001")
        self.backups.clear()  # they open no more
        self.open()

    @rule()
    def wipe(self) -> None:
        store = self.records.store
        with suppress(StoreError):
            refuse_unsent(store, self.keys, 0)
            return self._wiped()
        with suppress(StoreError):
            refuse_unsent(store, self.keys, self.last_exported)
            return self._wiped()

    def _wiped(self) -> None:
        wipe_store(self.settings, self.records)
        self.here = set()
        self.backups.clear()
        self.open()

    @rule()
    def new_certificate(self) -> None:
        self.records.close()
        enrol(
            prepare_data(self.settings),
            self.centre.url,
            self.centre.control.new_code(renews=self.number),
            self.centre.authority,
            environment=self.settings.environment,
            keys=self.keys,
            now=CLOCK.now,
            replace=True,
            renews=self.number,
        )
        self.open()

    # --- the end ----------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "records"):
            return
        try:
            self._hand_everything_in()
            effects = self.centre.control.effects()
            counted = {op_id: effects.get(hex_id(one), 0) for op_id, one in self.owed.items()}
            twice = {op_id for op_id, count in counted.items() if count > 1}
            never = {op_id for op_id, count in counted.items() if count == 0} - self.lost
            assert (twice, never) == (set(), set())
        finally:
            self.records.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.rmtree(self.stick, ignore_errors=True)

    def _hand_everything_in(self) -> None:
        control = self.centre.control
        for file in (*self.media, *sorted(self.stick.iterdir())):
            control.take_in(file)
        for copy in aside.copies_of(self.path):
            found = salvage(copy, keys_of(self.keys), self.records.identity.origin, self.folder)
            if found.operations:
                file = self.new_file()
                write_salvaged(found, self.records.identity, file)
                control.take_in(file)
        for _ in range(4):
            status = self.records.sync.once(20)
            if status.clear and not status.received:
                break
            self.agree()
        assert status.clear, status
        for case, told in control.salvaged().items():
            if told.split()[0] == self.number:
                control.accept(case)
        self.records.sync.once(20)


PARTS, EACH = {"quick": (1, 20), "full": (8, 60)}.get(os.environ.get("SSC_PROOF", ""), (1, 4))


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_people_do_what_was_confirmed_takes_effect_once(
    part: int, centre: SandboxCentre, population: Population
) -> None:
    HandsMachine.centre = centre
    HandsMachine.people = [one for one in population.people if one.card.state is not ApplicationState.CANCELLED]
    play(HandsMachine, "hands", part, PARTS, EACH)
