"""PIN entry: a count of dots. Digits pass through one at a time and are kept nowhere on this side."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import DeskPort, PinChangeView, PinView
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
        self._view: PinView | PinChangeView = _NOTHING
        self._language: Language = "zh"
        self._pressed = 0

    def show(self, view: PinView | PinChangeView | None, language: Language) -> None:
        """:param view: one PIN, or one of the three of a change."""
        if view is None or _entry(view) != _entry(self._view):
            self._pressed = 0
        self._view, self._language = view or _NOTHING, language
        self.changed.emit()

    @Slot(int)
    def digit(self, digit: int) -> None:
        self._pressed = min(self._pressed + 1, self._view.most)
        self._desk.pin_digit(digit)

    @Slot()
    def erase(self) -> None:
        self._pressed = max(self._pressed - 1, 0)
        self._desk.pin_erase()

    @Slot()
    def enter(self) -> None:
        """Hand in the PIN, once for what was typed: a second press must not cost a try.

        The presses are counted here, because a keypad sends digits and Enter in one burst, before the desk's view of
        the first digit is back.
        """
        if self._pressed < self._view.least:
            return
        self._pressed = 0
        self._desk.pin_enter()

    @Property(str, notify=changed)
    def entry(self) -> str:
        """Of a change: ``old``, ``new`` or ``again``; otherwise empty."""
        return _entry(self._view)

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


def _entry(view: PinView | PinChangeView) -> str:
    return view.entry if isinstance(view, PinChangeView) else ""
