"""Copies of a terminal's store, its keys, and wipes in the hands of people, for :mod:`tests.sync.hands`."""

from __future__ import annotations

import shutil
from contextlib import nullcontext as nothing
from dataclasses import replace

from offline_cache import aside
from offline_cache.backup import Owner, Restored, back_up, restore
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import Entry
from offline_cache.rotation import keys_of, rotate
from offline_cache.wiping import refuse_unsent
from terminal.records import wipe_store
from tests.sync.hands_media import Media
from tests.sync.places import Copy
from tests.sync.standing import CLOCK

MAY_NOT_WIPE = {
    StoreFault.WIPE_REFUSED,
    StoreFault.WIPE_PARKED,
    StoreFault.EXPORT_UNKNOWN,
    StoreFault.COPY_UNSENT,
    StoreFault.COPY_FOREIGN,
}


class Copies(Media):
    """What people do with them."""

    def back_up(self) -> None:
        file = self.new_file()
        back_up(self.records.store, file, "1001")
        self.copies.append(self.copy_of(file))

    def usable(self) -> list[Copy]:
        """Which the key opens that is here."""
        return [one for one in self.copies if (one.number, one.key) == (self.number, self.key)]

    def restore(self, which: int, file_gone: bool, meant: bool) -> None:
        """:param meant: where it is refused, people say that they mean it."""
        if not self.usable():
            return
        copy = self.usable()[which % len(self.usable())]
        self.gone |= file_gone
        with self.destroys("under_an_older_copy") if file_gone else nothing(), self.closed():
            if file_gone:
                for file in self.path.parent.glob("terminal.db*"):
                    file.unlink()
            done = self._restored(copy, leave_unsent=False) or (meant and self._restored(copy, leave_unsent=True))
            if not done:
                return
            if not file_gone:
                self.beside |= self.here
            self.here = copy.here
        self.tally["restored"] += 1
        self.tally["restored_over_nothing"] += file_gone
        self.tally["older_by_a_restore"] += done.older

    def _restored(self, copy: Copy, *, leave_unsent: bool) -> Restored | None:
        owner = Owner(self.settings.environment, self.number)
        try:
            return restore(
                copy.file, self.path, self.keys, owner, now=CLOCK.now, operator="1001", leave_unsent=leave_unsent
            )
        except StoreError as error:
            assert error.fault is StoreFault.RESTORE_REFUSED, error
            assert not leave_unsent
            self.tally["restores_refused"] += 1
            return None

    def lose_the_disk(self, with_a_medium: bool) -> None:
        """The last backup goes on a new one; what was exported since is handed in when its life is closed."""
        self.back_up()
        self.take_in_business(1)
        if with_a_medium:
            self.export()
        self.restore(len(self.usable()) - 1, file_gone=True, meant=True)
        self.send()
        self.agree()
        self.send()
        if with_a_medium:
            self.hand_in(len(self.media) - 1)
            self.accept_a_case(0)

    def leave_work_behind(self) -> None:
        """And fetch it from the copy that was laid aside."""
        self.restore_over_work()
        self.salvage_a_copy(-1)

    def restore_over_work(self) -> None:
        """What the store had lies in a copy beside it then."""
        self.back_up()
        self.take_in_business(1)
        self.restore(len(self.usable()) - 1, file_gone=False, meant=True)

    def salvage_a_copy(self, which: int) -> None:
        """As ``store salvage --from`` does."""
        if not (copies := aside.copies_of(self.path)):
            return
        copy = copies[which % len(copies)]
        held = aside.held(copy, keys_of(self.keys))
        if held is not None and (file := self.salvaged(copy)) is not None:
            self.media.append(file)
            told: dict[str, str | int | bool] = {"what": aside.SALVAGE, "of": copy.name, "count": 1, "operator": "1001"}
            self.records.journal.write(Entry("exported", told))
            self.tally["copies_salvaged"] += 1

    def image(self) -> None:
        """Of store and keys, as of the whole machine."""
        file, copy = self.new_file(), self.copy_of(self.folder, self.beside)
        with self.closed():
            shutil.copytree(self.folder / "data", file)
        self.images.append(replace(copy, file=file))

    def put_back_an_image(self, which: int) -> None:
        """By hand: only the stick that is in the machine tells the store. Else the numbers that were given since it was
        made may come again.
        """
        if not self.images:
            return
        image = self.images[which % len(self.images)]
        with self.destroys("under_an_image"), self.closed():
            shutil.rmtree(self.folder / "data")
            shutil.copytree(image.file, self.folder / "data")
            self.here, self.beside, self.key = image.here, image.beside, image.key
        told = self.told_by_the_stick()
        known = max(image.life, self.register.sure, told[0])
        self.numbers -= {
            (number, life, n)
            for number, life, n in self.numbers
            if number == self.number and (life > known or (life, 0) <= max(told, (image.life, image.last)) < (life, n))
        }
        self.gone = True
        self.tally["images_put_back"] += 1

    def new_key(self) -> None:
        with self.closed():
            rotate(self.path, self.keys, CLOCK.now, "1001")
        self.key = next(self.files)
        self.tally["new_keys"] += 1

    def wipe(self) -> None:
        """Of a store that may be wiped as it is, or else by what the last medium has."""
        if any(map(self._may_wipe, (0, self.last_exported))):
            self._wiped()

    def wipe_by_an_old_word(self, restored_first: bool) -> None:
        """What the centre had, by a word of before it was put back; or of before it will be."""
        self.send()
        self.back_up_the_centre()
        self.take_in_business(1)
        self.send()
        if restored_first:
            self.restore_the_centre()
        self.wipe()
        if not restored_first:
            self.restore_the_centre()

    def _may_wipe(self, medium: int) -> bool:
        try:
            refuse_unsent(self.records.store, self.keys, medium)
        except StoreError as error:
            assert error.fault in MAY_NOT_WIPE, error
            self.tally["wipes_refused"] += 1
            return False
        return True

    def _wiped(self) -> None:
        """By the word of a centre that was put back to a backup since: only what the store does not owe any more."""
        before, owed = self.anywhere(), self.owing()
        self.wiped |= (self.here | self.beside) - owed
        wipe_store(self.settings, self.records)
        self.here = self.beside = frozenset()
        self.key = next(self.files)
        self.open()
        gone = ((before - self.anywhere()) & self.believed) - owed
        self.lost |= gone
        self.tally["wiped_by_the_word_of_a_centre_that_was_put_back_since"] += len(gone)
        self.tally["wiped"] += 1
