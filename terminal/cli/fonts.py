"""The check of fonts that stands on the screens' own eyes: whether what is written can be drawn."""

from __future__ import annotations

import os

from terminal.errors import TerminalError, TerminalFault
from terminal.text import Text

_NAME = Text("思源黑体", "Noto Sans SC")


def check_fonts() -> Text:
    """The bundled font, without which no application of Qt comes up (U101), has every character that faults and
    services are written with.

    Needs an application of Qt: without one Qt ends the process.

    :raises TerminalError: ``GLYPHS_MISSING``.
    :raises ui.errors.UiError: ``LIBRARY_MISSING``: no screen can be shown on this machine.
    """
    from terminal.fault_table import TABLE  # noqa: PLC0415 - slow
    from ui.fonts import missing_glyphs  # noqa: PLC0415

    missing = missing_glyphs("".join(entry.message.zh + entry.remedy.zh for entry in TABLE.values()))
    if missing:
        raise TerminalError(TerminalFault.GLYPHS_MISSING, characters="".join(missing[:10]))
    return _NAME


def check_fonts_off_screen() -> Text:
    """The same where nothing is to be shown and there may be no display. On the main thread, once.

    :raises TerminalError: as :func:`check_fonts`. :raises ui.errors.UiError: and ``NO_FONT``.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.app import application  # noqa: PLC0415 - slow

    application()
    return check_fonts()
