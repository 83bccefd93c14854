"""The tray's window, beside the counter's. Only a demonstration has one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtQuick import QQuickView

from ui.models.tray import TrayModel
from ui.window import QML, take_apart


class TrayWindow:
    """Shows a :class:`TrayModel`; :meth:`close` takes it apart."""

    def __init__(self, model: TrayModel, beside: QQuickView) -> None:
        self.view = QQuickView()
        self.view.setTitle("演示读卡器 · Demo reader")
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.engine().addImportPath(str(QML))
        self.view.setInitialProperties({"tray": model})
        self.view.setSource(QUrl.fromLocalFile(str(QML / "Ssc" / "Demo" / "Tray.qml")))
        self.view.setPosition(_within_screen(beside, self.view.width()))
        self.view.show()

    def close(self) -> None:
        """The window and its engine end before the model does."""
        take_apart(self.view)


def _within_screen(beside: QQuickView, width: int) -> QPoint:
    """To the right of the counter's window; over its edge where the screen ends there."""
    place, screen = beside.frameGeometry(), beside.screen().availableGeometry()
    return QPoint(max(screen.left(), min(place.right() + 8, screen.right() - width)), place.top())
