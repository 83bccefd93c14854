"""The plain account (明白账) as lists: years, categories, payments."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from terminal.text import Language
from terminal.views import DeskPort, SubsidyView
from ui.models.rows import RowsModel
from ui.models.subsidy_rows import (
    NO_TOTAL,
    CategoryRow,
    LineRow,
    YearRow,
    category_rows,
    line_rows,
    selection_total,
    year_rows,
)
from ui.models.words import money
from ui.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Ssc.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the application")
class SubsidyModel(QObject):
    """What has been paid to one holder. Choosing and revealing are asked of the desk, which answers with a new view."""

    changed = Signal()
    unfoldedChanged = Signal()  # noqa: N815 - Qt's way to write names, seen from QML

    def __init__(self, desk: DeskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view: SubsidyView | None = None
        self._total = NO_TOTAL
        self._unfolded = ""
        self._years = RowsModel(YearRow, self)
        self._categories = RowsModel(CategoryRow, self)
        self._lines = RowsModel(LineRow, self)

    def show(self, view: SubsidyView | None, language: Language) -> None:
        self._view = view
        self._total = selection_total(view)
        self._years.replace(year_rows(view, language))
        self._categories.replace(category_rows(view, language))
        self._lines.replace(line_rows(view, language))
        if self._unfolded and (view is None or all(line.payment_id != self._unfolded for line in view.lines)):
            self._unfold("")
        self.changed.emit()

    @Slot(str)
    def chooseYear(self, year: str) -> None:  # noqa: N802 - Qt's way to write names, seen from QML
        """:param year: such as ``2025``, or empty for all years."""
        self._desk.send("year", year)

    @Slot(str)
    def chooseCategory(self, category: str) -> None:  # noqa: N802
        """Show this category alone; the chosen one again shows all."""
        chosen = self._view.category if self._view else None
        self._desk.send("category", "" if category == chosen else category)

    @Slot(str)
    def open(self, payment_id: str) -> None:
        """Unfold a line, or fold it again; of a hidden one, first ask for its name."""
        line = next((line for line in self._view.lines if line.payment_id == payment_id), None) if self._view else None
        if line is None:
            return
        if line.hidden:
            self._desk.send("reveal", payment_id)
        else:
            self._unfold("" if self._unfolded == payment_id else payment_id)

    def _unfold(self, payment_id: str) -> None:
        if payment_id != self._unfolded:
            self._unfolded = payment_id
            self.unfoldedChanged.emit()

    @Property(str, notify=unfoldedChanged)
    def unfolded(self) -> str:
        return self._unfolded

    @Property(RowsModel, constant=True)
    def years(self) -> RowsModel:
        return self._years

    @Property(RowsModel, constant=True)
    def categories(self) -> RowsModel:
        return self._categories

    @Property(RowsModel, constant=True)
    def lines(self) -> RowsModel:
        return self._lines

    @Property(str, notify=changed)
    def asOf(self) -> str:  # noqa: N802
        return self._view.as_of if self._view else ""

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        """Nothing was ever paid or planned in the years shown."""
        return self._view is not None and not any(year.categories for year in self._view.years)

    @Property(str, notify=changed)
    def selectedYear(self) -> str:  # noqa: N802
        return str(self._view.selected) if self._view and self._view.selected is not None else ""

    @Property(str, notify=changed)
    def selectedCategory(self) -> str:  # noqa: N802
        return (self._view.category or "") if self._view else ""

    @Property(str, notify=changed)
    def paid(self) -> str:
        return money(self._total.paid) if self._view else ""

    @Property(int, notify=changed)
    def paidCount(self) -> int:  # noqa: N802
        return self._total.paid_count

    @Property(str, notify=changed)
    def returned(self) -> str:
        return money(self._total.returned) if self._view else ""

    @Property(int, notify=changed)
    def returnedCount(self) -> int:  # noqa: N802
        return self._total.returned_count

    @Property(str, notify=changed)
    def pending(self) -> str:
        return money(self._total.pending) if self._view else ""

    @Property(int, notify=changed)
    def pendingCount(self) -> int:  # noqa: N802
        return self._total.pending_count
