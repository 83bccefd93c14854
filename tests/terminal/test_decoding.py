"""Forms worked out by several threads at once: the process lives, and every thread has the record."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from terminal.model.decoding import decoded

# The forms are made anew in each round, since only a form that nobody has used is dangerous. A thread is changed as
# often as Python allows, so that the dangerous moment is met in nearly every round.
_CHILD = """
import sys, threading, msgspec
from terminal.model.decoding import {function}

sys.setswitchinterval(1e-6)
seen = []
for number in range(200):
    inner = msgspec.defstruct("Inner", [("words", "tuple[str, ...]"), ("number", "int | None", None)])
    outer = msgspec.defstruct(
        "Outer",
        [("many", tuple[inner, ...]), ("named", dict[str, inner]), ("text", "str | None", None)],
        forbid_unknown_fields=True,
    )
    start = threading.Barrier(4)

    def run():
        start.wait()
        seen.append({function}({content}, outer).many[0].words)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
assert seen == [("a",)] * 800, len(seen)
"""

_JSON = """b'{"many": [{"words": ["a"]}], "named": {"b": {"words": []}}}'"""
_PLAIN = """{"many": [{"words": ["a"]}], "named": {"b": {"words": []}}}"""


@pytest.mark.parametrize(("function", "content"), [("decoded", _JSON), ("converted", _PLAIN)], ids=["JSON", "plain"])
def test_threads_that_meet_at_a_fresh_form(function: str, content: str) -> None:
    script = _CHILD.format(function=function, content=content)
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("content", [b'{"a": "\xe5"}', '"\ud800"', b"\xff\xfe"])
def test_what_is_not_utf_8_is_no_json(content: bytes | str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoded(content, dict[str, str])
