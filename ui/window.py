"""The counter window: view-models, QML engine and translations, built and torn down in the right order."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickView, QQuickWindow

from terminal.text import Language
from terminal.views import DeskPort
from ui.bridge import DeskBridge
from ui.errors import UiError, UiFault
from ui.i18n import Translations
from ui.icons import Icons
from ui.models.desk import DeskModel
from ui.models.holder import SHOW_MS
from ui.rest import Rest

_log = logging.getLogger(__name__)

QML: Final = Path(__file__).parent / "qml"
USUAL: Final = QSize(1280, 800)
TOUCHES: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.Wheel}
)
TOUCH_SECONDS: Final = 1.0
SMALLEST: Final = QSize(1088, 680)


class CounterView(QQuickView):
    """The window itself. The first wish to close it during a visit ends that visit, so that no card is left behind."""

    closed = Signal()

    def __init__(self, model: DeskModel, rest: Rest, touched: Callable[[], None]) -> None:
        """:param touched: somebody is here; called at most once in :data:`TOUCH_SECONDS`."""
        super().__init__()
        self._model, self._rest = model, rest
        self._touched, self._told = touched, float("-inf")
        self._asked = False
        model.pageChanged.connect(self._new_page)

    def _new_page(self) -> None:
        if self._model.page == "notice":  # every visit begins with it, also where one card follows another at once
            self._asked = False

    def event(self, event: QEvent) -> bool:
        """Every key and every touch keeps the session open, also in what lies over the desk's own page."""
        if event.type() in TOUCHES and time.monotonic() - self._told >= TOUCH_SECONDS:
            self._told = time.monotonic()
            self._touched()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if self._rest.takes(event.key()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self._model.visitOpen and not self._asked:
            self._asked = True
            _log.info("close asked for during a visit: the visit ends first")
            self._model.endVisit()
            event.ignore()
            return
        event.accept()
        self.closed.emit()


class CounterWindow:
    """Made by :func:`create_window`; :meth:`close` takes it apart.

    ``model`` is the root view-model, ``view`` the Qt window, ``open`` false after :meth:`close`.
    """

    def __init__(self, desk: DeskPort, language: Language, show_ms: int, rest: Rest) -> None:
        self.model = DeskModel(desk, language, show_ms=show_ms)
        self._translations = Translations()
        self._translations.speak(language)
        self.view = CounterView(self.model, rest, desk.touch)
        self.view.setTitle("社会保障卡便民服务")
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.setMinimumSize(SMALLEST)
        self.view.resize(USUAL)
        self.view.engine().addImportPath(str(QML))
        self.view.engine().addImageProvider("icon", Icons())
        self.view.setInitialProperties({"desk": self.model})
        self.view.setSource(QUrl.fromLocalFile(str(QML / "Ssc" / "Counter" / "Main.qml")))
        if not self._translations.ready or self.view.status() is not QQuickView.Status.Ready:
            detail = "; ".join(error.toString() for error in self.view.errors())
            self._destroy()
            raise UiError(UiFault.SCREEN_BROKEN, detail or "translations")
        self.model.languageChanged.connect(self._retranslate)
        self._rest = rest
        self.model.pageChanged.connect(rest.begin)  # after the screen's own: the page stands when its rest begins
        self._bridge = DeskBridge(desk, self.model)
        self.open = True

    def _retranslate(self) -> None:
        self._translations.speak("en" if self.model.language == "en" else "zh")
        self.view.engine().retranslate()

    @property
    def page(self) -> str:
        """The page on the screen, such as ``holder``."""
        root = self.view.rootObject()
        return str(root.property("shownPage")) if isinstance(root, QQuickItem) else ""

    @property
    def rested(self) -> bool:
        """The page has been there for a moment: Enter and Space count."""
        return self._rest.over

    def show(self, *, full_screen: bool = False) -> None:
        if full_screen:
            self.view.showFullScreen()
        else:
            self.view.show()

    def press(self, key: str, *, repeats: int = 0) -> None:
        """Press and release a key, such as ``Return``, ``Tab``, ``F7`` or ``5``, as a keyboard would.

        :param repeats: how often the keyboard repeats it before it is let go.
        """
        self.settle()
        code, text = Qt.Key[f"Key_{key}"], key if len(key) == 1 else ""
        down, up = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
        strokes = [(down, False), *[(up, True), (down, True)] * repeats, (up, False)]
        for kind, repeated in strokes:
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text, repeated)
            QCoreApplication.sendEvent(self.view, event)
            self.settle()

    def type(self, text: str) -> None:
        """Type printable characters one by one, such as a password of the sandbox."""
        for character in text:
            code = ord(character.upper()) if character.isascii() else 0
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, character)
                QCoreApplication.sendEvent(self.view, event)
            self.settle()

    def settle(self) -> None:
        """Let everything that is queued arrive and be drawn: views of the desk, deletions, one frame."""
        for _ in range(3):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def grab(self, path: Path) -> None:
        """Write what is on the screen as a PNG."""
        self.settle()
        picture = self.view.grabWindow()
        path.parent.mkdir(parents=True, exist_ok=True)
        if picture.isNull() or not picture.save(str(path)):
            raise OSError(f"cannot write the picture {path.name}")

    def close(self) -> None:
        """No more views, then the window and its engine, and only then the view-models."""
        self.open = False
        self._bridge.close()
        self.model.languageChanged.disconnect(self._retranslate)
        self._destroy()
        self._translations.speak("zh")

    def _destroy(self) -> None:
        take_apart(self.view)
        _delete_now(self.model)


def take_apart(view: QQuickView) -> None:
    """End a view and its engine now, while the view-models that it shows are still there."""
    view.hide()
    view.setSource(QUrl())
    _delete_now(view)


def _delete_now(thing: QObject | QQuickWindow) -> None:
    thing.deleteLater()
    QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)


def create_window(
    desk: DeskPort, language: Language = "zh", *, show_ms: int = SHOW_MS, rest: Rest | None = None
) -> CounterWindow:
    """A counter window on ``desk``, not shown yet. A ``QGuiApplication`` with fonts must exist: see :mod:`ui.app`.

    :param show_ms: how long a held "show" lasts at most, in milliseconds.
    :param rest: how long, and by which clock, a new page takes no Enter.
    :raises UiError: ``SCREEN_BROKEN``.
    """
    if QGuiApplication.instance() is None:
        raise RuntimeError("create the application first: ui.app.application()")
    return CounterWindow(desk, language, show_ms, rest or Rest())
