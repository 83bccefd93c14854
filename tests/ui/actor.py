"""A scripted desk that answers the screen the way a whole visit goes."""

from __future__ import annotations

from dataclasses import replace

from terminal.views import DeskView, PinView, SubsidyView
from tests.ui.card_states import CARD_STATUS
from tests.ui.people import SUBSIDIES
from tests.ui.scenes import AT_HOLDER, NOTICE, READING, in_service
from tests.ui.scripted import WAITING, WITH_CARD, ScriptedDesk

LENGTH = 6


class VisitDesk(ScriptedDesk):
    """Notice, holder, PIN, account: each call leads to the next view. A PIN is right from the second try on."""

    def __init__(self) -> None:
        super().__init__(WAITING)
        self.tries = 6
        self.digits = 0
        self.answers.update(
            accept_notice=lambda: self.show_all(READING, AT_HOLDER),
            decline_notice=self.over,
            end_visit=self.over,
            leave_service=lambda: self.show(AT_HOLDER),
            start_service=self._start,
            pin_digit=lambda _digit: self._pin(min(LENGTH, self.digits + 1)),
            pin_erase=lambda: self._pin(max(0, self.digits - 1)),
            pin_enter=self._enter,
            send=self._send,
        )

    def insert(self) -> None:
        self.show(NOTICE)

    def take(self) -> None:
        self.show(WAITING)

    def over(self) -> None:
        self.show(replace(WAITING, readers=(WITH_CARD,)))

    def show_all(self, *views: DeskView) -> None:
        for view in views:
            self.show(view)

    def _start(self, code: str) -> None:
        if code == "card-status":
            self.show_all(in_service("busy"), in_service("card-status", data=CARD_STATUS))
        else:
            self._pin(0)

    def _pin(self, digits: int) -> None:
        self.digits = digits
        self.show(in_service("pin", data=PinView(digits, LENGTH, LENGTH, self.tries)))

    def _enter(self) -> None:
        if self.tries == 6:
            self.tries -= 1
            self._pin(0)
        else:
            self.show_all(in_service("busy"), in_service("subsidies", data=SUBSIDIES))

    def _send(self, event: str, value: str) -> None:
        journey = self.view.journey
        if event == "year" and journey is not None and isinstance(journey.data, SubsidyView):
            data = replace(journey.data, selected=int(value) if value else None)
            self.show(in_service("subsidies", data=data))
