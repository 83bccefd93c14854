"""Line icons for QML, drawn as pictures: ``image://icon/NAME/RRGGBB/STROKE``.

Not drawn with QtQuick.Shapes: on the software renderer its nodes escape the clip of a list when wholly outside of it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

# Paths on a grid of 24.
PATHS: Final = {
    "check": "M5 12.5 L10 17.5 L19.5 7",
    "alert": "M12 4.5 L12 14 M12 18.6 L12 19",
    "clock": "M12 3 A9 9 0 1 1 11.99 3 Z M12 7.5 L12 12.5 L15.5 14.5",
    "arrow": "M4.5 12 L19 12 M13 6 L19 12 L13 18",
    "back": "M19.5 12 L5 12 M11 6 L5 12 L11 18",
    "dot": "M12 11.5 A0.5 0.5 0 1 1 11.99 11.5 Z",
    "card": "M4.5 5.5 L19.5 5.5 A1.5 1.5 0 0 1 21 7 L21 17 A1.5 1.5 0 0 1 19.5 18.5 L4.5 18.5 A1.5 1.5 0 0 1 3 17 L3 7"
    " A1.5 1.5 0 0 1 4.5 5.5 Z M3 10 L21 10 M6.5 14.5 L10.5 14.5",
    "eye": "M2.5 12 C6.5 5 17.5 5 21.5 12 C17.5 19 6.5 19 2.5 12 Z M12 9.2 A2.8 2.8 0 1 1 11.99 9.2 Z",
    "down": "M6 9 L12 15.5 L18 9",
    "up": "M6 15.5 L12 9 L18 15.5",
    "erase": "M8.5 5.5 L20.5 5.5 L20.5 18.5 L8.5 18.5 L2.5 12 Z M11.5 9 L17 15 M17 9 L11.5 15",
    "pulse": "M2.5 12.5 L7.5 12.5 L10 6 L14 18 L16.5 12.5 L21.5 12.5",
    "globe": "M12 3 A9 9 0 1 1 11.99 3 Z M3.2 12 L20.8 12 M12 3 C7.5 8 7.5 16 12 21 C16.5 16 16.5 8 12 3",
    "retry": "M18.5 7.5 A8 8 0 1 0 20 12 M19.5 3 L19.5 8 L14.5 8",
    "shield": "M12 3 L19.5 5.8 L19.5 11.5 C19.5 16 16.3 19.4 12 21 C7.7 19.4 4.5 16 4.5 11.5 L4.5 5.8 Z",
    "lock": "M6.5 11 L17.5 11 A1 1 0 0 1 18.5 12 L18.5 19 A1 1 0 0 1 17.5 20 L6.5 20 A1 1 0 0 1 5.5 19 L5.5 12"
    " A1 1 0 0 1 6.5 11 Z M8.5 11 L8.5 7.5 A3.5 3.5 0 0 1 15.5 7.5 L15.5 11",
    "person": "M12 4 A4 4 0 1 1 11.99 4 Z M4.5 20 C5.5 14.3 18.5 14.3 19.5 20",
    "pair": "M9 4.5 A3.5 3.5 0 1 1 8.99 4.5 Z M2.5 19.5 C3.5 14.2 14.5 14.2 15.5 19.5 M15.5 4.8"
    " A3.4 3.4 0 0 1 15.5 11.2 M17.8 15.2 C19.8 15.8 21 17.2 21.5 19.5",
    "leave": "M10 4.5 L5 4.5 L5 19.5 L10 19.5 M10 12 L20 12 M15.5 7.5 L20 12 L15.5 16.5",
    "upload": "M12 16 L12 5 M7 9.5 L12 4.5 L17 9.5 M4.5 15.5 L4.5 19.5 L19.5 19.5 L19.5 15.5",
    "print": "M7 8.5 L7 4 L17 4 L17 8.5 M7 16.5 L4 16.5 L4 8.5 L20 8.5 L20 16.5 L17 16.5 M7 13.5 L17 13.5 L17 20"
    " L7 20 Z",
    "day": "M12 8 A4 4 0 1 1 11.99 8 Z M12 2.5 L12 4.5 M12 19.5 L12 21.5 M2.5 12 L4.5 12 M19.5 12 L21.5 12"
    " M5.3 5.3 L6.7 6.7 M17.3 17.3 L18.7 18.7 M5.3 18.7 L6.7 17.3 M17.3 6.7 L18.7 5.3",
    "list": "M9 6 L20 6 M9 12 L20 12 M9 18 L20 18 M4.5 6 L5 6 M4.5 12 L5 12 M4.5 18 L5 18",
}

_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{path}" fill="none" stroke="#{color}"'
    ' stroke-width="{stroke}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
_USUAL: Final = 24


class Icons(QQuickImageProvider):
    """Serves ``image://icon/…``."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, request: str, size: QSize, wanted: QSize) -> QImage:  # noqa: N802 - Qt's name
        """:param request: name, colour and stroke; a name that is not there gives an empty picture and a warning."""
        name, color, stroke = (*request.split("/"), "000000", "2")[:3]
        picture = QImage(
            max(1, wanted.width() if wanted.width() > 0 else _USUAL),
            max(1, wanted.height() if wanted.height() > 0 else _USUAL),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        if name not in PATHS:
            return QImage()
        picture.fill(Qt.GlobalColor.transparent)
        drawing = _SVG.format(path=PATHS[name], color=color, stroke=stroke)
        painter = QPainter(picture)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(picture.rect()))
        painter.end()
        return picture
