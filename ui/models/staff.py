"""Who serves at this desk, and what waits to reach the centre: the bar under the header."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import OperatorView, QueueBadge
from ui.models.facts import TONES
from ui.models.words import say
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the application")
class StaffModel(QObject):
    """Empty texts stand for "nobody" and for "no queue"."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._operator: OperatorView | None = None
        self._badge: QueueBadge | None = None
        self._language: Language = "zh"

    def show(self, operator: OperatorView | None, badge: QueueBadge | None, language: Language) -> None:
        self._operator, self._badge, self._language = operator, badge, language
        self.changed.emit()

    @Property(bool, notify=changed)
    def present(self) -> bool:
        """Somebody is signed in."""
        return self._operator is not None

    @Property(str, notify=changed)
    def name(self) -> str:
        return self._operator.name if self._operator else ""

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._operator.number if self._operator else ""

    @Property(str, notify=changed)
    def role(self) -> str:
        return say(self._operator.role if self._operator else None, self._language)

    @Property(str, notify=changed)
    def since(self) -> str:
        return self._operator.since if self._operator else ""

    @Property(bool, notify=changed)
    def hasQueue(self) -> bool:  # noqa: N802 - Qt's way to write names, seen from QML
        """There is a queue to look at."""
        return self._badge is not None

    @Property(bool, notify=changed)
    def records(self) -> bool:
        """Something can be taken in: there is a queue, and it is not the store itself that is broken."""
        badge = self._badge
        return badge is not None and (badge.tone != "bad" or badge.waiting + badge.people > 0)

    @Property(str, notify=changed)
    def queueText(self) -> str:  # noqa: N802
        return say(self._badge.text if self._badge else None, self._language)

    @Property(str, notify=changed)
    def queueTone(self) -> str:  # noqa: N802
        return self._badge.tone if self._badge and self._badge.tone in TONES else "plain"

    @Property(int, notify=changed)
    def waiting(self) -> int:
        return self._badge.waiting if self._badge else 0

    @Property(int, notify=changed)
    def people(self) -> int:
        """How many entries need a person."""
        return self._badge.people if self._badge else 0
