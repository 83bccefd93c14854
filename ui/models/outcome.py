"""Steps of a service that say something and want an answer: to be confirmed, doubtful, and how it ended."""

from __future__ import annotations

import base64

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import ConfirmView, DoubtfulView, ResultView
from ui.models.facts import TONES, FactRow, fact_rows
from ui.models.fault import FaultModel
from ui.models.rows import RowsModel
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the application")
class ConfirmModel(QObject):
    """What will be done, to be read out."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view: ConfirmView | None = None
        self._lines = RowsModel(FactRow, self)

    def show(self, view: ConfirmView | None, language: Language) -> None:
        self._view = view
        self._lines.replace(fact_rows(view.lines, language) if view else ())
        self.changed.emit()

    @Property(RowsModel, constant=True)
    def lines(self) -> RowsModel:
        return self._lines

    @Property(bool, notify=changed)
    def secondPerson(self) -> bool:  # noqa: N802 - Qt's way to write names, seen from QML
        return self._view is not None and self._view.second_person

    @Property(bool, notify=changed)
    def offline(self) -> bool:
        return self._view is not None and self._view.offline


@QmlElement
@QmlUncreatable("made by the application")
class DoubtfulModel(QObject):
    """A card write that was cut off earlier."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view: DoubtfulView | None = None
        self._language: Language = "zh"

    def show(self, view: DoubtfulView | None, language: Language) -> None:
        self._view, self._language = view, language
        self.changed.emit()

    @Property(str, notify=changed)
    def title(self) -> str:
        return say(self._view.title if self._view else None, self._language)

    @Property(str, notify=changed)
    def what(self) -> str:
        return say(self._view.what if self._view else None, self._language)

    @Property(str, notify=changed)
    def since(self) -> str:
        return self._view.since if self._view else ""

    @Property(str, notify=changed)
    def ask(self) -> str:
        return say(self._view.ask if self._view else None, self._language)


@QmlElement
@QmlUncreatable("made by the application")
class ResultModel(QObject):
    """How it ended, in the words of the paper."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view: ResultView | None = None
        self._language: Language = "zh"
        self._picture = ""
        self._lines = RowsModel(FactRow, self)
        self._print_fault = FaultModel(self)

    def show(self, view: ResultView | None, language: Language) -> None:
        if (view.qr if view else None) != (self._view.qr if self._view else None):
            self._picture = picture_of(view.qr if view else None)
        self._view, self._language = view, language
        self._lines.replace(fact_rows(view.lines, language) if view else ())
        self._print_fault.show(view.print_fault if view else None, language)
        self.changed.emit()

    @Property(str, notify=changed)
    def headline(self) -> str:
        return say(self._view.headline if self._view else None, self._language)

    @Property(str, notify=changed)
    def tone(self) -> str:
        return self._view.tone if self._view and self._view.tone in TONES else "plain"

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._view.number if self._view else ""

    @Property(RowsModel, constant=True)
    def lines(self) -> RowsModel:
        return self._lines

    @Property(str, notify=changed)
    def nextSteps(self) -> str:  # noqa: N802
        return say(self._view.next_steps if self._view else None, self._language)

    @Property(str, notify=changed)
    def code(self) -> str:
        """The text code in groups of four, to be read out on the telephone."""
        return grouped(self._view.code) if self._view else ""

    @Property(str, notify=changed)
    def picture(self) -> str:
        """The square code as the address of a picture, one dot a module; empty where there is none."""
        return self._picture

    @Property(int, notify=changed)
    def modules(self) -> int:
        """Modules of the square code along one edge."""
        return len(self._view.qr) if self._view and self._view.qr else 0

    @Property(str, notify=changed)
    def handOver(self) -> str:  # noqa: N802
        """What to do about the paper."""
        return say(self._view.hand_over if self._view else None, self._language)

    @Property(str, notify=changed)
    def printed(self) -> str:
        return say(self._view.printed if self._view else None, self._language)

    @Property(str, notify=changed)
    def printedTone(self) -> str:  # noqa: N802
        return self._view.printed_tone if self._view else "plain"

    @Property(FaultModel, constant=True)
    def printFault(self) -> FaultModel:  # noqa: N802
        return self._print_fault

    @Property(bool, notify=changed)
    def takeCard(self) -> bool:  # noqa: N802
        return self._view is not None and self._view.take_card


def grouped(code: str) -> str:
    """``4F7K0QXD9T2B`` as ``4F7K-0QXD-9T2B``; what has groups already stays."""
    if "-" in code or len(code) > 24:
        return code
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def picture_of(rows: tuple[tuple[bool, ...], ...] | None) -> str:
    """A square code as a ``data:`` address; without the light edge, which the page leaves around it."""
    if not rows:
        return ""
    picture = QImage(len(rows[0]), len(rows), QImage.Format.Format_RGB32)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            picture.setPixel(x, y, 0xFF000000 if dark else 0xFFFFFFFF)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide6's stubs want bytes, PySide6 itself a text
    return "data:image/png;base64," + base64.b64encode(buffer.data().data()).decode()
