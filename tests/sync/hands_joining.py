"""Machines that join the centre in the middle of a history, for :mod:`tests.sync.hands`."""

from __future__ import annotations

import shutil

from terminal.centre.enrolment import enrol
from terminal.settings import prepare_data
from tests.sync.hands_copies import Copies
from tests.sync.standing import CLOCK
from tests.terminal.own import joined


class Joining(Copies):
    """One more machine, or the same one under another number."""

    def another_joins(self, sends: bool = False) -> None:
        """And takes something in, which it keeps until the end; perhaps the centre has it at once."""
        other = joined(self.centre, self.new_file(), sync_splay=0.0)
        self.others.append(other)
        ours = self.here
        with self.at(other):
            self.take_in_business(1)
            if sends:
                self.send()
        self.elsewhere, self.here = self.elsewhere | self.here - ours, ours
        self.tally["another_joined"] += 1

    def join_anew(self, all_gone: bool, told: bool = False) -> None:
        """The store's file is gone, or the whole machine: what comes in its place gets another number.

        :param told: the old one is reported lost, for good: what still comes of it is for people.
        """
        if not all_gone:
            self.restore_over_work()
        if told:
            self.lose()
        with self.destroys("with_a_machine_or_its_store"), self.closed():
            if all_gone:
                shutil.rmtree(self.settings.data)
                self.beside, self.key = frozenset(), next(self.files)
            for file in self.path.parent.glob("terminal.db*"):
                file.unlink()
            enrol(
                prepare_data(self.settings),
                self.centre.url,
                self.centre.control.new_code(),
                self.centre.authority,
                environment=self.settings.environment,
                keys=self.keys,
                now=CLOCK.now,
                replace=True,
            )
            self.here, self.last_exported = frozenset(), 0
        self.tally["joined_under_another_number"] += 1
