"""Answers by chance: any status, any headers, any body; half of them signed with the key that the centre signs with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec

from terminal.centre.contract import ProblemType

STATUS = (200, 201, 202, 204, 301, 302, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 422, 426, 429, 500, 502, 503)
MEDIA = ("application/json", "application/json; charset=utf-8", "application/problem+json", "text/html", "", "*/*")
HEADERS = {
    "retry-after": ("0", "1", "30", "-1", "1e9", "999999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "x", ""),
    "content-encoding": ("gzip", "deflate", "identity", "br", ""),
    "signature": ("sig=:AAAA:", "", "x" * 4000, "sig=:not base64:"),
    "signature-input": ('sig=("@status");created=1', "", 'sig=();keyid="answer"'),
    "location": ("https://127.0.0.1/", "//elsewhere"),
    "date": ("Thu, 01 Jan 1970 00:00:00 GMT", "now"),
    "x-applied": ("all", "true"),
}
WORDS = ("", "0", "applied", "rejected", "deleted", "ok", "\u0000", "已删除", "9" * 400, "2026-01-01T00:00:00Z")
VERDICTS = ("applied", "rejected", "conflict", "held", "empty", "deleted", "received", "")


class Chance:
    """What the liar answers next. :param own: what only this terminal knows: its number, heads and operations."""

    def __init__(self, seed: int, own: dict[str, Any]) -> None:
        self._random = Random(seed)  # noqa: S311 - chance, not a secret
        self._own = own
        self._documents: list[tuple[Callable[[], Any], int, str]] = [
            (self._acknowledgement, 200, MEDIA[0]),
            (self._outcomes, 200, MEDIA[0]),
            (self._problem, 409, MEDIA[2]),
            (self._anything, 200, MEDIA[0]),
        ]

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body: each as it would be rightly, or by chance."""
        document, status, media = self._random.choice(self._documents)
        if self._random.random() < 0.4:
            status = self._status()
        if self._random.random() < 0.2:
            media = self._random.choice(MEDIA)
        some = self._random.sample(sorted(HEADERS), self._random.choice((0, 0, 0, 1, 1, 5)))
        headers = {"content-type": media} | {name: self._random.choice(HEADERS[name]) for name in some}
        return status, headers, self._body(document())

    def signed(self) -> bool:
        return self._random.random() < 0.6

    def _status(self) -> int:
        return self._random.choice(STATUS) if self._random.random() < 0.9 else self._random.randrange(100, 600)

    def _body(self, document: object) -> bytes:
        raw = bytearray(msgspec.json.encode(document))
        how = self._random.random()
        if how < 0.1:
            del raw[self._random.randrange(len(raw)) :]
        elif how < 0.2:
            raw[self._random.randrange(len(raw))] = self._random.randrange(256)
        elif how < 0.25:
            raw *= 2
        elif how < 0.3:
            return self._random.choice(
                (b"", b"<html>Sign in</html>", b"[" * 2000, b"\xff\xfe\x00", b'{"type":', b"null")
            )
        return bytes(raw)

    def _pick(self, *values: object) -> object:
        return self._random.choice(values)

    def _acknowledgement(self) -> object:
        own, pick = self._own, self._pick
        return {
            "terminal": pick(own["terminal"], own["terminal"], "379999000001"),
            "epoch": pick(1, 1, 1, 2, 0, -1, 2**63),
            "hwm": pick(0, 1, 2, 3, 3, 3, 4, -1, 2**70),
            "head": pick(own["head"], own["head"], "0" * 64, "F" * 64, ""),
            "time": pick(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "2026-01-01T00:00:00Z", "2026-02-31T00:00:00Z", ""),
            "journal_head": pick("0" * 64, own["head"]),
            "key_id": pick(own["ack"], own["ack"], "ack-00000000"),
            "signature": pick("A" * 86, "_" * 86, "", "A" * 87),
        }

    def _problem(self) -> object:
        kinds = [kind.value for kind in ProblemType]
        document = {"type": self._pick(*kinds, *kinds, "about:blank", ""), "title": self._pick(*WORDS)}
        document["status"] = self._status()
        more = {"expected": (0, 1, -1, 2**60), "operation": (0, 1, 2, -1, 200), "detail": WORDS}
        for name, values in more.items():
            if self._random.random() < 0.4:
                document[name] = self._pick(*values)
        return document

    def _outcomes(self) -> object:
        one: dict[str, Callable[[], object]] = {
            "op_id": lambda: self._pick(*self._own["operations"], "0" * 32, ""),
            "outcome": lambda: self._pick(*VERDICTS),
            "reason": lambda: self._pick(None, *WORDS),
            "text_zh": lambda: self._pick(*WORDS),
            "text_en": lambda: self._pick(*WORDS),
            "case": lambda: self._pick(None, *WORDS),
            "time": lambda: "2026-01-01T00:00:00Z",
        }
        lines = [{name: make() for name, make in one.items()} for _ in range(self._random.randrange(4))]
        return {"outcomes": lines, "cursor": self._pick("5-" + "0" * 32, "", "x"), "more": self._pick(True, False)}

    def _anything(self) -> object:
        deep: object = self._pick(*WORDS, 0, None, 1e308)
        for _ in range(self._random.randrange(6)):
            deep = (
                {str(self._pick("operations", "delete", "hwm", *WORDS)): deep}
                if self._random.random() < 0.5
                else [deep]
            )
        return deep
