"""The holder on the screen: masked, plain only while a person holds "show"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import HolderView
from ui.fonts import drawable
from ui.models.facts import FactRow
from ui.models.rows import RowsModel
from ui.models.words import EMPTY, say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

SHOW_MS: Final = 10_000  # domain.md §6: hold to show, ten seconds at most

Unmask = Callable[[str], str | None]


@QmlElement
@QmlUncreatable("made by the application")
class HolderModel(QObject):
    """Values of one holder.

    :param unmask: gives the plain value of ``name``, ``number``, ``birth_date`` or ``card_number``, and logs that
        it was asked.
    :param show_ms: how long a plain value stays at most, in milliseconds.
    """

    changed = Signal()
    revealed = Signal()

    def __init__(self, unmask: Unmask, parent: QObject, show_ms: int = SHOW_MS) -> None:
        super().__init__(parent)
        self._unmask = unmask
        self._view: HolderView | None = None
        self._language: Language = "zh"
        self._open_field = ""
        self._plain = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(show_ms)
        self._timer.timeout.connect(self.conceal)
        self._facts = RowsModel(FactRow, self)

    def show(self, view: HolderView | None, language: Language) -> None:
        if view != self._view:
            self.conceal()
        self._view, self._language = view, language
        self._facts.replace(_facts(view, language))
        self.changed.emit()

    @Slot(str)
    def reveal(self, field_name: str) -> None:
        """Show one field plain until :meth:`conceal`, or until the time is over."""
        if self._view is None or self._open_field == field_name:
            return
        plain = self._unmask(field_name)
        if plain is None:
            return
        self._open_field, self._plain = field_name, drawable(plain)
        self._timer.start()
        self.revealed.emit()

    @Slot()
    def conceal(self) -> None:
        self._timer.stop()
        if self._open_field:
            self._open_field, self._plain = "", ""
            self.revealed.emit()

    @Property(str, notify=revealed)
    def openField(self) -> str:  # noqa: N802 - Qt's way to write names, seen from QML
        return self._open_field

    @Property(str, notify=revealed)
    def plain(self) -> str:
        return self._plain

    @Property(bool, notify=changed)
    def present(self) -> bool:
        return self._view is not None

    @Property(str, notify=changed)
    def name(self) -> str:
        return self._masked(self._view.name if self._view else None)

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._masked(self._view.number if self._view else None)

    @Property(str, notify=changed)
    def birthDate(self) -> str:  # noqa: N802
        return self._masked(self._view.birth_date if self._view else None)

    @Property(str, notify=changed)
    def cardNumber(self) -> str:  # noqa: N802
        return self._masked(self._view.card_number if self._view else None)

    @Property(bool, notify=changed)
    def authenticated(self) -> bool:
        return self._view is not None and self._view.authenticated

    @Property(str, notify=changed)
    def authenticity(self) -> str:
        return say(self._view.authenticity if self._view else None, self._language)

    @Property(RowsModel, constant=True)
    def facts(self) -> RowsModel:
        return self._facts

    def _masked(self, value: str | None) -> str:
        return "" if self._view is None else drawable(value or EMPTY)


def _facts(view: HolderView | None, language: Language) -> tuple[FactRow, ...]:
    """What the card says besides its guarded fields, in the order a teller checks it."""
    if view is None:
        return ()
    words = (
        ("性别", "Sex", say(view.sex, language)),
        ("民族", "Ethnic group", say(view.nation, language)),
        ("发卡地区", "Region of issue", say(view.region, language)),
        ("卡片", "Card", say(view.generation, language)),
        ("发卡日期", "Issued on", view.issued_on),
        ("有效期至", "Valid until", view.expires_on),
    )
    return tuple(FactRow(key=zh, label=en if language == "en" else zh, value=value or EMPTY) for zh, en, value in words)
