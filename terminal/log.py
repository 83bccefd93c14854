"""Log lines as JSON, with redaction before anything is written.

Three nets, one behind the other: code logs only what it needs; extra fields pass an allow-list; the finished line is
scrubbed of whatever looks like an account, a citizen number, a token or a key. The text of an exception that is not
ours is never written, because libraries put their arguments into it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from terminal.errors import TerminalError, TerminalFault

FIELDS = frozenset({"fault", "reader", "service", "step", "stage", "route", "seconds", "field", "pid", "count"})
"""Names of extra fields that may be written. Everything else is dropped."""

_SCRUBS = (
    (re.compile(r"(?<![0-9])[0-9][0-9 -]{10,22}[0-9Xx](?![0-9])"), "[number]"),
    (re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{24,}(?![0-9A-Za-z])"), "[hex]"),
    (re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{32,}"), "[token]"),
)


def scrub(text: str) -> str:
    """``text`` without anything that looks like a number of a person or an account, a token or a key."""
    for pattern, label in _SCRUBS:
        text = pattern.sub(label, text)
    return text


def _error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> dict[str, object]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    said = scrub(str(error)) if hasattr(error, "fault") else ""
    return {"type": kind.__name__, "text": said, "frames": frames}


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, allowed fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        for name in FIELDS & record.__dict__.keys():
            line[name] = scrub(str(record.__dict__[name]))
        if record.exc_info and record.exc_info[0] is not None and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[0], record.exc_info[1], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def no_core_dumps() -> None:
    """A crash must not write the memory, with its PIN and keys, to a disk."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every system

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def set_up(level: str, file: str = "") -> None:
    """Send the log of all packages to ``file``, or to standard error.

    :raises TerminalError: ``LOG_FILE`` when the file cannot be opened.
    """
    handler: logging.Handler
    try:
        handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    except OSError as cause:
        raise TerminalError(TerminalFault.LOG_FILE, type(cause).__name__, file=file) from cause
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    # Libraries below us log addresses, headers and bodies at DEBUG; theirs is never wanted.
    for noisy in ("urllib3", "requests", "asyncio", "charset_normalizer"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.captureWarnings(True)
