"""The way out of a fork, with real stores and the sandbox centre: both histories are kept, a person at the centre
agrees, the terminal goes on in a new life of its log, nothing is lost and nothing takes effect twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from offline_cache import forks
from offline_cache.epochs import KIND
from offline_cache.errors import StoreError
from offline_cache.operations import Operation, State
from offline_cache.proof import verify
from terminal.centre import chain
from terminal.centre.client import CentreClient
from terminal.centre.contract import Acknowledgement, EpochGrant, EpochRequest, OperationBatch, ProblemType
from terminal.centre.errors import CentreError, CentreFault
from terminal.model.operations import CONTACT_CHANGE
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from terminal.sync.sealing import sealer
from tests.centre.support import card_id_of
from tests.sync.support import Terminal, contact_change, hex_id, open_store

pytestmark = pytest.mark.expects_log


def older_copy(terminal: Terminal) -> Path:
    """The store as it is now, laid away as somebody's backup would."""
    terminal.store.close()
    copy = terminal.path.parent / "copy"
    shutil.copytree(terminal.path.parent, copy, ignore=shutil.ignore_patterns("copy"))
    terminal.store = open_store(terminal.path, terminal.member)
    return copy / terminal.path.name


def put_back(terminal: Terminal, copy: Path) -> None:
    terminal.store.close()
    terminal.path = copy
    terminal.store = open_store(copy, terminal.member)


def business(terminal: Terminal) -> dict[str, State]:
    """What was taken in from people, by its id."""
    listed = terminal.outbox.listed(most=1000)
    return {hex_id(one): one.state for one in listed if one.kind != KIND}


def test_after_a_fork_the_terminal_goes_on_in_a_new_life(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    number, person = terminal.member.identity.terminal, population.people[140]
    terminal.record(contact_change(person, "13800000001"))
    assert terminal.driver().once().clear
    shared = terminal.record(contact_change(person, "13800000002"))  # in both histories
    copy = older_copy(terminal)
    lost = terminal.record(contact_change(person, "13800000003"))  # in the newer one alone, and at the centre
    assert terminal.driver().once().clear

    put_back(terminal, copy)
    ours = [terminal.record(contact_change(person, f"1390000000{n}")) for n in range(3)]
    status = terminal.driver().once()
    assert (status.stopped, status.why) == (True, Kind.FORKED)
    assert isinstance(status.error, StoreError | CentreError)
    assert terminal.driver().once().stopped  # as often as it likes: without a person nothing moves
    assert centre.control.alarms().count(f"{number} fork") == 1  # who is told of it once
    assert [state for state in business(terminal).values() if state is State.PENDING]
    assert sum(centre.control.effects().get(hex_id(one), 0) for one in ours) == 0

    assert centre.control.agree(number) == 2
    assert terminal.driver().once().clear
    counted = centre.control.effects()
    assert [counted.get(hex_id(one), 0) for one in (shared, lost, *ours)] == [1] * 5
    assert set(business(terminal).values()) == {State.APPLIED}
    assert centre.control.contact(card_id_of(person))["op_id"] == hex_id(ours[-1])
    # Both histories are there to be looked at, and ours proves itself over both lives.
    aside = copy.with_suffix(".fork-1")
    assert aside.exists()
    assert verify(terminal.store).good
    # The new life goes on like any other; a restart finds it.
    terminal.reopen()
    later = record_in_new_life(terminal, person, "13800000009")
    assert (later.epoch, terminal.driver().once().clear) == (2, True)
    assert centre.control.effects()[hex_id(later)] == 1


def test_a_batch_behind_another_history_is_refused_by_the_centre(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Its places are free and its chain is whole: only the head before it tells that it goes on from something else."""
    number, people = terminal.member.identity.terminal, population.people
    copy = older_copy(terminal)
    terminal.record(contact_change(people[150]))
    assert terminal.driver().once().clear
    put_back(terminal, copy)
    terminal.record(contact_change(people[151]))
    second = terminal.record(contact_change(people[152]))
    sending = courier(terminal.store, terminal.member.client(), terminal.member.identity)
    assert sending.send(2, 100, 1 << 18).kind is Kind.FORKED
    assert isinstance(sending.error, CentreError)
    assert sending.error.problem is ProblemType.LOG_FORKED
    assert f"{number} history" in centre.control.alarms()
    assert hex_id(second) not in centre.control.effects()


def test_a_closed_life_takes_nothing_more(centre: SandboxCentre, terminal: Terminal, population: Population) -> None:
    """The newer machine, had it only slept, is a fork in turn, and comes to a life of its own."""
    number, person = terminal.member.identity.terminal, population.people[141]
    copy = older_copy(terminal)
    first = terminal.record(contact_change(person, "13800000001"))
    assert terminal.driver().once().clear
    newer, terminal.path = terminal.path, copy
    terminal.store.close()
    terminal.store = open_store(copy, terminal.member)
    second = terminal.record(contact_change(person, "13800000002"))
    assert terminal.driver().once().stopped
    assert centre.control.agree(number) == 2
    assert terminal.driver().once().clear
    put_back(terminal, newer)
    third = terminal.record(contact_change(person, "13800000003"))
    assert terminal.driver().once().why is Kind.FORKED
    assert centre.control.agree(number) == 3
    assert terminal.driver().once().clear
    counted = centre.control.effects()
    assert [counted[hex_id(one)] for one in (first, second, third)] == [1, 1, 1]


def test_a_centre_restored_from_before_the_new_life(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Everything of both lives comes again, once: also what was carried over is carried on."""
    number, person = terminal.member.identity.terminal, population.people[142]
    copy = older_copy(terminal)
    centre.control.backup()
    terminal.record(contact_change(person, "13800000001"))
    assert terminal.driver().once().clear
    put_back(terminal, copy)
    ours = [terminal.record(contact_change(person, f"1390000000{n}")) for n in range(3)]
    assert terminal.driver().once().stopped
    assert centre.control.agree(number) == 2
    assert terminal.driver().once().clear
    centre.control.restore()
    status = terminal.driver().once()
    assert (status.why, centre.control.agree(number)) == (Kind.FORKED, 3)
    assert terminal.driver().once().clear
    counted = centre.control.effects()
    assert [counted.get(hex_id(one), 0) for one in ours] == [1, 1, 1]
    assert set(business(terminal).values()) == {State.APPLIED}
    assert verify(terminal.store).good


def test_nobody_agrees_to_what_nobody_asked_for(centre: SandboxCentre, terminal: Terminal) -> None:
    from terminal.sandbox.errors import SandboxError

    with pytest.raises(SandboxError):
        centre.control.agree(terminal.member.identity.terminal)


def second_machine(terminal: Terminal) -> Terminal:
    """The data folder, cloned: another machine of the same number."""
    copy = older_copy(terminal)
    return replace(terminal, path=copy, store=open_store(copy, terminal.member))


def record_in_new_life(machine: Terminal, person: Person, phone: str) -> Operation:
    draft = sealer(machine.member.identity, machine.outbox.tip()[0]).draft(
        CONTACT_CHANGE, contact_change(person, phone), subject=b"x", summary={"what": "test"}
    )
    (operation,) = machine.outbox.record(draft)
    return operation


def test_two_machines_of_one_number_come_to_a_life_each(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """The one that did not ask is not given what was agreed for the other, though it is first to come for it."""
    number, person = terminal.member.identity.terminal, population.people[144]
    other = second_machine(terminal)
    first = terminal.record(contact_change(person, "13800000001"))
    assert terminal.driver().once().clear
    second = other.record(contact_change(person, "13800000002"))
    assert other.driver().once().why is Kind.FORKED
    assert centre.control.agree(number) == 2
    assert terminal.driver().once().stopped
    assert other.driver().once().clear
    assert terminal.driver().once().stopped
    assert (terminal.outbox.tip()[0], other.outbox.tip()[0]) == (1, 2)
    assert centre.control.agree(number) == 3
    assert terminal.driver().once().clear
    assert (terminal.outbox.tip()[0], other.outbox.tip()[0]) == (3, 2)
    assert centre.control.alarms().count(f"{number} fork") == 3  # the other's, ours, and ours again: it sent meanwhile
    third, fourth = (
        record_in_new_life(one, person, f"1380000000{n}") for n, one in enumerate((terminal, other), start=3)
    )
    assert terminal.driver().once().clear
    assert other.driver().once().why is Kind.FORKED
    assert centre.control.agree(number) == 4
    assert other.driver().once().clear
    counted = centre.control.effects()
    assert [counted.get(hex_id(one), 0) for one in (first, second, third, fourth)] == [1] * 4
    other.store.close()


def test_two_machines_of_the_very_same_history_come_to_a_life_each(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Both ask before anybody agrees. No number is on two papers."""
    number, person = terminal.member.identity.terminal, population.people[145]
    terminal.record(contact_change(person, "13800000001"))
    assert terminal.driver().once().clear
    machines = terminal, second_machine(terminal)
    for one in machines:
        one.outbox.note_fork(forks.OLDER)
        assert one.driver().once().stopped
    assert centre.control.agree(number) == 2
    assert [one.driver().once().clear for one in machines] == [True, False]
    assert centre.control.agree(number) == 3
    assert machines[1].driver().once().clear
    papers = [record_in_new_life(one, person, f"1390000000{n}") for n, one in enumerate(machines)]
    assert [(paper.epoch, paper.seq) for paper in papers] == [(2, 1), (3, 1)]
    machines[1].store.close()


def asked(terminal: Terminal, **changed: int | str) -> int | None:
    """The life that a question with this much changed is told; ``None`` while it is for people."""
    identity = terminal.member.identity
    epoch, seq, head, journal = terminal.outbox.tip()
    plain = EpochRequest(
        suite=identity.suite.name,
        epoch=epoch,
        seq=seq,
        head=head.hex().upper(),
        head_signature="",
        journal_head=journal.hex().upper(),
        asker="A1" * 16,
    )
    question = chain.sign_tip(
        identity.environment, identity.terminal, structs.replace(plain, **changed), chain.terminal_signer(identity)
    )
    try:
        return terminal.member.client().new_epoch(identity.terminal, question).epoch
    except CentreError as error:
        assert error.problem is ProblemType.EPOCH_PENDING
        return None


OTHERS: dict[str, dict[str, int | str]] = {
    "its last operation moved": {"seq": 2},
    "another head": {"head": "AB" * 32},
    "it knows of the new life": {"known": 2},
    "of a later life": {"epoch": 3},
}


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS)
def test_a_life_is_given_again_to_the_history_that_asked_and_to_no_other(
    centre: SandboxCentre, terminal: Terminal, population: Population, changed: dict[str, int | str]
) -> None:
    number = terminal.member.identity.terminal
    terminal.record(contact_change(population.people[146]))
    assert terminal.driver().once().clear
    assert asked(terminal) is None
    assert centre.control.agree(number) == 2
    assert [asked(terminal) for _ in range(2)] == [2, 2]  # the answer may be lost
    assert asked(terminal, **changed) is None
    assert asked(terminal) == 2
    later = centre.control.agree(number)
    assert later is not None
    assert later > 2
    assert asked(terminal, **changed) == later
    assert asked(terminal) == (later if "known" in changed else None)


def test_a_life_that_a_machine_names_as_its_own_is_given_to_none_again(
    centre: SandboxCentre, terminal: Terminal
) -> None:
    number, client = terminal.member.identity.terminal, terminal.member.client()
    assert asked(terminal) is None
    assert centre.control.agree(number) == 2
    client.high_water_mark(number, 1, 1)  # on the way there
    client._call(Acknowledgement, "high_water_mark", path={"terminal": number}, query={})  # of whichever is open
    assert asked(terminal) == 2
    client.high_water_mark(number, 2)
    assert asked(terminal) is None
    assert centre.control.agree(number) == 3
    assert asked(terminal) == 3
    centre.control.backup()
    centre.control.restore()  # whether it was begun meanwhile, this centre cannot know
    assert asked(terminal) is None
    assert centre.control.agree(number) == 4
    assert asked(terminal) == 4


def test_a_life_that_something_was_taken_into_is_given_to_none_again(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """Also where no machine has asked for its mark there: a batch, or a disk that is handed in, may come first."""
    other = second_machine(terminal)
    assert asked(terminal) is None
    assert centre.control.agree(terminal.member.identity.terminal) == 2
    sending = courier(terminal.store, terminal.member.client(), terminal.member.identity)
    assert sending.renew().kind is Kind.RENEWED
    asker = sending._renewal.asker
    assert asked(other, asker=asker) == 2
    paper = record_in_new_life(terminal, population.people[147], "13800000001")
    assert sending.send(1, 100, 1 << 18).kind is Kind.RECEIVED
    assert (paper.epoch, paper.seq, asked(other, asker=asker)) == (2, 1, None)
    other.store.close()


def test_of_one_history_the_first_program_that_fetches_a_life_has_it_and_no_other(
    centre: SandboxCentre, terminal: Terminal
) -> None:
    """Whoever asked: between a question and the agreement the program may have been started anew."""
    number, (first, other) = terminal.member.identity.terminal, ("A1" * 16, "B2" * 16)
    assert [asked(terminal, asker=one) for one in (other, first, other)] == [None] * 3
    assert centre.control.alarms().count(f"{number} fork") == 1
    assert centre.control.agree(number) == 2
    assert [asked(terminal, asker=one) for one in (first, other, first)] == [2, None, 2]
    assert centre.control.agree(number) == 3
    assert [asked(terminal, asker=one) for one in (first, other, first)] == [3, None, 3]
    assert centre.control.agree(number) == 4
    assert asked(terminal, asker=other) == 4
    assert centre.control.alarms().count(f"{number} fork") == 3


def test_a_copy_put_back_before_the_first_mark_of_the_new_life_is_not_given_it_again(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """The link is cut right behind the grant, and days of work follow before the copy is put back."""
    number = terminal.member.identity.terminal
    terminal.outbox.note_fork(forks.OLDER)
    assert terminal.driver().once().stopped
    copy = older_copy(terminal)
    assert centre.control.agree(number) == 2
    sending = courier(terminal.store, terminal.member.client(), terminal.member.identity)
    assert sending.renew().kind is Kind.RENEWED
    paper = record_in_new_life(terminal, population.people[148], "13800000001")
    put_back(terminal, copy)
    assert terminal.driver().once().stopped
    assert centre.control.agree(number) == 3
    assert terminal.driver().once().clear
    other = record_in_new_life(terminal, population.people[148], "13800000002")
    assert [(one.epoch, one.seq) for one in (paper, other)] == [(2, 1), (3, 1)]


Change = Callable[[EpochGrant], EpochGrant]


def same(grant: EpochGrant) -> EpochGrant:
    return grant


FORGED: dict[str, Change] = {
    "a later number": lambda grant: structs.replace(grant, epoch=grant.epoch + 1),
    "the same life": lambda grant: structs.replace(grant, epoch=grant.after),
    "another terminal": lambda grant: structs.replace(grant, terminal="379999999999"),
    "another life before": lambda grant: structs.replace(grant, after=grant.after + 1, epoch=grant.epoch + 1),
    "another moment": lambda grant: structs.replace(grant, time="2026-01-01T00:00:00Z"),
    "an unknown key": lambda grant: structs.replace(grant, key_id="ack-00000000"),
    "no signature": lambda grant: structs.replace(grant, signature="A" * 86),
}


class ForgingCentre:
    """The centre, but for its grants."""

    def __init__(self, real: CentreClient) -> None:
        self._real = real
        self.change: Change = same
        self.now = real.now
        self.changes = real.changes
        self.blob, self.send_piece = real.blob, real.send_piece

    def send_operations(self, terminal: str, body: OperationBatch, *, urgent: bool = False) -> Acknowledgement:
        return self._real.send_operations(terminal, body, urgent=urgent)

    def high_water_mark(
        self, terminal: str, epoch: int, most: int | None = None, *, urgent: bool = False
    ) -> Acknowledgement:
        return self._real.high_water_mark(terminal, epoch, most, urgent=urgent)

    def new_epoch(self, terminal: str, body: EpochRequest) -> EpochGrant:
        return self.change(self._real.new_epoch(terminal, body))


def test_a_forged_grant_begins_nothing(centre: SandboxCentre, terminal: Terminal, population: Population) -> None:
    number, person = terminal.member.identity.terminal, population.people[143]
    copy = older_copy(terminal)
    terminal.record(contact_change(person, "13800000001"))
    assert terminal.driver().once().clear
    put_back(terminal, copy)
    terminal.record(contact_change(person, "13800000002"))
    assert terminal.driver().once().stopped
    centre.control.agree(number)
    forging = ForgingCentre(terminal.member.client())
    forged = courier(terminal.store, forging, terminal.member.identity)
    for what, change in FORGED.items():
        forging.change = change
        assert forged.renew().kind is Kind.UNKNOWN, what
        assert isinstance(forged.error, CentreError)
        assert forged.error.fault is CentreFault.ACKNOWLEDGEMENT_INVALID
        assert terminal.outbox.lives() == [(1, 1)]
    forging.change = same
    assert forged.renew().kind is Kind.RENEWED
    assert terminal.driver().once().clear


class BoastingCentre(ForgingCentre):
    """It tells its whole mark, whatever it was asked."""

    boasts = True

    def high_water_mark(
        self, terminal: str, epoch: int, most: int | None = None, *, urgent: bool = False
    ) -> Acknowledgement:
        return self._real.high_water_mark(terminal, epoch, 2 if self.boasts else most, urgent=urgent)


def test_a_mark_of_more_than_was_asked_says_nothing_of_where_two_histories_part(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    people, copy = population.people[150:154], older_copy(terminal)
    for person in people[:2]:
        terminal.record(contact_change(person))
    assert terminal.driver().once().clear
    put_back(terminal, copy)
    for person in people[2:]:
        terminal.record(contact_change(person))
    assert terminal.driver().once().stopped
    centre.control.agree(terminal.member.identity.terminal)
    boasting = BoastingCentre(terminal.member.client())
    forged = courier(terminal.store, boasting, terminal.member.identity)
    assert forged.renew().kind is Kind.UNKNOWN
    assert isinstance(forged.error, CentreError)
    assert forged.error.fault is CentreFault.ACKNOWLEDGEMENT_INVALID
    assert terminal.outbox.lives() == [(1, 2)]
    boasting.boasts = False
    assert forged.renew().kind is Kind.RENEWED
    assert terminal.driver().once().clear
    assert sorted(centre.control.effects().values())[:1] == [1]


def test_a_stranger_cannot_ask_in_our_name(centre: SandboxCentre, terminal: Terminal) -> None:
    """The question is signed by the terminal's key; one that is not opens no case for anybody."""
    number = terminal.member.identity.terminal
    suite = terminal.member.identity.suite.name
    plain = EpochRequest(suite=suite, epoch=1, seq=0, head="0" * 64, head_signature="A" * 86, journal_head="0" * 64)
    with pytest.raises(CentreError) as caught:
        terminal.member.client().new_epoch(number, plain)
    assert caught.value.fault is CentreFault.TERMINAL_REFUSED
    other = chain.sign_tip("sandbox", "379999999999", plain, chain.terminal_signer(terminal.member.identity))
    with pytest.raises(CentreError):
        terminal.member.client().new_epoch("379999999999", other)


def test_a_centre_that_forgot_a_life_loses_nothing_of_the_one_before(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """The question for the mark shows it, before any batch, so also where nothing was recorded since."""
    number, person = terminal.member.identity.terminal, population.people[149]
    copy = older_copy(terminal)
    first = terminal.record(contact_change(person, "13800000001"))
    newer = terminal.path
    terminal.store.close()
    terminal.path, terminal.store = copy, open_store(copy, terminal.member)
    terminal.record(contact_change(person, "13800000002"))
    assert terminal.driver().once().clear  # the centre's history is now the other copy's
    put_back(terminal, newer)
    centre.control.backup()
    assert terminal.driver().once().why is Kind.FORKED
    assert centre.control.agree(number) == 2
    assert terminal.driver().once().clear
    assert centre.control.effects()[hex_id(first)] == 1
    centre.control.restore()
    status = terminal.driver().once()
    assert (status.stopped, status.why) == (True, Kind.FORKED)
    assert centre.control.agree(number) == 3
    assert terminal.driver().once().clear
    assert centre.control.effects()[hex_id(first)] == 1


def test_the_mark_of_a_life_that_was_never_given_is_refused(centre: SandboxCentre, terminal: Terminal) -> None:
    number = terminal.member.identity.terminal
    with pytest.raises(CentreError) as caught:
        terminal.member.client().high_water_mark(number, 2)
    assert caught.value.problem is ProblemType.LOG_FORKED
