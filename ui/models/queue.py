"""The queue page: what waits, since when, and what needs a person."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal import faults
from terminal.text import Language, Text
from terminal.views import DayEndView, DeskPort, FaultView, QueueLine, QueueView
from ui.models.facts import TONES, FactRow, fact_rows
from ui.models.fault import FaultModel
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

_log = logging.getLogger(__name__)

_COUNT = Text("（{}）", " ({})")


@dataclass(frozen=True)
class QueueRow:
    """:param person: it needs a person. :param heading: of its group, on the first of it; else empty."""

    key: str
    number: str
    title: str
    words: str
    tone: str
    since: str
    detail: str
    remedy: str
    person: bool
    heading: str
    actions: list[str] = field(default_factory=list)


@QmlElement
@QmlUncreatable("made by the application")
class QueueModel(QObject):
    """Asks the desk while the page is open, and forgets everything when it is closed."""

    changed = Signal()
    _arrived = Signal(object, object)

    def __init__(self, desk: DeskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._language: Language = "zh"
        self._open = False
        self._again = False
        self._selected = ""
        self._view: QueueView | None = None
        self._day: DayEndView | None = None
        self._failed = False
        self._reading: Future[QueueView] | None = None
        self._acting: Future[FaultView | None] | None = None
        self._closing: Future[DayEndView] | None = None
        self._fault_view: FaultView | None = None
        self._fault = FaultModel(self)
        self._stopped = FaultModel(self)
        self._totals = RowsModel(FactRow, self)
        self._lines = RowsModel(QueueRow, self)
        self._facts = RowsModel(FactRow, self)
        self._day_facts = RowsModel(FactRow, self)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    # --- asking -------------------------------------------------------------------------------------------------

    @Slot()
    def show(self) -> None:
        """The page is open."""
        self._open = True
        self._fault_view = None
        self.refresh()

    @Slot()
    def hide(self) -> None:
        """The page is closed: nothing of it stays."""
        self._open = self._again = self._failed = False
        self._view = self._day = self._fault_view = None
        self._selected = ""
        self._refill()

    @Slot()
    def refresh(self) -> None:
        """Ask again; while an answer is under way, once more after it."""
        if not self._open:
            return
        if self._reading is not None:
            self._again = True
            return
        self._reading = self._desk.queue()
        self._follow(self._reading, self._listed)
        self.changed.emit()

    @property
    def listing(self) -> tuple[QueueLine, ...]:
        return (*self._view.people, *self._view.lines) if self._view else ()

    @Slot(str)
    def select(self, key: str) -> None:
        """Show the facts of this entry."""
        if key != self._selected:
            self._selected = key
            self._refill()

    @Slot(str, str)
    def act(self, key: str, action: str) -> None:
        """Do this with that entry, if it is offered; one at a time."""
        offered = any(line.key == key and action in line.actions for line in self.listing)
        if not offered or self._acting is not None:
            return
        self._fault_view = None
        self._acting = self._desk.queue_act(key, action)
        self._follow(self._acting, self._acted)
        self._refill()

    @Slot()
    def syncNow(self) -> None:  # noqa: N802 - Qt's way to write names, seen from QML
        """Try to reach the centre at once."""
        self._desk.sync_now()
        self.refresh()

    @Slot()
    def openDayEnd(self) -> None:  # noqa: N802
        """What must be settled before the day is closed."""
        if self._closing is None:
            self._closing = self._desk.day_end()
            self._follow(self._closing, self._closed)
            self.changed.emit()

    @Slot()
    def closeDayEnd(self) -> None:  # noqa: N802
        self._day = None
        self._refill()

    # --- answers, each handed from whatever thread to the screen's -----------------------------------------------

    def _follow(self, future: Future[Any], then: Callable[[Any], None]) -> None:
        def hand_over(done: Future[Any]) -> None:
            try:
                self._arrived.emit(then, done)
            except RuntimeError:
                _log.debug("an answer of the queue came after the window was closed")

        future.add_done_callback(hand_over)

    @Slot(object, object)
    def _take(self, then: Callable[[Any], None], future: Future[Any]) -> None:
        then(future)
        if not self._open:
            self._fault_view = None
        self._refill()

    def _listed(self, future: Future[QueueView]) -> None:
        self._reading = None
        view = self._result(future)
        if self._open:
            if self._failed and view is not None:
                self._fault_view = None
            self._view, self._failed = view, view is None
            if self._again:
                self._again = False
                self.refresh()

    def _acted(self, future: Future[FaultView | None]) -> None:
        self._acting = None
        self._fault_view = self._result(future) or self._fault_view
        self.refresh()

    def _closed(self, future: Future[DayEndView]) -> None:
        self._closing = None
        day = self._result(future)
        if self._open:
            self._day = day

    def _result(self, future: Future[Any]) -> Any:  # noqa: ANN401 - whatever the desk promised
        if future.cancelled():
            return None
        error = future.exception()
        if error is None:
            return future.result()
        self._fault_view = faults.explain(error)
        if self._fault_view.code == faults.INTERNAL:
            _log.error("the queue could not be asked: %s", type(error).__name__)  # its text may hold anything
        return None

    # --- showing ------------------------------------------------------------------------------------------------

    def speak(self, language: Language) -> None:
        self._language = language
        self._refill()

    def _refill(self) -> None:
        view, language = self._view, self._language
        self._totals.replace(fact_rows(view.totals, language) if view else ())
        self._lines.replace(_rows(view, language) if view else ())
        facts = next((line.facts for line in self.listing if line.key == self._selected), ())
        self._facts.replace(fact_rows(facts, language))
        self._day_facts.replace(fact_rows(self._day.facts, language) if self._day else ())
        self._fault.show(self._fault_view, language)
        self._stopped.show(view.stopped if view else None, language)
        self.changed.emit()

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Nothing is known yet."""
        return self._view is None and not self._failed

    @Property(bool, notify=changed)
    def failed(self) -> bool:
        return self._failed

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """An action is under way."""
        return self._acting is not None

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        return self._view is not None and not (self._view.people or self._view.lines)

    @Property(str, notify=changed)
    def lastContact(self) -> str:  # noqa: N802
        return (self._view.last_contact or "") if self._view else ""

    @Property(str, notify=changed)
    def nextTry(self) -> str:  # noqa: N802
        return (self._view.next_try or "") if self._view else ""

    @Property(FaultModel, constant=True)
    def stopped(self) -> FaultModel:
        """Why nothing is sent, and what to do; none while it is."""
        return self._stopped

    @Property(RowsModel, constant=True)
    def totals(self) -> RowsModel:
        return self._totals

    @Property(RowsModel, constant=True)
    def lines(self) -> RowsModel:
        return self._lines

    @Property(RowsModel, constant=True)
    def facts(self) -> RowsModel:
        """Of the selected entry."""
        return self._facts

    @Property(FaultModel, constant=True)
    def fault(self) -> FaultModel:
        """Why the last action was not done."""
        return self._fault

    @Property(bool, notify=changed)
    def dayOpen(self) -> bool:  # noqa: N802
        return self._day is not None

    @Property(bool, notify=changed)
    def dayReady(self) -> bool:  # noqa: N802
        return self._day is not None and self._day.ready

    @Property(RowsModel, constant=True)
    def dayFacts(self) -> RowsModel:  # noqa: N802
        return self._day_facts


def _rows(view: QueueView, language: Language) -> list[QueueRow]:
    """What needs a person first, then the rest; the first of a group carries its heading."""
    listed = [*((line, True) for line in view.people), *((line, False) for line in view.lines)]
    counted = Counter(line.group for line, _ in listed)
    rows, before = [], None
    for line, person in listed:
        heading = f"{say(line.group, language)}{_COUNT.say(language).format(counted[line.group])}"
        rows.append(_row(line, language, person=person, heading="" if line.group == before else heading))
        before = line.group
    return rows


def _row(line: QueueLine, language: Language, *, person: bool, heading: str) -> QueueRow:
    return QueueRow(
        key=line.key,
        number=line.number,
        title=say(line.title, language),
        words=say(line.words, language),
        tone=line.tone if line.tone in TONES else "plain",
        since=line.since,
        detail=say(line.detail, language),
        remedy=say(line.remedy, language),
        person=person,
        heading=heading,
        actions=list(line.actions),
    )
