"""What a terminal is trusted with, for :mod:`tests.sync.hands`: operations, and photos that belong to them."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace

from msgspec import structs

from offline_cache.errors import StoreError
from terminal.membership import join
from terminal.model.operations import CONTACT_CHANGE
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from tests.sync.places import Centre
from tests.sync.standing import CLOCK, NOTHING_NEW, Standing
from tests.sync.support import contact_change

NEXT_PERSON = itertools.count()
"""Each operation of a terminal is about another holder: none waits for another's end."""


class Business(Standing):
    """What is taken in and sent; and a centre that forgets it."""

    def take_in_business(self, times: int) -> None:
        for _ in range(times):
            self.taken_in()

    def take_in_a_photo(self) -> None:
        self.taken_in(os.urandom(400))

    def taken_in(self, photo: bytes = b"") -> None:
        body = contact_change(self.people[next(NEXT_PERSON) % len(self.people)])
        sealer = self.records.sealer()
        blobs = [sealer.blob(photo)] if photo else []
        body = structs.replace(body, blobs=[one.digest.hex().upper() for one in blobs])
        subject = self.records.subject(bytes.fromhex(body.card_id))
        draft = sealer.draft(CONTACT_CHANGE, body, subject=subject, summary={"what": "test"}, blobs=blobs)
        try:
            (operation,) = self.records.outbox.record(draft)
        except StoreError as error:
            assert error.fault in NOTHING_NEW, error
            self.tally["refused_while_halted"] += 1
            return
        self.numbered(operation)
        self.owed[operation.op_id] = body.card_id
        self.photos |= {one.digest: operation.op_id for one in blobs}
        self.here |= {operation.op_id, *(one.digest for one in blobs)}
        self.tally["taken_in"] += 1
        self.tally["photos"] += len(blobs)

    def send(self) -> None:
        status = self.records.sync.once(20)
        if not (status.waiting or status.stopped):
            self.acknowledged |= self.has_arrived()
            self.tally["sent"] += 1
            life, last, *_ = self.records.outbox.tip()
            if last:
                self.note(replace(self.register, arrived=life))

    def send_over_a_thin_link(self, *, heard: bool = True, pieces: int = 0) -> bool:
        """Operations get through, photos do not. Gives whether they did.

        :param heard: and what became of them. :param pieces: how many of the first photo get through.
        """
        requests = courier(self.records.store, join(self.settings, CLOCK).client, self.records.identity)
        mark = requests.ask()
        agreed = mark.kind is Kind.MARK and not self.records.outbox.fork()
        if agreed:
            done = requests.send(mark.hwm + 1 if mark.lost else None, 100, 1 << 18)
            agreed = done.kind in (Kind.RECEIVED, Kind.NOTHING)
            if agreed:
                self.acknowledged |= self.has_arrived() - self.photos.keys()
            for _ in range(3 * heard):  # outcomes: another place in the feed, all of it anew, and that it is all
                requests.pull()
            for _ in range(2 * pieces):  # the question for those that are there, and each
                requests.carry()
            self.tally["sent_over_a_thin_link"] += 1
        return agreed

    # --- the centre -------------------------------------------------------------------------------------------------

    def back_up_the_centre(self) -> None:
        self.centre.control.backup()
        self.of_centre = Centre(self.at_the_centre(), {**self.registers})
        self.tally["centre_backed_up"] += 1

    def restore_the_centre(self) -> None:
        """Perhaps to before the terminal joined."""
        before = self.of_centre.of(self.number)
        if self.gone and self.forgets(self.records.outbox.tip()[0], before.sure):
            return  # of a life of a store that is gone the centre forgets as well: nobody is left who knew of it
        lost = self.lost
        with self.destroys("forgotten_by_the_centre"):
            self.centre.control.restore()
            self.believed |= self.acknowledged - self.of_centre.has
            self.acknowledged = self.handed_in = self.of_centre.has
            known = {number: self.of_centre.of(number) for number in self.registers}
            self.registers = {number: replace(one, arrived=one.sure) for number, one in known.items()}
        self.tally["forgotten_by_the_centre_after_a_wipe"] += len((self.lost - lost) & self.wiped)
        self.tally["centre_restored"] += 1
        self.tally["centre_restored_to_before_the_terminal"] += not before.enrolled

    def lose(self) -> None:
        if self.register.enrolled:
            self.centre.control.lose(self.number)
            self.note(replace(self.register, missing=True))
