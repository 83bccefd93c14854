"""What a screen reader hears. That everything has a name and is reached by Tab: see :mod:`tests.ui.test_scenes`."""

from __future__ import annotations

from PySide6.QtGui import QAccessible

from tests.ui.conftest import Open
from tests.ui.scenes import SCENES
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import interfaces


def test_a_screen_reader_hears_a_fault_and_its_remedy(open_window: Open) -> None:
    scene = next(scene for scene in SCENES if scene.name == "holder-partly")
    window = open_window(ScriptedDesk(scene.view))
    alerts = [n.text(QAccessible.Text.Name) for n in interfaces(window) if n.role() is QAccessible.Role.AlertMessage]
    assert any("C304" in words and "再试一次" in words for words in alerts)
