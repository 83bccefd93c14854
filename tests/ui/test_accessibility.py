"""Keyboard and screen reader reach everything, and say what it is."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem

from tests.ui.conftest import Open
from tests.ui.scenes import SCENES, Scene
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import interfaces, items, root_of
from ui.window import CounterWindow


def opened(scene: Scene, open_window: Open) -> CounterWindow:
    desk = ScriptedDesk(scene.view)
    window = open_window(desk)
    for step in scene.prepare:
        step(desk, window)
    window.settle()
    return window


def reached_by_tab(window: CounterWindow, limit: int = 60) -> list[QQuickItem]:
    reached: list[QQuickItem] = []
    for _ in range(limit):
        window.press("Tab")
        item = window.view.activeFocusItem()
        if item is None or item in reached:
            break
        reached.append(item)
    return reached


def wants_focus(item: QQuickItem) -> bool:
    return item.isVisible() and item.isEnabled() and item.activeFocusOnTab()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_everything_that_takes_the_focus_has_a_name(scene: Scene, open_window: Open) -> None:
    window = opened(scene, open_window)
    found = 0
    for node in interfaces(window):
        state = node.state()
        if state.focusable and not state.invisible and node.role() is not QAccessible.Role.Client:
            assert node.text(QAccessible.Text.Name).strip(), (scene.name, node.role())
            found += 1
    assert found >= 2  # at least health and language


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_tab_reaches_everything_that_takes_the_focus(scene: Scene, open_window: Open) -> None:
    window = opened(scene, open_window)
    wanted = {
        item.objectName() or item.metaObject().className() for item in items(root_of(window)) if wants_focus(item)
    }
    reached = {item.objectName() or item.metaObject().className() for item in reached_by_tab(window)}
    # the focused row stands for its list
    assert {name for name in wanted if name not in reached and name not in {"lines", "checks", "queueLines"}} == set()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_buttons_are_large_enough(scene: Scene, open_window: Open) -> None:
    window = opened(scene, open_window)
    for item in items(root_of(window)):
        if item.inherits("QQuickAbstractButton") and item.isVisible() and item.isEnabled():
            assert item.height() >= 44, item.objectName()
            assert item.width() >= 44, item.objectName()


def test_a_screen_reader_hears_a_fault_and_its_remedy(open_window: Open) -> None:
    scene = next(scene for scene in SCENES if scene.name == "holder-partly")
    window = opened(scene, open_window)
    alerts = [n.text(QAccessible.Text.Name) for n in interfaces(window) if n.role() is QAccessible.Role.AlertMessage]
    assert any("C304" in words and "再试一次" in words for words in alerts)
