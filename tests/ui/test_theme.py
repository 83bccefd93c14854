"""Colours that can be read."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from ui.window import QML


@pytest.fixture(scope="module")
def theme(qapp: QGuiApplication) -> QObject:
    engine = QQmlEngine()
    engine.addImportPath(str(QML))
    component = QQmlComponent(engine)
    component.setData(b"import QtQml\nimport Ssc.Theme\nQtObject { property var theme: Theme }", QUrl())
    holder = component.create()
    assert holder is not None, component.errorString()
    found = holder.property("theme")
    assert isinstance(found, QObject)
    found.keep = (engine, component, holder)  # type: ignore[attr-defined]  # live as long as the singleton
    return found


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2.1."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *itertools.product(("ink", "inkSoft", "accent"), ("surface", "ground", "accentSoft")),
    *itertools.product(("ink", "inkSoft", "warning"), ("warningSoft", "mutedSoft")),
    *itertools.product(("good", "warning", "bad", "muted"), ("surface", "ground")),
    *((tone, tone + "Soft") for tone in ("good", "warning", "bad", "muted")),
    ("ink", "badSoft"),
    ("ink", "goodSoft"),
    ("muted", "sunken"),
    ("inkOnAccent", "accent"),
    ("inkOnAccent", "accentHover"),
    ("inkOnAccent", "accentDown"),
    ("inkOnAccent", "header"),
    ("inkOnAccent", "headerHover"),
    ("headerSoft", "header"),
    ("ribbonInk", "ribbon"),
]


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme: QObject, ink: str, ground: str) -> None:
    assert contrast(QColor(theme.property(ink)), QColor(theme.property(ground))) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), [("accent", "surface"), ("accent", "ground"), ("lineStrong", "surface")])
def test_edges_of_controls_and_the_focus_stand_out(theme: QObject, edge: str, ground: str) -> None:
    assert contrast(QColor(theme.property(edge)), QColor(theme.property(ground))) >= 3
