"""A desk with real parts around it: cards in software, readers in process, and the sandbox centre as a child."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from cardio.simulator.card import CardFaults, SimulatedCard
from cardio.simulator.reader import SimulatedReaders
from terminal import bootstrap
from terminal.clock import Clock, SystemClock
from terminal.desk import Desk
from terminal.sandbox.cards import contents
from terminal.sandbox.people import find_person
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings
from terminal.views import DeskView, SecretView, Stage
from tests.support.no_screen import no_screen

PATIENCE = 30.0
"""Seconds after which a thing that should have happened did not. Nothing waits this long when all is well."""

READER = "Reader A"
SECOND = "Reader B"


def card_of(key: str, faults: CardFaults = ()) -> SimulatedCard:
    """The card of one of the sandbox's people."""
    return SimulatedCard(contents(find_person(key)), faults)


def settings_for(data: Path, **changes: object) -> Settings:
    values: dict[str, object] = {
        "environment": "sandbox",
        "data_dir": str(data),
        "probe_every": 0.5,
        "sync_splay": 0.0,
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def typed(view: DeskView) -> int | None:
    """How many characters of a password are in; ``None`` where none is asked for."""
    data = view.journey.data if view.journey else None
    asked = view.secret or (data if isinstance(data, SecretView) else None)
    return None if asked is None else asked.characters


class World:
    """One desk, everything it ever showed, and hands to work it."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        readers: tuple[str, ...] = (READER,),
        operator: str | None = "1001",
    ) -> None:
        self._operator = operator if settings.sign_in else None
        self.readers = SimulatedReaders(readers)
        self.clock = clock or SystemClock()
        self.desk: Desk = bootstrap.desk(settings, self.clock, self.readers, fonts=no_screen)
        self._moved = threading.Condition()
        self.shown: list[DeskView] = [self.desk.view]
        self.desk.subscribe(self._see)

    def __enter__(self) -> World:
        self.desk.start()
        if self._operator is not None:
            self.sign_in(self._operator)
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.stop()

    def _see(self, view: DeskView) -> None:
        with self._moved:
            self.shown.append(view)
            self._moved.notify_all()

    def until(self, wanted: Callable[[DeskView], object]) -> DeskView:
        """Wait until the desk shows what is wanted."""
        with self._moved:
            assert self._moved.wait_for(lambda: wanted(self.shown[-1]), PATIENCE), f"still {self.shown[-1]}"
            return self.shown[-1]

    def eventually(self, wanted: Callable[[], object]) -> None:
        """Wait for what no view tells."""
        end = time.monotonic() + PATIENCE
        while not wanted():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.05)

    def until_stage(self, *stages: Stage) -> DeskView:
        return self.until(lambda view: view.stage in stages)

    def until_page(self, *pages: str) -> DeskView:
        return self.until(lambda view: view.journey is not None and view.journey.view in pages)

    def centre_known(self) -> DeskView:
        return self.until(lambda view: view.centre.reachable is not None)

    def identify(self, card: SimulatedCard, reader: str = READER) -> DeskView:
        """Card in, notice accepted, until the card was read or refused."""
        self.readers.insert(reader, card)
        self.until_stage(Stage.NOTICE)
        self.desk.accept_notice()
        return self.until_stage(Stage.HOLDER, Stage.FAULT)

    def type_secret(self, number: str | None, password: str) -> None:
        """Fill in the page that asks for a number and a password, and enter."""
        if number is not None:
            self.desk.secret_number(number)
        for character in password:
            self.desk.secret_char(character)
        self.until(lambda view: typed(view) == len(password))
        self.desk.secret_enter()

    def sign_in(self, number: str) -> DeskView:
        """Sign one of the sandbox's operators in."""
        self.until_stage(Stage.SIGN_IN)
        self.type_secret(number, PASSWORDS[number])
        return self.until(lambda view: view.operator is not None and view.secret is None)

    def send(self, event: str, value: str = "") -> None:
        self.desk.send(event, value)

    def type_pin(self, digits: str) -> None:
        for digit in digits:
            self.desk.pin_digit(int(digit))
        self.desk.pin_enter()
