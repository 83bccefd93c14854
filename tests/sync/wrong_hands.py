"""Programs that are wrong on purpose, each with the steps by which :class:`tests.sync.hands.HandsMachine` is sure to
catch it; the same steps with the right program end well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_cache import aside, backup, blob_rows, forks, wiping
from offline_cache.blob_rows import Blobs, Waiting
from offline_cache.chain import Origin
from offline_cache.keys import KeyPort
from offline_cache.outbox import Outbox
from offline_cache.salvage import Salvage, rows_of
from terminal import second_copy
from terminal.centre.identity import Identity
from terminal.medium import MediumPiece, SalvagedRun, Written, read_medium, write_medium
from terminal.membership import key_port
from terminal.records import Records, wipe_store
from terminal.sandbox.child import SandboxCentre
from terminal.second_copy import SecondCopy
from terminal.settings import Settings
from tests.sync import hands_copies, hands_joining, standing
from tests.sync.hands import HandsMachine
from tests.terminal.own import renewed
from tests.terminal.world import settings_for

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


GIVEN_TWICE, MISSING, NOT_COPIED = "a second time", "took no effect", "not on the stick"
NOT_COPIED_AGAIN = "a photo that the centre lost"


def _as_if_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a wipe the store begins as if there had been none."""

    def forgetful(settings: Settings, records: Records) -> None:
        wipe_store(settings, records)
        key_port(settings).delete("store-made")

    monkeypatch.setattr(hands_copies, "wipe_store", forgetful)


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
        if all(batch.epoch >= machine.register.life for batch in batches):
            right(machine, file)

    monkeypatch.setattr(HandsMachine, "hand", hand)


def _medium_of_a_closed_life(machine: HandsMachine) -> None:
    machine.back_up()
    machine.take_in_business(1)
    machine.export()
    machine.restore(0, file_gone=True, meant=True)
    machine.send()
    machine.agree()


def _no_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second copy leaves photos out."""

    class Without(Blobs):
        def not_there(self) -> list[Waiting]:
            return []

    def write(outbox: Outbox, blobs: Blobs, identity: Identity, file: Path, *, new: bool = True) -> Written:
        return write_medium(outbox, Without(blobs._store), identity, file, new=new)

    monkeypatch.setattr(second_copy, "write_medium", write)


def _photo_behind(machine: HandsMachine) -> None:
    machine.a_photo_stays_behind()


def _waits_to_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what a restored centre lost its word of the photos still counts, until it says otherwise."""
    monkeypatch.setattr(blob_rows, "lost", lambda _db, _at, _epoch, _hwm: None)


def _lost_and_not_asked_for(machine: HandsMachine) -> None:
    machine.asked_for_again(heard=False)


def _any_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stick is in, the program takes its file for the one that it wrote last."""
    monkeypatch.setattr(second_copy, "trace_of", lambda file: "ours" if file.exists() else None)


def _sticks_in_turn(machine: HandsMachine) -> None:
    machine.sticks_in_turn()


def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the stick is not looked at when the program starts."""
    monkeypatch.setattr(second_copy, "look_at_opening", lambda _records, _settings: None)


def _image_and_stick(machine: HandsMachine) -> None:
    machine.image()
    machine.take_in_business(2)
    machine.copy_to_the_stick()
    machine.put_back_an_image(0)
    machine.take_in_business(1)


def _lifts_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore goes by the mark in the key port alone, also where the stick has told more."""
    monkeypatch.setattr(forks, "shown", lambda _db: [])


def _restore_over_what_the_stick_told(machine: HandsMachine) -> None:
    machine.image()
    machine.take_in_business(1)
    machine.back_up()
    machine.take_in_business(1)
    machine.copy_to_the_stick()
    machine.put_back_an_image(0)
    machine.change_sticks(0)
    machine.restore(0, file_gone=False, meant=True)
    machine.take_in_business(1)


def _number_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre gives a terminal's number to the next machine as well."""
    right = HandsMachine.another_joins

    def another_joins(machine: HandsMachine) -> None:
        def joined(centre: SandboxCentre, folder: Path, **changes: object) -> Settings:
            made = settings_for(folder, **changes)
            renewed(centre, made, machine.number)
            return made

        monkeypatch.setattr(hands_joining, "joined", joined)
        right(machine)

    monkeypatch.setattr(HandsMachine, "another_joins", another_joins)


def _one_more(machine: HandsMachine) -> None:
    machine.take_in_business(1)
    machine.another_joins()


def _refuses_the_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre refuses media of a terminal that it has forgotten."""
    right = HandsMachine.hand

    def hand(machine: HandsMachine, file: Path) -> None:
        header, _ = read_medium(file)
        if machine.registers[header.terminal].enrolled:
            right(machine, file)

    monkeypatch.setattr(HandsMachine, "hand", hand)


def _forgotten_and_gone(machine: HandsMachine) -> None:
    """The medium is all that is left of a terminal that the centre does not know any more."""
    machine.take_in_business(1)
    machine.export()
    machine.restore_the_centre()
    machine.join_anew(True)


def _signs_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Salvage signs the work of another number as this one's."""

    def salvage(source: Path, keys: Sequence[bytes], origin: Origin, beside: Path) -> Salvage:
        return rows_of(source, keys, origin.suite, beside).proven(origin)

    monkeypatch.setattr(standing, "salvage", salvage)


def _another_number(machine: HandsMachine) -> None:
    machine.take_in_business(1)
    machine.join_anew(False)


WRONG = {
    "after a wipe as if the first": Wrong(_as_if_the_first, _wipe_and_go_on, GIVEN_TWICE),
    "one second copy for all lives": Wrong(_one_second_copy, _copy_of_less, MISSING, stick=True),
    "a wipe of what stands nowhere else": Wrong(_wipes_all, _wipe_work, MISSING),
    "a restore that sees no older copy": Wrong(_older_unnoticed, _restore_and_go_on, GIVEN_TWICE),
    "a wipe of copies that owe": Wrong(_eats_copies, _wipe_a_copy, MISSING),
    "a counter that knows no closed life": Wrong(_no_closed_life, _medium_of_a_closed_life, MISSING),
    "a second copy without photos": Wrong(_no_photos, _photo_behind, NOT_COPIED, stick=True),
    "a photo that is not copied before the centre asks": Wrong(
        _waits_to_be_asked, _lost_and_not_asked_for, NOT_COPIED_AGAIN, stick=True
    ),
    "a stick that is never brought up to date": Wrong(_any_stick, _sticks_in_turn, NOT_COPIED, stick=True),
    "a start that does not look at the stick": Wrong(_blind, _image_and_stick, GIVEN_TWICE, stick=True),
    "a restore that forgets what the stick told": Wrong(
        _lifts_the_stop, _restore_over_what_the_stick_told, GIVEN_TWICE, stick=True
    ),
    "a terminal's number given again": Wrong(_number_again, _one_more, GIVEN_TWICE),
    "a counter that refuses the forgotten": Wrong(_refuses_the_forgotten, _forgotten_and_gone, MISSING),
    "a salvage that signs another number's work": Wrong(_signs_all, _another_number, MISSING),
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
