"""What waits for a person is settled by a new operation that refers to it, and by two who see what they agree to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cache.blobs import SealedBlob
from offline_cache.operations import Operation, State, Verdict
from terminal import bootstrap
from terminal.clock import SystemClock
from terminal.counter import ContactWish
from terminal.errors import TerminalError, TerminalFault
from terminal.membership import join
from terminal.model.operations import CONTACT_CHANGE, ContactChange
from terminal.model.outbox_words import ADVICE, HANDED_OVER, NOTED, Group
from terminal.people.operators import Operator, Role
from terminal.queue_acts import ACTION_WORDS, QueueActs, op_id_of
from terminal.queue_page import ACTIONS, ALONE, PRINT, line_of, number_of, queue_view, said_of
from terminal.queue_papers import centre_receipt
from terminal.receipts.code import encode, verify
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.identity import paper_keys
from terminal.receipts.keys import suite_signer
from terminal.receipts.of_centre import claim_of_centre, proof_of_centre
from terminal.receipts.words import Outcome
from terminal.records import Records
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from tests.terminal.own import joined
from tests.terminal.test_contact_change import PHONE, data_of, to_second
from tests.terminal.world import World, card_of, settings_for

OPERATOR = Operator("1001", "演示甲", frozenset({Role.OPERATOR}))
REVIEWER = Operator("2001", "演示主管", frozenset({Role.REVIEWER}))


@pytest.fixture
def records(centre: SandboxCentre, tmp_path: Path) -> Iterator[Records]:
    settings, clock = joined(centre, tmp_path), SystemClock()
    staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
    yield staff.room.open()
    staff.room.close()


def taken_in(
    records: Records,
    phone: str,
    *,
    person: str = "farmer",
    after: Operation | None = None,
    photos: Sequence[SealedBlob] = (),
) -> Operation:
    """A change as an older or a broken program might record it: nobody looked at the number."""
    card = card_of(person).contents.card_id
    body = ContactChange(
        card_id=card.hex().upper(),
        operator="1001",
        reviewer="2001",
        recorded_at="2026-11-23T09:00:00+08:00",
        authenticated=True,
        after=after.op_id.hex().upper() if after else None,
        phone=phone,
        blobs=[one.digest.hex().upper() for one in photos],
    )
    summary = {"title": "联系方式变更", "title_en": "Contact change", "card": body.card_id, "phone": "123****"}
    draft = records.sealer().draft(CONTACT_CHANGE, body, subject=records.subject(card), summary=summary, blobs=photos)
    (operation,) = records.outbox.record(draft)
    return operation


def acts_of(records: Records, printer: str = "none") -> QueueActs:
    return QueueActs(records, SystemClock(), bootstrap.papers(settings_for(Path(), printer=printer), SystemClock()))


def act(records: Records, operation: Operation, action: str) -> None:
    acts_of(records).act(operation.op_id.hex().upper(), action, OPERATOR, REVIEWER)


def state(records: Records, operation: Operation) -> State:
    return records.outbox.find(operation.op_id).state


def test_a_paper_s_number_finds_its_operation_and_rubbish_none(records: Records) -> None:
    operation = taken_in(records, PHONE)
    assert op_id_of(records, number_of(operation, records.identity.terminal)) == operation.op_id
    assert op_id_of(records, operation.op_id.hex()) == operation.op_id
    elsewhere = number_of(operation, "379999999999")
    for wrong in (elsewhere, f"{records.identity.terminal}-1-999999", "rubbish", ""):
        assert op_id_of(records, wrong) == b"", wrong


def test_a_refused_one_is_handed_to_the_centre_and_those_behind_it_go_on(records: Records) -> None:
    refused = taken_in(records, "12345")
    behind = taken_in(records, PHONE, after=refused)
    records.sync.once(30)
    assert (state(records, refused), state(records, behind)) == (State.REJECTED, State.HELD)
    before = records.outbox.find(refused.op_id)
    act(records, refused, "escalate")
    records.sync.once(30)
    after = records.outbox.find(refused.op_id)
    assert (after.sealed, after.head, after.state) == (before.sealed, before.head, State.REJECTED)
    assert after.resolved_by is not None
    escalation = records.outbox.find(after.resolved_by)
    assert (escalation.kind, escalation.refers_to, escalation.state) == ("escalation", refused.op_id, State.APPLIED)
    line = line_of(records, escalation)
    assert line.words == HANDED_OVER.word
    assert line.detail is not None
    assert records.outbox.history(escalation.op_id)[-1].case in line.detail.zh
    assert state(records, behind) is State.APPLIED
    assert records.outbox.work_list() == []


@pytest.mark.parametrize("parked", [False, True])
def test_a_correction_names_the_old_one_which_stays_and_those_behind_it_go_on(
    records: Records, centre: SandboxCentre, parked: bool
) -> None:
    wrong = taken_in(records, PHONE if parked else "12345")
    if parked:
        act(records, wrong, "park")
    behind = taken_in(records, PHONE, after=wrong)
    records.sync.once(30)
    before = records.outbox.find(wrong.op_id)
    assert (before.state, state(records, behind)) == (State.PARKED if parked else State.REJECTED, State.HELD)
    acts = acts_of(records)
    with pytest.raises(TerminalError) as caught:  # it waits for the centre, not for people
        acts.correct(behind.op_id.hex(), ContactWish(phone="13700000001"), OPERATOR, REVIEWER)
    assert caught.value.fault is TerminalFault.QUEUE_ACTION
    number = acts.correct(wrong.op_id.hex(), ContactWish(phone="13700000002"), OPERATOR, REVIEWER)
    records.sync.once(30)
    after, new = records.outbox.find(wrong.op_id), records.outbox.find(op_id_of(records, number))
    assert (after.sealed, after.state, after.resolved_by) == (before.sealed, before.state, new.op_id)
    assert (new.kind, new.refers_to, new.state) == (CONTACT_CHANGE, wrong.op_id, State.APPLIED)
    assert "137****0002" in {fact.value.zh for fact in line_of(records, new).facts}
    assert state(records, behind) is State.APPLIED
    assert records.outbox.work_list() == []
    effects = centre.control.effects()
    assert [effects.get(one.op_id.hex().upper(), 0) for one in (wrong, behind, new)] == [0, 1, 1]
    with pytest.raises(TerminalError):
        acts.correct(wrong.op_id.hex(), ContactWish(phone="13700000003"), OPERATOR, REVIEWER)


def test_one_that_was_set_aside_is_handed_over_too(records: Records) -> None:
    operation = taken_in(records, PHONE, person="elder")
    act(records, operation, "park")
    act(records, operation, "escalate")
    agreed = [line.fields for line in records.journal.lines() if line.what == "reviewed"]
    assert [fields["decision"] for fields in agreed] == ["park", "escalate"]
    assert {(fields["operator"], fields["reviewer"]) for fields in agreed} == {("1001", "2001")}
    records.sync.once(30)
    settled = records.outbox.find(operation.op_id)
    assert (settled.state, settled.resolved_by is not None) == (State.PARKED, True)
    assert records.outbox.work_list() == []
    with pytest.raises(TerminalError) as refused:
        act(records, operation, "escalate")
    assert refused.value.fault is TerminalFault.QUEUE_ACTION


def test_one_that_was_set_aside_is_put_back_also_after_its_tombstone_went(
    centre: SandboxCentre, records: Records
) -> None:
    operation = taken_in(records, PHONE, person="elder")
    act(records, operation, "park")
    assert records.sync.once(30).people == 1
    anchor = records.outbox.anchor()
    assert anchor is not None
    assert anchor.hwm == operation.seq
    (line,) = queue_view(records).people
    assert line.actions == ("retry", "withdraw", "escalate")
    assert line.remedy is not None
    assert ADVICE["retry"].zh in line.remedy.zh
    acts_of(records).act(line.key, "retry", OPERATOR, None)
    assert records.sync.once(30).clear
    assert state(records, operation) is State.APPLIED
    assert centre.control.effects()[line.key] == 1


def test_what_the_second_person_sees_is_what_is_done(records: Records) -> None:
    operation = taken_in(records, PHONE)
    acts, key = acts_of(records), operation.op_id.hex().upper()
    lines = acts.approval(key, "park")
    shown = [fact.value.zh for fact in lines]
    assert shown[0] == ACTION_WORDS["park"].zh
    assert line_of(records, operation).number in shown
    assert "123****" in shown
    for refused in ("withdraw", "escalate", "no such"):
        with pytest.raises(TerminalError):
            acts.approval(key, refused)


def test_every_action_for_two_has_its_words() -> None:
    assert {action for actions in ACTIONS.values() for action in actions} - ALONE == set(ACTION_WORDS)


def test_on_the_screen_the_second_person_sees_the_line_and_the_form(centre: SandboxCentre, tmp_path: Path) -> None:
    with World(joined(centre, tmp_path)) as world:
        world.centre_known()
        world.identify(card_of("farmer"))
        centre.control.fault("down")
        to_second(world)
        data = data_of(world.desk.view)
        assert PHONE in repr(data).replace(" ", "")
        world.type_secret("2001", PASSWORDS["2001"])
        world.until_page("result")
        (line,) = world.desk.queue().result(30).lines
        answer = world.desk.queue_act(line.key, "park")
        view = world.until(lambda view: view.secret is not None)
        assert view.secret is not None
        assert view.secret.lines[0].value == ACTION_WORDS["park"]
        world.type_secret("2002", PASSWORDS["2002"])
        assert answer.result(30) is None
        (line,) = world.desk.queue().result(30).people
        assert "escalate" in line.actions


def test_what_the_centre_decided_is_printed_with_its_own_code_and_until_then_the_terminals(
    records: Records, tmp_path: Path
) -> None:
    operation, folder = taken_in(records, PHONE, person="elder"), tmp_path / "papers"
    acts, key = acts_of(records, f"file:{folder}"), operation.op_id.hex().upper()
    assert PRINT in line_of(records, operation).actions
    acts.act(key, "print", OPERATOR, None)  # the centre has said nothing yet
    (taken,) = (path.name for path in folder.glob("*.pdf"))
    assert taken == f"{number_of(operation, records.identity.terminal)}.pdf"
    records.sync.once(30)
    done = records.outbox.find(operation.op_id)
    assert PRINT in line_of(records, done).actions
    receipt = centre_receipt(records, done, acts.papers)
    assert receipt is not None
    assert receipt.outcome is Outcome.COMPLETED
    assert receipt.proof is not None
    verified = verify(receipt.proof.code, paper_keys(records.identity), "sandbox")
    assert verified.key.of_centre
    assert verified.claim.number == number_of(done, records.identity.terminal)
    acts.act(key, "print", OPERATOR, None)
    acts.act(key, "print", OPERATOR, None)
    papers = {path.name for path in folder.glob("*.pdf")}
    number = receipt.proof.number
    assert papers == {taken, f"{number}-completed.pdf", f"{number}-completed-copy1.pdf"}
    assert records.journal.count("printed", operation.op_id) == 3
    with pytest.raises(PaperError) as nothing:
        acts_of(records).act(key, "print", OPERATOR, None)
    assert nothing.value.fault is PaperFault.PRINTER_MISSING
    assert records.journal.count("printed", operation.op_id, paper="contact-change completed") == 2
    again = centre_receipt(records, done, acts.papers)
    assert again is not None
    assert again.copy == 2


def test_when_the_centre_was_last_heard_is_said_after_a_start(centre: SandboxCentre, tmp_path: Path) -> None:
    settings, clock = joined(centre, tmp_path), SystemClock()

    def contact(*, send: bool) -> str | None:
        staff = bootstrap.Staff(settings, clock, lambda: join(settings, clock))
        try:
            opened = staff.room.open()
            before = queue_view(opened).last_contact
            if send:
                taken_in(opened, PHONE)
                assert opened.sync.once(30).clear
            return before
        finally:
            staff.room.close()

    assert contact(send=True) is None
    said = contact(send=False)
    assert said is not None
    assert said[:10] == f"{clock.now().astimezone():%Y-%m-%d}"


def test_what_waits_for_people_has_no_paper(records: Records, tmp_path: Path) -> None:
    """Whether it goes at all is not known: neither 已收件 nor that it goes by itself would be true."""
    parked, refused = taken_in(records, PHONE, person="elder"), taken_in(records, "12345")
    act(records, parked, "park")
    records.sync.once(30)
    assert (state(records, parked), state(records, refused)) == (State.PARKED, State.REJECTED)
    acts = acts_of(records, f"file:{tmp_path / 'papers'}")
    for operation in (parked, refused):
        line = line_of(records, records.outbox.find(operation.op_id))
        assert PRINT not in line.actions
        with pytest.raises(TerminalError) as caught:
            acts.act(line.key, "print", OPERATOR, None)
        assert caught.value.fault is TerminalFault.QUEUE_ACTION
    assert not (tmp_path / "papers").exists()


def test_the_code_of_another_operation_makes_no_paper(records: Records) -> None:
    one, other = taken_in(records, PHONE, person="elder"), taken_in(records, PHONE, person="farmer")
    records.sync.once(30)
    code = records.outbox.history(other.op_id)[-1].receipt
    claim = claim_of_centre(code, paper_keys(records.identity), "sandbox", records.identity.terminal, Verdict.APPLIED)
    with pytest.raises(PaperError) as refused:
        proof_of_centre(code, claim, records.outbox.find(one.op_id), "sandbox", records.identity.terminal)
    assert refused.value.fault is PaperFault.CODE_CONTRADICTS
    for verdict in (Verdict.REJECTED, Verdict.CONFLICT, Verdict.HELD):  # more than the verdict says
        with pytest.raises(PaperError):
            claim_of_centre(code, paper_keys(records.identity), "sandbox", records.identity.terminal, verdict)


@pytest.mark.parametrize("changes", [{"terminal": "379999009999"}, {"head": bytes(16)}, {"sequence": 2}])
def test_a_code_of_another_terminals_operation_is_not_ours(
    centre: SandboxCentre, records: Records, changes: dict[str, str | int | bytes]
) -> None:
    """By the centre's own key, and with everything else of ours; neither of the two checks relies on the other."""
    operation = taken_in(records, PHONE, person="elder")
    records.sync.once(30)
    here, keys = ("sandbox", records.identity.terminal), paper_keys(records.identity)
    right = records.outbox.history(operation.op_id)[-1].receipt
    claim = claim_of_centre(right, keys, *here, Verdict.APPLIED)
    assert proof_of_centre(right, claim, operation, *here).number == number_of(operation, here[1])
    key = Authority(Path(centre.ready.authority).parent).keys["receipt"]
    other = replace(claim, **changes)  # type: ignore[arg-type]
    code = encode(other, suite_signer(key, None))
    assert verify(code, keys, "sandbox").claim == other
    with pytest.raises(PaperError) as refused:
        proof_of_centre(code, other, operation, *here)
    assert refused.value.fault is PaperFault.CODE_CONTRADICTS
    if other.terminal == claim.terminal:
        assert claim_of_centre(code, keys, *here, Verdict.APPLIED) == other
    else:
        with pytest.raises(PaperError) as stranger:
            claim_of_centre(code, keys, *here, Verdict.APPLIED)
        assert stranger.value.fault is PaperFault.CODE_CONTRADICTS


def test_a_word_that_came_since_the_page_was_drawn_is_not_put_beside_the_older_state(records: Records) -> None:
    operation = taken_in(records, PHONE, person="elder")
    records.sync.once(30)
    drawn = records.outbox.find(operation.op_id)
    said = said_of(records, drawn)
    assert said is not None
    assert (drawn.state, said.verdict) == (State.APPLIED, Verdict.APPLIED)
    records.outbox.outcome(replace(said, verdict=Verdict.CONFLICT))
    assert said_of(records, drawn) is None
    now = said_of(records, records.outbox.find(operation.op_id))
    assert now is not None
    assert now.verdict is Verdict.CONFLICT


def test_a_session_that_locks_while_the_second_person_is_asked_for_ends_the_question(
    centre: SandboxCentre, tmp_path: Path
) -> None:
    with World(joined(centre, tmp_path)) as world:
        world.centre_known()
        centre.control.fault("down")
        world.identify(card_of("farmer"))
        to_second(world)
        world.type_secret("2001", PASSWORDS["2001"])
        world.until_page("result")
        (line,) = world.desk.queue().result(30).lines
        answer = world.desk.queue_act(line.key, "park")
        world.until(lambda view: view.secret is not None)
        world.desk.lock()
        refused = answer.result(10)
        assert refused is not None
        assert refused.code == TerminalFault.SECOND_CANCELLED.value


def test_a_withdrawal_waits_for_what_was_open_before_its_target(records: Records) -> None:
    """The centre has a tombstone of the earlier one, and cannot know whose it is: the withdrawal names it."""
    first = taken_in(records, PHONE)
    second = taken_in(records, PHONE, after=first)
    for one in (first, second):
        records.outbox.park(one.op_id, "by-hand", "1001")
    act(records, second, "withdraw")
    records.sync.once(20)
    withdrawal = records.outbox.listed()[-1]
    assert withdrawal.state is State.HELD
    act(records, first, "withdraw")  # nothing is open before this one, so it waits for nobody
    assert records.sync.once(20).clear
    assert [state(records, one) for one in (first, second)] == [State.PARKED] * 2
    assert [one.state for one in records.outbox.listed()[-2:]] == [State.APPLIED] * 2


def test_a_refused_withdrawal_of_what_took_effect_is_noted_and_asks_nothing(
    centre: SandboxCentre, records: Records
) -> None:
    """Its body was on its way when it was set aside: the centre has applied it."""
    operation = taken_in(records, PHONE)
    centre.control.fault("lost", route="operations", times=3)
    records.sync.once(0.5)
    act(records, operation, "park")
    act(records, operation, "withdraw")
    centre.control.clear()
    assert records.sync.once(20).clear
    view = queue_view(records)
    assert view.people == ()
    refused = records.outbox.listed()[-1]
    (line,) = (line for line in view.lines if line.key == refused.op_id.hex().upper())
    assert (line.words, line.group) == (NOTED.word, Group.ENDED.value)
    assert (line.actions, line.remedy) == ((), None)
    with pytest.raises(TerminalError) as caught:
        act(records, refused, "escalate")
    assert caught.value.fault is TerminalFault.QUEUE_ACTION
