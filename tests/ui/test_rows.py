"""The list model behind every list."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.models.rows import RowsModel


@dataclass(frozen=True)
class Fruit:
    name: str
    weight: int = 0


@pytest.fixture
def model(qtbot: QtBot) -> RowsModel:
    owner = QObject()
    rows = RowsModel(Fruit, owner)
    rows.owner = owner  # type: ignore[attr-defined]  # lives as long as the model
    return rows


def test_roles_are_the_fields_of_the_row(model: RowsModel) -> None:
    assert sorted(bytes(name.data()).decode() for name in model.roleNames().values()) == ["name", "weight"]


def test_values_are_read_by_role(model: RowsModel) -> None:
    model.replace([Fruit("pear", 5)])
    by_name = {bytes(name.data()).decode(): role for role, name in model.roleNames().items()}
    assert model.data(model.index(0), by_name["weight"]) == 5
    assert model.data(model.index(0), 1) is None
    assert model.data(model.index(7), by_name["weight"]) is None


def test_the_same_identities_keep_the_list_and_announce_what_differs(model: RowsModel, qtbot: QtBot) -> None:
    model.replace([Fruit("pear", 5), Fruit("plum", 2)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.replace([Fruit("pear", 5), Fruit("plum", 3)])
    assert changed.args is not None
    assert changed.args[0].row() == 1


def test_other_identities_start_the_list_afresh(model: RowsModel, qtbot: QtBot) -> None:
    model.replace([Fruit("pear")])
    with qtbot.waitSignal(model.modelReset), qtbot.waitSignal(model.countChanged):
        model.replace([])
    assert model.count == 0


def test_rows_of_another_kind_are_refused(model: RowsModel) -> None:
    with pytest.raises(TypeError):
        model.replace(["pear"])
