"""Where everything stands that a terminal was trusted with, for :mod:`tests.sync.hands`; and how it all ends.

Where an operation stands is one set for each place: the store, the copies beside it, each medium, the stick, the
centre. Only a step by which people destroy a place (an older copy over a file that is gone, an image put back by hand,
a centre restored) makes anything "lost", and only what stood in no other place. A wipe, a restore that lays aside, a
second copy written anew, a new life destroy nothing, whatever they do to files: for that the product answers. (A wipe
may believe the signed word of a centre that was restored since: see ``believed``.)
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize

from offline_cache import aside
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Operation, State
from offline_cache.rotation import keys_of
from offline_cache.salvage import salvage
from terminal.centre.enrolment import enrol
from terminal.clock import SystemClock
from terminal.medium import write_salvaged
from terminal.membership import join, key_port
from terminal.model.operations import WITHDRAWAL, Withdrawal
from terminal.records import Records, open_records
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError
from terminal.sandbox.person import Person
from terminal.settings import prepare_data, store_path
from tests.support.disks import other_disk
from tests.sync.support import RECORDED_AT, hex_id
from tests.terminal.own import joined

NOTHING_NEW = {
    StoreFault.STORE_OLDER,
    StoreFault.HISTORY_FORKED,
    StoreFault.STORE_BEHIND,
    StoreFault.JOURNAL_BEHIND,
    StoreFault.TERMINAL_REFUSED,
}
"""Why a store takes nothing in: an older copy, one that has parted from the centre, one that the centre refuses."""
WAITS = (State.PENDING, State.PARKED)
CLOCK = SystemClock()
Ids = frozenset[bytes]


@dataclass(frozen=True)
class Copy:
    """Of the store: :param key: which data key opens it; :param life: of its log, :param last: of its numbers."""

    file: Path
    key: int
    life: int
    last: int
    here: Ids
    beside: Ids = frozenset()


@dataclass(frozen=True)
class Centre:
    """What a backup of the centre has. :param life: that is open; :param sure: see :meth:`Standing.sure`."""

    has: Ids
    life: int
    sure: int
    missing: bool


class Standing(RuleBasedStateMachine):
    """One terminal, its centre and the list. :param tally: what really happened, over all orders."""

    centre: SandboxCentre
    people: list[Person]
    """With cards that are not cancelled: a change for one of those is a case."""
    tally: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hands-"))
        found = other_disk(self.folder)
        self.tally["without_a_second_disk"] += found is None
        self.stick = None if found is None else Path(tempfile.mkdtemp(dir=found, prefix="hands-"))
        self.files = itertools.count()
        self.settings = joined(
            self.centre, self.folder / "data", sync_splay=0.0, second_copy=str(self.stick) if self.stick else ""
        )
        self.path, self.keys = store_path(self.settings), key_port(self.settings)
        self.numbers: set[tuple[int, int]] = set()
        self.owed: dict[bytes, str] = {}
        """With the card of each."""
        self.withdrawn: set[bytes] = set()
        self.lost: Ids = frozenset()
        self.here: Ids = frozenset()
        self.beside: Ids = frozenset()
        self.on_stick: dict[Path, Ids] = {}
        self.media: dict[Path, Ids] = {}
        self.acknowledged: Ids = frozenset()
        self.handed_in: Ids = frozenset()
        self.believed: Ids = frozenset()
        """What a centre that has forgotten since once acknowledged."""
        self.copies: list[Copy] = []
        self.images: list[Copy] = []
        self.key, self.life, self.missing = 0, 1, False
        self.of_centre: Centre | None = None
        self.arrived = 1
        self.gone = False
        self.last_exported = 0
        self.open()

    # --- the program --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        self.records: Records = open_records(self.settings, CLOCK, join(self.settings, CLOCK))
        self.number = self.records.identity.terminal

    def new_file(self) -> Path:
        return self.folder / f"file-{next(self.files)}"

    @contextmanager
    def closed(self) -> Iterator[None]:
        self.records.close()
        try:
            yield
        finally:
            self.open()

    # --- where something stands ---------------------------------------------------------------------------------------

    def waiting(self) -> Ids:
        """What of the store goes on a medium with its body."""
        return frozenset(one.op_id for one in self.records.outbox.listed([State.PENDING], most=1000)) & self.here

    def at_the_centre(self) -> Ids:
        """By its signed word to a terminal that agreed with it; by its effects; and by what was handed in."""
        effects = self.centre.control.effects()
        return self.acknowledged | self.handed_in | {one for one in self.owed if effects.get(one.hex().upper())}

    def anywhere(self) -> Ids:
        return self.here.union(self.beside, *self.media.values(), *self.on_stick.values(), self.at_the_centre())

    @contextmanager
    def destroys(self) -> Iterator[None]:
        before = self.anywhere()
        yield
        gone = before - self.anywhere()
        self.lost |= gone
        self.tally["destroyed_with_every_copy"] += len(gone)

    def sure(self) -> int:
        """The latest life that the centre gives to nobody again: something of it has arrived."""
        return min(self.arrived, self.life)

    def forgets(self, life: int, at_centre: int) -> bool:
        """Whether neither a store of that life nor the centre would know of all lives that bore numbers."""
        return max(life, at_centre) < max((epoch for epoch, _ in self.numbers), default=1)

    # --- business -----------------------------------------------------------------------------------------------------

    def numbered(self, operation: Operation) -> None:
        number = (operation.epoch, operation.seq)
        assert number not in self.numbers, "a number of a paper is given a second time"
        self.numbers.add(number)

    def parked(self) -> list[Operation]:
        found = self.records.outbox.listed([State.PARKED], most=1000)
        return [one for one in found if one.resolved_by is None]

    def returned(self, one: Operation) -> bool:
        """Whether it could be put back: not where its life is over, then a person settles it by a new one."""
        try:
            self.records.outbox.retry(one.op_id, "by-hand", "1001")
        except StoreError as error:
            assert error.fault is StoreFault.MOVE_REFUSED, error
            return False
        self.tally["put_back"] += 1
        return True

    def taken_back(self, one: Operation) -> None:
        body = Withdrawal(
            card_id=self.owed[one.op_id],
            operator="1001",
            recorded_at=RECORDED_AT,
            authenticated=True,
            refers_to=hex_id(one),
        )
        draft = self.records.sealer().draft(
            WITHDRAWAL, body, subject=one.subject, summary={"what": "test"}, refers_to=one.op_id
        )
        try:
            self.numbered(self.records.outbox.resolve(one.op_id, draft, "withdrawn", operator="1001"))
        except StoreError as error:
            assert error.fault in NOTHING_NEW, error
        else:
            self.withdrawn.add(one.op_id)
            self.tally["withdrawn"] += 1

    # --- the centre and its people ------------------------------------------------------------------------------------

    def agree(self) -> None:
        """The centre's people, where they were asked."""
        with suppress(SandboxError):
            self.life = self.centre.control.agree(self.number)
            self.tally["new_lives"] += 1

    def find(self) -> None:
        if not self.missing:
            return
        self.centre.control.find(self.number)
        self.missing = False
        self.tally["lost_and_found"] += 1
        self.new_certificate()

    def new_certificate(self) -> None:
        if self.missing:
            return  # nobody gives one before it is found
        with self.closed():
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
        self.tally["new_certificates"] += 1

    def hand(self, file: Path) -> None:
        self.centre.control.take_in(file)

    def cases(self) -> list[str]:
        listed = self.centre.control.salvaged().items()
        return [case for case, told in listed if told.split()[0] == self.number]

    # --- copies -------------------------------------------------------------------------------------------------------

    def copy_of(self, file: Path, beside: Ids = frozenset()) -> Copy:
        life, last, *_ = self.records.outbox.tip()
        return Copy(file, self.key, life, last, self.here, beside)

    # --- the end ------------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "records"):
            return
        try:
            self.settle()
            effects = self.centre.control.effects()
            counted = {one: effects.get(one.hex().upper(), 0) for one in self.owed}
            twice = {one for one, count in counted.items() if count > 1}
            excused = self.lost | self.withdrawn | self.set_aside()
            never = {one for one, count in counted.items() if count == 0} - excused
            self.tally["took_effect"] += sum(map(bool, counted.values()))
            self.tally["lost_or_doubled"] += len(twice | never)
            assert not twice, f"took effect twice: {len(twice)}"
            assert not never, f"took no effect, and was not destroyed: {len(never)}"
        finally:
            self.records.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.stick is not None:
                shutil.rmtree(self.stick, ignore_errors=True)

    def salvaged(self, copy: Path) -> Path | None:
        """What can be read of it, on a medium."""
        found = salvage(copy, keys_of(self.keys), self.records.identity.origin, self.folder)
        if not found.operations:
            return None
        file = self.new_file()
        write_salvaged(found, self.records.identity, file)
        return file

    def set_aside(self) -> set[bytes]:
        """What people have set aside in a copy beside the store: there it stays, and no medium has it."""
        held = (aside.held(copy, keys_of(self.keys)) for copy in aside.copies_of(self.path))
        return {one for copy in held if copy for one, state in copy.unsent.items() if state == State.PARKED.value}

    def settle(self) -> None:
        """Everything that lies about is handed in, whoever is lost is found, and whoever is asked says yes."""
        if self.missing:
            self.find()
        for one in self.parked():
            self.returned(one)
        for file in (*self.media, *(sorted(self.stick.iterdir()) if self.stick else ())):
            self.hand(file)
        for copy in aside.copies_of(self.path):
            if (file := self.salvaged(copy)) is not None:
                self.hand(file)
        self.send_all()
        for case in self.cases():
            with suppress(SandboxError):  # what was set aside has a place there, and no body
                self.centre.control.accept(case)
                self.tally["cases_accepted"] += 1
        for one in self.parked():
            if not self.returned(one) and one.op_id in self.owed:
                self.taken_back(one)
        self.send_all()

    def send_all(self) -> None:
        for _ in range(6):
            status = self.records.sync.once(20)
            if not (status.waiting or status.received or status.stopped):
                return
            if self.records.outbox.refusal() is not None:
                self.new_certificate()
            self.agree()
        raise AssertionError(status)
