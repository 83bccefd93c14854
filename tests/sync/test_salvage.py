"""A damaged store, and a dead machine's disk: what is proven is taken in once, the rest goes to people."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cache.copying import family
from offline_cache.database import connect
from offline_cache.operations import Operation, State
from offline_cache.recovery import write_recovery
from offline_cache.rotation import keys_of
from offline_cache.salvage import Salvage, Span, salvage
from offline_cache.salvage_photos import LostPhoto
from terminal.centre import chain
from terminal.centre.contract import EpochRequest
from terminal.centre.errors import CentreError
from terminal.medium import write_salvaged
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from tests.sync.support import Terminal, contact_change, hex_id
from tests.sync.test_blobs import CONTENT, name, record
from tests.sync.test_suites import again

PAGE = 4096


def digests(path: Path) -> list[str]:
    return [hashlib.sha256(one.read_bytes()).hexdigest() for one in family(path) if one.exists()]


def read(terminal: Terminal, beside: Path) -> Salvage:
    """What can be read of the closed store, which stays as it is."""
    before = digests(terminal.path)
    origin = terminal.member.identity.origin
    found = salvage(terminal.path, keys_of(terminal.member.keys), origin, beside)
    assert digests(terminal.path) == before
    assert not list(beside.glob(".salvage*"))
    return found


def altered(terminal: Terminal, *statements: str) -> None:
    """Rows that are gone, as with their page."""
    connection = connect(terminal.path, keys_of(terminal.member.keys)[0])
    connection.pragma("foreign_keys", 0)
    for statement in statements:
        connection.execute(statement)
    connection.close(True)


def spoil(path: Path, pages: Iterable[int]) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE + 40)
            file.write(bytes(16))


def recorded(terminal: Terminal, people: Iterable[Person]) -> list[Operation]:
    return [terminal.record(contact_change(person)) for person in people]


def effects(centre: SandboxCentre, operations: Iterable[Operation]) -> list[int]:
    counted = centre.control.effects()
    return [counted.get(hex_id(one), 0) for one in operations]


def written(terminal: Terminal, found: Salvage, tmp_path: Path) -> Path:
    file = tmp_path / f"salvaged-{len(list(tmp_path.glob('*.ssc')))}.ssc"
    write_salvaged(found, terminal.member.identity, file)
    with pytest.raises(FileExistsError):  # it may be another terminal's
        write_salvaged(found, terminal.member.identity, file)
    return file


def test_a_sound_store_is_read_whole_and_what_had_arrived_stays_once(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    people = population.people[50:57]
    arrived = recorded(terminal, people[:2])
    assert terminal.driver().once().clear
    photo = terminal.sealer.blob(CONTENT)
    waiting = [*recorded(terminal, people[2:4]), record(terminal, people[4], photo)]
    aside, settled = recorded(terminal, people[5:])
    for one in (aside, settled):
        terminal.outbox.park(one.op_id, "set-aside", operator="0001")
    withdrawal = terminal.take_back(settled, people[6])
    terminal.store.close()
    found = read(terminal, tmp_path)
    assert (found.operations, found.missing, found.bodies, found.lines) == (8, (), (), ())
    assert [one.from_seq for one in found.doubtful] == [aside.seq]  # its body may be the only one
    file = written(terminal, found, tmp_path)
    for _ in range(2):
        assert centre.control.take_in(file) == 8
    everything = [*arrived, *waiting, withdrawal, aside, settled]
    assert effects(centre, everything) == [1] * 6 + [0] * 2
    assert name(photo) in centre.control.blobs()
    (case,) = (told for told in centre.control.salvaged().values() if terminal.member.identity.terminal in told)
    assert case.endswith("maybe-set-aside")
    terminal.reopen()  # it was not dead after all
    assert terminal.driver().once().waiting == 0
    assert effects(centre, everything) == [1] * 6 + [0] * 2
    terminal.outbox.retry(aside.op_id, "again", operator="0001")
    assert terminal.driver().once().waiting == 0
    assert effects(centre, everything) == [1] * 7 + [0]


@pytest.mark.parametrize("log_only", [False, True])
def test_without_its_first_page_everything_is_still_read(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path, log_only: bool
) -> None:
    operations = recorded(terminal, population.people[60:63])
    copies = [one for one in family(terminal.path)[:2] if one.exists()]
    kept = {one: one.read_bytes() for one in copies}  # as after a power cut: much of it in the log alone
    terminal.store.close()
    if log_only:
        for one, content in kept.items():
            one.write_bytes(content)
        assert family(terminal.path)[1].stat().st_size > 10 * PAGE
    spoil(terminal.path, [0])
    found = read(terminal, tmp_path)
    assert (found.operations, found.missing, found.doubtful) == (3, (), ())
    assert centre.control.take_in(written(terminal, found, tmp_path)) == 3
    assert effects(centre, operations) == [1, 1, 1]


def test_behind_a_gap_nothing_is_applied_until_a_person_wants_it(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    operations = recorded(terminal, population.people[70:76])
    terminal.store.close()
    whole = terminal.path.read_bytes()
    altered(terminal, "DROP TRIGGER operation_remains", "DELETE FROM operation WHERE seq = 4")
    lost = read(terminal, tmp_path)
    assert (lost.missing, [one.from_seq for one in lost.runs]) == ((Span(1, 4, 4),), [1, 5])
    file = written(terminal, lost, tmp_path)
    for _ in range(2):
        assert centre.control.take_in(file) == 3
    assert effects(centre, operations) == [1, 1, 1, 0, 0, 0]
    ours = {case for case, told in centre.control.salvaged().items() if terminal.member.identity.terminal in told}
    assert [centre.control.salvaged()[case].split()[2:] for case in sorted(ours)] == [
        ["5", "contact-change", "not-proven"],
        ["6", "contact-change", "not-proven"],
    ]
    centre.control.accept(min(ours))
    with pytest.raises(SandboxError):
        centre.control.accept(min(ours))
    assert effects(centre, operations) == [1, 1, 1, 0, 1, 0]
    assert [centre.control.accept_all(terminal.member.identity.terminal) for _ in range(2)] == [1, 0]
    assert effects(centre, operations) == [1, 1, 1, 0, 1, 1]
    terminal.path.write_bytes(whole)  # another copy of the disk turns out to be whole
    file = written(terminal, read(terminal, tmp_path), tmp_path)
    for _ in range(2):
        assert centre.control.take_in(file) == 6
    assert effects(centre, operations) == [1] * 6
    assert not ours & centre.control.salvaged().keys()


def test_of_what_nobody_can_tell_whether_it_was_set_aside_people_decide(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    operations = recorded(terminal, population.people[80:82])
    terminal.store.close()
    altered(terminal, "DROP TRIGGER progress_remains", "DELETE FROM progress WHERE position = 2")
    found = read(terminal, tmp_path)
    assert (found.operations, [one.from_seq for one in found.doubtful], found.bodies) == (2, [2], ())
    file = written(terminal, found, tmp_path)
    for new in (1, 0):
        told = centre.control.hand_in(file)
        assert told == {"hwm": 2, "taken": new, "there": 1 - new, "cases": new, "waiting": 1 - new}
    assert effects(centre, operations) == [1, 0]
    (case,) = (one for one, told in centre.control.salvaged().items() if terminal.member.identity.terminal in told)
    assert centre.control.salvaged()[case].endswith("maybe-set-aside")
    centre.control.accept(case)
    assert effects(centre, operations) == [1, 1]
    assert centre.control.take_in(file) == 2
    assert effects(centre, operations) == [1, 1]


def test_a_photo_of_which_a_piece_is_lost_is_named_and_its_others_are_handed_on(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    photo = terminal.sealer.blob(CONTENT)
    operation = record(terminal, population.people[77], photo)
    terminal.store.close()
    whole = terminal.path.read_bytes()
    rest = []
    for lost in (1, 2):
        terminal.path.write_bytes(whole)
        altered(terminal, "DROP TRIGGER blob_piece_remains", f"DELETE FROM blob_piece WHERE n = {lost}")  # noqa: S608 - our words
        found = read(terminal, tmp_path)
        assert found.lost_photos == (LostPhoto(photo.digest, operation.op_id, 1, 1, 2, 3),)
        assert [sorted(one.pieces) for one in found.photos] == [sorted({0, 1, 2} - {lost})]
        rest.append(written(terminal, found, tmp_path))
    assert centre.control.take_in(rest[0]) == 1
    assert effects(centre, [operation]) == [0]
    assert name(photo) not in centre.control.blobs()
    centre.control.take_in(rest[1])
    assert effects(centre, [operation]) == [1]
    assert centre.control.blobs()[name(photo)] == hashlib.sha256(CONTENT).hexdigest()


def disk_of(terminal: Terminal, folder: Path) -> Path:
    """The data folder of a machine that is dead from now on."""
    identity = terminal.member.identity
    write_recovery(terminal.store, terminal.path, terminal.member.keys, next(iter(identity.pinned("seal").values())))
    terminal.store.close()
    folder.mkdir()
    for file in identity.certificate_file.parent.glob("terminal-*-cert.pem"):
        shutil.copy(file, folder)
    shutil.copytree(terminal.path.parent, folder / "store")
    return folder


def test_a_disk_whose_keys_are_gone_is_opened_by_the_centre(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    arrived = recorded(terminal, population.people[90:91])
    assert terminal.driver().once().clear
    waiting = recorded(terminal, population.people[91:93])
    assert terminal.outbox.find(waiting[0].op_id).state is State.PENDING
    disk = disk_of(terminal, tmp_path / "disk")
    for _ in range(2):
        assert centre.control.take_in_disk(disk) == (3, 0)
    assert effects(centre, [*arrived, *waiting]) == [1, 1, 1]
    (disk / "store" / "terminal.recovery").write_bytes(b"of another store")
    with pytest.raises(SandboxError):
        centre.control.take_in_disk(disk)


@pytest.mark.parametrize("how", ["renewed before", "renewed", "found"])
def test_a_disk_counts_whatever_became_of_its_certificate(  # noqa: PLR0917 - fixtures
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path, how: str, on: str
) -> None:
    number = terminal.member.identity.terminal
    waiting = recorded(terminal, population.people[93:95])
    if how == "renewed before":
        centre.control.revoke(number)  # which is over with the new one
        again(terminal.member, centre, centre.control.new_code(number), on)
    disk = disk_of(terminal, tmp_path / "disk")
    if how == "renewed":
        again(terminal.member, centre, centre.control.new_code(number), on)
    elif how == "found":
        centre.control.lose(number)
        centre.control.find(number)
    assert centre.control.take_in_disk(disk) == (2, 0)
    assert effects(centre, waiting) == [1, 1]


@pytest.mark.parametrize("how", ["terminal-lost", "certificate-revoked", "life-closed"])
def test_of_a_disk_that_has_no_place_in_the_log_people_decide(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path, how: str
) -> None:
    number = terminal.member.identity.terminal
    photo = terminal.sealer.blob(CONTENT)
    waiting = [*recorded(terminal, population.people[95:96]), record(terminal, population.people[96], photo)]
    aside = recorded(terminal, population.people[97:98])[0]
    if how == "life-closed":
        with pytest.raises(CentreError):
            terminal.member.client().new_epoch(number, asking(terminal))  # it waits for a person
        centre.control.agree(number)
    else:
        (centre.control.lose if how == "terminal-lost" else centre.control.revoke)(number)
    disk = disk_of(terminal, tmp_path / "disk")
    there = replace(terminal, path=disk / "store" / "terminal.db")
    altered(there, "DROP TRIGGER progress_remains", "DELETE FROM progress WHERE position = 3")
    for new in (3, 0):
        found = centre.control.hand_in(disk, disk=True)
        assert found == {"hwm": 0, "taken": 0, "there": 0, "cases": new, "waiting": 3 - new}
    told = {case: text.split()[-1] for case, text in centre.control.salvaged().items() if number in text}
    assert [why for _, why in sorted(told.items())] == [how, how, "maybe-set-aside"]
    assert effects(centre, [*waiting, aside]) == [0, 0, 0]
    for case in told:
        centre.control.accept(case)
    assert effects(centre, [*waiting, aside]) == [1, 1, 1]
    assert name(photo) in centre.control.blobs()


def asking(terminal: Terminal) -> EpochRequest:
    """A new life, without a fork."""
    identity, (epoch, seq, head, journal) = terminal.member.identity, terminal.outbox.tip()
    plain = EpochRequest(
        suite=identity.suite.name, epoch=epoch, seq=seq, head=head.hex().upper(), head_signature="",
        journal_head=journal.hex().upper(),
    )  # fmt: skip
    return chain.sign_tip(identity.environment, identity.terminal, plain, chain.terminal_signer(identity))
