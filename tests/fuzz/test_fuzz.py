"""Every target with Hypothesis; the table is whole; nothing grows."""

from __future__ import annotations

import gc
import importlib
import inspect
import os
import pkgutil
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cardio
from cardio.interface33.catalogue import FUNCTIONS
from cardio.link import Link
from tests.fuzz import interface33
from tests.fuzz.__main__ import main
from tests.fuzz.hostile import HUGE
from tests.fuzz.targets import NOT_FROM_OUTSIDE, TARGETS, Target, survived

pytestmark = pytest.mark.usefixtures("no_trace")

# Long repeats, round sizes and real status words are what finds things; plain noise seldom gets past the first check.
PIECES = st.one_of(
    st.binary(max_size=24),
    st.builds(lambda byte, times: bytes((byte,)) * times, st.integers(0, 255), st.sampled_from([1, 2, 16, 127, 255])),
    st.sampled_from([b"\x90\x00", b"\x61\x00", b"\x6c\x00", b"\x63\xc0", b"\x7f\x82\xff\xff", b"\x1f", b"\x81\x80"]),
)
NOISE = st.lists(PIECES, max_size=12).map(b"".join)


@pytest.mark.parametrize("name", TARGETS)
@given(data=NOISE)
def test_any_bytes_end_in_a_value_or_in_one_of_our_faults(name: str, data: bytes) -> None:
    survived(TARGETS[name], data)


def test_without_its_engine_the_command_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    monkeypatch.setattr(sys, "argv", ["fuzz"])
    assert main() == 3
    assert "nothing was fuzzed" in capsys.readouterr().out


NEVER_WHOLE = frozenset(
    {"iReadCardBas_HSM_Step1", "iReloadPIN_HSM_Step1", "iUnblockPIN_HSM_Step1", "iDoDebit_HSM_Step1"}
)
"""They want more than one answer of an HSM."""
NO_CARD = frozenset({"iDoDebit"})
"""Wants a PSAM that can buy, and ends before it asks the card for anything."""


class Noting:
    """A link that keeps what was sent."""

    def __init__(self, inner: Link) -> None:
        self._inner = inner
        self.reader, self.atr = inner.reader, inner.atr
        self.transaction, self.reset, self.close = inner.transaction, inner.reset, inner.close
        self.sent: list[bytes] = []

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        self.sent.append(bytes(apdu))
        return self._inner.transmit(apdu)


@pytest.mark.parametrize("name", [name for name in interface33.STARTS if name not in NO_CARD])
def test_the_functions_are_played_as_far_as_a_good_card_lets_them(name: str) -> None:
    """Otherwise a hostile card would be met on the doorstep alone."""
    codes, sent = set(), set()
    for file in range(len(interface33.FILES) if "pFileAddr" in FUNCTIONS[name].parameters else 1):
        link = Noting(interface33.honest())
        codes.add(int(interface33.play(name, bytes((file, 0)), link)))
        sent |= {command[1] for command in link.sent}
    deepest = {"iWriteCard": 0xDC, "iWriteCard_HSM_Step1": 0xDC, "iReloadPIN": 0x24, "iUnblockPIN": 0x24}
    assert deepest.get(name, 0xA4) in sent
    assert 0 in codes or name in NEVER_WHOLE, codes


def test_a_target_that_breaks_is_noticed() -> None:
    with pytest.raises(IndexError):
        survived(Target(lambda data: data[9]), b"")


def _public(module: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    loaded = importlib.import_module(module)
    for name, thing in vars(loaded).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module:
            continue
        if inspect.isfunction(thing):
            yield f"{module}.{name}", thing
        elif inspect.isclass(thing):
            for inner, method in vars(thing).items():
                function = getattr(method, "__func__", method)
                if inspect.isfunction(function) and not inner.startswith("_"):
                    yield f"{module}.{name}.{inner}", function


def _takes_bytes() -> Iterator[tuple[str, Callable[..., Any]]]:
    for each in pkgutil.walk_packages(cardio.__path__, "cardio."):
        if each.name.startswith(("cardio.simulator", "cardio.pcsc")):
            continue
        for name, function in _public(each.name):
            annotations = {key: str(value) for key, value in function.__annotations__.items() if key != "return"}
            if any("bytes" in value for value in annotations.values()):
                yield name, function


def test_every_public_parser_is_a_target() -> None:
    """Whoever writes a new one either adds it to the table or says there why it gets nothing from a card."""
    covered = {inspect.unwrap(function) for target in TARGETS.values() for function in target.covers}
    covered |= {getattr(function, "__func__", function) for function in covered}
    missing = [
        name
        for name, function in _takes_bytes()
        if function not in covered
        and not name.rpartition(".")[2].startswith("encode")
        and not name.startswith(tuple(NOT_FROM_OUTSIDE))
    ]
    assert missing == []


CONVERSATIONS = [name for name in TARGETS if name.startswith(("anything", "bent", "psam"))]
GROWING = CONVERSATIONS if "SSC_PROOF" in os.environ else ["anything read", "anything personalise", "bent read", "psam"]


@pytest.mark.proof
@pytest.mark.parametrize("name", GROWING)
def test_a_hostile_card_makes_nothing_grow(name: str) -> None:
    """Huge and endless answers, again and again: what is held afterwards does not depend on how often."""
    seeded = Random(name)  # noqa: S311 - a seed

    def play(rounds: int) -> int:
        for _ in range(rounds):
            survived(TARGETS[name], bytes((0xFC,)) + seeded.randbytes(20))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        play(10)
        first = play(10)
        later = play(40)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert later - first < HUGE // 2
    assert peak < 100 * HUGE
