"""Programs that are wrong on purpose, each with the steps by which :class:`tests.sync.hands.HandsMachine` is sure to
catch it; the same steps with the right program end well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_cache import aside, backup, wiping
from offline_cache.blob_rows import Blobs
from offline_cache.keys import KeyPort
from terminal import second_copy
from terminal.medium import MediumPiece, SalvagedRun, read_medium, write_medium
from terminal.membership import key_port
from terminal.records import Records, wipe_store
from terminal.second_copy import SecondCopy
from terminal.settings import Settings
from tests.sync import hands
from tests.sync.hands import HandsMachine

Patch = Callable[[pytest.MonkeyPatch], None]
Steps = Callable[[HandsMachine], None]


@dataclass(frozen=True)
class Wrong:
    """:param patch: makes the program wrong; :param steps: what people do then; :param seen: what the machine says;
    :param stick: they need a second disk."""

    patch: Patch
    steps: Steps
    seen: str
    stick: bool = False


GIVEN_TWICE, MISSING = "a second time", "took no effect"


def _as_if_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a wipe the store begins as if there had been none."""

    def forgetful(settings: Settings, records: Records) -> None:
        wipe_store(settings, records)
        key_port(settings).delete("store-made")

    monkeypatch.setattr(hands, "wipe_store", forgetful)


def _wipe_and_go_on(machine: HandsMachine) -> None:
    machine.take_in_business(1)
    machine.send()
    machine.wipe()
    machine.take_in_business(1)


def _one_second_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second copy has one name for all lives, and a halted store writes it."""

    def file_of(settings: Settings, records: Records) -> Path:
        return Path(settings.second_copy) / f"ssc-{records.identity.terminal}.medium"

    def write(copy: SecondCopy) -> None:
        records = copy._records
        file = file_of(copy._settings, records)
        write_medium(records.outbox, Blobs(records.store), records.identity, file, new=False)

    monkeypatch.setattr(second_copy, "file_of", file_of)
    monkeypatch.setattr(second_copy, "look_at_opening", lambda _records, _settings: None)
    monkeypatch.setattr(SecondCopy, "write", write)


def _copy_of_less(machine: HandsMachine) -> None:
    machine.back_up()
    machine.take_in_business(2)
    machine.copy_to_the_stick()
    machine.restore(0, file_gone=True, meant=True)
    machine.copy_to_the_stick()


def _wipes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wipe is not kept away by work that stands nowhere else."""
    monkeypatch.setattr(wiping, "refuse_left", lambda _db, _medium: None)


def _wipe_work(machine: HandsMachine) -> None:
    machine.take_in_business(1)
    machine.wipe()


def _older_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore does not see that the copy is an older one. (Where it only forgets to say so, the mark in the key port
    still tells at the next opening.)"""

    def makes_older(_before: object, _db: object, _keys: KeyPort) -> bool:
        return False

    monkeypatch.setattr(backup._Before, "makes_older", makes_older)


def _restore_and_go_on(machine: HandsMachine) -> None:
    machine.back_up()
    machine.take_in_business(1)
    machine.restore(0, file_gone=False, meant=True)
    machine.take_in_business(1)


def _eats_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wipe is not kept away by what a copy beside the store has alone."""
    monkeypatch.setattr(aside, "refuse_owing", lambda _copies: None)


def _wipe_a_copy(machine: HandsMachine) -> None:
    machine.back_up()
    machine.take_in_business(1)
    machine.restore(0, file_gone=False, meant=True)
    machine.wipe()


def _no_closed_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre's counter refuses media of a life that is closed."""
    right = HandsMachine.hand

    def hand(machine: HandsMachine, file: Path) -> None:
        _, entries = read_medium(file)
        batches = [
            one.salvaged if isinstance(one, SalvagedRun) else one for one in entries if not isinstance(one, MediumPiece)
        ]
        if all(batch.epoch >= machine.life for batch in batches):
            right(machine, file)

    monkeypatch.setattr(HandsMachine, "hand", hand)


def _medium_of_a_closed_life(machine: HandsMachine) -> None:
    machine.back_up()
    machine.take_in_business(1)
    machine.export()
    machine.restore(0, file_gone=True, meant=True)
    machine.send()
    machine.agree()


WRONG = {
    "after a wipe as if the first": Wrong(_as_if_the_first, _wipe_and_go_on, GIVEN_TWICE),
    "one second copy for all lives": Wrong(_one_second_copy, _copy_of_less, MISSING, stick=True),
    "a wipe of what stands nowhere else": Wrong(_wipes_all, _wipe_work, MISSING),
    "a restore that sees no older copy": Wrong(_older_unnoticed, _restore_and_go_on, GIVEN_TWICE),
    "a wipe of copies that owe": Wrong(_eats_copies, _wipe_a_copy, MISSING),
    "a counter that knows no closed life": Wrong(_no_closed_life, _medium_of_a_closed_life, MISSING),
}


def trouble(kind: type[HandsMachine], steps: Steps) -> str:
    """What the machine says of these steps and their end; empty where all is well."""
    machine = kind()
    machine.begin()
    said = ""
    try:
        steps(machine)
    except AssertionError as error:
        said = str(error)
    try:
        machine.teardown()
    except AssertionError as error:
        said += str(error)
    return said
