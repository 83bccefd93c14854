"""What is typed into a form. The desk checks it; here it only stands until the desk has said the same."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language, Text
from terminal.views import DeskPort, FormField, FormView
from ui.fonts import drawable, undrawn
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


_UNSEEN = Text(
    "本机显示不出 {characters}，照样登记。", "This screen cannot draw {characters}; it is recorded as typed."
)


@dataclass(frozen=True)
class FieldRow:
    """:param digits: only digits are typed. :param before: what stands at the centre, masked; empty where not known."""

    name: str
    label: str
    value: str
    before: str
    most: int
    digits: bool
    errorText: str  # noqa: N815 - role names, seen from QML
    errorRemedy: str  # noqa: N815
    errorCode: str  # noqa: N815
    hint: str


@QmlElement
@QmlUncreatable("made by the application")
class FormModel(QObject):
    """:attr:`_typed` holds what was sent and not yet echoed: an older echo must not undo the keys pressed since."""

    changed = Signal()

    def __init__(self, desk: DeskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view: FormView | None = None
        self._typed: dict[str, str] = {}
        self._fields = RowsModel(FieldRow, self)

    def show(self, view: FormView | None, language: Language) -> None:
        if view is None:
            self._typed.clear()
        self._view = view
        self._fields.replace([self._row(field, language) for field in view.fields] if view else ())
        self.changed.emit()

    def _row(self, field: FormField, language: Language) -> FieldRow:
        if self._typed.get(field.name) == field.value:
            del self._typed[field.name]
        error, value = field.error, self._typed.get(field.name, field.value)
        return FieldRow(
            name=field.name,
            label=say(field.label, language),
            value=value,
            before=drawable(say(field.before, language)),
            most=field.most,
            digits=field.keyboard == "digits",
            errorText=say(error.message, language) if error else "",
            errorRemedy=say(error.remedy, language) if error else "",
            errorCode=error.code if error else "",
            hint=" ".join(filter(None, (say(field.hint, language), _unseen(value, language)))),
        )

    @Slot(str, str)
    def type(self, name: str, text: str) -> None:
        """This stands in the field now."""
        if self._view is not None and any(field.name == name for field in self._view.fields):
            self._typed[name] = text
            self._desk.send("set", f"{name}={text}")

    @Slot()
    def settled(self) -> None:
        """The person is done typing: from now on the desk's word counts again."""
        self._typed.clear()

    @Property(RowsModel, constant=True)
    def fields(self) -> RowsModel:
        return self._fields

    @Property(bool, notify=changed)
    def complete(self) -> bool:
        return self._view is not None and self._view.complete


def _unseen(typed: str, language: Language) -> str:
    """The field itself shows what was typed, an empty box for what no font has: beside it stands which it is."""
    characters = undrawn(typed)
    return _UNSEEN.format(characters=characters).say(language) if characters else ""
