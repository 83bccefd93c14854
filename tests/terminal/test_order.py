"""Nothing goes to the card or to the printer before its commit returned: both look at the disk when they are asked to
act, as it would be found if power failed in that moment.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from cardio.simulator.card import SimulatedCard
from offline_cache.operations import Operation
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from terminal.membership import key_port
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from terminal.settings import Settings, store_path
from terminal.views import ResultView
from tests.terminal.own import joined
from tests.terminal.test_contact_change import data_of
from tests.terminal.test_pin_change import result, type_all
from tests.terminal.world import World, settings_for

CHANGE_PIN = 0x5E


class Disk:
    """Copies of the store, as it stood when somebody was asked to act."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self.taken: list[Path] = []

    def take(self) -> None:
        target = self._folder / f"seen-{len(self.taken)}"
        shutil.copytree(store_path(self._settings).parent, target)
        self.taken.append(target)

    def operations(self, copy: Path) -> list[Operation]:
        path = copy / store_path(self._settings).name
        with Store.open(path, key_port(self._settings), environment="sandbox") as store:
            return Outbox(store).listed()


class Witness(SimulatedCard):
    """A card that looks at the disk before it changes its PIN."""

    disk: Disk

    def process(self, apdu: bytes) -> bytes:
        if apdu[1] == CHANGE_PIN:
            self.disk.take()
        return super().process(apdu)


class WitnessPrinter(threading.Thread):
    """A device that takes the first bytes of a job, looks at the disk, and only then takes the others: a slip is longer
    than what the pipe holds, so that nobody can have gone on meanwhile."""

    def __init__(self, device: Path, disk: Disk) -> None:
        super().__init__(daemon=True)
        os.mkfifo(device)
        self._disk = disk
        self._handle = os.open(device, os.O_RDWR)
        self.bytes = 0

    def run(self) -> None:
        while chunk := os.read(self._handle, 4096):
            if chunk.startswith(b"end"):
                return
            if not self.bytes:
                self._disk.take()
            self.bytes += len(chunk)

    def end(self) -> None:
        os.write(self._handle, b"end")
        self.join()
        os.close(self._handle)


def test_card_and_printer_find_on_the_disk_what_they_are_asked_to_do(centre: SandboxCentre, tmp_path: Path) -> None:
    settings = joined(centre, tmp_path)
    disk = Disk(settings, tmp_path)
    printer = WitnessPrinter(tmp_path / "lp0", disk)
    printer.start()
    card = Witness(contents(find_person("elder")))
    card.disk = disk
    with World(settings_for(tmp_path, printer=f"escpos80:{tmp_path / 'lp0'}")) as world:
        world.centre_known()
        world.identify(card)
        type_all(world)
        number = result(world).number
        assert [path.name for path in disk.taken] == ["seen-0"]
        world.send("print")
        world.until(lambda view: isinstance(data := data_of(view), ResultView) and data.printed is not None)
    printer.end()
    assert printer.bytes > 65_536 + 4096
    at_card, at_printer = (disk.operations(copy) for copy in disk.taken)
    assert [one.kind for one in at_card] == ["card-pin-change.begun"]
    assert [one.kind for one in at_printer] == ["card-pin-change.begun", "card-pin-change.done"]
    assert number.endswith(f"{at_printer[-1].seq:06d}")
