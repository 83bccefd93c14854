"""State of the card, as the centre tells it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import CardStatusView
from ui.models.facts import FactRow, fact_rows
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the application")
class CardStatusModel(QObject):
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._as_of = ""
        self._advice = ""
        self._facts = RowsModel(FactRow, self)

    def show(self, view: CardStatusView | None, language: Language) -> None:
        self._facts.replace(fact_rows(view.facts, language) if view else ())
        self._as_of = view.as_of if view else ""
        self._advice = say(view.advice, language) if view else ""
        self.changed.emit()

    @Property(RowsModel, constant=True)
    def facts(self) -> RowsModel:
        return self._facts

    @Property(str, notify=changed)
    def asOf(self) -> str:  # noqa: N802 - Qt's way to write names, seen from QML
        return self._as_of

    @Property(str, notify=changed)
    def advice(self) -> str:
        return self._advice
