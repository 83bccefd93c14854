"""PIN entry: a count of dots. Digits pass through one at a time and are kept nowhere on this side."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import DeskPort, PinView
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

_NOTHING = PinView(digits=0, least=0, most=0, tries_left=None)


@QmlElement
@QmlUncreatable("made by the application")
class PinModel(QObject):
    changed = Signal()

    def __init__(self, desk: DeskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = _NOTHING
        self._language: Language = "zh"
        self._entered_at: PinView | None = None

    def show(self, view: PinView | None, language: Language) -> None:
        self._view, self._language = view or _NOTHING, language
        self.changed.emit()

    @Slot(int)
    def digit(self, digit: int) -> None:
        self._entered_at = None
        self._desk.pin_digit(digit)

    @Slot()
    def erase(self) -> None:
        self._entered_at = None
        self._desk.pin_erase()

    @Slot()
    def enter(self) -> None:
        """Hand in the PIN, once for what stands on the screen: a second press must not cost a try."""
        if self._entered_at is self._view or not self.ready:
            return
        self._entered_at = self._view
        self._desk.pin_enter()

    @Property(int, notify=changed)
    def digits(self) -> int:
        return self._view.digits

    @Property(int, notify=changed)
    def least(self) -> int:
        return self._view.least

    @Property(int, notify=changed)
    def most(self) -> int:
        return self._view.most

    @Property(bool, notify=changed)
    def ready(self) -> bool:
        """Whether there are enough digits to hand in."""
        return bool(self._view.most) and self._view.least <= self._view.digits <= self._view.most

    @Property(int, notify=changed)
    def triesLeft(self) -> int:  # noqa: N802 - Qt's way to write names, seen from QML
        """What the card says is left; -1 where it has not said."""
        return -1 if self._view.tries_left is None else self._view.tries_left

    @Property(str, notify=changed)
    def message(self) -> str:
        return say(self._view.message, self._language)
