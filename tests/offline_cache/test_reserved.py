"""Reserved numbers: at most once, never after they expired, across crashes and older copies; leases with tokens."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from offline_cache.backup import Owner, back_up, restore
from offline_cache.caps import OfflineTime
from offline_cache.chain import Origin
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry, Journal
from offline_cache.leases import EndDrive, Lease, Leases
from offline_cache.operations import new_op_id
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.reserved import STRIDE, Block, GiveBack, Number, Reserve, Use
from offline_cache.room import Limits
from offline_cache.store import Store
from tests.offline_cache.outbox_contract import grant
from tests.offline_cache.support import CHOSEN, Wall, create, draft, fault_of, keys, place, reopen
from tests.support.machines import play

both = pytest.mark.usefixtures("both_suites")
TINY = Limits(warn=0, stop=0, ballast=4096)
DAY = 86_400_000


def block(number: int, first: int, last: int, expires: int, origin: Origin | None = None) -> Block:
    """A block as the centre signs it."""
    plain = Block(f"block-{number}", "slip", first, last, number, expires, b"", "content-1")
    return replace(plain, signature=CHOSEN.suite.sign(CHOSEN.signing, plain.statement(origin or CHOSEN.origin)))


def lease(subject: bytes, token: int, until: int, drive: str = "drive-1") -> Lease:
    plain = Lease(subject, drive, token, until, b"", "content-1")
    return replace(plain, signature=CHOSEN.suite.sign(CHOSEN.signing, plain.statement(CHOSEN.origin)))


def record(store: Store, number: Number) -> None:
    op_id = new_op_id()
    Outbox(store).record(draft(op_id=op_id), reserve=[Use(number, op_id)])


def ms(wall: Wall) -> int:
    return int(wall.now().timestamp() * 1000)


@both
def test_a_number_goes_with_its_operation_or_not_at_all(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        assert fault_of(lambda: reserve.next("slip")) is StoreFault.NUMBERS_OUT
        one = block(1, 100, 102, ms(wall) + DAY)
        reserve.take(one, CHOSEN.public)
        reserve.take(one, CHOSEN.public)
        first = reserve.next("slip")
        assert (first.number, first.token, reserve.left("slip")) == (100, 1, 3)
        with pytest.raises(StoreError):
            Outbox(store).record(draft(refers_to=new_op_id()), reserve=[Use(first, new_op_id())])
        assert reserve.next("slip") == first  # nothing was recorded
        record(store, first)
        assert fault_of(lambda: record(store, first)) is StoreFault.NUMBERS_OUT
        record(store, reserve.next("slip"))
        record(store, reserve.next("slip"))
        assert fault_of(lambda: reserve.next("slip")) is StoreFault.NUMBERS_OUT
        assert verify(store).good
        assert fault_of(lambda: store.do(lambda db: db.execute("DELETE FROM numbered"))) is StoreFault.STORE_DAMAGED
        back = "UPDATE block SET next = 101"
        assert fault_of(lambda: store.do(lambda db: db.execute(back))) is StoreFault.STORE_DAMAGED


def test_an_older_copy_from_before_the_block_goes_on_behind_the_mark(tmp_path: Path) -> None:
    wall = Wall()
    create(tmp_path, wall).close()
    older = place(tmp_path).read_bytes()
    one = block(1, 100, 140, ms(wall) + DAY)
    with reopen(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        reserve.take(one, CHOSEN.public)
        record(store, reserve.next("slip"))
        record(store, reserve.next("slip"))
        reserve.close()
    place(tmp_path).write_bytes(older)
    with reopen(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        reserve.take(one, CHOSEN.public)
        assert reserve.next("slip").number == 102
        assert verify(store).good


@both
def test_only_what_the_centre_signed_for_this_terminal_is_taken(tmp_path: Path) -> None:
    wall = Wall()
    until = ms(wall) + DAY
    with create(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        reserve.take(block(2, 100, 199, until), CHOSEN.public)
        other = Origin("sandbox", "379999000002")
        bad = [
            replace(block(3, 200, 299, until), last=999),
            replace(block(3, 200, 299, until), expires=until + DAY),
            block(3, 200, 299, until, other),
            block(1, 200, 299, until),  # an older token
            block(3, 150, 299, until),  # inside the one that is here
            block(2, 300, 399, until),  # another block of the same name
            block(3, 300, 299, until),
        ]
        for one in bad:
            assert fault_of(lambda: reserve.take(one, CHOSEN.public)) is StoreFault.RESERVE_INVALID  # noqa: B023
        assert fault_of(lambda: reserve.take(block(3, 200, 299, until), bytes(32))) is StoreFault.RESERVE_INVALID
        assert reserve.left("slip") == 100


@both
def test_a_clock_that_is_set_back_does_not_stretch_a_block(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        reserve.take(block(1, 1, 9, ms(wall) + DAY), CHOSEN.public)
        leases = Leases(store)
        leases.lend([lease(b"holder", 1, ms(wall) + DAY)], CHOSEN.public)
        wall.move(hours=23)
        record(store, reserve.next("slip"))
        wall.move(hours=2)
        assert fault_of(lambda: reserve.next("slip")) is StoreFault.NUMBERS_OUT
        assert leases.find(b"holder") is None
        assert leases.fence(b"holder") == 1  # past its end it is carried all the same: the centre judges
        wall.move(days=-400)
        reserve.next("slip")  # not used since: the store has seen hour 23 only
        wall.move(days=400, hours=1)
        assert reserve.left("slip") == 0


@both
def test_what_was_written_or_counted_since_keeps_an_old_block_closed(tmp_path: Path) -> None:
    wall, passed = Wall(), [0.0]
    with create(tmp_path, wall) as store:
        reserve, leases = Reserve(store, keys(tmp_path)), Leases(store)
        reserve.take(block(1, 1, 9, ms(wall) + DAY), CHOSEN.public)
        leases.lend([lease(b"holder", 1, ms(wall) + DAY)], CHOSEN.public)
        counted = OfflineTime(store, lambda: passed[0])
        for _ in range(23):  # whatever the clock on the wall says meanwhile
            passed[0] += 3600
            counted.tick()
        record(store, reserve.next("slip"))
        passed[0] += 7200
        counted.tick()
        assert fault_of(lambda: reserve.next("slip")) is StoreFault.NUMBERS_OUT
        assert (leases.find(b"holder"), leases.subjects("drive-1"), reserve.left("slip")) == (None, [], 0)


@both
def test_a_line_of_a_later_day_keeps_an_old_block_closed(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve, leases = Reserve(store, keys(tmp_path)), Leases(store)
        reserve.take(block(1, 1, 9, ms(wall) + DAY), CHOSEN.public)
        leases.lend([lease(b"holder", 1, ms(wall) + DAY)], CHOSEN.public)
        wall.move(days=3)
        Outbox(store).record(draft())
        wall.move(days=-3)
        assert fault_of(lambda: reserve.next("slip")) is StoreFault.NUMBERS_OUT
        assert leases.find(b"holder") is None


@both
def test_a_number_of_a_later_day_keeps_an_old_block_closed_behind_any_number_of_lines(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve, leases, journal = Reserve(store, keys(tmp_path)), Leases(store), Journal(store)
        for one in (block(1, 1, 9, ms(wall) + DAY), block(2, 11, 19, ms(wall) + 30 * DAY)):
            reserve.take(one, CHOSEN.public)
        leases.lend([lease(b"holder", 1, ms(wall) + DAY)], CHOSEN.public)
        wall.move(days=3)
        record(store, reserve.next("slip"))
        wall.move(days=-3)
        for _ in range(150):  # the time that lines tell is that of the last hundred
            journal.write(Entry("signed-out", {"operator": "1001"}))
        assert (reserve.next("slip").number, reserve.left("slip")) == (12, 8)
        assert (leases.find(b"holder"), leases.subjects("drive-1")) == (None, [])


def lent(leases: Leases, subject: bytes) -> Lease:
    found = leases.find(subject)
    assert found is not None
    return found


def end_drive(store: Store, drive: str, token: int) -> None:
    Outbox(store).record(draft(kind="drive-return"), reserve=[EndDrive(drive, token)])


@both
def test_a_lease_ends_with_its_drive_and_a_newer_token_wins(tmp_path: Path) -> None:
    wall = Wall()
    until = ms(wall) + DAY
    with create(tmp_path, wall) as store:
        leases = Leases(store)
        leases.lend([lease(b"a", 5, until), lease(b"b", 5, until)], CHOSEN.public)
        assert lent(leases, b"a").token == 5
        assert leases.find(b"c") is None
        assert leases.fence(b"c") is None
        older = lambda: leases.lend([lease(b"c", 6, until), lease(b"a", 4, until)], CHOSEN.public)  # noqa: E731
        assert fault_of(older) is StoreFault.RESERVE_INVALID
        assert leases.find(b"c") is None  # all or none
        forged = replace(lease(b"c", 6, until), until=until + DAY)
        assert fault_of(lambda: leases.lend([forged], CHOSEN.public)) is StoreFault.RESERVE_INVALID
        leases.lend([lease(b"late", 9, until)], CHOSEN.public)
        end_drive(store, "drive-1", 5)
        assert leases.find(b"a") is None
        assert leases.fence(b"a") is None
        assert lent(leases, b"late").token == 9  # taken since, and not named
        leases.lend([lease(b"a", 5, until)], CHOSEN.public)  # the old lease again does not begin anew
        assert leases.find(b"a") is None
        leases.lend([lease(b"a", 7, until, "drive-2")], CHOSEN.public)
        assert lent(leases, b"a").drive == "drive-2"


@both
@pytest.mark.parametrize(("longer", "drive"), [(DAY, "drive-1"), (-1, "drive-1"), (0, "drive-2")])
def test_a_token_is_one_lease_whatever_is_signed_for_it_later(tmp_path: Path, longer: int, drive: str) -> None:
    """Two leases under one token would leave the order of what was recorded under them undecided."""
    wall = Wall()
    until = ms(wall) + DAY
    with create(tmp_path, wall) as store:
        leases = Leases(store)
        first = lease(b"a", 5, until)
        leases.lend([first], CHOSEN.public)
        again = lease(b"a", 5, until + longer, drive)
        assert fault_of(lambda: leases.lend([again], CHOSEN.public)) is StoreFault.RESERVE_INVALID
        assert lent(leases, b"a") == first
        leases.lend([lease(b"a", 5, until)], CHOSEN.public)  # the very same is no news


@both
def test_what_is_left_goes_back_with_the_operation_that_says_so(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        for one in (block(1, 100, 102, ms(wall) + DAY), block(2, 200, 202, ms(wall) + DAY)):
            reserve.take(one, CHOSEN.public)
        record(store, reserve.next("slip"))
        rest = reserve.returning("slip")
        assert rest == [GiveBack("block-1", 101), GiveBack("block-2", 200)]
        wrong = [GiveBack("block-1", 102)]
        assert fault_of(lambda: Outbox(store).record(draft(), reserve=wrong)) is StoreFault.NUMBERS_OUT
        Outbox(store).record(draft(), reserve=rest)
        assert fault_of(lambda: reserve.next("slip")) is StoreFault.NUMBERS_OUT
        assert fault_of(lambda: Outbox(store).record(draft(), reserve=rest)) is StoreFault.NUMBERS_OUT
        assert (reserve.returning("slip"), reserve.left("slip")) == ([], 0)
        assert verify(store).good


@both
@pytest.mark.parametrize("hours", [-48, 0, 48])
def test_whether_a_drive_has_numbers_is_a_matter_of_order_and_not_of_the_clock(tmp_path: Path, hours: int) -> None:
    """However the clock was set between: a person who was lent before they went back has none left, one who is lent
    later needs none."""
    wall = Wall()
    until = ms(wall) + 30 * DAY
    with create(tmp_path, wall) as store:
        reserve, leases = Reserve(store, keys(tmp_path)), Leases(store)
        reserve.take(block(1, 100, 102, until), CHOSEN.public)
        before, later = lease(b"before", 1, until, "slip"), lease(b"later", 2, until, "slip")
        leases.lend([before], CHOSEN.public)
        wall.move(hours=hours)
        Outbox(store).record(draft(), reserve=reserve.returning("slip"))
        assert reserve.counts(before)
        wall.move(hours=hours)
        leases.lend([later], CHOSEN.public)
        assert (reserve.counts(before), reserve.counts(later)) == (True, False)
        assert verify(store).good


@both
@pytest.mark.parametrize("hours", [-48, 0, 48])
def test_after_a_restore_a_drive_with_numbers_stays_one_whatever_the_clock_says(tmp_path: Path, hours: int) -> None:
    wall = Wall()
    until = ms(wall) + 30 * DAY
    one = lease(b"holder", 1, until, "slip")
    with create(tmp_path, wall) as store:
        Reserve(store, keys(tmp_path)).take(block(1, 100, 102, until), CHOSEN.public)
        Leases(store).lend([one], CHOSEN.public)
        back_up(store, tmp_path / "medium.db")
    wall.move(hours=hours)
    restore(tmp_path / "medium.db", place(tmp_path), keys(tmp_path), Owner("sandbox"), now=wall.now)
    with reopen(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        assert (reserve.left("slip"), reserve.counts(one)) == (0, True)


@both
def test_a_crash_before_it_is_said_leaves_nothing_to_use(tmp_path: Path) -> None:
    """The other order would let an older copy use what the centre was told to be free."""
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        reserve.take(block(1, 100, 102, ms(wall) + DAY), CHOSEN.public)
        assert reserve.returning("slip")
    with reopen(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        assert (reserve.left("slip"), reserve.returning("slip")) == (0, [])
        reserve.take(block(2, 200, 202, ms(wall) + DAY), CHOSEN.public)
        assert reserve.next("slip").number == 200


class ReserveMachine(RuleBasedStateMachine):
    """The model: the numbers that were printed, those that went back, and when each block expires."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="numbers-"))
        self.medium = self.folder.with_name(self.folder.name + "-medium.db")
        self.wall = Wall()
        create(self.folder, self.wall, TINY).close()
        self.printed: list[int] = []
        self.expires: dict[int, int] = {}
        self.gone: set[int] = set()
        self.blocks = 0
        self.image: dict[Path, bytes] = {}
        self._open()

    def _open(self) -> None:
        self.store = reopen(self.folder, self.wall, TINY)
        self.reserve = Reserve(self.store, keys(self.folder))

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)
        self.medium.unlink(missing_ok=True)

    @rule(size=st.integers(1, 40), days=st.integers(1, 60))
    def take(self, size: int, days: int) -> None:
        number, first = self.blocks + 1, 1000 * (self.blocks + 1)
        until = ms(self.wall) + days * DAY
        self.reserve.take(block(number, first, first + size - 1, until), CHOSEN.public)
        self.blocks = number
        self.expires |= dict.fromkeys(range(first, first + size), until)

    @rule(times=st.integers(1, 20))
    def use(self, times: int) -> None:
        for _ in range(times):
            try:
                number = self.reserve.next("slip")
            except StoreError as error:
                assert error.fault is StoreFault.NUMBERS_OUT
                assert self.reserve.left("slip") == 0
                return
            record(self.store, number)
            self.printed.append(number.number)
            assert self.expires[number.number] > ms(self.wall)

    @precondition(lambda self: self.blocks)
    @rule(recorded=st.booleans())
    def give_back(self, recorded: bool) -> None:
        """:param recorded: or the machine fails just before."""
        rest = self.reserve.returning("slip")
        for one in rest:
            block_last = 1000 * (one.first // 1000) + 999
            self.gone |= set(range(one.first, block_last + 1))
        if rest and recorded:
            Outbox(self.store).record(draft(), reserve=rest)
        elif rest:
            self.store.close()
            self._open()
        assert self.reserve.left("slip") == 0

    @rule(hours=st.integers(-2000, 2000))
    def set_the_clock(self, hours: int) -> None:
        if abs((self.wall.now() + timedelta(hours=hours)).year - 2026) < 3:
            self.wall.move(hours=hours)

    @rule(how=st.sampled_from(["clean", "close", "crash"]))
    def start_again(self, how: str) -> None:
        image = self._files()
        if how == "clean":
            self.reserve.close()
        self.store.close()
        if how == "crash":
            self._put(image)
        self._open()

    @rule()
    def keep_a_copy(self) -> None:
        """Somebody copies the files of the store, while it is closed, and keeps them."""
        self.store.close()
        self.image = self._files()
        self._open()

    @precondition(lambda self: self.image)
    @rule(clean=st.booleans())
    def put_the_copy_back(self, clean: bool) -> None:
        """The file alone is put back, as any tool could: the marks stand elsewhere."""
        if clean:
            self.reserve.close()
        self.store.close()
        self._put(self.image)
        self._open()

    @rule()
    def back_up(self) -> None:
        self.medium.unlink(missing_ok=True)
        back_up(self.store, self.medium)

    @precondition(lambda self: self.medium.exists())
    @rule()
    def restore(self) -> None:
        self.store.close()
        owner, now = Owner("sandbox"), self.wall.now
        done = restore(self.medium, place(self.folder), keys(self.folder), owner, now=now, leave_unsent=True)
        self._open()
        outbox = Outbox(self.store)
        assert done.older == (outbox.fork() is not None)
        if done.older:
            outbox.begin_epoch(grant(outbox.tip()[0] + 1), {})
        assert self.reserve.left("slip") == 0

    def _files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.folder.iterdir() if path.name.startswith("store.db")}

    def _put(self, image: dict[Path, bytes]) -> None:
        for path in self.folder.iterdir():
            if path.name.startswith("store.db"):
                path.unlink()
        for path, content in image.items():
            path.write_bytes(content)
            path.chmod(0o600)

    @invariant()
    def every_number_was_printed_once(self) -> None:
        assert len(self.printed) == len(set(self.printed))

    @invariant()
    def what_went_back_was_never_printed(self) -> None:
        assert self.gone.isdisjoint(self.printed)


@both
def test_a_crash_skips_no_more_than_a_stride_and_a_clean_end_skips_nothing(tmp_path: Path) -> None:
    wall = Wall()
    with create(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        reserve.take(block(1, 1, 99, ms(wall) + DAY), CHOSEN.public)
        for _ in range(3):
            record(store, reserve.next("slip"))
        reserve.close()
    with reopen(tmp_path, wall) as store:
        reserve = Reserve(store, keys(tmp_path))
        assert reserve.left("slip") == 96
        record(store, reserve.next("slip"))
    with reopen(tmp_path, wall) as store:  # as after a crash: nobody set the mark
        assert 95 - STRIDE < Reserve(store, keys(tmp_path)).left("slip") < 95


PARTS, EACH = {"quick": (1, 50), "full": (5, 500)}.get(os.environ.get("SSC_PROOF", ""), (1, 8))


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_any_order_of_events(part: int) -> None:
    play(ReserveMachine, "numbers", part, PARTS, EACH)
