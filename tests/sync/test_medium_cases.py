"""What is handed in and has no place in the log, or comes of a terminal that is lost: people decide, nothing is lost,
and nothing takes effect twice, whichever way it comes as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import structs

from offline_cache.blob_rows import Blobs
from offline_cache.chain import GENESIS, operation_head
from offline_cache.operations import Operation
from terminal.centre import chain
from terminal.centre.contract import LoggedOperation, OperationBatch
from terminal.centre.errors import CentreError
from terminal.centre.identity import load_identity
from terminal.medium import write_medium
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError, SandboxFault
from terminal.sandbox.people import Population
from terminal.sandbox.server import Centre
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from terminal.sync.batches import signed_batch
from tests.centre.support import card_id_of
from tests.sync.support import PHONE, Terminal, contact_change
from tests.sync.test_blobs import CONTENT, name, record
from tests.sync.test_new_life import older_copy, put_back
from tests.sync.test_salvage import asking, effects, recorded
from tests.sync.test_suites import again

pytestmark = pytest.mark.expects_log

Counts = tuple[int, int, int, int]


def hand_in(centre: SandboxCentre, file: Path) -> Counts:
    """Taken in; here before; new cases; cases before."""
    found = centre.control.hand_in(file)
    return found["taken"], found["there"], found["cases"], found["waiting"]


def cases(centre: SandboxCentre, terminal: Terminal) -> dict[str, str]:
    """Open ones of this terminal, and why each is one."""
    listed = centre.control.salvaged().items()
    return {one: told.split()[-1] for one, told in listed if told.startswith(terminal.member.identity.terminal)}


def reasons(centre: SandboxCentre, terminal: Terminal) -> list[str]:
    return [why for _, why in sorted(cases(centre, terminal).items())]


def alarms(centre: SandboxCentre, terminal: Terminal) -> list[str]:
    told = (one.split(" ", 1) for one in centre.control.alarms())
    return [what for number, what in told if number == terminal.member.identity.terminal]


def medium_of(terminal: Terminal, file: Path) -> Path:
    """What waits, on a medium."""
    assert write_medium(terminal.outbox, Blobs(terminal.store), terminal.member.identity, file, new=False).operations
    return file


def logged(terminal: Terminal) -> list[LoggedOperation]:
    """What waits, as the wire has it."""
    batch, identity = terminal.outbox.batch(), terminal.member.identity
    assert batch is not None
    return signed_batch(identity.origin, batch, chain.terminal_signer(identity)).operations


def signed(terminal: Terminal, seq: int, prev: str, *operations: LoggedOperation, epoch: int = 1) -> OperationBatch:
    """A batch whose chain and signature are right, whatever is in it."""
    identity, head = terminal.member.identity, bytes.fromhex(prev)
    for index, one in enumerate(operations):
        head = operation_head(
            identity.origin, head, epoch=epoch, seq=seq + index, op_id=bytes.fromhex(one.op_id), kind=one.kind,
            schema=one.schema, sealed_hash=bytes.fromhex(one.sealed_hash),
        )  # fmt: skip
    batch = OperationBatch(
        suite=identity.suite.name, epoch=epoch, from_seq=seq, prev_head=prev, operations=list(operations),
        head=head.hex().upper(), head_signature="", journal_head="0" * 64,
    )  # fmt: skip
    return chain.sign_batch(identity.environment, identity.terminal, batch, chain.terminal_signer(identity))


def other_bytes(terminal: Terminal, operation: LoggedOperation, other: LoggedOperation) -> LoggedOperation:
    """Another body under the identity of an operation."""
    assert operation.sealed_hash != other.sealed_hash
    return structs.replace(operation, sealed=other.sealed, sealed_hash=other.sealed_hash)


def composed(terminal: Terminal, file: Path, batches: Sequence[OperationBatch]) -> Path:
    """A medium with just these."""
    header = medium_of(terminal, file).read_bytes().splitlines()[0]
    file.write_bytes(b"\n".join([header, *map(msgspec.json.encode, batches)]) + b"\n")
    return file


def renew(terminal: Terminal, centre: SandboxCentre, on: str) -> None:
    again(terminal.member, centre, centre.control.new_code(terminal.member.identity.terminal), on)


@pytest.fixture
def waiting(terminal: Terminal, population: Population) -> list[Operation]:
    return recorded(terminal, population.people[150:152])


@pytest.fixture
def medium(terminal: Terminal, waiting: list[Operation], tmp_path: Path) -> Path:
    assert waiting
    return medium_of(terminal, tmp_path / "terminal.ssc")


@pytest.mark.parametrize("how", ["renewed", "renewed twice", "found", "found and renewed", "run out"])
def test_a_medium_counts_by_the_certificate_it_was_made_under(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], medium: Path, how: str, on: str
) -> None:
    number = terminal.member.identity.terminal
    if "found" in how:
        centre.control.lose(number)
        centre.control.find(number)
    for _ in range(how.count("renewed") + how.count("twice")):
        renew(terminal, centre, on)
    if how == "run out":
        later = datetime.now(UTC) + timedelta(days=400)
        counter = Centre(Path(centre.ready.authority).parent, Population(), lambda: later)
        assert counter.office.take_medium(medium).counts()["taken"] == 2
        counter.state.close()
    else:
        assert hand_in(centre, medium) == (2, 0, 0, 0)
    assert effects(centre, waiting) == [1, 1]
    assert hand_in(centre, medium) == (0, 2, 0, 0)
    assert (effects(centre, waiting), reasons(centre, terminal)) == ([1, 1], [])


@pytest.mark.parametrize("how", ["terminal-lost", "lost and renewed", "certificate-revoked", "revoked and renewed"])
def test_of_a_terminal_that_is_lost_or_revoked_people_decide(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], medium: Path, how: str, on: str
) -> None:
    number = terminal.member.identity.terminal
    (centre.control.lose if "lost" in how else centre.control.revoke)(number)
    if "renewed" in how:
        renew(terminal, centre, on)
    assert hand_in(centre, medium) == (0, 0, 2, 0)
    assert hand_in(centre, medium) == (0, 0, 0, 2)
    why = "terminal-lost" if "lost" in how else "certificate-revoked"
    assert reasons(centre, terminal) == [why] * 2
    assert alarms(centre, terminal) == ["salvaged"]
    assert effects(centre, waiting) == [0, 0]
    assert centre.control.accept_all(number) == 0  # one by one
    centre.control.accept(min(cases(centre, terminal)))
    assert effects(centre, waiting) == [1, 0]
    assert hand_in(centre, medium) == (0, 1, 0, 1)
    if "lost" in how:  # then everything counts, and what was accepted does not count again
        centre.control.find(number)
        assert hand_in(centre, medium) == (1, 1, 0, 0)
        assert (effects(centre, waiting), reasons(centre, terminal)) == ([1, 1], [])


def test_a_certificate_that_is_not_remembered_names_its_terminal_and_people_decide(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], tmp_path: Path, on: str
) -> None:
    """The centre was put back to before it issued it."""
    member = terminal.member
    centre.control.backup()
    renew(terminal, centre, on)
    terminal.member = replace(member, identity=load_identity(member.directory, "sandbox", member.keys))
    assert terminal.member.identity.certificate_file != member.identity.certificate_file
    medium = medium_of(terminal, tmp_path / "newer.ssc")
    centre.control.restore()
    assert hand_in(centre, medium) == (0, 0, 2, 0)
    assert reasons(centre, terminal) == ["certificate-unknown"] * 2
    assert effects(centre, waiting) == [0, 0]


@pytest.fixture
def backup(centre: SandboxCentre) -> None:
    """Of the centre, before this test's terminal joined."""
    centre.control.backup()


@pytest.mark.parametrize("why", ["certificate-unknown", "certificate-revoked", "terminal-lost"])
def test_of_a_terminal_that_is_not_remembered_people_decide(  # noqa: PLR0917 - fixtures
    backup: None, terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], medium: Path, why: str
) -> None:
    """The centre was put back to before it joined. Nothing that is rightly signed is refused."""
    number, told = terminal.member.identity.terminal, ["certificate-unknown", "salvaged"]
    centre.control.restore()
    for order in (centre.control.revoke, centre.control.lose, centre.control.new_code):
        with pytest.raises(SandboxError):
            order(number)
    assert hand_in(centre, medium) == (0, 0, 2, 0)
    assert hand_in(centre, medium) == (0, 0, 0, 2)
    assert (reasons(centre, terminal), alarms(centre, terminal)) == (["certificate-unknown"] * 2, told)
    if why != "certificate-unknown":  # from then on
        (centre.control.revoke if why == "certificate-revoked" else centre.control.lose)(number)
        waiting += recorded(terminal, [Population().people[152]])
        assert hand_in(centre, medium_of(terminal, medium)) == (0, 0, 1, 2)
        assert reasons(centre, terminal) == ["certificate-unknown", "certificate-unknown", why]
    assert effects(centre, waiting) == [0] * len(waiting)
    assert centre.control.accept_all(number) == 0
    for one in sorted(cases(centre, terminal)):
        centre.control.accept(one)
    assert effects(centre, waiting) == [1] * len(waiting)


@pytest.mark.parametrize("whose", ["server", "ca"])
def test_a_certificate_that_names_no_terminal_is_refused(
    centre: SandboxCentre, medium: Path, tmp_path: Path, whose: str
) -> None:
    """Also where the medium says that its terminal is called like that."""
    first, *rest = medium.read_bytes().splitlines()
    folder, header, before = Path(centre.ready.authority).parent, msgspec.json.decode(first), centre.control.alarms()
    subject = x509.load_pem_x509_certificate((folder / f"{whose}.pem").read_bytes()).subject
    header["certificate"] = (folder / f"{whose}.pem").read_text("ascii")
    header["terminal"] = subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    medium.write_bytes(b"\n".join([msgspec.json.encode(header), *rest]) + b"\n")
    with pytest.raises(SandboxError) as caught:
        hand_in(centre, medium)
    assert "certificate: no terminal" in str(caught.value.values)
    assert centre.control.alarms() == before


@pytest.mark.parametrize("agreed", [False, True], ids=["other-history", "life-closed"])
@pytest.mark.parametrize("accepted", [True, False], ids=["accepted before", "arrived before"])
def test_what_was_recorded_in_another_history_or_a_closed_life_takes_effect_once(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path, agreed: bool, accepted: bool
) -> None:
    number, people = terminal.member.identity.terminal, population.people[153:157]
    shared = recorded(terminal, people[:1])
    assert terminal.driver().once().clear
    copy = older_copy(terminal)
    photo = terminal.sealer.blob(CONTENT)
    ours = [*recorded(terminal, people[1:2]), record(terminal, people[2], photo)]
    medium, newer = medium_of(terminal, tmp_path / "terminal.ssc"), terminal.path
    put_back(terminal, copy)
    theirs = recorded(terminal, people[3:])
    assert terminal.driver().once().clear
    put_back(terminal, newer)
    if agreed:
        assert terminal.driver().once().why is Kind.FORKED
        assert centre.control.agree(number) == 2
    told = alarms(centre, terminal)
    assert hand_in(centre, medium) == (0, 0, 2, 0)
    assert hand_in(centre, medium) == (0, 0, 0, 2)
    assert alarms(centre, terminal) == [*told, "salvaged"]
    assert reasons(centre, terminal) == ["life-closed" if agreed else "other-history"] * 2
    assert effects(centre, [*shared, *ours, *theirs]) == [1, 0, 0, 1]
    waiting = sorted(cases(centre, terminal))
    if accepted:
        if agreed:  # only joined to nothing: all at once
            assert centre.control.accept_all(number) == 2
        else:
            assert centre.control.accept_all(number) == 0
            for one in waiting:
                centre.control.accept(one)
        assert effects(centre, ours) == [1, 1]  # the photo was on the medium
        assert name(photo) in centre.control.blobs()
        assert hand_in(centre, medium) == (0, 2, 0, 0)
    if not agreed:
        assert terminal.driver().once().why is Kind.FORKED
        assert centre.control.agree(number) == 2
    assert terminal.driver().once().clear  # they come once more, carried over
    assert effects(centre, [*shared, *ours, *theirs]) == [1, 1, 1, 1]
    assert cases(centre, terminal) == {}
    for one in waiting:
        with pytest.raises(SandboxError):
            centre.control.accept(one)
    assert hand_in(centre, medium) == (0, 2, 0, 0)
    assert effects(centre, [*shared, *ours, *theirs]) == [1, 1, 1, 1]


def test_a_carrier_that_was_accepted_brings_what_it_carries_once(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    """A medium of the new life, and then the terminal is lost. What has another one's identity comes by no carrier."""
    number, people = terminal.member.identity.terminal, population.people[157:160]
    copy = older_copy(terminal)
    recorded(terminal, people[:1])
    assert terminal.driver().once().clear
    put_back(terminal, copy)
    ours = recorded(terminal, people[1:])
    before, (first, second) = medium_of(terminal, tmp_path / "before.ssc"), logged(terminal)
    false = signed(terminal, 9, GENESIS.hex().upper(), other_bytes(terminal, second, first))
    changed = composed(terminal, tmp_path / "changed.ssc", [false])
    assert terminal.driver().once().stopped
    assert centre.control.agree(number) == 2
    assert courier(terminal.store, terminal.member.client(), terminal.member.identity).renew().kind is Kind.RENEWED
    medium = medium_of(terminal, tmp_path / "terminal.ssc")
    centre.control.lose(number)
    assert hand_in(centre, medium) == (0, 0, 2, 0)
    good, bad = sorted(cases(centre, terminal))
    centre.control.accept(good)
    assert effects(centre, ours) == [1, 0]
    assert hand_in(centre, changed) == (0, 0, 1, 0)
    centre.control.accept(max(cases(centre, terminal)))
    with pytest.raises(SandboxError) as caught:
        centre.control.accept(bad)
    assert caught.value.fault is SandboxFault.CONTROL_REFUSED
    assert list(cases(centre, terminal)) == [bad]
    assert hand_in(centre, before) == (0, 1, 1, 0)
    assert hand_in(centre, medium) == (0, 1, 0, 1)
    assert effects(centre, ours) == [1, 0]


def test_after_a_gap_the_rest_of_the_medium_is_looked_at(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    operations = recorded(terminal, population.people[159:163])
    first, second, third, fourth = logged(terminal)
    start = signed(terminal, 1, GENESIS.hex().upper(), first)
    middle = signed(terminal, 2, start.head, second)
    end = signed(terminal, 3, middle.head, third, fourth)
    medium = composed(terminal, tmp_path / "terminal.ssc", [end, start])
    assert hand_in(centre, medium) == (1, 0, 2, 0)
    assert reasons(centre, terminal) == ["not-proven"] * 2
    assert effects(centre, operations) == [1, 0, 0, 0]
    centre.control.accept(min(cases(centre, terminal)))
    composed(terminal, medium, [middle, end])
    assert hand_in(centre, medium) == (2, 1, 0, 0)
    assert (effects(centre, operations), reasons(centre, terminal)) == ([1] * 4, [])
    assert centre.control.hand_in(medium) == {"hwm": 4, "taken": 0, "there": 3, "cases": 0, "waiting": 0}


def test_another_operation_under_a_known_identity_is_seen_and_never_applied(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    person = population.people[163]
    recorded(terminal, [person])
    terminal.record(contact_change(person, "13900000001"))
    first, second = logged(terminal)
    start = signed(terminal, 1, GENESIS.hex().upper(), first)
    assert hand_in(centre, composed(terminal, tmp_path / "one.ssc", [start])) == (1, 0, 0, 0)
    changed = other_bytes(terminal, first, second)
    medium = composed(terminal, tmp_path / "two.ssc", [signed(terminal, 2, start.head, changed, second)])
    for expected in ((0, 0, 2, 0), (0, 0, 0, 2)):
        assert hand_in(centre, medium) == expected
    assert reasons(centre, terminal) == ["other-bytes", "other-history"]
    case = min(cases(centre, terminal))
    with pytest.raises(SandboxError):
        centre.control.accept(case)
    assert centre.control.contact(card_id_of(person))["phone"] == PHONE
    assert len(cases(centre, terminal)) == 2


def test_of_two_that_differ_under_one_identity_people_choose(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    """Neither is lost for coming second, and no body comes to the place of the other."""
    operations = recorded(terminal, population.people[164:166])
    first, second = logged(terminal)
    start, changed = GENESIS.hex().upper(), other_bytes(terminal, first, second)
    batches = [signed(terminal, 1, start, first), signed(terminal, 1, start, changed)]
    centre.control.lose(terminal.member.identity.terminal)
    assert hand_in(centre, composed(terminal, tmp_path / "terminal.ssc", batches)) == (0, 0, 2, 0)
    right, wrong = sorted(cases(centre, terminal))
    centre.control.accept(right)
    assert cases(centre, terminal) == {wrong: "other-bytes"}
    with pytest.raises(SandboxError):
        centre.control.accept(wrong)
    assert effects(centre, operations) == [1, 0]


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("what", ["head_signature", "head", "sealed"])
def test_what_is_not_signed_so_is_refused_and_what_was_in_stays(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], tmp_path: Path, what: str, lost: bool
) -> None:
    first, second = logged(terminal)
    start = signed(terminal, 1, GENESIS.hex().upper(), first)
    end = signed(terminal, 2, start.head, second)
    spoiled = {
        "head_signature": structs.replace(end, head_signature=start.head_signature),
        "head": structs.replace(end, operations=[structs.replace(second, op_id="0" * 32)]),
        "sealed": structs.replace(end, operations=[structs.replace(second, sealed=first.sealed)]),
    }[what]
    if lost:
        centre.control.lose(terminal.member.identity.terminal)
    medium = composed(terminal, tmp_path / "terminal.ssc", [start, spoiled])
    with pytest.raises(SandboxError) as caught:
        hand_in(centre, medium)
    assert "EXPORT_INVALID" in str(caught.value.values)
    assert (effects(centre, waiting), len(cases(centre, terminal))) == (([0, 0], 1) if lost else ([1, 0], 0))


def test_the_mark_that_is_told_is_of_the_life_that_is_open(
    terminal: Terminal, centre: SandboxCentre, medium: Path
) -> None:
    centre.control.lose(terminal.member.identity.terminal)
    assert centre.control.take_in(medium) == 0
    centre.control.find(terminal.member.identity.terminal)
    assert centre.control.take_in(medium) == 2


def test_a_medium_answers_no_question_for_a_new_life(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], medium: Path
) -> None:
    """A store that was made again asks; what the one before it left on a medium does not tell that they agree."""
    number = terminal.member.identity.terminal
    with pytest.raises(CentreError):
        terminal.member.client().new_epoch(number, asking(terminal))
    assert hand_in(centre, medium) == (2, 0, 0, 0)
    assert centre.control.agree(number) == 2
    assert effects(centre, waiting) == [1, 1]


def test_of_a_life_that_the_centre_has_forgotten_people_decide(
    terminal: Terminal, centre: SandboxCentre, waiting: list[Operation], tmp_path: Path
) -> None:
    """It was put back to before it gave that life."""
    number = terminal.member.identity.terminal
    with pytest.raises(CentreError):
        terminal.member.client().new_epoch(number, asking(terminal))
    centre.control.backup()
    assert centre.control.agree(number) == 2
    assert courier(terminal.store, terminal.member.client(), terminal.member.identity).renew().kind is Kind.RENEWED
    centre.control.restore()
    assert hand_in(centre, medium_of(terminal, tmp_path / "terminal.ssc")) == (0, 0, 2, 0)
    assert reasons(centre, terminal) == ["life-unknown"] * 2
    assert centre.control.accept_all(number) == 2
    assert effects(centre, waiting) == [1, 1]
