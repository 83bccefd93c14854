"""One list model for every list on the screen: frozen rows in, roles named after their fields out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtQml import QmlElement

from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_FIRST_ROLE = Qt.ItemDataRole.UserRole.value + 1


@QmlElement
@QmlUncreatable("made by the application")
class RowsModel(QAbstractListModel):
    """Rows of one frozen dataclass; its first field is the row's identity.

    When the identities stay the same, only the rows that differ are announced: the list keeps its place, its focus and
    what is unfolded. Otherwise the list starts afresh.
    """

    countChanged = Signal()  # noqa: N815 - Qt's way to write names, seen from QML

    def __init__(self, row_type: type, parent: QObject) -> None:
        super().__init__(parent)
        self._row_type = row_type
        self._names = [field.name for field in fields(row_type)]
        self._rows: tuple[object, ...] = ()

    @property
    def rows(self) -> tuple[object, ...]:
        return self._rows

    @Property(int, notify=countChanged)
    def count(self) -> int:
        return len(self._rows)

    def replace(self, rows: Sequence[object]) -> None:
        """Show these rows from now on."""
        new, old = tuple(rows), self._rows
        if not all(isinstance(row, self._row_type) for row in new):
            raise TypeError(f"rows of {self._row_type.__name__} expected")
        if new == old:
            return
        if self._same_identities(old, new):
            self._rows = new
            for number, (before, after) in enumerate(zip(old, new, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()
        self.countChanged.emit()

    def _same_identities(self, old: Sequence[object], new: Sequence[object]) -> bool:
        key = self._names[0]
        return [getattr(row, key) for row in old] == [getattr(row, key) for row in new]

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        return {_FIRST_ROLE + number: QByteArray(name.encode()) for number, name in enumerate(self._names)}

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole.value) -> Any:  # noqa: ANN401 - Qt's variant
        number = role - _FIRST_ROLE
        if not 0 <= index.row() < len(self._rows) or not 0 <= number < len(self._names):
            return None
        return getattr(self._rows[index.row()], self._names[number])
