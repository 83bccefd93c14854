"""Where everything stands that a terminal was trusted with, for :mod:`tests.sync.hands`; and how it all ends.

Where an operation or a photo stands is one set for each place: the store, the copies beside it, each medium and stick,
the centre. Only a step by which people destroy a place (an older copy over a file that is gone, an image put back by
hand, a machine that is lost, a centre restored) makes anything "lost", and only what stood in no other place. A wipe, a
restore that lays aside, a second copy written anew, a new life destroy nothing, whatever they do to files: for that the
product answers. (A wipe may believe the signed word of a centre that was restored since: see ``believed``.)
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize

from offline_cache import aside
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Operation, State
from offline_cache.rotation import keys_of
from offline_cache.salvage import salvage
from terminal.clock import SystemClock
from terminal.medium import write_salvaged
from terminal.membership import join, key_port
from terminal.model.operations import WITHDRAWAL, Withdrawal
from terminal.records import Records, open_records
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError
from terminal.sandbox.person import Person
from terminal.second_copy import SecondCopy
from terminal.settings import Settings, store_path
from tests.support.disks import other_disk
from tests.sync.places import Centre, Copy, Ids, Register, contents, last_of
from tests.sync.support import RECORDED_AT, hex_id
from tests.terminal.own import joined, renewed

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


class Standing(RuleBasedStateMachine):
    """One terminal, its centre and the list. :param tally: what really happened, over all orders."""

    centre: SandboxCentre
    people: list[Person]
    """With cards that are not cancelled: a change for one of those is a case."""
    tally: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.of_centre = Centre()
        """What the last backup of the centre has: the first is from before the terminal joined."""
        self.centre.control.backup()
        self.folder = Path(tempfile.mkdtemp(prefix="hands-"))
        found = other_disk(self.folder)
        self.tally["without_a_second_disk"] += found is None
        self.stick = None if found is None else Path(tempfile.mkdtemp(dir=found, prefix="hands-"))
        self.files = itertools.count()
        self.numbers: set[tuple[str, int, int]] = set()
        self.owed: dict[bytes, str] = {}
        """With the card of each."""
        self.photos: dict[bytes, bytes] = {}
        """With the operation of each."""
        self.withdrawn: set[bytes] = set()
        self.lost: Ids = frozenset()
        self.here: Ids = frozenset()
        self.beside: Ids = frozenset()
        self.elsewhere: Ids = frozenset()
        """In the stores of other machines, which nobody loses."""
        self.others: list[Settings] = []
        self.drawer: list[Path] = []
        """The sticks that are not in the machine."""
        self.media: list[Path] = []
        self.acknowledged: Ids = frozenset()
        self.handed_in: Ids = frozenset()
        self.believed: Ids = frozenset()
        """What a centre that has forgotten since once acknowledged."""
        self.wiped: Ids = frozenset()
        """What a wipe left to the centre alone."""
        self.copies: list[Copy] = []
        self.images: list[Copy] = []
        self.registers: dict[str, Register] = {}
        self.key = 0
        self.gone = False
        self.last_exported = 0
        self.passed = 0.0
        self.use(
            joined(self.centre, self.folder / "data", sync_splay=0.0, second_copy=str(self.stick) if self.stick else "")
        )

    # --- the program --------------------------------------------------------------------------------------------------

    def use(self, settings: Settings) -> None:
        """The machine with these."""
        self.settings, self.path, self.keys = settings, store_path(settings), key_port(settings)
        self.open()

    def open(self) -> None:
        self.records: Records = open_records(self.settings, CLOCK, join(self.settings, CLOCK))
        self.number = self.records.identity.terminal
        self.registers.setdefault(self.number, Register())
        self.copying = SecondCopy(self.records, self.settings, lambda: CLOCK.monotonic() + self.passed)

    @property
    def register(self) -> Register:
        """What the centre knows of the number that the machine has now."""
        return self.registers[self.number]

    def note(self, register: Register) -> None:
        self.registers[self.number] = register

    @contextmanager
    def at(self, other: Settings) -> Iterator[None]:
        """Another machine, for a while."""
        self.records.close()
        ours = self.settings
        self.use(other)
        try:
            yield
        finally:
            self.records.close()
            self.use(ours)

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
        """What of the store goes on a medium: with its body, and each photo that the centre has not."""
        operations = {one.op_id for one in self.records.outbox.listed([State.PENDING], most=1000)}
        photos = {one.digest for one in Blobs(self.records.store).not_there()}
        return frozenset(operations | photos) & self.here

    def owing(self) -> Ids:
        """What the store says of itself that it owes, and the copies beside it of what the store has not sent since."""
        held = (aside.held(copy, keys_of(self.keys)) for copy in aside.copies_of(self.path))
        beside = frozenset[bytes]().union(*(copy.unsent for copy in held if copy))
        sent = {one.op_id for one in self.records.outbox.listed(most=1000) if one.state not in WAITS}
        return self.waiting().union((one.op_id for one in self.parked()), beside - sent)

    def has_arrived(self) -> Ids:
        """What of the store the centre has, by its signed word."""
        listed = self.records.outbox.listed(most=1000)
        sent = {one.op_id for one in listed if one.state not in WAITS}
        absent = {one.digest for one in Blobs(self.records.store).not_there()}
        photos = {photo for photo, operation in self.photos.items() if operation in sent and photo not in absent}
        return frozenset(sent & self.owed.keys() | photos) & (self.here | self.elsewhere)

    def at_the_centre(self) -> Ids:
        """By its signed word to a terminal that agreed with it; by its effects; and by what was handed in."""
        effects, photos = self.centre.control.effects(), self.centre.control.blobs() if self.photos else {}
        took = {one for one in self.owed if effects.get(one.hex().upper())}
        whole = {one for one in self.photos if one.hex().upper() in photos}
        return self.acknowledged | self.handed_in | took | whole

    def on_sticks(self) -> Ids:
        """On the one that is in the machine, and on those in the drawer."""
        sticks = [*self.drawer, self.stick] if self.stick else self.drawer
        return frozenset[bytes]().union(*(contents(file) for stick in sticks for file in stick.iterdir()))

    def told_by_the_stick(self) -> tuple[int, int]:
        """How far this number went, life and last place, by what stands on the stick that is in the machine."""
        found = (last_of(file, self.number) for file in (self.stick.iterdir() if self.stick else ()))
        return max(found, default=(0, 0))

    def anywhere(self) -> Ids:
        places = (self.beside, self.elsewhere, *map(contents, self.media), self.on_sticks(), self.at_the_centre())
        return self.here.union(*places) & (self.owed.keys() | self.photos.keys())

    @contextmanager
    def destroys(self, why: str) -> Iterator[None]:
        before = self.anywhere()
        yield
        gone = before - self.anywhere()
        self.lost |= gone
        self.tally[f"destroyed_{why}"] += len(gone)

    def forgets(self, life: int, at_centre: int) -> bool:
        """Whether neither a store of that life nor the centre would know of all lives that bore numbers."""
        lives = (epoch for number, epoch, _ in self.numbers if number == self.number)
        return max(life, at_centre) < max(lives, default=1)

    # --- business -----------------------------------------------------------------------------------------------------

    def numbered(self, operation: Operation) -> None:
        number = (self.number, operation.epoch, operation.seq)
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
            self.note(replace(self.register, life=self.centre.control.agree(self.number)))
            self.tally["new_lives"] += 1

    def find(self) -> None:
        if not self.register.missing:
            return
        self.centre.control.find(self.number)
        self.note(replace(self.register, missing=False))
        self.tally["lost_and_found"] += 1
        self.new_certificate()

    def new_certificate(self) -> None:
        if self.register.missing:
            return  # nobody gives one before it is found
        if not self.register.enrolled:
            self.records.sync.once(20)  # people are told of a terminal that the centre does not know
            self.note(replace(self.register, enrolled=True))
            self.tally["renewed_of_a_forgotten_number"] += 1
        with self.closed():
            renewed(self.centre, self.settings, self.number)
        self.tally["new_certificates"] += 1

    def hand(self, file: Path) -> None:
        self.centre.control.take_in(file)

    def hand_in_the_disk(self) -> None:
        with self.closed():
            self.centre.control.take_in_disk(self.settings.data)
        self.handed_in |= self.here | self.beside
        self.tally["disks_handed_in"] += 1

    def cases(self) -> list[str]:
        listed = self.centre.control.salvaged().items()
        return [case for case, told in listed if told.split()[0] in self.registers]

    # --- copies -------------------------------------------------------------------------------------------------------

    def copy_of(self, file: Path, beside: Ids = frozenset()) -> Copy:
        life, last, *_ = self.records.outbox.tip()
        return Copy(file, self.key, self.number, life, last, self.here, beside)

    # --- the end ------------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "records"):
            return
        try:
            self.settle()
            effects = self.centre.control.effects()
            counted = {one: effects.get(one.hex().upper(), 0) for one in self.owed}
            twice = {one for one, count in counted.items() if count > 1}
            without = {self.photos[photo] for photo in self.lost & self.photos.keys()}
            excused = self.lost | without | self.withdrawn | self.set_aside()
            never = {one for one, count in counted.items() if count == 0} - excused
            self.tally["took_effect"] += sum(map(bool, counted.values()))
            self.tally["lost_or_doubled"] += len(twice | never)
            assert not twice, f"took effect twice: {len(twice)}"
            assert not never, f"took no effect, and was not destroyed: {len(never)}"
        finally:
            self.records.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            for stick in (*self.drawer, *([self.stick] if self.stick else ())):
                shutil.rmtree(stick, ignore_errors=True)

    def salvaged(self, copy: Path) -> Path | None:
        """What can be read of it, on a medium; of another number's nothing is written under ours."""
        try:
            found = salvage(copy, keys_of(self.keys), self.records.identity.origin, self.folder)
        except StoreError as error:
            assert error.fault is StoreFault.COPY_FOREIGN, error
            self.tally["copies_of_another_number"] += 1
            return None
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
        if self.register.missing:
            self.find()
        for one in self.parked():
            self.returned(one)
        sticks = (*self.drawer, *([self.stick] if self.stick else ()))
        for file in (*self.media, *(file for stick in sticks for file in sorted(stick.iterdir()))):
            self.hand(file)
        foreign = self.tally["copies_of_another_number"]
        for copy in aside.copies_of(self.path):
            if (file := self.salvaged(copy)) is not None:
                self.hand(file)
        if self.tally["copies_of_another_number"] > foreign:
            self.hand_in_the_disk()
        self.send_all()
        for other in self.others:
            with self.at(other):
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
            if not (status.waiting or status.received or status.stopped or status.photos.count):
                return
            if self.records.outbox.refusal() is not None:
                self.new_certificate()
            self.agree()
        raise AssertionError(status)
