"""Another program of the outlet at the reader: which, what it does, and what it waits for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import ProgramView
from ui.models.facts import FactRow, fact_rows
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the application")
class ProgramModel(QObject):
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view: ProgramView | None = None
        self._language: Language = "zh"
        self._lines = RowsModel(FactRow, self)

    def show(self, view: ProgramView | None, language: Language) -> None:
        self._view, self._language = view, language
        self._lines.replace(fact_rows(view.lines, language) if view else ())
        self.changed.emit()

    @Property(str, notify=changed)
    def name(self) -> str:
        return self._view.name if self._view else ""

    @Property(str, notify=changed)
    def action(self) -> str:
        """What it does or wants to do."""
        return say(self._view.action if self._view else None, self._language)

    @Property(bool, notify=changed)
    def asks(self) -> bool:
        """The operator allows or refuses."""
        return self._view is not None and self._view.state == "asks"

    @Property(bool, notify=changed)
    def typing(self) -> bool:
        """The holder types a PIN for it."""
        return self._view is not None and self._view.state == "pin"

    @Property(RowsModel, constant=True)
    def lines(self) -> RowsModel:
        """What a write is about, masked."""
        return self._lines

    @Property(str, notify=changed)
    def purpose(self) -> str:
        """What is to be typed."""
        return say(self._view.purpose if self._view else None, self._language)
