"""A batch of orders for cards, as CSV or JSON. A file is taken whole or not at all; a fault names the line.

No value of the file stands in a fault: it is about people.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cardio import names
from cardio.errors import CardError
from cardio.personalise import Issue
from cardio.record import Holder
from terminal.errors import TerminalError, TerminalFault
from terminal.model import codes
from terminal.model.identifiers import citizen_number, is_card_id, is_card_number

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_ORDERS: Final = 1_000
_MOST_TEXT: Final = 8_192  # a photo in base64 is the longest

NEEDED: Final = (
    "application",
    "number",
    "name",
    "sex",
    "nation",
    "birth_place",
    "birth_date",
    "card_number",
    "issued_on",
    "expires_on",
)
OPTIONAL: Final = ("card_id", "photo")
_ONCE: Final = ("application", "number", "card_number", "card_id")
"""What two orders of one batch may not share."""

_LOOKS_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_NUMBER = re.compile(r"[0-9A-Z]{15,18}")
_APPLICATION = re.compile(r"[0-9A-Za-z._-]{1,64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Order:
    """:param line: where it stands in the file, from 1."""

    line: int
    issue: Issue = field(repr=False)


def parse(content: bytes) -> tuple[Order, ...]:
    """The orders of a batch.

    :raises TerminalError: ``BATCH_UNREADABLE`` for a file that is none, ``BATCH_LINE`` for an order that is not right.
    """
    if len(content) > MOST_BYTES:
        raise unreadable("size")
    text = _text(content)
    rows = list(_json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text))
    if not rows:
        raise unreadable("no orders")
    seen: dict[tuple[str, str], int] = {}
    return tuple(_order(line, row, seen) for line, row in rows)


def unreadable(what: str) -> TerminalError:
    """The file as a whole. :param what: is wrong with it."""
    return TerminalError(TerminalFault.BATCH_UNREADABLE, what, what=what)


def _wrong(line: int, what: str) -> TerminalError:
    return TerminalError(TerminalFault.BATCH_LINE, f"line {line}: {what}", line=line, what=what)


def _text(content: bytes) -> str:
    """:raises TerminalError: without the bytes, which the codec's own error would carry."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise unreadable("UTF-8")
    return text


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    if "\x00" in text:
        raise unreadable("CSV")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(reader, [])
        if len(set(head)) != len(head):
            raise _wrong(1, "header")
        for line in _counted(reader):
            row = line[1]
            if not row:
                continue
            if len(row) != len(head):
                raise _wrong(line[0], "columns")
            # An empty cell is a field that is not given.
            yield line[0], {name: cell for name, cell in zip(head, row, strict=True) if cell}
    except csv.Error:
        broken = reader.line_num
    else:
        return
    raise _wrong(broken, "CSV")


def _counted(reader: Any) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - the csv module's own type has no name
    for row in reader:
        if len(row) > 64 or any(len(cell) > _MOST_TEXT for cell in row):
            raise _wrong(reader.line_num, "size")
        yield reader.line_num, row


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects in an array, or one after the other; each is told by the line where it begins."""
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    at, line, counted = 0, 1, 0
    while (found := re.compile(r"[\s,\[]*").match(text, at)) and found.end() < len(text):
        at = found.end()
        line, counted = line + text.count("\n", counted, at), at
        if text[at] == "]":
            if text[at + 1 :].strip():
                raise _wrong(line, "JSON")
            return
        value, at = _decoded(decoder, text, at, line)
        if not isinstance(value, dict):
            raise _wrong(line, "JSON")
        yield line, value


def _decoded(decoder: json.JSONDecoder, text: str, at: int, line: int) -> tuple[object, int]:
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        pass
    raise _wrong(line, "JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _order(line: int, row: dict[str, Any], seen: dict[tuple[str, str], int]) -> Order:
    if len({entry for entry in seen if entry[0] == "application"}) >= MOST_ORDERS:
        raise unreadable("count")
    if unknown := sorted(row.keys() - {*NEEDED, *OPTIONAL}):
        raise _wrong(line, f"unknown field no. {list(row).index(unknown[0]) + 1}")
    for name in (*NEEDED, *OPTIONAL):
        value = row.get(name)
        if (value is None and name in NEEDED) or not isinstance(value, str | None) or len(value or "") > _MOST_TEXT:
            raise _wrong(line, name)
    for name in _ONCE:
        if row.get(name) is not None and seen.setdefault((name, row[name].upper()), line) != line:
            raise _wrong(line, name)
    if wrong := next(_faults(row), None):
        raise _wrong(line, wrong)
    return Order(line, _issue(line, row))


def _faults(row: dict[str, str]) -> Iterator[str]:
    """The fields that break a rule of their standard (card.md §9)."""
    number, known = row["number"], citizen_number(row["number"])
    rules = {
        "application": _APPLICATION.fullmatch(row["application"]),
        # Foreigners have another layout; what looks like a citizen's number must be a right one.
        "number": known or (_NUMBER.fullmatch(number) and not _LOOKS_CITIZEN.fullmatch(number)),
        "sex": row["sex"] in codes.SEX.keys() - {"0"},
        "nation": row["nation"] in codes.NATION,
        "birth_place": re.fullmatch(r"[0-9]{6}", row["birth_place"]),
        "birth_date": _day(row["birth_date"]) and (known is None or known.birth_date == _day(row["birth_date"])),
        "card_number": is_card_number(row["card_number"]),
        "issued_on": _day(row["issued_on"]),
        "expires_on": _day(row["expires_on"]),
    }
    return (name for name, holds in rules.items() if not holds)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _issue(line: int, row: dict[str, str]) -> Issue:
    days = {name: _day(row[name]) for name in ("birth_date", "issued_on", "expires_on")}
    issued_on, expires_on = days["issued_on"], days["expires_on"]
    if issued_on is None or expires_on is None or issued_on >= expires_on:
        raise _wrong(line, "expires_on")
    if not _writable(row["name"]):
        raise _wrong(line, "name")
    card_id, photo = _card_id(row.get("card_id")), _photo(row.get("photo"))
    if (card_id is None) is (row.get("card_id") is not None):
        raise _wrong(line, "card_id")
    if (photo is None) is (row.get("photo") is not None):
        raise _wrong(line, "photo")
    holder = Holder(row["number"], row["name"], row["sex"], row["nation"], days["birth_date"], row["birth_place"])
    return Issue(row["application"], holder, row["card_number"], issued_on, expires_on, photo, card_id)


def _writable(name: str) -> bool:
    """Whether a chip can hold it; a first-generation one may still be too small."""
    try:
        names.encode(name, extension=True)
    except CardError:
        return False
    return True


def _card_id(text: str | None) -> bytes | None:
    if text is None or not re.fullmatch(r"[0-9A-Fa-f]{32}", text):
        return None
    value = bytes.fromhex(text)
    return value if is_card_id(value) else None


def _photo(text: str | None) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if text else None
    except ValueError:
        return None
