"""The card tray of a demonstration: which made-up card lies in the reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.rows import RowsModel
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True)
class TrayRow:
    """One card that can be put in."""

    key: str
    title: str
    note: str


@QmlElement
@QmlUncreatable("made by the application")
class TrayModel(QObject):
    """Cards, and the one in the reader.

    :param insert: puts the card with this key in; may block until the reader has seen it, so it runs elsewhere.
    :param eject: pulls the card.
    :param pin: of all these made-up cards, told to whoever plays. :param staff: who can sign in, and with what.
    """

    changed = Signal()

    def __init__(
        self, rows: Sequence[TrayRow], insert: Callable[[str], None], eject: Callable[[], None], pin: str, staff: str
    ) -> None:
        super().__init__()
        self._pin, self._staff = pin, staff
        self._insert, self._eject = insert, eject
        self._inside = ""
        self._cards = RowsModel(TrayRow, self)
        self._cards.replace(rows)
        # One hand: cards go in and out in the order of the clicks.
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="demo-tray")

    @Slot(str)
    def put(self, key: str) -> None:
        """Put this card in; the one that is in is pulled first. The same card again pulls it."""
        if key == self._inside:
            self.take()
            return
        self._hand.submit(self._insert, key)
        self._now(key)

    @Slot()
    def take(self) -> None:
        """Pull the card."""
        self._hand.submit(self._eject)
        self._now("")

    def close(self) -> None:
        """Wait for the hand to finish."""
        self._hand.shutdown(wait=True, cancel_futures=True)

    def _now(self, key: str) -> None:
        self._inside = key
        self.changed.emit()

    @Property(str, notify=changed)
    def inside(self) -> str:
        """Key of the card in the reader, or empty."""
        return self._inside

    @Property(str, constant=True)
    def pin(self) -> str:
        return self._pin

    @Property(str, constant=True)
    def staff(self) -> str:
        return self._staff

    @Property(RowsModel, constant=True)
    def cards(self) -> RowsModel:
        return self._cards
