"""Looking into a window: its items, its words, what a screen reader hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QDeadlineTimer, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QSignalSpy, QTest

from ui.models.rows import RowsModel
from ui.window import CounterWindow

WORDY = frozenset({"QString", "QVariant", "QStringList", "QVariantList", "QVariantMap", "QJSValue"})
"""Types of properties that can hold words."""

_properties: dict[tuple[str, int], tuple[str, ...]] = {}


def ask(item: QQuickItem, expression: str) -> object:
    """What a QML expression gives on this item, for types that Python has no converter for."""
    context = qmlContext(item)
    assert context is not None
    value = QQmlExpression(context, item, expression).evaluate()
    return value[0] if isinstance(value, tuple) else value


def plain(name: object) -> str:
    """A name of Qt, which comes as bytes or as text."""
    return name.decode() if isinstance(name, bytes) else str(name)


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    """Every item of the scene, the root first."""
    yield root
    for child in root.childItems():
        yield from items(child)


def root_of(window: CounterWindow) -> QQuickItem:
    root = window.view.rootObject()
    assert isinstance(root, QQuickItem)
    return root


def objects(root: QObject) -> Iterator[QObject]:
    """Every object that hangs on ``root``, as a child or in the scene, each once."""
    seen: dict[int, QObject] = {}  # holds them: the id of a wrapper that went would be given to the next one
    waiting: list[QObject] = [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        yield thing
        waiting.extend(thing.children())
        if isinstance(thing, QQuickItem):
            waiting.extend(thing.childItems())


def words_inside(thing: QObject) -> Iterator[str]:
    """Every value that an object can be asked for, in words."""
    for name in _wordy(thing):
        yield str(thing.property(name))
    if isinstance(thing, RowsModel):
        yield repr(thing.rows)


def _wordy(thing: QObject) -> tuple[str, ...]:
    """Names of the properties that can hold words; looked up once a type, which costs more than to read them."""
    meta = thing.metaObject()
    key = (meta.className(), meta.propertyCount())
    if key not in _properties:
        entries = [meta.property(number) for number in range(meta.propertyCount())]
        wordy = [entry for entry in entries if entry.isReadable() and plain(entry.typeName()) in WORDY]
        _properties[key] = tuple(plain(entry.name()) for entry in wordy)
    return _properties[key]


def everything_said(window: CounterWindow) -> str:
    """All words of the window: properties of every object, rows of every model, and the accessibility tree."""
    parts = [
        word for root in (root_of(window), window.model) for thing in objects(root) for word in words_inside(thing)
    ]
    parts.extend(name + " " + more for name, more in spoken(window))
    return "\n".join(parts)


def spoken(window: CounterWindow) -> Iterator[tuple[str, str]]:
    """Name and description of everything in the accessibility tree."""
    for node in interfaces(window):
        yield node.text(QAccessible.Text.Name), node.text(QAccessible.Text.Description)


def interfaces(window: CounterWindow) -> Iterator[QAccessibleInterface]:
    top = QAccessible.queryAccessibleInterface(window.view)
    waiting = [top] if top is not None else []
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(
            child
            for number in range(node.childCount())
            if (child := node.child(number)) is not None and child.isValid()
        )


def shown_texts(window: CounterWindow) -> list[QQuickItem]:
    """Text items that can be seen."""
    return [item for item in items(root_of(window)) if item.isVisible() and item.inherits("QQuickText")]


def named(window: CounterWindow, name: str) -> QQuickItem:
    """The one visible item with this objectName."""
    found = [item for item in items(root_of(window)) if item.objectName() == name and item.isVisible()]
    assert len(found) == 1, f"{name}: {len(found)} items"
    return found[0]


def has(window: CounterWindow, name: str) -> bool:
    return any(item.objectName() == name and item.isVisible() for item in items(root_of(window)))


def text_of(window: CounterWindow, name: str) -> str:
    return str(named(window, name).property("text"))


def centre_of(item: QQuickItem) -> QPoint:
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()


def drawn(window: CounterWindow, limit_ms: int = 10_000) -> None:
    """Until one more frame was drawn: layouts give their items their places just before a frame, not when asked."""
    frames = QSignalSpy(window.view.frameSwapped)
    window.view.update()
    deadline = QDeadlineTimer(limit_ms)
    while not frames.count():
        assert not deadline.hasExpired(), f"page {window.page} is not drawn"
        window.settle()


def click(window: CounterWindow, item: QQuickItem) -> None:
    drawn(window)
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre_of(item))
    window.settle()


def wait_for(window: CounterWindow, condition: Callable[[], bool], limit_ms: int = 10_000) -> None:
    """Until ``condition`` holds; generous, because machines are busy."""
    deadline = QDeadlineTimer(limit_ms)
    while not condition():
        assert not deadline.hasExpired(), f"still on page {window.page}"
        window.settle()
    window.settle()
