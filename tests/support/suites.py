"""Tests with a centre on both suites: some in every run, all of the named modules under ``./run prove``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from terminal.sandbox.child import SandboxCentre


class Centres(Protocol):
    def __call__(self, suite: str) -> SandboxCentre:
        """The one centre of this suite, started when it is first asked for."""
        ...


@contextmanager
def centres(folders: pytest.TempPathFactory) -> Iterator[Centres]:
    """Those of one session."""
    running: dict[str, SandboxCentre] = {}
    with ExitStack() as ends:

        def found(suite: str) -> SandboxCentre:
            if suite not in running:
                folder: Path = folders.mktemp(f"centre-{suite}")
                running[suite] = ends.enter_context(SandboxCentre(folder, suite=suite))
            return running[suite]

        yield found


def choose(metafunc: pytest.Metafunc, modules: Set[str], always: Set[str]) -> None:
    """Run a test that has the fixture ``on`` with ``intl`` and with ``gm``.

    :param modules: whose tests run so under ``./run prove``; :param always: tests that do in every run.
    """
    proof = "SSC_PROOF" in os.environ and metafunc.module.__name__.rsplit(".", 1)[-1] in modules
    if "on" in metafunc.fixturenames and (proof or metafunc.function.__name__ in always):
        metafunc.parametrize("on", ["intl", pytest.param("gm", marks=pytest.mark.proof)], indirect=True)
