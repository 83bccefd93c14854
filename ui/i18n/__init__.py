"""The second language of the screens: Chinese stands in the QML itself, English in ``en.ts``.

``python -m ui.i18n`` gathers new sentences into ``en.ts`` and compiles ``en.qm``; both are committed, and a test proves
that nothing is missing and that the compiled file is fresh.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QTranslator

from terminal.text import Language

FOLDER = Path(__file__).parent
SOURCE_FILE = FOLDER / "en.ts"
COMPILED_FILE = FOLDER / "en.qm"


class Translations:
    """Switches the sentences of QML. Chinese needs no file. ``ready`` is false when the English file is damaged."""

    def __init__(self) -> None:
        self._english = QTranslator()
        self.ready: Final = self._english.load(str(COMPILED_FILE))
        self._installed = False

    def speak(self, language: Language) -> None:
        """Use this language from now on; the caller has the engine translate again."""
        wanted = language == "en"
        if wanted and not self._installed:
            QCoreApplication.installTranslator(self._english)
        elif not wanted and self._installed:
            QCoreApplication.removeTranslator(self._english)
        self._installed = wanted
