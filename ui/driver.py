"""Works a window as a person does: keys, mouse, eyes. For the demo's scripted visit and for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

_SLICE_MS = 10
_TEXT_TYPES = frozenset({"QString", "QVariant", "QJSValue"})


class ScreenNeverCame(Exception):  # noqa: N818 - it says what happened
    """The screen did not become what was waited for.

    :param what: what was waited for.
    :param seen: the texts that stood there instead; masked as on the screen.
    """

    def __init__(self, what: str, seen: list[str]) -> None:
        super().__init__(f"waited for {what}; on the screen: {' | '.join(seen)[:800]}")


class ScreenDriver:
    """Hands and eyes for one window. Belongs to the thread that runs Qt."""

    def __init__(self, window: QQuickWindow, interrupted: Callable[[], bool] = lambda: False) -> None:
        """:param interrupted: whether somebody wants this to end; asked between two things, never within Qt."""
        self._window, self._interrupted = window, interrupted

    # --- eyes

    def texts(self) -> list[str]:
        """What a person can read now, from top to bottom of the item tree."""
        return [text for item in self._visible(self._window.contentItem()) if (text := _text(item))]

    def sees(self, text: str) -> bool:
        return any(text in one for one in self.texts())

    def everything(self) -> Iterator[str]:
        """Every string any object of the window holds, visible or not: what a leak check has to look through."""
        for thing in (self._window, *self._window.findChildren(QObject), *self._all(self._window.contentItem())):
            yield from _strings(thing)

    def item(self, path: str) -> QQuickItem | None:
        """The visible item with this ``objectName``; ``outer/inner`` names one within another."""
        found: QQuickItem | None = self._window.contentItem()
        for name in path.split("/"):
            if found is None:
                return None
            found = next((item for item in self._visible(found) if item.objectName() == name), None)
        return found

    def grab(self, path: Path) -> None:
        """Save what is on the screen as a picture."""
        self.settle()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self._window.grabWindow().save(str(path)):
            raise OSError(f"the picture could not be written: {path.name}")

    # --- hands

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._window, key, modifier)
        self.settle()

    def enter(self) -> None:
        """The Enter key."""
        self.key(Qt.Key.Key_Return)

    def text(self, text: str) -> None:
        """Type characters one key at a time, as a keyboard sends them."""
        for character in text:
            QTest.keyClick(self._window, character)  # type: ignore[call-overload]
        self.settle()

    def digits(self, digits: Iterable[int]) -> None:
        """Type digits one key at a time."""
        for digit in digits:
            self.key(Qt.Key(Qt.Key.Key_0.value + digit))

    def click(self, name: str) -> None:
        """Click the middle of a visible item.

        :raises ScreenNeverCame: no visible item has that name.
        """
        QTest.mouseClick(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self._middle(name))
        self.settle()

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Keep the mouse button down on an item."""
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(self._window, button, none, self._middle(name))
        self.settle()
        try:
            yield
        finally:
            QTest.mouseRelease(self._window, button, none, QPoint(2, 2))
            self.settle()

    # --- patience

    def settle(self) -> None:
        """Let everything that is due happen: events, deferred deletions, one frame.

        :raises KeyboardInterrupt: somebody wants this to end.
        """
        if self._interrupted():
            raise KeyboardInterrupt
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()

    def wait(self, what: str, condition: Callable[[], bool], limit: float = 60.0) -> None:
        """Run the event loop until ``condition`` holds.

        :param limit: seconds; generous, for a busy machine.
        :raises ScreenNeverCame: it never did.
        """
        end = time.monotonic() + limit
        while not condition():
            if self._interrupted():
                raise KeyboardInterrupt
            if time.monotonic() > end:
                raise ScreenNeverCame(what, self.texts())
            QTest.qWait(_SLICE_MS)
        self.settle()

    # --- within

    def _middle(self, name: str) -> QPoint:
        item = self.item(name)
        if item is None:
            raise ScreenNeverCame(f"an item named {name}", self.texts())
        return item.mapToScene(item.boundingRect().center()).toPoint()

    def _visible(self, item: QQuickItem) -> Iterator[QQuickItem]:
        if not item.isVisible() or item.opacity() == 0:
            return
        yield item
        for child in item.childItems():
            yield from self._visible(child)

    def _all(self, item: QQuickItem) -> Iterator[QQuickItem]:
        yield item
        for child in item.childItems():
            yield from self._all(child)


def _text(item: QQuickItem) -> str:
    value = item.property("text")
    return value if isinstance(value, str) else ""


def _strings(thing: QObject) -> Iterator[str]:
    meta = thing.metaObject()
    for index in range(meta.propertyCount()):
        one = meta.property(index)
        # Only texts and script values can hold a text; other types have no Python form and raise when read.
        if str(one.typeName()) in _TEXT_TYPES and isinstance(value := one.read(thing), str) and value:
            yield value
