"""A person signs in, unlocks, or comes as the second one. Characters of the secret pass through, kept nowhere."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import DeskPort, SecretView
from ui.models.facts import FactRow, fact_rows
from ui.models.fault import FaultModel
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

LONGEST_NUMBER: Final = 12


@QmlElement
@QmlUncreatable("made by the application")
class SecretModel(QObject):
    """The number is edited here, because the desk's echo of one key comes after the next key was pressed."""

    changed = Signal()

    def __init__(self, desk: DeskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view: SecretView | None = None
        self._language: Language = "zh"
        self._number = ""
        self._sent = False  # a number is on its way to the desk; older echoes do not count
        self._pressed = 0
        self._handed = False
        self._message = FaultModel(self)
        self._lines = RowsModel(FactRow, self)

    def show(self, view: SecretView | None, language: Language) -> None:
        if view is None or self._view is None or view.title != self._view.title:
            self._pressed, self._sent = 0, False
        if view is None or self._view is None or view.title != self._view.title or view.message or view.characters:
            self._handed = False
        if view is None or not self._sent or view.number == self._number or view.fixed_number:
            self._number, self._sent = view.number if view else "", False
        self._view, self._language = view, language
        self._message.show(view.message if view else None, language)
        self._lines.replace(fact_rows(view.lines, language) if view else ())
        self.changed.emit()

    @Slot(str)
    def numberCharacter(self, character: str) -> None:  # noqa: N802 - Qt's way to write names, seen from QML
        """One more digit of the operator number; anything else is passed over."""
        if character.isascii() and character.isdecimal() and len(self._number) < LONGEST_NUMBER:
            self._set_number(self._number + character)

    @Slot()
    def numberErase(self) -> None:  # noqa: N802
        if self._number:
            self._set_number(self._number[:-1])

    def _set_number(self, number: str) -> None:
        if self._view is None or self._view.fixed_number:
            return
        self._number, self._sent = number, True
        self._desk.secret_number(number)
        self.changed.emit()

    @Slot(str)
    def character(self, character: str) -> None:
        """One character of the secret, straight on to the desk."""
        if self._view is not None and len(character) == 1 and character.isprintable():
            self._pressed += 1
            self._handed = False
            self._desk.secret_char(character)

    @Slot()
    def erase(self) -> None:
        self._pressed = max(self._pressed - 1, 0)
        self._desk.secret_erase()

    @Slot()
    def enter(self) -> None:
        """Hand in what was typed, once: a second press must not cost a try."""
        if self._pressed == 0 or not self._number:
            return
        self._pressed, self._handed = 0, True
        self._desk.secret_enter()
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Leave without answering."""
        self._pressed = 0
        self._desk.secret_cancel()

    @Property(bool, notify=changed)
    def present(self) -> bool:
        return self._view is not None

    @Property(str, notify=changed)
    def title(self) -> str:
        return say(self._view.title if self._view else None, self._language)

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._number

    @Property(bool, notify=changed)
    def fixedNumber(self) -> bool:  # noqa: N802
        return self._view is not None and self._view.fixed_number

    @Property(int, notify=changed)
    def characters(self) -> int:
        """How many characters of the secret the desk holds."""
        return self._view.characters if self._view else 0

    @Property(bool, notify=changed)
    def ready(self) -> bool:
        return bool(self._number) and self.characters > 0 and not self._handed

    @Property(bool, notify=changed)
    def checking(self) -> bool:
        """Handed in, and the desk has not answered yet."""
        return self._handed

    @Property(str, notify=changed)
    def people(self) -> str:
        """Who cannot be the second person, as one line."""
        return "、".join(self._view.people) if self._view else ""

    @Property(FaultModel, constant=True)
    def message(self) -> FaultModel:
        return self._message

    @Property(RowsModel, constant=True)
    def lines(self) -> RowsModel:
        return self._lines
