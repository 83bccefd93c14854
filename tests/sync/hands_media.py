"""Media and sticks in the hands of people, for :mod:`tests.sync.hands`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from offline_cache import exported
from offline_cache.blob_limits import PIECE
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError
from terminal.medium import write_medium
from terminal.sandbox.errors import SandboxError
from terminal.second_copy import EVERY, file_of
from tests.sync.hands_business import Business
from tests.sync.places import Ids, contents
from tests.sync.standing import NOTHING_NEW


class Media(Business):
    """What people do with them."""

    def export(self) -> None:
        file, outbox = self.new_file(), self.records.outbox
        done = write_medium(outbox, Blobs(self.records.store), self.records.identity, file)
        self.records.journal.write(exported.line(done.operations, outbox.tip()[0], done.first, done.last, "1001"))
        self.media.append(file)
        self.last_exported = done.last
        self.tally["exported"] += 1

    def hand_in(self, which: int) -> None:
        if not self.media:
            return
        self._handed(self.media[which % len(self.media)])
        self.tally["media_handed_in"] += 1

    def _handed(self, file: Path) -> None:
        self.hand(file)
        self.handed_in |= contents(file)

    def accept_a_case(self, which: int) -> None:
        if cases := self.cases():
            with suppress(SandboxError):  # what was set aside has a place there, and no body
                self.centre.control.accept(cases[which % len(cases)])
                self.tally["cases_accepted"] += 1

    # --- sticks -----------------------------------------------------------------------------------------------------

    def copy_to_the_stick(self) -> None:
        if not self.stick:
            return
        try:
            self.copying.write()
        except StoreError as error:
            assert error.fault in NOTHING_NEW, error
            self.tally["second_copies_refused"] += 1
            return
        self.tally["second_copies"] += 1

    def time_passes(self) -> None:
        """The program looks at its stick: then whatever the centre has not stands there, but of a halted store."""
        if not self.stick:
            return
        self.passed += EVERY + 1
        self.copying.look()
        if self.records.outbox.fork() is None:
            copied = self.copied()
            behind = self.waiting() - copied
            assert not behind, f"not on the stick that is in the machine: {len(behind)}"
            self.tally["sticks_up_to_date"] += bool(copied)

    def copied(self) -> Ids:
        """What stands on the stick that is in the machine."""
        file = file_of(self.settings, self.records)
        return contents(file) if file.exists() else frozenset()

    def change_sticks(self, which: int) -> None:
        """Another one goes into the machine: one of before, or a new one."""
        if not self.stick:
            return
        out = self.stick.with_name(f"{self.stick.name}-{next(self.files)}")
        self.stick.rename(out)
        if which < len(self.drawer):
            self.drawer.pop(which).rename(self.stick)
            self.tally["sticks_of_before"] += 1
        else:
            self.stick.mkdir()
        self.drawer.append(out)

    def sticks_in_turn(self) -> None:
        """Two, and the first comes back."""
        self.take_in_business(1)
        self.time_passes()
        self.change_sticks(len(self.drawer))
        self.take_in_business(1)
        self.time_passes()
        self.change_sticks(len(self.drawer) - 1)
        self.time_passes()

    def a_photo_stays_behind(self, half: bool = False) -> None:
        """Its operation gets through; perhaps a piece of it as well."""
        self.taken_in(os.urandom(PIECE + 400 if half else 400))
        self.send_over_a_thin_link(pieces=int(half))
        self.time_passes()

    def asked_for_again(self, heard: bool) -> None:
        """A photo that had arrived, by a centre that was put back to a backup.

        :param heard: and has said so; it had been copied. It stands on the stick before that, and if it never had been,
            once its operation is there again.
        """
        self.back_up_the_centre()
        before = frozenset(self.photos)
        self.take_in_a_photo()
        if heard:
            self.time_passes()
        self.send()
        self.restore_the_centre()
        agreed = self.send_over_a_thin_link(heard=heard)
        self.time_passes()
        photos = self.photos.keys() - before - self.at_the_centre()
        if agreed and photos and self.stick:
            assert photos <= self.copied(), "a photo that the centre lost"
            self.tally["photos_copied_again"] += 1

    def hand_in_the_stick(self) -> None:
        if not self.stick:
            return
        for file in sorted(self.stick.iterdir()):
            self._handed(file)
        self.tally["sticks_handed_in"] += 1
