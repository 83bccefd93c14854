"""What another program writes at a whole desk: begun and ended in the outbox, refused without a store, settled by the
card when it comes again, or given up by two."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardio.errors import CardError, CardFault
from cardio.interface33 import Ending as Kept
from cardio.interface33 import Refused, Write
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import THIRD
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from offline_cache.intents import Ending
from offline_cache.mirror import Document
from terminal import bootstrap, card_writes
from terminal.card_writes import CardWrites
from terminal.cli.personalise import work_through
from terminal.clock import SystemClock
from terminal.issuing.batch import parse
from terminal.issuing.book import OutboxBook
from terminal.issuing.press import Press, Row
from terminal.localapi.book import WriteBook
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.programs import Program, Programs
from terminal.localapi.seat import Sitting
from terminal.localapi.wishes import Wish
from terminal.membership import join
from terminal.model.operations import CARD_ISSUE, CARD_WRITE, PIN_RESET, PIN_UNBLOCK, CardWrite
from terminal.queue_acts import QueueActs
from terminal.queue_page import CARD_PREFIX
from terminal.records import Records
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings
from terminal.text import Text
from terminal.unblock_doubt import TRIES
from terminal.views import DoubtfulView, ResultView, Stage
from tests.terminal.own import joined
from tests.terminal.test_batch import csv_of
from tests.terminal.test_batch import row as order
from tests.terminal.test_local_api import call, free_port
from tests.terminal.test_queue_acts import OPERATOR, REVIEWER
from tests.terminal.world import READER, SECOND, World, card_of, settings_for

ONE = {"pFileAddr": "SSSEEF06|0B|$", "pWriteData": "SSSEEF06|02|$"}

BLANK = replace(THIRD, number=None, name=None, birth_date=None, card_number="")


@pytest.fixture
def own(centre: SandboxCentre, tmp_path: Path) -> Settings:
    return joined(centre, tmp_path, local_api_port=free_port(), local_api_writes=True, psam=SECOND)


def info_of(card: SimulatedCard) -> str:
    return f"{card.contents.card_id.hex().upper()}|{card.contents.card_number}|"


def written(world: World, settings: Settings, token: str, card: SimulatedCard) -> dict[str, object]:
    """One iWriteCard with the operator's consent."""
    answers: list[dict[str, object]] = []
    more = {"iType": 1, "pCardInfo": info_of(card), **ONE}
    asking = threading.Thread(target=lambda: answers.append(call(settings, token, "iWriteCard", **more)))
    asking.start()
    world.until(lambda view: view.program is not None and view.program.state == "asks")
    world.desk.program_allow()
    asking.join()
    world.until(lambda view: view.program is None)
    return answers[0]


def recorded(settings: Settings) -> list[str]:
    """Kinds of the operations, in their order."""
    clock = SystemClock()
    staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
    try:
        return [each.kind for each in staff.room.open().outbox.listed()]
    finally:
        staff.room.close()


def test_a_write_is_begun_and_done_and_one_cut_off_is_settled_by_the_card(own: Settings) -> None:
    token = Programs(own).add("Hall 7", "native", writes=True)
    world = World(own, readers=(READER, SECOND))
    world.readers.insert(SECOND, SimulatedPsam())
    with world:
        world.centre_known()
        cut = card_of("elder", [Fault(Trouble.REMOVED_AFTER, last_update(world, own, token))])
        world.readers.insert(READER, cut)
        world.until_stage(Stage.NOTICE)
        assert int(str(written(world, own, token, cut)["code"])) < 0
        world.until_stage(Stage.WAITING)
        world.readers.insert(READER, cut)  # the same card again: the desk sees that its last write has no end
        world.until_stage(Stage.NOTICE)
        world.desk.accept_notice()
        data = world.until_page("doubtful").journey
        assert data is not None
        assert isinstance(data.data, DoubtfulView)
        assert "another program" in data.data.what.en
        world.send("settle")
        result = world.until_page("result").journey
        assert result is not None
        assert isinstance(result.data, ResultView)
        world.send("done")
        world.until_stage(Stage.HOLDER)
    assert recorded(own)[-2:] == ["card-write.begun", "card-write.done"]
    assert recorded(own).count("card-write.begun") == recorded(own).count("card-write.done") == 2


def last_update(world: World, settings: Settings, token: str) -> int:
    """The number of the command that writes, counted on a card that is not pulled."""
    card, found = card_of("elder"), [0]
    process = card.process

    def watched(apdu: bytes) -> bytes:
        if apdu[1] == 0xDC:
            found[0] = card.commands + 1
        return process(apdu)

    card.process = watched  # type: ignore[method-assign]
    world.readers.insert(READER, card)
    world.until_stage(Stage.NOTICE)
    assert written(world, settings, token, card)["code"] == 0
    world.readers.pull(READER)
    world.until_stage(Stage.WAITING)
    return found[0]


def test_without_a_store_or_a_signed_in_person_nothing_is_written(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, local_api_port=free_port(), local_api_writes=True, sign_in=False)
    token = Programs(settings).add("Hall 7", "native", writes=True)
    with World(settings) as world:
        card = card_of("farmer")
        world.readers.insert(READER, card)
        world.until_stage(Stage.NOTICE)
        before = card.commands
        for function in ("iWriteCard", "iChangePIN"):
            more = {"pCardInfo": info_of(card), **ONE} if function == "iWriteCard" else {}
            assert call(settings, token, function, iType=1, **more)["fault"] == "L113"
        assert card.commands == before


@pytest.fixture
def records(centre: SandboxCentre, tmp_path: Path) -> Iterator[Records]:
    settings, clock = joined(centre, tmp_path), SystemClock()
    staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
    yield staff.room.open()
    staff.room.close()


@pytest.mark.parametrize(
    ("what", "title"),
    [
        (CARD_WRITE, "Card to be compared"),
        (CARD_ISSUE, "Card to be voided"),
        (PIN_RESET, "PIN to be reset"),
        (PIN_UNBLOCK, "PIN unblock not known"),
    ],
)
def test_two_people_give_up_what_no_card_settles(records: Records, what: str, title: str) -> None:
    writes = CardWrites(records, SystemClock(), "1001", "2001")
    card_id = card_of("farmer").contents.card_id
    begun = writes.begin(what, card_id, {}, authenticated=False, application="A-1")
    papers = bootstrap.papers(settings_for(Path(), printer="none"), SystemClock())
    acts = QueueActs(records, SystemClock(), papers)
    key = CARD_PREFIX + begun.hex().upper()
    assert acts.approval(key, "escalate")
    acts.act(key, "escalate", OPERATOR, REVIEWER)
    assert records.intents.doubtful() == []
    last = records.outbox.listed()[-1]
    assert (last.kind, last.summary["title_en"]) == (f"{what}.spoiled", title)
    found = records.intents.find(begun)
    assert found is not None
    assert found.ending is Ending.SPOILED


def write_of(after: bytes, before: bytes = b"old") -> Write:
    readers = SimulatedReaders((READER,))
    readers.insert(READER, card_of("elder"))
    found = CardSession(readers.connect(READER), [ToyKeySource()]).identify()
    return Write("iWriteCard", found, "SSSEEF06|0B|$", (3,), before, after)


def test_the_tries_that_a_program_s_unblock_found_are_kept(records: Records) -> None:
    program = Program("Hall 7", "native", "", writes=True)
    book = WriteBook(lambda: records, SystemClock(), program)
    book.ready(Sitting(program, Wish(Text("", "")), lambda: None, operator=OPERATOR), "iWriteCard")
    book.begin(Write("iUnblockPIN", write_of(b"").found, tries=1))
    (kept,) = records.intents.doubtful()
    assert (kept.kind, kept.plan[TRIES]) == (f"{PIN_UNBLOCK}.begun", 1)


def test_what_a_program_has_paid_counts_against_the_money_that_may_wait(records: Records) -> None:
    program = Program("Hall 7", "native", "", writes=True)
    limits = b'{"max_days":3,"max_operations":50,"max_value":5000}'
    newest = Document("caps", 10**6, 10**13, limits, b"signature", "content-1")
    records.mirror.replace([newest])
    book = WriteBook(lambda: records, SystemClock(), program)
    book.ready(Sitting(program, Wish(Text("", "")), lambda: None, operator=OPERATOR), "iWriteCard")
    payment = Write("iDoDebit", write_of(b"").found, value=3000)
    book.begin(payment)
    book.end(Kept.DONE, b"\x90\x00")
    told = [(each.kind, each.value) for each in records.outbox.listed()]
    assert told == [("card-debit.begun", 3000), ("card-debit.done", 0)]
    with pytest.raises(Refused) as refused:
        book.begin(payment)
    assert refused.value.code == -9009
    assert len(records.outbox.listed()) == 2


def test_a_doubtful_card_takes_the_same_write_or_none(records: Records) -> None:
    program = Program("Hall 7", "native", "", writes=True)
    sitting = Sitting(program, Wish(Text("", "")), lambda: None, operator=OPERATOR)
    first, again, other = (WriteBook(lambda: records, SystemClock(), program) for _ in range(3))
    card_id = write_of(b"new").found.identity.card_id
    with pytest.raises(Refused) as refused:
        first.begin(write_of(b"new"))  # nobody said who answers for it
    assert refused.value.code == -9009
    for book in (first, again, other):
        book.ready(sitting, "iWriteCard")
    first.begin(write_of(b"new"))
    assert other.open_write(card_id) == ("SSSEEF06|0B|$", (3,))
    with pytest.raises(Refused) as refused:
        other.begin(write_of(b"another"))
    assert refused.value.code == -9010
    other.seen(card_id, b"neither")
    assert len(records.intents.doubtful()) == 1
    again.begin(write_of(b"new"))  # goes on under the same beginning
    again.end(Kept.DONE, b"\x90\x00")
    assert records.intents.doubtful() == []
    assert [each.kind for each in records.outbox.listed()] == ["card-write.begun", "card-write.done"]
    kept = str([each.summary for each in records.outbox.listed()])
    assert "new" not in kept
    for held, ending in ((b"old", "undone"), (b"new", "done")):
        first.begin(write_of(b"new"))
        other.seen(card_id, held)
        assert records.outbox.listed()[-1].kind == f"card-write.{ending}"


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[CardWrite]:
    """What goes to the centre, before it is sealed for nobody else to read."""
    made: list[CardWrite] = []

    def kept(**fields: Any) -> CardWrite:  # noqa: ANN401 - hands on
        made.append(CardWrite(**fields))
        return made[-1]

    monkeypatch.setattr(card_writes, "CardWrite", kept)
    return made


ISSUED = [
    # how it ended, whether this run wrote; the operation's end (none: open), and whether the card was proven
    ("untouched", False, "undone", False),
    ("made", False, "undone", True),
    ("made", True, "done", True),
    ("half-made", True, None, None),
    ("untold", False, None, None),
    ("untouched", False, None, None),  # after that, what an earlier run left is not changed
    ("made", False, "done", True),
    ("spoiled", True, "spoiled", True),
]


def test_how_the_issue_of_a_card_ends(records: Records, bodies: list[CardWrite]) -> None:
    """In turn, on one card."""
    book, card_id = OutboxBook(CardWrites(records, SystemClock(), "1001")), bytes(range(16))
    for state, wrote, ending, proven in ISSUED:
        book.begin("A-1", card_id, "0" * 64)
        before = len(bodies)
        book.end("A-1", card_id, "0" * 64, state, b"\x90\x00", wrote=wrote)
        assert (records.intents.doubtful() == []) == (ending is not None)
        assert [each.authenticated for each in bodies[before:]] == ([] if proven is None else [proven])
        if ending is not None:
            assert records.outbox.listed()[-1].kind == f"{CARD_ISSUE}.{ending}"
        assert book.spoiled(card_id) is (state == "spoiled")
    assert not any(each.authenticated for each in bodies if each.refers_to is None)  # it is proven once it is begun


@pytest.mark.parametrize("proven", [False, True])
def test_what_is_known_of_a_card_goes_to_the_centre_with_what_a_program_writes(
    records: Records, bodies: list[CardWrite], proven: bool
) -> None:
    program = Program("Hall 7", "native", "", writes=True)
    book = WriteBook(lambda: records, SystemClock(), program)
    with pytest.raises(LocalApiError) as refused:
        nobody = Sitting(program, Wish(Text("", "")), lambda: None, operator=None)  # who answers for it
        book.ready(nobody, "iWriteCard")
    assert refused.value.fault is LocalApiFault.NOT_RECORDED
    book.ready(Sitting(program, Wish(Text("", "")), lambda: None, operator=OPERATOR), "iWriteCard")
    book.begin(replace(write_of(b"new"), proven=proven))
    book.end(Kept.DONE, b"\x90\x00")
    assert [each.authenticated for each in bodies] == [proven, proven]


class Worn(SimulatedCard):
    """Its memory takes nothing more."""

    def process(self, apdu: bytes) -> bytes:
        return b"\x65\x81" if apdu[1] == 0xDC else super().process(apdu)


@pytest.mark.parametrize(
    ("card", "row", "fault", "ending"),
    [
        (SimulatedCard(THIRD), Row.REFUSED, CardFault.CARD_NOT_BLANK, "undone"),
        (SimulatedCard(BLANK, (Trouble.FORGED,)), Row.REFUSED, CardFault.NOT_GENUINE, "undone"),
        (Worn(BLANK), Row.SPOILED, CardFault.STATUS_UNEXPECTED, "spoiled"),
    ],
    ids=["of somebody else", "not genuine", "worn out"],
)
def test_a_card_that_is_not_made_says_why_and_is_not_doubtful(
    records: Records, card: SimulatedCard, row: Row, fault: CardFault, ending: str
) -> None:
    """One person is enough: it is the card that says so."""
    readers = SimulatedReaders((READER,))
    readers.insert(READER, card)
    book = OutboxBook(CardWrites(records, SystemClock(), "1001"))
    (report,) = work_through(Press(parse(csv_of(order())), book, [ToyKeySource()]), readers, None, 0, lambda _: None)
    assert report.state is row
    assert isinstance(report.fault, CardError)
    assert report.fault.fault is fault
    assert records.intents.doubtful() == []
    assert records.outbox.listed()[-1].kind == f"{CARD_ISSUE}.{ending}"
