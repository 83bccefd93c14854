"""Persons and numbers for the field: lent by the centre, served off-line, given back; what comes late is a case."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import tip
from offline_cache.backup import Owner, back_up, restore
from offline_cache.drives import standing
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Operation, State
from offline_cache.proof import verify
from terminal import bootstrap
from terminal.clock import SystemClock
from terminal.counter import ContactWish, Left
from terminal.drives.lending import begin, drives, end
from terminal.drives.listing import Listed, parse
from terminal.errors import TerminalError, TerminalFault
from terminal.intake import Counter
from terminal.membership import join, key_port
from terminal.queue_page import line_of
from terminal.records import Records
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.settings import Settings, store_path
from tests.terminal.own import joined
from tests.terminal.test_masks import record_of
from tests.terminal.test_queue_acts import OPERATOR, REVIEWER, act

DRIVE = "village-a"
PHONE = "13912345678"


class Field:
    """One terminal of the outlet with its store open."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.clock = settings, SystemClock()
        self.open()

    def open(self) -> None:
        self.staff = bootstrap.Staff(self.settings, self.clock, lambda: join(self.settings, self.clock))
        self.staff.operator = OPERATOR
        self.records: Records = self.staff.room.open()

    def close(self) -> None:
        self.staff.room.close()

    def begin(self, people: list[Person], numbers: int = 0, drive: str = DRIVE) -> tuple[int, int, tuple[int, ...]]:
        client = join(self.settings, self.clock).client
        listed = [Listed(line, person.card.card_id) for line, person in enumerate(people, 1)]
        done = begin(self.records, client, drive, listed, numbers)
        return done.lent, done.kept, done.elsewhere

    def end(self) -> Operation:
        return end(self.records, self.clock, OPERATOR.number, DRIVE)[1]

    def change(self, person: Person, phone: str = PHONE) -> Left:
        counter = self.staff.counter()
        assert isinstance(counter, Counter)
        return counter.contact_change(record_of(person), ContactWish(phone=phone), REVIEWER)

    def sent(self, left: Left) -> State:
        assert self.records.sync.once(30).error is None
        return self.records.outbox.find(left.operation.op_id).state

    def word(self, left: Left) -> str:
        """What the queue page says that the centre said of it."""
        detail = line_of(self.records, self.records.outbox.find(left.operation.op_id)).detail
        return detail.zh if detail else ""


@pytest.fixture
def field(centre: SandboxCentre, tmp_path: Path) -> Iterator[Field]:
    made = Field(joined(centre, tmp_path / "field", sync_splay=0.0))
    yield made
    made.close()


@pytest.fixture
def other(centre: SandboxCentre, tmp_path: Path) -> Iterator[Field]:
    made = Field(joined(centre, tmp_path / "other", sync_splay=0.0))
    yield made
    made.close()


@pytest.fixture(scope="module")
def population() -> Population:
    return Population()


def test_a_drive_from_its_beginning_to_its_end(
    centre: SandboxCentre, field: Field, other: Field, population: Population
) -> None:
    here, there = population.people[200], population.people[201]
    assert other.begin([there]) == (1, 0, ())
    assert field.begin([here, there], 3) == (1, 0, (2,))  # by the line of the list
    assert field.begin([here], 3) == (0, 1, ())  # begun again, it asks for what is missing: nothing
    (stands,) = drives(field.records)
    assert (stands.drive, stands.persons, stands.past, stands.numbers) == (DRIVE, 1, 0, 3)
    centre.control.fault("down")
    first, second = field.change(here), field.change(here, "13612345678")
    assert [fact.label.zh for fact in first.receipt.facts] == ["手机号码", "批次编号"]
    own = field.records.outbox.find(first.operation.op_id).summary["drive_number"]
    assert first.receipt.facts[1].value == own
    assert own != field.records.outbox.find(second.operation.op_id).summary["drive_number"]
    ended = field.end()
    assert drives(field.records) == []
    with pytest.raises(TerminalError) as unknown:
        field.end()
    assert unknown.value.fault is TerminalFault.DRIVE_UNKNOWN
    ordinary = field.change(here, "13712345678")
    assert "drive_number" not in ordinary.operation.summary
    centre.control.clear()
    assert field.sent(ordinary) is State.APPLIED
    states = [field.records.outbox.find(one.op_id).state for one in (first.operation, second.operation, ended)]
    assert states == [State.APPLIED] * 3
    assert line_of(field.records, field.records.outbox.find(ended.op_id)).actions == ()  # nobody takes a paper of it
    assert verify(field.records.store).good
    assert other.begin([here]) == (1, 0, ())  # it is free again


@pytest.mark.expects_log
def test_what_comes_late_from_an_older_copy_is_a_case_for_people(
    centre: SandboxCentre, field: Field, other: Field, population: Population, tmp_path: Path
) -> None:
    """The whole machine from an image: store and keys. Its number was used since, its person is another terminal's."""
    person, free = population.people[210], population.people[211]
    field.begin([person, free], 3)
    field.close()
    shutil.copytree(field.settings.data, tmp_path / "image")
    field.open()
    assert field.sent(field.change(person)) is State.APPLIED
    field.end()
    assert field.records.sync.once(30).clear
    assert other.begin([person]) == (1, 0, ())

    field.close()
    shutil.rmtree(field.settings.data)
    shutil.copytree(tmp_path / "image", field.settings.data)
    field.open()
    late, twice = field.change(person, "13612345678"), field.change(free, "13712345678")
    number = centre.control.contact(person.card.card_id.hex().upper())["phone"]
    assert field.records.sync.once(30).stopped  # another history: people at the centre agree to a new life
    assert centre.control.agree(field.records.identity.terminal) == 2
    assert [field.sent(late), field.sent(twice)] == [State.CONFLICT] * 2
    assert centre.control.contact(person.card.card_id.hex().upper())["phone"] == number
    assert "另一台终端承办" in field.word(late)
    assert "AJ" in field.word(late)  # the number of the case
    assert field.records.sync.status().people == 2
    ended = field.end()  # its numbers went back before
    corrected = field.change(person, "13812345678")  # under no lease any more: an ordinary counter's
    assert field.sent(corrected) is State.APPLIED
    assert field.records.outbox.find(late.operation.op_id).resolved_by == corrected.operation.op_id
    assert field.records.outbox.find(ended.op_id).state is State.CONFLICT
    act(field.records, ended, "withdraw")
    assert field.records.sync.once(30).people == 1  # the number that was used twice: its operation is carried over
    act(field.records, twice.operation, "withdraw")
    assert field.records.sync.once(30).clear
    assert verify(field.records.store).good


def test_a_store_from_a_backup_of_its_own_gives_no_number_again(field: Field, population: Population) -> None:
    """The keys stay: their mark tells how far the numbers were used, also where the tip lags and finds nothing."""
    person = population.people[220]
    field.begin([person], 40)
    field.close()
    files = [path for path in field.settings.data.rglob("terminal.db*") if path.is_file()]
    image = {path: path.read_bytes() for path in files}
    field.open()
    used = {str(field.change(person).operation.summary["drive_number"]) for _ in range(3)}
    field.close()
    for path, content in image.items():
        path.write_bytes(content)
    tip.forget(key_port(field.settings))
    field.open()
    again = {str(field.change(person).operation.summary["drive_number"]) for _ in range(3)}
    assert len(used | again) == 6


@pytest.mark.expects_log
def test_a_store_that_was_restored_has_no_numbers_until_they_are_filled_up(
    centre: SandboxCentre, field: Field, population: Population, tmp_path: Path
) -> None:
    person = population.people[225]
    field.begin([person], 5)
    back_up(field.records.store, tmp_path / "medium.db")
    used = str(field.change(person).operation.summary["drive_number"])
    field.close()
    owner, keys = Owner("sandbox", field.records.identity.terminal), key_port(field.settings)
    restore(tmp_path / "medium.db", store_path(field.settings), keys, owner, now=field.clock.now, leave_unsent=True)
    field.open()
    older = field.records.outbox.fork()
    assert older is not None
    assert older.fault is StoreFault.STORE_OLDER  # the next would bear the number of one that was given out
    assert field.records.sync.once(30).stopped
    assert centre.control.agree(field.records.identity.terminal) == 2
    assert field.records.sync.once(30).clear
    assert [(one.persons, one.numbers) for one in drives(field.records)] == [(1, 0)]
    with pytest.raises(StoreError) as void:
        field.change(person)
    assert void.value.fault is StoreFault.NUMBERS_OUT
    assert field.begin([person], 5) == (0, 1, ())
    assert str(field.change(person).operation.summary["drive_number"]) != used
    field.end()
    assert "drive_number" not in field.change(person).operation.summary  # nor anything else of the drive
    field.begin([person])
    assert "drive_number" not in field.change(person).operation.summary  # begun anew without numbers


def test_a_drive_whose_numbers_are_used_up_takes_no_more_in(field: Field, population: Population) -> None:
    person = population.people[230]
    field.begin([person], 1)
    field.change(person)
    with pytest.raises(StoreError) as none:
        field.change(person)
    assert none.value.fault is StoreFault.NUMBERS_OUT
    with pytest.raises(StoreError) as early:
        field.staff.counter().require_number(record_of(person))  # before anybody types
    assert early.value.fault is StoreFault.NUMBERS_OUT
    field.staff.counter().require_number(record_of(population.people[231]))  # not lent: needs none
    assert field.begin([person], 1) == (0, 1, ())
    field.change(person)  # filled up again
    assert standing(field.records.store)[0].numbers == 0


def test_to_begin_needs_the_centre_and_leaves_nothing_without_it(
    centre: SandboxCentre, field: Field, population: Population
) -> None:
    centre.control.fault("down")
    with pytest.raises(Exception, match="N1"):
        field.begin([population.people[240]], 3)
    assert drives(field.records) == []


CARD = "379999D15600000512345678AABBCCDD"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f"{CARD}\n{CARD.lower()}\n".encode(), 2),
        (b"# a comment\n\nnonsense\n", 3),
        (b"F" * 32, 1),
        (b"\xff", None),
        (b"#" * ((1 << 20) + 1), None),
    ],
)
def test_a_list_is_taken_whole_or_not_at_all(content: bytes, line: int | None) -> None:
    with pytest.raises(TerminalError) as wrong:
        parse(content)
    assert (wrong.value.fault, wrong.value.values.get("line")) == (TerminalFault.CARD_LIST, line)


def test_a_list_may_have_comments_and_a_mark_at_its_beginning() -> None:
    assert parse(f"\ufeff# village\r\n{CARD}\r\n\r\n".encode()) == (Listed(2, bytes.fromhex(CARD)),)
    assert parse(b"") == ()
