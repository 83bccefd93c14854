"""The root view-model: which page is shown, and the models of its parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import (
    CardStatusView,
    ConfirmView,
    DeskPort,
    DeskView,
    DoubtfulView,
    FormView,
    JourneyData,
    PinChangeView,
    PinView,
    ResultView,
    SecretView,
    Stage,
    SubsidyView,
)
from ui.models.card_status import CardStatusModel
from ui.models.fault import FaultModel
from ui.models.form import FormModel
from ui.models.health import HealthModel
from ui.models.holder import SHOW_MS, HolderModel
from ui.models.outcome import ConfirmModel, DoubtfulModel, ResultModel
from ui.models.pages import page_of
from ui.models.pin import PinModel
from ui.models.program import ProgramModel
from ui.models.queue import QueueModel
from ui.models.rows import RowsModel
from ui.models.secret import SecretModel
from ui.models.staff import StaffModel
from ui.models.subsidies import SubsidyModel
from ui.models.tiles import ReaderRow, ServiceRow, service_row
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

SAME_PRESS_SECONDS: Final = 1.0


@QmlElement
@QmlUncreatable("made by the application")
class DeskModel(QObject):
    """Everything QML binds to hangs on this object. It holds the latest view and nothing older.

    :param clock: seconds that only grow, to tell a double press from two.
    """

    changed = Signal()
    pageChanged = Signal()  # noqa: N815 - Qt's way to write names, seen from QML
    languageChanged = Signal()  # noqa: N815
    shown = Signal()

    def __init__(
        self,
        desk: DeskPort,
        language: Language = "zh",
        *,
        clock: Callable[[], float] = time.monotonic,
        show_ms: int = SHOW_MS,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._language: Language = language
        self._clock = clock
        self._view = desk.view
        self._page = ""
        self._pressed: dict[tuple[str, ...], float] = {}
        self._fault = FaultModel(self)
        self._centre_fault = FaultModel(self)
        self._holder = HolderModel(desk.unmask, self, show_ms)
        self._services = RowsModel(ServiceRow, self)
        self._readers = RowsModel(ReaderRow, self)
        self._pin = PinModel(desk, self)
        self._program = ProgramModel(self)
        self._card_status = CardStatusModel(self)
        self._subsidies = SubsidyModel(desk, self)
        self._staff = StaffModel(self)
        self._secret = SecretModel(desk, self)
        self._form = FormModel(desk, self)
        self._confirm = ConfirmModel(self)
        self._doubtful = DoubtfulModel(self)
        self._result = ResultModel(self)
        self._health = HealthModel(desk, self)
        self._health.speak(language)
        self._queue = QueueModel(desk, self)
        self._queue.speak(language)
        self.apply(self._view)

    # --- from the desk ------------------------------------------------------------------------------------------

    @property
    def view(self) -> DeskView:
        """The view on the screen."""
        return self._view

    def apply(self, view: DeskView) -> None:
        """Show this view. What it does not hold is dropped from every model before the page changes."""
        before, self._view = self._view, view
        self._pressed.clear()
        language, journey = self._language, view.journey
        self._holder.show(view.holder, language)
        self._staff.show(view.operator, view.queue, language)
        self._show_step(journey.data if journey else None)
        self._services.replace([service_row(tile, language) for tile in view.services])
        self._readers.replace([ReaderRow(reader.name, reader.state) for reader in view.readers])
        self._fault.show(journey.fault if journey and journey.fault else view.fault, language)
        self._centre_fault.show(view.centre.fault, language)
        if view.stage is Stage.SIGN_IN:
            self._queue.hide()
        elif (view.queue, view.centre, view.secret) != (before.queue, before.centre, before.secret):
            self._queue.refresh()
        page = page_of(view)
        self.changed.emit()
        if page != self._page:
            self._page = page
            self.pageChanged.emit()
        self.shown.emit()

    def _show_step(self, data: JourneyData | None) -> None:
        """The running step, in the one model that it is for; all others are emptied."""
        language = self._language
        program = self._view.program
        self._program.show(program, language)
        typing = program.pin if program else data
        self._pin.show(typing if isinstance(typing, PinView | PinChangeView) else None, language)
        self._card_status.show(data if isinstance(data, CardStatusView) else None, language)
        self._subsidies.show(data if isinstance(data, SubsidyView) else None, language)
        self._secret.show(data if isinstance(data, SecretView) else self._view.secret, language)
        self._form.show(data if isinstance(data, FormView) else None, language)
        self._confirm.show(data if isinstance(data, ConfirmView) else None, language)
        self._doubtful.show(data if isinstance(data, DoubtfulView) else None, language)
        self._result.show(data if isinstance(data, ResultView) else None, language)

    # --- to the desk --------------------------------------------------------------------------------------------

    def _fresh(self, *action: str) -> bool:
        """Whether this is a new wish: the same button again on the same view, at once, is the same press."""
        now, before = self._clock(), self._pressed.get(action)
        if before is not None and now - before < SAME_PRESS_SECONDS:
            return False
        self._pressed[action] = now
        return True

    @Slot()
    def acceptNotice(self) -> None:  # noqa: N802 - Qt's way to write names, seen from QML
        if self._fresh("accept"):
            self._desk.accept_notice()

    @Slot()
    def declineNotice(self) -> None:  # noqa: N802
        if self._fresh("decline"):
            self._desk.decline_notice()

    @Slot(str)
    def chooseReader(self, name: str) -> None:  # noqa: N802
        if self._fresh("reader", name):
            self._desk.choose_reader(name)

    @Slot(str)
    def startService(self, code: str) -> None:  # noqa: N802
        """Start a service of the list that is not refused."""
        startable = any(tile.code == code and tile.refused is None for tile in self._view.services)
        if startable and self._fresh("start"):
            self._desk.start_service(code)

    @Slot()
    def leaveService(self) -> None:  # noqa: N802
        if self._fresh("leave"):
            self._desk.leave_service()

    @Slot()
    def endVisit(self) -> None:  # noqa: N802
        if self._fresh("end"):
            self._desk.end_visit()

    @Slot()
    def retry(self) -> None:
        """Try again what the fault shown is about: the journey's step, or the card."""
        if not self._fresh("retry"):
            return
        if self._view.journey is not None:
            self._desk.send("retry")
        else:
            self._desk.retry()

    @Slot(str)
    def act(self, event: str) -> None:
        """An event of the running step, such as ``next`` or ``confirm``."""
        if self._fresh("act", event):
            self._form.settled()
            self._desk.send(event)

    @Slot()
    def programAllow(self) -> None:  # noqa: N802
        """Let another program do what it asks. Not for a program that came after the one on the screen."""
        if self._program.asks and self._fresh("allow"):
            self._desk.program_allow()

    @Slot()
    def programRefuse(self) -> None:  # noqa: N802
        if self._fresh("refuse"):
            self._desk.program_refuse()

    @Slot()
    def lock(self) -> None:
        if self._view.operator is not None and self._fresh("lock"):
            self._desk.lock()

    @Slot()
    def signOut(self) -> None:  # noqa: N802
        """Hand the desk over."""
        if self._fresh("sign out"):
            self._desk.sign_out()

    @Slot()
    def switchLanguage(self) -> None:  # noqa: N802
        self.speak("en" if self._language == "zh" else "zh")

    def speak(self, language: Language) -> None:
        if language == self._language:
            return
        self._language = language
        self._health.speak(language)
        self._queue.speak(language)
        self.languageChanged.emit()
        self.apply(self._view)

    # --- to QML -------------------------------------------------------------------------------------------------

    @Property(str, notify=pageChanged)
    def page(self) -> str:
        return self._page

    @Property(str, notify=languageChanged)
    def language(self) -> str:
        return self._language

    @Property(bool, notify=changed)
    def sandbox(self) -> bool:
        return self._view.environment == "sandbox"

    @Property(str, notify=changed)
    def outlet(self) -> str:
        return self._view.outlet

    @Property(str, notify=changed)
    def terminal(self) -> str:
        return self._view.terminal

    @Property(str, notify=changed)
    def lossHotline(self) -> str:  # noqa: N802
        return self._view.loss_hotline

    @Property(str, notify=changed)
    def bankHotline(self) -> str:  # noqa: N802
        return self._view.bank_hotline

    @Property("QStringList", notify=changed)
    def notices(self) -> list[str]:
        return [say(notice, self._language) for notice in self._view.notices]

    @Property("QStringList", notify=changed)
    def offers(self) -> list[str]:
        """Titles of all services, for the page without a holder."""
        return [say(title, self._language) for title in self._view.offers]

    @Property("QStringList", notify=changed)
    def offersOffline(self) -> list[str]:  # noqa: N802
        return [say(title, self._language) for title in self._view.offers_offline]

    @Property(str, notify=changed)
    def centreState(self) -> str:  # noqa: N802
        """``unknown``, ``up`` or ``down``."""
        reachable = self._view.centre.reachable
        return "unknown" if reachable is None else "up" if reachable else "down"

    @Property(str, notify=changed)
    def centreCheckedAt(self) -> str:  # noqa: N802
        return self._view.centre.checked_at or ""

    @Property(bool, notify=changed)
    def cardInside(self) -> bool:  # noqa: N802
        """A card is in some reader."""
        return any(reader.state == "card" for reader in self._view.readers)

    @Property(bool, notify=changed)
    def visitOpen(self) -> bool:  # noqa: N802
        """A card is being served: there is something to end."""
        return self._view.reader is not None

    @Property(bool, notify=changed)
    def canRetry(self) -> bool:  # noqa: N802
        journey = self._view.journey
        return journey is None or "retry" in journey.actions

    @Property(str, notify=changed)
    def journeyTitle(self) -> str:  # noqa: N802
        return say(self._view.journey.title if self._view.journey else None, self._language)

    @Property(bool, notify=changed)
    def inService(self) -> bool:  # noqa: N802
        return self._view.journey is not None

    @Property(FaultModel, constant=True)
    def fault(self) -> FaultModel:
        return self._fault

    @Property(FaultModel, constant=True)
    def centreFault(self) -> FaultModel:  # noqa: N802
        return self._centre_fault

    @Property(HolderModel, constant=True)
    def holder(self) -> HolderModel:
        return self._holder

    @Property(RowsModel, constant=True)
    def services(self) -> RowsModel:
        return self._services

    @Property(RowsModel, constant=True)
    def readers(self) -> RowsModel:
        return self._readers

    @Property(PinModel, constant=True)
    def pin(self) -> PinModel:
        return self._pin

    @Property(ProgramModel, constant=True)
    def program(self) -> ProgramModel:
        return self._program

    @Property(CardStatusModel, constant=True)
    def cardStatus(self) -> CardStatusModel:  # noqa: N802
        return self._card_status

    @Property(SubsidyModel, constant=True)
    def subsidies(self) -> SubsidyModel:
        return self._subsidies

    @Property("QStringList", notify=changed)
    def actions(self) -> list[str]:
        """Events that the running step takes."""
        return list(self._view.journey.actions) if self._view.journey else []

    @Property(StaffModel, constant=True)
    def staff(self) -> StaffModel:
        return self._staff

    @Property(SecretModel, constant=True)
    def secret(self) -> SecretModel:
        return self._secret

    @Property(FormModel, constant=True)
    def form(self) -> FormModel:
        return self._form

    @Property(ConfirmModel, constant=True)
    def confirm(self) -> ConfirmModel:
        return self._confirm

    @Property(DoubtfulModel, constant=True)
    def doubtful(self) -> DoubtfulModel:
        return self._doubtful

    @Property(ResultModel, constant=True)
    def result(self) -> ResultModel:
        return self._result

    @Property(QueueModel, constant=True)
    def queue(self) -> QueueModel:
        return self._queue

    @Property(HealthModel, constant=True)
    def health(self) -> HealthModel:
        return self._health
