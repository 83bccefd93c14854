"""The centre is put back to a backup from before a terminal joined: the terminal goes on under its own number, what it
had sent comes once more and takes effect once, and no other gets that number.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache import forks
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreFault
from offline_cache.operations import State
from terminal.centre.errors import CentreError, CentreFault
from terminal.medium import write_medium
from terminal.queue_page import number_of
from terminal.sandbox.child import Ready, SandboxCentre
from terminal.sandbox.control import ControlServer
from terminal.sandbox.errors import SandboxError, SandboxFault
from terminal.sandbox.people import Population
from terminal.sandbox.server import Centre, CentreServer
from terminal.sync.answers import Kind
from tests.terminal.own import renewed
from tests.terminal.test_dead_disks import dead, effects, reasons
from tests.terminal.test_wiped import Desk

pytestmark = pytest.mark.expects_log


def alarms(desk: Desk) -> list[str]:
    """What people were told of this number."""
    told = (one.split(" ", 1) for one in desk.centre.control.alarms())
    return [what for number, what in told if number == desk.number]


def refused(desk: Desk) -> None:
    """It is sent away, and knows it."""
    status = desk.records.sync.once(20)
    assert status.why is Kind.REFUSED
    assert isinstance(status.error, CentreError)
    assert status.error.fault is CentreFault.TERMINAL_REFUSED
    assert desk.halted() is StoreFault.TERMINAL_REFUSED


def renew(desk: Desk) -> None:
    desk.records.close()
    renewed(desk.centre, desk.settings, desk.number)
    desk.open()


def on_line(desk: Desk, _folder: Path) -> None:
    refused(desk)
    refused(desk)
    assert alarms(desk) == ["certificate-unknown"]


def by_medium(desk: Desk, folder: Path) -> None:
    medium = folder / "terminal.ssc"
    write_medium(desk.records.outbox, Blobs(desk.records.store), desk.records.identity, medium)
    assert desk.centre.control.hand_in(medium) == {"hwm": 0, "taken": 0, "there": 0, "cases": 1, "waiting": 0}
    assert reasons(desk) == ["certificate-unknown"]


def by_disk(desk: Desk, folder: Path) -> None:
    """And a person accepts what stood there."""
    disk = dead(desk, folder)
    assert desk.centre.control.hand_in(disk, disk=True)["cases"] >= 3
    assert set(reasons(desk)) == {"certificate-unknown"}
    shutil.rmtree(disk)
    for case, told in desk.centre.control.salvaged().items():
        if desk.number in told and "carried-over" not in told:
            desk.centre.control.accept(case)
    desk.open()


@pytest.mark.parametrize("life", [1, 2])
@pytest.mark.parametrize("seen", [on_line, by_medium, by_disk])
def test_a_terminal_that_the_centre_has_forgotten_goes_on_under_its_own_number(
    centre: SandboxCentre, tmp_path: Path, seen: Callable[[Desk, Path], None], life: int
) -> None:
    centre.control.backup()
    desk = Desk(centre, tmp_path / "one")
    if life == 2:
        desk.records.outbox.note_fork(forks.OLDER)
        desk.begins(2)
    work = [desk.takes_in()]
    work.append(desk.takes_in(after=work[-1]))
    assert desk.records.sync.once(20).clear
    assert effects(desk, *work) == [1, 1]
    centre.control.restore()
    work.append(desk.takes_in(after=work[-1]))  # off-line
    with pytest.raises(SandboxError) as caught:  # nobody has told the centre of it
        centre.control.new_code(renews=desk.number)
    assert caught.value.fault is SandboxFault.CONTROL_REFUSED
    assert effects(desk, *work) == [0, 0, 0]

    other = Desk(centre, tmp_path / "two")
    theirs = other.takes_in()
    assert other.records.sync.once(20).clear
    assert other.number != desk.number

    seen(desk, tmp_path)
    assert alarms(desk).count("certificate-unknown") == 1
    renew(desk)
    if life == 2:  # of a life that it does not know a centre tells as of a fork
        desk.begins(3)
    assert desk.records.sync.once(20).clear
    last = desk.takes_in(after=work[-1])
    assert desk.records.sync.once(20).clear
    assert [desk.records.outbox.find(one.op_id).state for one in (*work, last)] == [State.APPLIED] * 4
    assert effects(desk, *work, theirs, last) == [1] * 5
    assert reasons(desk) == []

    numbers = [number_of(one, desk.number) for one in (*work, last)] + [number_of(theirs, other.number)]
    assert len(set(numbers)) == 5
    assert other.records.sync.once(20).clear
    for one in (desk, other):
        one.records.close()
    assert alarms(other) == []


class Here(SandboxCentre):
    """In this process. Its lot gives everybody the same number, where that is free."""

    def start(self, *, lost: str | None = None) -> SandboxCentre:
        made = Centre(self._directory, Population())
        made.office.draw = lambda: 7
        self._servers = CentreServer(made), ControlServer(made)
        for server in self._servers:
            server.start()
        serving, control = self._servers
        authority = str(made.authority.certificate_file)
        self._ready = Ready(serving.url, control.url, control.token, authority, "", "sandbox")
        return self

    def stop(self) -> None:
        for server in reversed(self._servers):
            server.stop()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SandboxCentre]:
    with Here(tmp_path / "centre") as made:
        yield made


@pytest.mark.parametrize("seen", [True, False])
def test_of_two_machines_under_one_number_people_are_told_and_no_work_is_lost(
    here: SandboxCentre, tmp_path: Path, seen: bool
) -> None:
    """Neither's certificate renews the other's. One of them at a time is let in.

    :param seen: the forgotten one comes as it is; or gets a renewal code for the number, which is the other's here.
    """
    here.control.backup()
    one = Desk(here, tmp_path / "one")
    first = one.takes_in()
    assert one.records.sync.once(20).clear
    here.control.restore()
    two = Desk(here, tmp_path / "two")
    assert two.number == one.number
    second = two.takes_in()
    assert two.records.sync.once(20).clear
    third = two.takes_in(after=second)

    if seen:
        refused(one)
        assert alarms(one) == ["certificate-unknown"]
    renew(one)
    assert one.records.sync.once(20).why is Kind.FORKED
    assert alarms(one) == ["certificate-unknown"] * seen + ["fork"]
    refused(two)
    assert here.control.agree(one.number) == 2
    assert one.records.sync.once(20).clear
    assert effects(one, first, second, third) == [1, 1, 0]

    medium = tmp_path / "terminal.ssc"  # what the other one has goes there by hand, and it joins anew
    write_medium(two.records.outbox, Blobs(two.records.store), two.records.identity, medium)
    assert here.control.hand_in(medium)["cases"] == 1
    assert reasons(two) == ["life-closed"]
    assert here.control.accept_all(two.number) == 1
    assert effects(one, first, second, third) == [1, 1, 1]
    for desk in (one, two):
        desk.records.close()
