"""What the desk shows now, and who wants to hear when it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from terminal.centre_watch import CentreWatch
from terminal.services.base import Offline, Service
from terminal.settings import Settings
from terminal.views import DeskView, Stage

Listener = Callable[[DeskView], None]


def surroundings(settings: Settings, centre: CentreWatch, services: Sequence[Service]) -> DeskView:
    """The part of every view that tells where we are: outlet, centre, hotlines, what is offered."""
    return DeskView(
        stage=Stage.WAITING,
        environment=settings.environment,
        outlet=centre.outlet,
        terminal=centre.terminal,
        centre=centre.view,
        loss_hotline=centre.loss_hotline,
        bank_hotline=centre.bank_hotline,
        offers=tuple(each.title for each in services),
        offers_offline=tuple(each.title for each in services if each.offline is not Offline.NEVER),
    )


class Showing:
    """:ivar view: the newest; may be read by any thread."""

    def __init__(self, first: DeskView) -> None:
        self.view = first
        self._guard = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` every new view, on the desk's thread. Gives what ends it."""
        with self._guard:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._guard:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        return end

    def show(self, view: DeskView) -> None:
        """Show it, unless it is what is shown."""
        if view == self.view:
            return
        self.view = view
        for listener in self._listeners:
            listener(view)
