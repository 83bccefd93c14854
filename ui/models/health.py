"""The health page: every check, and what to do where one fails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import DeskPort, HealthLine
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HealthRow:
    """:param status: ``ok``, ``warning``, ``fault`` or ``checking``."""

    key: str
    name: str
    status: str
    value: str
    code: str
    message: str
    remedy: str


@QmlElement
@QmlUncreatable("made by the application")
class HealthModel(QObject):
    changed = Signal()
    _arrived = Signal(object)

    def __init__(self, desk: DeskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lines: Sequence[HealthLine] = ()
        self._language: Language = "zh"
        self._running: Future[tuple[HealthLine, ...]] | None = None
        self._failed = False
        self._rows = RowsModel(HealthRow, self)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def check(self) -> None:
        """Run all checks; the list follows when they are done. A second call while they run does nothing."""
        if self._running is not None:
            return
        self._running = self._desk.health()
        self._failed = False
        self.changed.emit()
        self._running.add_done_callback(self._hand_over)

    def _hand_over(self, future: Future[tuple[HealthLine, ...]]) -> None:
        """On whatever thread the checks ran: only hand the result to the screen's thread."""
        try:
            self._arrived.emit(future)
        except RuntimeError:  # the window was closed while the checks ran
            _log.debug("health checks ended after the window was closed")

    @Slot(object)
    def _take(self, future: Future[tuple[HealthLine, ...]]) -> None:
        self._running = None
        try:
            self._lines = future.result()
        except Exception as error:  # noqa: BLE001 - whatever broke, the page says so; its text may hold anything
            _log.error("health checks failed: %s", type(error).__name__)
            self._lines, self._failed = (), True
        self._refill()

    def speak(self, language: Language) -> None:
        self._language = language
        self._refill()

    def _refill(self) -> None:
        self._rows.replace([_row(line, self._language) for line in self._lines])
        self.changed.emit()

    @property
    def states(self) -> list[str]:
        """How each check ended, in the order of the page."""
        return [line.state for line in self._lines]

    @Property(bool, notify=changed)
    def checking(self) -> bool:
        return self._running is not None

    @Property(bool, notify=changed)
    def failed(self) -> bool:
        """The checks themselves broke; there is no result to show."""
        return self._failed

    @Property(int, notify=changed)
    def faults(self) -> int:
        return sum(line.state == "fault" for line in self._lines)

    @Property(RowsModel, constant=True)
    def rows(self) -> RowsModel:
        return self._rows


def _row(line: HealthLine, language: Language) -> HealthRow:
    fault = line.fault
    return HealthRow(
        key=line.name.zh,
        name=say(line.name, language),
        status=line.state,
        value="" if fault and fault.message == line.value else say(line.value, language),
        code=fault.code if fault else "",
        message=say(fault.message, language) if fault else "",
        remedy=say(fault.remedy, language) if fault else "",
    )
