"""Both sides together: no number is printed twice, whoever crashes or is put back from an older copy."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from offline_cache.birth import Identity as Owner
from offline_cache.errors import StoreError, StoreFault
from offline_cache.keys import FileKeys
from offline_cache.leases import Leases
from offline_cache.outbox import Outbox
from offline_cache.reserved import Block, Reserve, Use
from offline_cache.store import Store
from terminal.centre import chain
from terminal.centre.contract import BlockRequest, NumberBlock
from terminal.centre.errors import CentreError, CentreFault
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.issuing import Issuing
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal as Asker
from terminal.sync.reserving import borrow, fetch_numbers
from tests.offline_cache.support import SMALL, draft
from tests.sync.support import Terminal, new_terminal

NUMBERS = ("379999000001", "379999000002")
_PLACE = Path(tempfile.mkdtemp(prefix="issuing-"))


class Field:
    """One terminal: its store, its keys, and an older copy of the store."""

    def __init__(self, folder: Path, number: str) -> None:
        self.path, self.number = folder / number / "store.db", number
        self.path.parent.mkdir(parents=True)
        self.keys = FileKeys(folder / number / "keys", "sandbox")
        Store.create(self.path, self.keys, Owner("sandbox", number), limits=SMALL).close()
        self.open()
        self.copy()

    def open(self) -> None:
        self.store = Store.open(self.path, self.keys, environment="sandbox", limits=SMALL)
        self.reserve = Reserve(self.store, self.keys)

    def copy(self) -> None:
        self.store.copy_to(self.path.with_suffix(".copy"))

    def put_back(self) -> None:
        self.store.close()
        shutil.copy(self.path.with_suffix(".copy"), self.path)
        self.open()


class Together(RuleBasedStateMachine):
    """Two terminals in the field, one centre."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="together-"))
        self.time = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.authority, self.state = Authority(_PLACE), State(None)
        self.issuing = Issuing(self.authority, self.state, "sandbox", lambda: self.time)
        self.state.backup(self.folder / "backup.db")
        self.fields = [Field(self.folder, number) for number in NUMBERS]
        self.printed: list[int] = []
        self.gone: set[int] = set()

    def teardown(self) -> None:
        for field in self.fields:
            field.store.close()
        self.state.close()
        shutil.rmtree(self.folder)

    def _block(self, field: Field, count: int) -> NumberBlock:
        self.time += timedelta(seconds=1)
        return self.issuing.block(Asker("1", field.number), field.number, BlockRequest(purpose="slip", count=count))

    @rule(which=st.integers(0, 1), count=st.integers(1, 30), heard=st.booleans())
    def fetch(self, which: int, count: int, heard: bool) -> None:
        """:param heard: whether the answer came."""
        field = self.fields[which]
        answer = self._block(field, count)
        if not heard:
            return
        words = (answer.block, answer.purpose, answer.first, answer.last, answer.token, answer.expires)
        block = Block(*words, chain.from_text(answer.signature), answer.key_id)
        field.reserve.take(block, self.authority.signing_public_key)

    @rule(which=st.integers(0, 1), times=st.integers(1, 12))
    def use(self, which: int, times: int) -> None:
        field = self.fields[which]
        for _ in range(times):
            try:
                number = field.reserve.next("slip")
            except StoreError as error:
                assert error.fault is StoreFault.NUMBERS_OUT
                return
            one = draft()
            Outbox(field.store).record(one, reserve=[Use(number, one.op_id)])
            self.printed.append(number.number)

    @rule(which=st.integers(0, 1))
    def give_back(self, which: int) -> None:
        field = self.fields[which]
        rest = field.reserve.returning("slip")
        with self.state.transaction() as db:
            for one in rest:
                known = db.execute("SELECT last FROM block_given WHERE block = ?", (one.block,)).fetchone()
                self.gone |= set(range(one.first, known[0] + 1)) if known else {one.first}
        if rest:
            Outbox(field.store).record(draft(), reserve=rest)

    @rule(which=st.integers(0, 1))
    def copy(self, which: int) -> None:
        self.fields[which].copy()

    @rule(which=st.integers(0, 1))
    def crash(self, which: int) -> None:
        self.fields[which].store.close()
        self.fields[which].open()

    @rule(which=st.integers(0, 1))
    def put_an_older_terminal_back(self, which: int) -> None:
        self.fields[which].put_back()

    @rule()
    def back_up_the_centre(self) -> None:
        self.state.backup(self.folder / "backup.db")

    @rule()
    def put_an_older_centre_back(self) -> None:
        self.time += timedelta(minutes=1)
        assert self.state.restore(self.folder / "backup.db")

    @invariant()
    def no_number_was_printed_twice(self) -> None:
        assert len(set(self.printed)) == len(self.printed)

    @invariant()
    def what_went_back_was_never_printed(self) -> None:
        assert self.gone.isdisjoint(self.printed)


TestTogether = Together.TestCase
TestTogether.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)


def test_numbers_and_persons_come_over_the_wire(centre: SandboxCentre, terminal: Terminal, tmp_path: Path) -> None:
    client, identity = terminal.member.client(), terminal.member.identity
    reserve, leases = Reserve(terminal.store, terminal.member.keys), Leases(terminal.store)
    fetch_numbers(client, reserve, identity, "slip", 5)
    assert reserve.left("slip") == 5
    fetch_numbers(client, reserve, identity, "slip", 7)
    assert reserve.left("slip") == 12
    card, subject = bytes(range(16)), bytes(range(32))
    borrow(client, leases, identity, "village-a", card, subject)
    first = leases.find(subject)
    assert first is not None
    borrow(client, leases, identity, "village-a", card, subject)
    second = leases.find(subject)
    assert second is not None
    assert second.token > first.token  # an older one is fenced off
    other = new_terminal(tmp_path / "other", centre)
    with pytest.raises(CentreError) as refused:
        borrow(other.member.client(), Leases(other.store), other.member.identity, "village-b", card, subject)
    assert refused.value.fault is CentreFault.LENT_ALREADY
    other.store.close()


def test_copies_of_either_side_give_no_number_twice() -> None:
    """The two ways that matter, always tried: an older terminal goes on with its block, an older centre likewise."""
    both = Together()
    both.fetch(0, 40, True)
    both.copy(0)
    both.use(0, 5)
    both.put_an_older_terminal_back(0)
    both.use(0, 5)
    both.put_an_older_centre_back()
    both.fetch(1, 40, True)
    both.use(1, 12)
    both.no_number_was_printed_twice()
    assert len(both.printed) == 22
    both.teardown()
