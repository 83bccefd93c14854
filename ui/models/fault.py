"""A fault as a page or a banner shows it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import FaultView
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the application")
class FaultModel(QObject):
    """One cause: its code, one sentence, one remedy. Empty texts stand for "no fault"."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._values = ("", "", "")

    def show(self, fault: FaultView | None, language: Language) -> None:
        values = ("", "", "")
        if fault is not None:
            values = (fault.code, say(fault.message, language), say(fault.remedy, language))
        if values != self._values:
            self._values = values
            self.changed.emit()

    @Property(bool, notify=changed)
    def present(self) -> bool:
        return bool(self._values[0])

    @Property(str, notify=changed)
    def code(self) -> str:
        return self._values[0]

    @Property(str, notify=changed)
    def message(self) -> str:
        return self._values[1]

    @Property(str, notify=changed)
    def remedy(self) -> str:
        return self._values[2]
