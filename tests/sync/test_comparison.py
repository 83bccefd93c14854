"""What is known here is held against what the centre has told: a difference is noticed, mended, and written down."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from offline_cache.database import Db
from offline_cache.journal import Journal
from offline_cache.kept import Kept
from offline_cache.operations import Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.told import digest_of
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sync.answers import Answer, Kind
from terminal.sync.comparison import Comparison
from terminal.sync.feed import Feed
from tests.offline_cache.support import create, draft
from tests.sync.support import Terminal, contact_change


def drifts(terminal: Terminal) -> list[object]:
    return [line.fields["again"] for line in Journal(terminal.store).lines(0, 1000) if line.what == "state-differs"]


def alarms(centre: SandboxCentre, terminal: Terminal) -> int:
    return centre.control.alarms().count(f"{terminal.member.identity.terminal} state")


def lived(terminal: Terminal, population: Population) -> Outbox:
    """One applied, one refused, one held behind it, one parked."""
    people = population.people
    terminal.record(contact_change(people[300]))
    terminal.record(contact_change(people[301], "12345"))
    terminal.record(contact_change(people[301]))
    aside = terminal.record(contact_change(people[302]))
    terminal.outbox.park(aside.op_id, "by-hand", "0001")
    terminal.driver().once()
    return terminal.outbox


WORDS = [State.APPLIED, State.REJECTED, State.HELD, State.PARKED]


def states(outbox: Outbox) -> list[State]:
    return [one.state for one in outbox.listed()]


def test_two_that_know_the_same_have_nothing_to_mend(
    terminal: Terminal, centre: SandboxCentre, population: Population
) -> None:
    outbox = lived(terminal, population)
    for _ in range(3):
        terminal.reopen()
        outbox = terminal.outbox
        terminal.driver().once()
    assert (states(outbox), drifts(terminal), alarms(centre, terminal)) == (WORDS, [], 0)
    outbox.retry(outbox.listed()[3].op_id, "by-hand", "0001")
    terminal.driver().once()
    terminal.driver().once()
    assert (states(outbox)[3], drifts(terminal)) == (State.APPLIED, [])


LOST = [
    "UPDATE progress SET state = 'received' WHERE position IN (1, 3)",
    "UPDATE progress SET state = 'held' WHERE position = 2",
    "DELETE",
]


@pytest.mark.parametrize("lost", LOST)
def test_words_that_were_lost_here_come_back_from_the_centres_feed(
    terminal: Terminal, centre: SandboxCentre, population: Population, lost: str
) -> None:
    """As when a page of states is put back to its older self, the cursor on another page not."""
    outbox = lived(terminal, population)

    def older(db: Db) -> None:
        if lost == "DELETE":
            db.execute("DELETE FROM outcome WHERE position = 2")
            db.execute("UPDATE progress SET state = 'received' WHERE position = 2")
        else:
            db.execute(lost)

    terminal.store.do(older)
    assert states(outbox) != WORDS
    before = [one.sealed for one in outbox.listed()]
    terminal.driver().once()
    terminal.driver().once()
    assert (states(outbox), [one.sealed for one in outbox.listed()]) == (WORDS, before)
    assert (drifts(terminal), alarms(centre, terminal)) == ([False], 1)
    assert [centre.control.effects().get(one.op_id.hex().upper(), 0) for one in outbox.listed()] == [1, 0, 0, 0]


def test_the_digest_has_what_counts_and_nothing_else(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        assert outbox.state_digest() == digest_of({})
        first, second = (outbox.record(draft(b"holder-%d" % number))[0] for number in range(2))
        assert outbox.state_digest() == digest_of({})
        outbox.outcome(Outcome(second.op_id, Verdict.HELD, "early"))  # before its acknowledgement
        assert outbox.state_digest() == digest_of({second.op_id: "held"})
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(2, batch.head, b"signature", "2026-11-23T09:00:00Z")
        outbox.outcome(Outcome(first.op_id, Verdict.APPLIED))
        assert outbox.state_digest() == digest_of({first.op_id: "applied", second.op_id: "held"})
        outbox.outcome(Outcome(first.op_id, Verdict.EMPTY))  # it has the place alone: what it said counts no longer
        assert outbox.find(first.op_id).state is State.PENDING
        assert outbox.state_digest() == digest_of({second.op_id: "held"})
        outbox.park(first.op_id, "by-hand", "0001")  # and it stays so while the body does not go
        assert outbox.find(first.op_id).state is State.PARKED
        assert outbox.state_digest() == digest_of({second.op_id: "held"})
        outbox.outcome(Outcome(first.op_id, Verdict.APPLIED))
        assert outbox.state_digest() == digest_of({first.op_id: "applied", second.op_id: "held"})


class Alone:
    """A log whose state the centre never told; what is noted."""

    def __init__(self) -> None:
        self.noted: list[bool] = []

    def state_digest(self) -> bytes:
        return bytes(32)

    def note_drift(self, again: bool) -> None:
        self.noted.append(again)


@pytest.mark.expects_log
def test_what_differs_after_it_was_read_anew_is_told_once_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The centre names operations that an older copy of this store does not know."""
    log = Alone()
    comparison = Comparison(log)
    assert comparison.state() == "00" * 32
    assert comparison.differs()  # read from the beginning
    assert comparison.state() is not None
    with caplog.at_level(logging.WARNING):
        assert not comparison.differs()
    assert any("read anew" in record.getMessage() for record in caplog.records)
    comparison.due()
    assert (comparison.state(), log.noted) == (None, [False, True])
    fresh = Comparison(log)
    assert fresh.state() is not None
    fresh.agreed()
    assert fresh.state() is None
    fresh.due()
    assert fresh.differs()


def test_while_the_feed_is_read_anew_nothing_is_compared_whatever_process_reads_it(tmp_path: Path) -> None:
    """Seed 356 of the simulation: killed after the first page, it knew of pages to come, and the centre's people were
    told that it did."""
    with create(tmp_path) as store:
        outbox, kept = Outbox(store), Kept(store)
        feed = Feed(outbox, kept)
        assert (feed.place(), feed.known()) == (None, None)
        feed.keep([], "9-end", more=True)  # a first reading: nothing is known of later pages
        assert (feed.place(), feed.known() is None) == ("9-end", False)
        feed.from_start()
        assert (feed.place(), feed.known()) == (None, None)
        feed.keep([], "7-page", more=True)
        for again in (feed, Feed(outbox, kept)):
            assert (again.place(), again.known()) == ("7-page", None)
        again.keep([], "10-end", more=False)
        for after in (again, Feed(outbox, kept)):
            assert (after.place(), after.known() is None) == ("10-end", False)
        after.settle(Answer(Kind.CURSOR_LOST), compared=False)
        assert (after.place(), after.known()) == (None, None)
