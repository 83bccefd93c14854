"""Behind the counter: a list that nobody signed, a store that is damaged, a long queue, and who waits behind whom."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.mirror import Document
from offline_cache.operations import Outcome, State, Verdict
from terminal import bootstrap, faults
from terminal.backroom import BackRoom
from terminal.card_writes import CardWrites
from terminal.centre.errors import CentreError, CentreFault
from terminal.clock import SystemClock
from terminal.counter import ContactWish
from terminal.desk_queue import QueueDesk
from terminal.errors import TerminalError, TerminalFault
from terminal.health import check_reference, check_value
from terminal.membership import join
from terminal.model.operations import CARD_DEBIT, CARD_WRITE, CONTACT_CHANGE, ContactChange
from terminal.people.operators import DOCUMENT, Operator, Role
from terminal.people.reception import Reception
from terminal.people.signin import Purpose
from terminal.queue_page import MOST_LINES, badge, day_end, queue_view
from terminal.records import Records
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings, store_path
from terminal.sync.answers import Kind
from terminal.views import FaultView
from tests.terminal.own import joined
from tests.terminal.test_masks import record_of
from tests.terminal.world import World, card_of, settings_for

OPERATOR = Operator("1001", "演示甲", frozenset({Role.OPERATOR}))
REVIEWER = Operator("2001", "演示主管", frozenset({Role.REVIEWER}))


@pytest.fixture
def settings(centre: SandboxCentre, tmp_path: Path) -> Settings:
    return joined(centre, tmp_path)


def staff_of(settings: Settings) -> bootstrap.Staff:
    clock = SystemClock()
    staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
    staff.operator = OPERATOR
    return staff


@pytest.fixture
def staff(settings: Settings) -> Iterator[bootstrap.Staff]:
    made = staff_of(settings)
    yield made
    made.room.close()


def drafts(records: Records, count: int) -> list[bytes]:
    """Record so many changes of one person in one transaction; their numbers."""
    card = card_of("farmer").contents.card_id
    made = [
        records.sealer().draft(
            CONTACT_CHANGE,
            ContactChange(
                card_id=card.hex().upper(),
                operator="1001",
                reviewer="2001",
                recorded_at="2026-11-23T09:00:00Z",
                authenticated=True,
                phone=f"139{number:08d}",
            ),
            subject=records.subject(card),
            summary={"title": "联系方式变更", "title_en": "Contact change"},
        )
        for number in range(count)
    ]
    return [operation.op_id for operation in records.outbox.record(*made)]


def damage(db: Db, operation: bytes) -> None:
    for name in [row[0] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE operation SET sealed = zeroblob(300) WHERE op_id = ?", (operation,))


def test_a_kept_list_that_the_centre_did_not_sign_lets_nobody_in(staff: bootstrap.Staff) -> None:
    """Whoever can write into the store cannot make himself an operator."""
    room = staff.room
    records = room.open()
    room.refresh()
    assert len(room.operators())
    kept = records.mirror.get(DOCUMENT)
    assert kept is not None
    forged = kept.body.replace(b'"1001"', b'"1009"')
    assert forged != kept.body
    records.mirror.replace([replace(kept, body=forged, version=kept.version + 1)])
    with pytest.raises(TerminalError) as caught:
        room.operators()
    assert caught.value.fault is TerminalFault.OPERATORS_UNREADABLE
    assert faults.explain(caught.value).code == "T135"


def test_what_the_centre_said_long_ago_is_not_taken_by_whoever_asks(staff: bootstrap.Staff) -> None:
    """However the clock stands: by what has passed since the centre was heard its snapshot is past its end."""
    records = staff.room.open()
    now = int(SystemClock().now().timestamp() * 1000)
    year = 400 * 24 * 3600 * 1000
    sql = "INSERT OR REPLACE INTO offline (one, heard_at, counted) VALUES (1, ?, ?)"
    records.store.do(lambda db: db.execute(sql, (now, year)))
    with pytest.raises(CentreError) as caught:
        staff.room.refresh()
    assert (caught.value.fault, caught.value.detail) == (CentreFault.SNAPSHOT_REFUSED, "expired")
    assert records.mirror.names() == []
    records.store.do(lambda db: db.execute(sql, (now, 0)))
    staff.room.refresh()
    assert records.mirror.names()


def test_how_long_bodies_stay_reaches_who_keeps_the_house(settings: Settings) -> None:
    clock = SystemClock()
    room = BackRoom(settings, clock, lambda: join(settings, clock))
    try:
        body = b'{"max_days":3,"max_operations":5,"body_keep_days":7}'
        newest = Document("caps", 10**6, 10**13, body, b"signature", "content-1")
        room.open().mirror.replace([newest])
        assert room._housework is not None
        assert room._housework._keeper._rules().body_keep_days == 7
    finally:
        room.close()


def test_the_health_page_tells_until_when_the_reference_data_holds_and_when_it_does_not(staff: bootstrap.Staff) -> None:
    records = staff.room.open()
    assert check_reference(staff.room).en == "Not fetched yet"
    staff.room.refresh()
    kept = records.mirror.get("snapshot")
    assert kept is not None
    assert kept.expires is not None
    end = datetime.fromtimestamp(kept.expires / 1000).astimezone()
    assert check_reference(staff.room).en == f"Good until {end:%Y-%m-%d %H:%M}"
    records.mirror.replace([Document("watch-list", 10**6, 10**13, b'{"cards":[]}', b"not the centre's", "content-1")])
    with pytest.raises(TerminalError) as caught:
        check_reference(staff.room)
    assert caught.value.fault is TerminalFault.REFERENCE_OLD


def test_the_health_page_tells_the_money_that_is_left_and_when_none_is(staff: bootstrap.Staff) -> None:
    records = staff.room.open()
    assert check_value(staff.room).zh == "中心没有规定"
    body = b'{"max_days":3,"max_operations":50,"max_value":5000}'
    records.mirror.replace([Document("caps", 10**6, 10**13, body, b"signature", "content-1")])
    assert check_value(staff.room).zh == "50.00 元"
    writes = CardWrites(records, SystemClock(), "1001")
    writes.begin(CARD_DEBIT, card_of("farmer").contents.card_id, {}, authenticated=True, value=5000)
    with pytest.raises(StoreError) as caught:
        check_value(staff.room)
    assert caught.value.fault is StoreFault.VALUE_LIMIT
    assert "0.00" in faults.explain(caught.value).message.zh
    assert queue_view(records).totals[-2].value.zh == "0.00 元"


def test_without_store_and_centre_one_sentence_says_so_and_the_centre_alone_lets_people_in(
    centre: SandboxCentre, settings: Settings, staff: bootstrap.Staff
) -> None:
    """Nobody sees a holder's data who has not signed in; so this must not be a dead end."""
    staff.room.open()
    staff.room.close()
    store_path(settings).unlink()
    again = staff_of(settings)
    try:
        centre.control.fault("down")
        with pytest.raises(TerminalError) as caught:
            again.sign_in.check("1001", bytearray(PASSWORDS["1001"].encode()), Purpose.SIGN_IN)
        view = faults.explain(caught.value)
        assert (view.code, "S108" in view.message.zh, "S108" in view.message.en) == ("T132", True, True)
        assert "省中心" in view.remedy.zh
        centre.control.clear()
        who = again.sign_in.check("1001", bytearray(PASSWORDS["1001"].encode()), Purpose.SIGN_IN)
        assert who.number == "1001"
        with pytest.raises(StoreError) as refused:  # what was gone is not made anew
            again.room.open()
        assert refused.value.fault is StoreFault.STORE_MISSING
    finally:
        again.room.close()


@pytest.mark.expects_log
def test_a_damaged_store_says_so_before_anybody_works(
    centre: SandboxCentre, settings: Settings, staff: bootstrap.Staff
) -> None:
    first, _ = drafts(staff.room.open(), 2)
    staff.room.open().outbox.ready()
    staff.room.open().store.do(lambda db: damage(db, first))
    staff.room.close()
    again = staff_of(settings)
    try:
        records = again.room.open()
        with pytest.raises(StoreError) as caught:
            records.outbox.ready()
        assert caught.value.fault is StoreFault.CHAIN_BROKEN
        assert badge(records).tone == "bad"
        assert not day_end(records, "1001").ready
        status = records.sync.once(20)
        assert (status.stopped, status.why) == (True, Kind.DAMAGED)
        assert first.hex().upper() not in centre.control.effects()
        assert [operation.state for operation in records.outbox.listed()] == [State.PENDING] * 2
    finally:
        again.room.close()


@pytest.mark.expects_log
def test_a_day_is_not_over_while_the_store_is_not_what_was_written(staff: bootstrap.Staff) -> None:
    records = staff.room.open()
    (operation,) = drafts(records, 1)
    records.sync.once(30)
    assert day_end(records, "1001").ready
    records.store.do(lambda db: damage(db, operation))
    assert not day_end(records, "1001").ready


def test_who_needs_a_person_is_counted_alike_on_every_page(staff: bootstrap.Staff) -> None:
    """A card that left in the middle of a write is one of them."""
    records = staff.room.open()
    (parked,) = drafts(records, 1)
    records.outbox.park(parked, "by-hand", "1001")
    writes = CardWrites(records, SystemClock(), "1001", "2001")
    writes.begin(CARD_WRITE, card_of("elder").contents.card_id, {}, authenticated=False, application="A-1")
    told = {fact.label.en: fact.value.en for fact in day_end(records, "1001").facts}
    assert (told["Need a person"], told["Of these, cards to be checked"]) == ("2", "1")
    assert badge(records).people == len(queue_view(records).people) == 2


def test_a_day_is_not_over_while_a_card_has_to_be_checked(staff: bootstrap.Staff) -> None:
    """Everything was sent, and nothing else waits for anybody."""
    records = staff.room.open()
    writes = CardWrites(records, SystemClock(), "1001", "2001")
    writes.begin(CARD_WRITE, card_of("elder").contents.card_id, {}, authenticated=False, application="A-1")
    assert records.sync.once(30).clear
    assert not day_end(records, "1001").ready


class Disk:
    """What the file system says is free, for this process alone."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = store_path(settings).parent
        self.free = shutil.disk_usage(self._folder.parent).free
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=self.free))

    def fill(self) -> None:
        self.free = 0
        for ballast in self._folder.glob("*.ballast"):
            ballast.unlink()


def refused_at_the_first_screen(world: World) -> dict[str, str]:
    return {tile.code: tile.refused.code for tile in world.desk.view.services if tile.refused}


def test_a_full_disk_says_so_before_anybody_works(
    centre: SandboxCentre, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(settings, monkeypatch)
    with World(settings) as world:
        world.centre_known()
        world.identify(card_of("elder"))
        records = world.desk._queue._room.records
        assert records is not None
        world.until(lambda view: view.queue is not None and not refused_at_the_first_screen(world))
        disk.free = 0  # the reserve is there still: no card is written any more
        world.desk._queue.look()
        world.until(lambda _: refused_at_the_first_screen(world) == {"card-pin-change": "S133"})
        disk.fill()
        world.desk._queue.look()
        world.until(lambda _: "contact-change" in refused_at_the_first_screen(world))
        assert refused_at_the_first_screen(world) == {"contact-change": "S115", "card-pin-change": "S133"}
        with pytest.raises(StoreError) as caught:
            records.outbox.ready()
        assert caught.value.fault is StoreFault.DISK_FULL
        shown = badge(records)
        assert (shown.tone, shown.text) == ("bad", faults.explain(caught.value).message)
        assert records.outbox.halted() is None  # what waits still goes
        assert queue_view(records).stopped is None


def test_the_second_person_is_asked_for_who_began_it_and_nobody_else(staff: bootstrap.Staff) -> None:
    """Somebody else came to serve while the line was looked up."""
    reception = cast("Reception", SimpleNamespace(operator=REVIEWER))  # without a page to open
    desk = QueueDesk(
        staff.room, reception, SystemClock(), lambda: bootstrap.papers(settings_for(Path()), SystemClock())
    )
    answer: Future[FaultView | None] = Future()
    desk._ask_second("key", "park", (), OPERATOR, answer)
    refused = answer.result(0)
    assert refused is not None
    assert refused.code == "T136"


def test_beyond_the_lines_of_a_page_what_waits_is_still_seen(staff: bootstrap.Staff) -> None:
    records = staff.room.open()
    oldest, *rest = drafts(records, MOST_LINES + 30)
    while batch := records.outbox.batch(100):
        whole = {sent.op_id for sent in batch.operations}
        records.outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z", whole=whole)
    records.outbox.outcomes([Outcome(op_id, Verdict.APPLIED) for op_id in rest])
    (new,) = drafts(records, 1)
    shown = [line.key for line in queue_view(records).lines]
    assert shown[:2] == [new.hex().upper(), oldest.hex().upper()]  # all that waits, the newest first
    assert shown[2] == rest[-1].hex().upper()  # then what does not, the newest first
    assert len(shown) <= 2 * MOST_LINES
    assert len(set(shown)) == len(shown)


def test_what_is_taken_in_waits_for_what_the_centre_cannot_read(centre: SandboxCentre, staff: bootstrap.Staff) -> None:
    """The earlier one is set aside after the later one was taken in: the centre gets a tombstone, and holds the later
    one because it was named."""
    records = staff.room.open()
    card = replace(record_of(Population().people[130]), authenticated=True)
    first = staff.counter().contact_change(card, ContactWish(phone="13912345678"), REVIEWER).operation
    second = staff.counter().contact_change(card, ContactWish(phone="13912345679"), REVIEWER).operation
    records.outbox.park(first.op_id, "by-hand", "1001")
    records.sync.once(20)
    assert records.outbox.find(second.op_id).state is State.HELD
    records.outbox.retry(first.op_id, "by-hand", "1001")
    assert records.sync.once(20).clear
    assert [one.state for one in records.outbox.listed()] == [State.APPLIED] * 2
    assert centre.control.contact(card.identity.card_id.hex().upper())["phone"] == "13912345679"
