"""What is handed in says more than it proves: a run of a damaged store is believed as far as the terminal signed it,
what people accepted never stops a terminal's log, and what a person set aside stays so until a person decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from offline_cache.chain import GENESIS
from offline_cache.epochs import KIND, Carried, envelope
from offline_cache.operations import Operation, State
from offline_cache.sealing import Binding, seal
from offline_cache.suite import INTL
from terminal.centre import chain
from terminal.centre.contract import LoggedOperation, OperationBatch, ProblemType
from terminal.centre.errors import CentreError
from terminal.medium import SalvagedRun
from terminal.model.operations import SCHEMA, to_plain
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from tests.centre.support import card_id_of
from tests.sync.support import Terminal, contact_change, hex_id
from tests.sync.test_medium_cases import (
    alarms,
    cases,
    hand_in,
    logged,
    medium_of,
    reasons,
    signed,
)
from tests.sync.test_salvage import asking, effects, recorded

pytestmark = pytest.mark.expects_log

ZEROS = GENESIS.hex().upper()
OTHER = "13911111111"


def salvaged(terminal: Terminal, batch: OperationBatch, *, doubtful: bool = False) -> SalvagedRun:
    """A run as ``store salvage`` writes it."""
    identity = terminal.member.identity
    sign = chain.terminal_signer(identity)
    return SalvagedRun(
        chain.sign_salvaged(identity.environment, identity.terminal, batch, sign, doubtful=doubtful), doubtful
    )


def written(terminal: Terminal, file: Path, lines: Sequence[OperationBatch | SalvagedRun]) -> Path:
    """A medium with just these."""
    if not file.exists():
        medium_of(terminal, file)
    header = file.read_bytes().splitlines()[0]
    file.write_bytes(b"\n".join([header, *map(msgspec.json.encode, lines)]) + b"\n")
    return file


def behind_a_gap(terminal: Terminal, *operations: LoggedOperation) -> SalvagedRun:
    """A run that no chain proves: a case of each."""
    return salvaged(terminal, signed(terminal, 40, ZEROS, *operations))


def resealed(terminal: Terminal, operation: Operation, person: Person, phone: str) -> LoggedOperation:
    """Another body under the identity of an operation, which the centre opens."""
    identity = terminal.member.identity
    binding = Binding(identity.environment, identity.terminal, 1, operation.op_id, operation.kind, SCHEMA)
    sealed = seal(
        to_plain(contact_change(person, phone)), binding, next(iter(identity.pinned("seal").values())), identity.suite
    )
    return LoggedOperation(
        op_id=hex_id(operation),
        kind=operation.kind,
        schema=SCHEMA,
        sealed=chain.to_text(sealed),
        sealed_hash=INTL.digest(sealed).hex().upper(),
    )


def went_on(terminal: Terminal) -> bool:
    """All that waited is at the centre; a person may have something to look at."""
    status = terminal.driver().once()
    return (status.waiting, status.received, status.stopped, status.why) == (0, 0, False, None)


@pytest.fixture
def waiting(terminal: Terminal, population: Population) -> list[Operation]:
    return recorded(terminal, population.people[170:172])


Spoil = Callable[[SalvagedRun, LoggedOperation], SalvagedRun]


def _of_run(**more: object) -> Spoil:
    return lambda run, _: structs.replace(run, salvaged=structs.replace(run.salvaged, **more))


def _of_first(change: Callable[[LoggedOperation, LoggedOperation], LoggedOperation]) -> Spoil:
    def spoil(run: SalvagedRun, other: LoggedOperation) -> SalvagedRun:
        first, *rest = run.salvaged.operations
        return _of_run(operations=[change(first, other), *rest])(run, other)

    return spoil


SPOILED: dict[str, Spoil] = {
    "doubtful": lambda run, _: structs.replace(run, doubtful=not run.doubtful),
    "epoch": _of_run(epoch=2),
    "first place": _of_run(from_seq=2),
    "head before": _of_run(prev_head="A" * 64),
    "head behind": _of_run(head="A" * 64),
    "journal": _of_run(journal_head="A" * 64),
    "fewer": lambda run, other: _of_run(operations=run.salvaged.operations[:1])(run, other),
    "identity": _of_first(lambda one, _: structs.replace(one, op_id="0" * 32)),
    "kind": _of_first(lambda one, _: structs.replace(one, kind="withdrawal")),
    "schema": _of_first(lambda one, _: structs.replace(one, schema=2)),
    "another operation": _of_first(lambda _, other: other),
    "another body and its hash": _of_first(
        lambda one, other: structs.replace(one, sealed=other.sealed, sealed_hash=other.sealed_hash)
    ),
    "another body": _of_first(lambda one, other: structs.replace(one, sealed=other.sealed)),
    "no body": _of_first(lambda one, _: structs.replace(one, sealed=None)),
}


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("what", SPOILED)
def test_of_a_salvaged_run_nothing_is_believed_that_the_terminal_did_not_sign(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path, what: str, lost: bool
) -> None:
    operations = recorded(terminal, population.people[172:175])
    first, second, third = logged(terminal)
    run = salvaged(terminal, signed(terminal, 1, ZEROS, first, second))
    spoiled = SPOILED[what](run, third)
    assert spoiled != run
    if lost:
        centre.control.lose(terminal.member.identity.terminal)
    medium = written(terminal, tmp_path / "terminal.ssc", [spoiled])
    with pytest.raises(SandboxError) as caught:
        hand_in(centre, medium)
    assert "EXPORT_INVALID" in str(caught.value.values)
    assert (effects(centre, operations), cases(centre, terminal)) == ([0, 0, 0], {})
    assert hand_in(centre, written(terminal, medium, [run])) == ((0, 0, 2, 0) if lost else (2, 0, 0, 0))


def test_no_signature_passes_for_another_kind_of_line(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], tmp_path: Path
) -> None:
    batch = signed(terminal, 1, ZEROS, *logged(terminal))
    run = salvaged(terminal, batch)
    for line in (SalvagedRun(batch, False), run.salvaged):
        with pytest.raises(SandboxError):
            hand_in(centre, written(terminal, tmp_path / "terminal.ssc", [line]))
    assert alarms(centre, terminal) == ["head-signature"] * 2
    assert (effects(centre, waiting), cases(centre, terminal)) == ([0, 0], {})


@pytest.mark.parametrize("how", ["medium", "terminal", "case"])
@pytest.mark.parametrize("what", ["schema", "kind"])
def test_what_was_accepted_and_refused_does_not_stand_in_the_way_of_the_true_one(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], tmp_path: Path, what: str, how: str
) -> None:
    first = logged(terminal)[0]
    medium = medium_of(terminal, tmp_path / "terminal.ssc")
    false = structs.replace(first, schema=9) if what == "schema" else structs.replace(first, kind="unheard-of")
    forged = written(terminal, tmp_path / "forged.ssc", [behind_a_gap(terminal, false)])
    assert hand_in(centre, forged) == (0, 0, 1, 0)
    (wrong,) = cases(centre, terminal)
    centre.control.accept(wrong)
    assert effects(centre, waiting) == [0, 0]
    if how == "case":
        assert hand_in(centre, written(terminal, forged, [behind_a_gap(terminal, first)])) == (0, 0, 1, 0)
        assert reasons(centre, terminal) == ["other-bytes"]
        assert centre.control.accept_all(terminal.member.identity.terminal) == 0
        centre.control.accept(max(cases(centre, terminal)))
    elif how == "medium":
        assert hand_in(centre, medium) == (2, 0, 0, 0)
    else:
        assert terminal.driver().once().clear
    assert effects(centre, waiting) == ([1, 0] if how == "case" else [1, 1])
    assert cases(centre, terminal) == {wrong: "other-bytes"}  # seen, and done with
    with pytest.raises(SandboxError):
        centre.control.accept(wrong)
    assert terminal.driver().once().clear
    assert {one.state for one in terminal.outbox.listed()} == {State.APPLIED}
    assert hand_in(centre, medium) == (0, 2, 0, 0)
    assert effects(centre, waiting) == [1, 1]


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("medium", [False, True])
def test_an_accepted_case_never_stops_the_log_and_takes_effect_once(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path, medium: bool, heard: bool
) -> None:
    """Whoever signed or wrote it: the same identity, other bytes, and they are in effect."""
    person = population.people[175]
    operations = recorded(terminal, [person, population.people[176]])
    false = resealed(terminal, operations[0], person, OTHER)
    forged = written(terminal, tmp_path / "forged.ssc", [behind_a_gap(terminal, false)])
    assert hand_in(centre, forged) == (0, 0, 1, 0)
    (wrong,) = cases(centre, terminal)
    centre.control.accept(wrong)
    assert effects(centre, operations) == [1, 0]
    if heard:  # the centre's word of the other one comes before ours goes
        sender = courier(terminal.store, terminal.member.client(), terminal.member.identity)
        assert sender.pull().kind is Kind.CHANGES
    if medium:
        assert hand_in(centre, medium_of(terminal, tmp_path / "terminal.ssc")) == (2, 0, 0, 0)
    assert went_on(terminal)
    assert effects(centre, operations) == [1, 1]
    assert centre.control.contact(card_id_of(person))["phone"] == OTHER
    ours = terminal.outbox.find(operations[0].op_id)
    assert (ours.state, ours.reason) == (State.CONFLICT, "other-bytes")
    said = terminal.outbox.history(ours.op_id)[-1]
    assert (said.reason, said.case[:2], said.receipt) == ("other-bytes", "AJ", "")
    assert cases(centre, terminal) == {}
    later = terminal.record(contact_change(population.people[177]))
    assert went_on(terminal)
    assert hand_in(centre, forged) == (0, 0, 0, 1)
    taken_back = terminal.take_back(ours, person)
    assert went_on(terminal)
    assert effects(centre, [*operations, later, taken_back]) == [1, 1, 1, 1]
    assert alarms(centre, terminal) == ["salvaged"]


def carrying(operation: Operation, one: LoggedOperation, *, bare: bool = False) -> LoggedOperation:
    """What carries ``one`` over into another life."""
    sealed = None if bare or one.sealed is None else chain.from_text(one.sealed)
    inside = Carried(1, operation.op_id, one.kind, one.schema, bytes.fromhex(one.sealed_hash), sealed)
    data = envelope(inside)
    return LoggedOperation(
        op_id="C" * 24 + operation.op_id.hex().upper()[:8],
        kind=KIND,
        schema=1,
        sealed=chain.to_text(data),
        sealed_hash=INTL.digest(data).hex().upper(),
    )


def new_life(terminal: Terminal, centre: SandboxCentre) -> None:
    """All that waits is carried over."""
    number = terminal.member.identity.terminal
    with pytest.raises(CentreError):
        terminal.member.client().new_epoch(number, asking(terminal))
    assert centre.control.agree(number) == 2
    assert courier(terminal.store, terminal.member.client(), terminal.member.identity).renew().kind is Kind.RENEWED


@pytest.mark.parametrize("same", [False, True], ids=["other bytes", "same bytes"])
@pytest.mark.parametrize("accepted", ["by itself", "in a carrier"])
@pytest.mark.parametrize("arrives", ["in the log", "in a carrier"])
def test_whatever_brought_it_and_whatever_is_accepted_the_log_goes_on(  # noqa: PLR0917 - fixtures
    terminal: Terminal,
    centre: SandboxCentre,
    population: Population,
    tmp_path: Path,
    arrives: str,
    accepted: str,
    same: bool,
) -> None:
    person = population.people[178]
    operations = recorded(terminal, [person, population.people[179]])
    one = logged(terminal)[0] if same else resealed(terminal, operations[0], person, OTHER)
    if accepted == "in a carrier":
        one = carrying(operations[0], one)
    medium = written(terminal, tmp_path / "terminal.ssc", [behind_a_gap(terminal, one)])
    assert hand_in(centre, medium) == (0, 0, 1, 0)
    centre.control.accept(min(cases(centre, terminal)))
    assert effects(centre, operations) == [1, 0]
    if arrives == "in a carrier":
        new_life(terminal, centre)
    for _ in range(2):
        assert went_on(terminal)
    assert (effects(centre, operations), cases(centre, terminal)) == ([1, 1], {})
    found = terminal.outbox.find(operations[0].op_id)
    assert found.state is (State.APPLIED if same else State.CONFLICT)
    assert terminal.outbox.find(operations[1].op_id).state is State.APPLIED
    if same:  # it is the log's from now on: what differs is a fork again
        other = resealed(terminal, operations[0], person, OTHER)
        assert hand_in(centre, written(terminal, medium, [behind_a_gap(terminal, other)])) == (0, 0, 1, 0)
        assert reasons(centre, terminal) == ["other-bytes"]
        epoch, seq, head, _ = terminal.outbox.tip()
        forged = signed(terminal, seq + 1, head.hex().upper(), carrying(operations[0], other), epoch=epoch)
        with pytest.raises(CentreError) as refused:
            terminal.member.client().send_operations(terminal.member.identity.terminal, forged)
        assert refused.value.problem is ProblemType.OPERATION_CHANGED


def test_what_people_settled_stays_settled_when_the_true_one_comes(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    person = population.people[180]
    (operation,) = recorded(terminal, [person])
    first = logged(terminal)[0]
    before = medium_of(terminal, tmp_path / "before.ssc")
    terminal.outbox.park(operation.op_id, "set-aside", operator="0001")
    taken_back = terminal.take_back(terminal.outbox.find(operation.op_id), person)
    false = structs.replace(first, schema=9)
    run = behind_a_gap(terminal, false, logged(terminal)[1])
    assert hand_in(centre, written(terminal, tmp_path / "terminal.ssc", [run])) == (0, 0, 2, 0)
    for case in sorted(cases(centre, terminal)):
        centre.control.accept(case)
    assert hand_in(centre, before) == (1, 0, 0, 0)
    assert effects(centre, [operation, taken_back]) == [0, 1]
    assert went_on(terminal)
    later = recorded(terminal, [person])
    assert went_on(terminal)
    assert effects(centre, [operation, taken_back, *later]) == [0, 1, 1]


@pytest.mark.parametrize("same", [False, True], ids=["other bytes", "same bytes"])
def test_a_carrier_under_another_life_is_another_one_and_brings_what_it_carries_once(  # noqa: PLR0917 - fixtures
    terminal: Terminal,
    centre: SandboxCentre,
    waiting: list[Operation],
    population: Population,
    tmp_path: Path,
    same: bool,
) -> None:
    new_life(terminal, centre)
    carrier = logged(terminal)[0]
    assert carrier.kind == KIND
    if not same:
        inside = carrying(waiting[0], resealed(terminal, waiting[0], population.people[170], OTHER))
        carrier = structs.replace(inside, op_id=carrier.op_id)
    assert hand_in(centre, written(terminal, tmp_path / "x.ssc", [behind_a_gap(terminal, carrier)])) == (0, 0, 1, 0)
    centre.control.accept(min(cases(centre, terminal)))
    assert effects(centre, waiting) == [1, 0]
    for _ in range(2):
        assert went_on(terminal)
    assert effects(centre, waiting) == [1, 1]
    assert centre.control.effects()[carrier.op_id] == 1
    expected = [State.APPLIED if same else State.CONFLICT, State.APPLIED]
    assert [terminal.outbox.find(one.op_id).state for one in waiting] == expected


def test_what_waits_for_a_body_is_no_conflict(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], population: Population, tmp_path: Path
) -> None:
    """An accepted carrier brought the place of an operation alone; the log brings the operation, or its place."""
    first, second = logged(terminal)
    bare = carrying(waiting[0], first, bare=True)
    false = structs.replace(resealed(terminal, waiting[1], population.people[171], OTHER), sealed=None)
    empty = carrying(waiting[1], false)
    medium = written(terminal, tmp_path / "terminal.ssc", [behind_a_gap(terminal, bare, empty)])
    assert hand_in(centre, medium) == (0, 0, 2, 0)
    assert centre.control.accept_all(terminal.member.identity.terminal) == 2
    assert effects(centre, waiting) == [0, 0]
    assert second.sealed_hash != false.sealed_hash
    batch = signed(terminal, 1, ZEROS, first, second)
    assert terminal.member.client().send_operations(terminal.member.identity.terminal, batch).hwm == 2
    assert effects(centre, waiting) == [1, 1]
    assert terminal.driver().once().clear
    assert reasons(centre, terminal) == ["other-bytes"]


@pytest.fixture
def set_aside(terminal: Terminal, waiting: list[Operation], tmp_path: Path) -> Path:
    """A medium with what a person sets aside afterwards."""
    medium = medium_of(terminal, tmp_path / "terminal.ssc")
    terminal.outbox.park(waiting[0].op_id, "set-aside", operator="0001")
    return medium


@pytest.mark.parametrize("salvage", [False, True])
@pytest.mark.parametrize("then", ["accepted", "put back"])
def test_what_is_handed_in_undoes_no_set_aside_by_itself(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], set_aside: Path, then: str, salvage: bool
) -> None:
    if salvage:
        (batch,) = (msgspec.json.decode(line, type=OperationBatch) for line in set_aside.read_bytes().splitlines()[1:])
        written(terminal, set_aside, [salvaged(terminal, batch)])
    assert terminal.driver().once().waiting == 0
    assert effects(centre, waiting) == [0, 1]
    assert hand_in(centre, set_aside) == (0, 1, 1, 0)
    assert hand_in(centre, set_aside) == (0, 1, 0, 1)
    assert (effects(centre, waiting), reasons(centre, terminal)) == ([0, 1], ["maybe-set-aside"])
    assert alarms(centre, terminal) == ["salvaged"]
    assert centre.control.accept_all(terminal.member.identity.terminal) == 0
    if then == "accepted":
        centre.control.accept(min(cases(centre, terminal)))
    else:
        terminal.outbox.retry(waiting[0].op_id, "again", operator="0001")
    assert terminal.driver().once().clear
    assert (effects(centre, waiting), cases(centre, terminal)) == ([1, 1], {})
    assert terminal.outbox.find(waiting[0].op_id).state is State.APPLIED
    assert hand_in(centre, set_aside) == (0, 2, 0, 0)


def test_before_the_tombstone_has_arrived_it_counts_as_any_other(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], set_aside: Path
) -> None:
    assert hand_in(centre, set_aside) == (2, 0, 0, 0)
    assert effects(centre, waiting) == [1, 1]
    assert terminal.driver().once().clear
    assert terminal.outbox.find(waiting[0].op_id).state is State.APPLIED


@pytest.mark.parametrize("how", ["gap", "closed life"])
def test_of_what_was_set_aside_since_each_is_accepted_by_itself(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], set_aside: Path, how: str
) -> None:
    """It is a case for another reason, which alone would be harmless; its tombstone came before, or comes behind."""
    number = terminal.member.identity.terminal
    batch = msgspec.json.decode(set_aside.read_bytes().splitlines()[1], type=OperationBatch)
    if how == "gap":
        written(terminal, set_aside, [behind_a_gap(terminal, *batch.operations)])
        assert hand_in(centre, set_aside) == (0, 0, 2, 0)
        assert reasons(centre, terminal) == ["not-proven"] * 2
        assert terminal.driver().once().waiting == 0
    else:
        new_life(terminal, centre)
        terminal.driver().once()
        assert hand_in(centre, set_aside) == (0, 1, 1, 0)
    assert reasons(centre, terminal) == ["maybe-set-aside"]
    assert centre.control.accept_all(number) == 0
    assert effects(centre, waiting) == [0, 1]
    centre.control.accept(min(cases(centre, terminal)))
    assert (effects(centre, waiting), cases(centre, terminal)) == ([1, 1], {})


@pytest.mark.parametrize("sent", [False, True])
def test_nor_does_what_a_medium_carries_over(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], set_aside: Path, sent: bool
) -> None:
    identity = terminal.member.identity
    batch = msgspec.json.decode(set_aside.read_bytes().splitlines()[1], type=OperationBatch)
    assert terminal.driver().once().waiting == 0
    carrier = signed(terminal, 3, batch.head, carrying(waiting[0], batch.operations[0]))
    if sent:
        assert terminal.member.client().send_operations(identity.terminal, carrier).hwm == 3
    else:
        assert hand_in(centre, written(terminal, set_aside, [carrier])) == (1, 0, 0, 0)
        assert (reasons(centre, terminal), alarms(centre, terminal)) == (["maybe-set-aside"], ["salvaged"])
        assert effects(centre, waiting) == [0, 1]
        assert centre.control.accept_all(identity.terminal) == 0
        centre.control.accept(min(cases(centre, terminal)))
    assert (effects(centre, waiting), cases(centre, terminal)) == ([1, 1], {})
