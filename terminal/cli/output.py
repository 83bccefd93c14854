"""What a command says: to people in their language, to scripts as one JSON document."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from enum import Enum
from typing import Any

import msgspec

from terminal import faults
from terminal.errors import TerminalError, TerminalFault
from terminal.text import Language, Text
from terminal.views import FaultView


class _Closed(io.TextIOBase):
    """Stands where there is no stream: the process was started without one."""

    def write(self, _text: str) -> int:
        raise OSError("closed")


class Output:
    """Standard output and error of one command.

    With JSON, standard output carries exactly one document, whatever happens: the first one counts.
    """

    def __init__(self, *, as_json: bool, language: Language, quiet: bool = False) -> None:
        self.as_json = as_json
        self.language: Language = language
        self.quiet = quiet
        self._said = False
        self._lost = False

    def _write(self, text: str) -> None:
        """:raises TerminalError: ``OUTPUT_LOST`` when standard output is closed or its disk full."""
        try:
            (sys.stdout or _Closed()).write(text)
            (sys.stdout or _Closed()).flush()
        except BrokenPipeError:
            raise  # who reads has enough
        except OSError as cause:
            self._lost = True
            if sys.stdout is not None:
                # What is still held back must not be tried, and complained of, once more at the end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise TerminalError(TerminalFault.OUTPUT_LOST, type(cause).__name__) from cause

    def document(self, value: object) -> None:
        """The one JSON document; nothing without ``--json``."""
        if self.as_json and not self._said:
            text = json.dumps(self.plain(value), ensure_ascii=False, indent=2)
            self._said = True
            self._write(text + "\n")

    def line(self, text: str | Text = "") -> None:
        """A line for people; nothing with ``--json``."""
        if not self.as_json:
            self._write((text.say(self.language) if isinstance(text, Text) else text) + "\n")

    def aside(self, text: Text) -> None:
        """A word on what is going on, to standard error, unless ``--quiet``."""
        if not self.quiet:
            sys.stderr.write(text.say(self.language) + "\n")
            sys.stderr.flush()

    def facts(self, rows: Iterable[tuple[Text, str | Text | None]]) -> None:
        """Two columns for people."""
        for label, value in rows:
            shown = value.say(self.language) if isinstance(value, Text) else value
            self.line(f"{label.say(self.language)}: {'–' if shown is None else shown}")

    def fault_document(self, error: BaseException) -> dict[str, object]:
        """Code, sentence and remedy, and for a PIN the tries left."""
        said = faults.explained(error)
        document = self.fault_plain(said.view)
        if said.tries_left is not None:
            document["tries_left"] = said.tries_left
        return document

    def fault_plain(self, view: FaultView) -> dict[str, object]:
        remedy = faults.typed(view).say(self.language)
        return {"code": view.code, "message": view.message.say(self.language), "remedy": remedy}

    def fail(self, error: BaseException) -> int:
        """Say a fault and give the exit code."""
        document = self.fault_document(error)
        if not self._lost:
            with suppress(TerminalError):
                self.document({"fault": document})
        if self._lost or not self.as_json:
            self._tell(document)
        return faults.exit_code(error)

    def beside(self, error: BaseException) -> dict[str, object]:
        """Say a fault that takes nothing away from what was done; give it for the document."""
        document = self.fault_document(error)
        if not self.as_json:
            self._tell(document)
        return document

    @staticmethod
    def _tell(fault: dict[str, object]) -> None:
        if sys.stderr is not None:
            sys.stderr.write(f"{fault['code']} {fault['message']}\n{fault['remedy']}\n")

    def plain(self, value: Any) -> Any:  # noqa: ANN401 - any value of ours goes in, any JSON value comes out
        """A value of ours as JSON has it: dates in ISO 8601, texts in the language chosen, enums by value."""
        if isinstance(value, Text):
            return value.say(self.language)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: self.plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        if isinstance(value, msgspec.Struct):
            return self.plain(msgspec.structs.asdict(value))
        if isinstance(value, dict):
            return {str(key): self.plain(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(each) for each in value]
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, date):
            return value.isoformat()
        return value
