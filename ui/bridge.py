"""From the desk's threads to the screen's thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot

from terminal.views import DeskPort, DeskView
from ui.models.desk import DeskModel


class DeskBridge(QObject):
    """Hands every view of the desk to the view-model, each one, in order, on the thread that owns the model.

    Views are not skipped: a "nobody is here" between two holders must be seen by every model.
    """

    _arrived = Signal(object)

    def __init__(self, desk: DeskPort, model: DeskModel) -> None:
        super().__init__()
        self._model = model
        self._lock = threading.Lock()
        self._open = True
        self._arrived.connect(self._apply, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = desk.subscribe(self._publish)
        model.apply(desk.view)  # what happened between the model's making and the subscription

    def _publish(self, view: DeskView) -> None:
        """Called by the desk, on any thread."""
        with self._lock:
            if self._open:
                self._arrived.emit(view)

    @Slot(object)
    def _apply(self, view: DeskView) -> None:
        if self._open:
            self._model.apply(view)

    def close(self) -> None:
        """No view passes after this; call it before the model goes."""
        self._unsubscribe()
        with self._lock:
            self._open = False
