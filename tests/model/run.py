"""The formal models: made into a program by spin, searched to the last state, and wrong on purpose as well.

    python -m tests.model.run            all of them, the table of docs/reliability.md
    python -m tests.model.run --fast     those of a few seconds

A search counts only when it was whole: nothing cut off at a depth, no hashing of states into bits, memory not used up.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MEGABYTES = 3_500
"""For one search, where it is not said otherwise."""
DEPTH = 2_000_000
SECONDS = 1750

_ERRORS = re.compile(r"errors: (\d+)")
_VIOLATED = re.compile(r"assertion violated (.*) \(at depth")
_STATES = re.compile(r"^\s*(\d+) states, stored", re.MULTILINE)
_MEMORY = re.compile(r"^\s*([\d.]+)\s+total actual memory usage", re.MULTILINE)
_NOT_WHOLE = (
    "max search depth too small",
    "out of memory",
    "reached -DMEMLIM",
    "Search not completed",
    "Bit statespace",
)


@dataclass(frozen=True)
class Model:
    """One search.

    :param defines: ``-D`` options of spin; :param fast: of a few seconds at most.
    :param proves: one line for the table. :param megabytes: that it may take.
    """

    name: str
    defines: tuple[str, ...]
    proves: str
    fast: bool = False
    megabytes: int = MEGABYTES

    @property
    def title(self) -> str:
        return " ".join((f"{self.name}.pml", *self.defines))


@dataclass(frozen=True)
class Wrong:
    """A model that is wrong on purpose.

    :param what: is wrong. :param seen: words of the assertion that tells, as the search prints it.
    """

    name: str
    defines: tuple[str, ...]
    what: str
    seen: str

    @property
    def title(self) -> str:
        return " ".join((f"{self.name}.pml", *self.defines))


class SearchError(Exception):
    """A search that gave no figures: it crashed, and found nothing and proved nothing."""


@dataclass(frozen=True)
class Found:
    """What a search found.

    :param violated: the assertion that broke; empty for none. :param whole: it went over every state that can be
        reached.
    """

    errors: int
    states: int
    megabytes: float
    whole: bool
    violated: str = ""


def available() -> bool:
    return shutil.which("spin") is not None and shutil.which("gcc") is not None


def search(name: str, defines: tuple[str, ...], *, small: bool = False, megabytes: int = MEGABYTES) -> Found:
    """Compile and run one model.

    :param small: of few states, so that compiling well takes longer than it saves.
    :raises SearchError: it crashed. :raises subprocess.CalledProcessError: the model is no Promela.
    :raises subprocess.TimeoutExpired: it does not end.
    """
    options = [f"-D{one}" for one in defines]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / f"{name}.pml", folder)
        # Fixed names of programs, and arguments of our own tables.
        subprocess.run(["spin", *options, "-a", f"{name}.pml"], cwd=folder, check=True, capture_output=True)
        flags = [
            "-w",
            "-O0" if small else "-O2",
            "-DSAFETY",
            "-DNOREDUCE",
            "-DCOLLAPSE",
            "-DVECTORSZ=2048",
            f"-DMEMLIM={megabytes}",
        ]
        subprocess.run(["gcc", *flags, "-o", "pan", "pan.c"], cwd=folder, check=True, capture_output=True)
        command = [f"{folder}/pan", f"-m{DEPTH}", "-w22"]
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=SECONDS)
    return parsed(done.stdout)


def parsed(text: str) -> Found:
    """What the program of spin printed.

    :raises SearchError: not what a search prints at its end.
    """
    errors, states, memory = _ERRORS.search(text), _STATES.search(text), _MEMORY.search(text)
    if errors is None or states is None or memory is None:
        raise SearchError(text[-500:] or "nothing was printed")
    violated = _VIOLATED.search(text)
    whole = not any(word in text for word in _NOT_WHOLE)
    return Found(int(errors[1]), int(states[1]), float(memory[1]), whole, violated[1] if violated else "")


MODELS = (
    Model("log", ("TERMINALS=1", "OPS=2"), "log, acknowledgement, older copies, new life", fast=True),
    Model("log", ("TERMINALS=1", "OPS=3"), "log, acknowledgement, older copies, new life"),
    Model("log", ("TERMINALS=2", "OPS=3"), "log, acknowledgement, older copies, new life"),
    Model("park", ("TERMINALS=1", "OPS=2"), "park, put back, withdraw; tombstone and fill", fast=True),
    Model("park", ("TERMINALS=1", "OPS=2", "COPIES=1"), "the same, the terminal put back to an older copy"),
    Model("park", ("TERMINALS=1", "OPS=2", "BACKUPS=1"), "the same, the centre put back to a backup"),
    Model("park", ("TERMINALS=1", "OPS=2", "COPIES=1", "BACKUPS=1"), "both of them put back", megabytes=8_000),
    Model("park", ("TERMINALS=1", "OPS=3"), "park, put back, withdraw; tombstone and fill", megabytes=8_000),
    Model("park", ("TERMINALS=2", "OPS=2"), "park, put back, withdraw; tombstone and fill"),
    Model("log", ("TERMINALS=1", "OPS=2", "TWIN=1"), "two machines of one number, one on a closed life", fast=True),
    Model("log", ("TERMINALS=1", "OPS=3", "TWIN=1"), "the same"),
    Model(
        "card", ("TERMINALS=2", "OPS=2"), "card writes: begun, one end, doubtful, two people; older copies", fast=True
    ),
    Model("card", ("TERMINALS=2", "OPS=3"), "the same"),
)

STUCK = "(store[t].state[k]!=1)&&(store[t].state[k]!=3)"
"""Of park.pml: nothing waits any more at the end."""

WRONG = (
    Wrong(
        "log",
        ("TERMINALS=1", "OPS=3", "WRONG_CARRY"),
        "the centre does not know again what is carried over",
        "!((centre[t].effect&one))",
    ),
    Wrong(
        "log",
        ("TERMINALS=1", "OPS=2", "WRONG_HEAD"),
        "an acknowledgement of another history is believed",
        "centre[t].log[store[t].epoch]==store[t].log",
    ),
    Wrong(
        "log",
        ("TERMINALS=1", "OPS=3", "WRONG_MARK"),
        "a restored centre gives a mark for a life that it does not know",
        "mint[t].business)& ~(centre[t].effect)",
    ),
    Wrong(
        "log",
        ("TERMINALS=1", "OPS=3", "WRONG_RENEWAL"),
        "what was acknowledged once is not carried over",
        "mint[t].business)& ~(centre[t].effect)",
    ),
    Wrong("park", ("TERMINALS=1", "OPS=2", "WRONG_FILL"), "a body that comes for a tombstone is let go of", STUCK),
    Wrong("park", ("TERMINALS=1", "OPS=2", "WRONG_MARK"), "a mark alone moves one whose body has to go again", STUCK),
    Wrong(
        "park",
        ("TERMINALS=1", "OPS=2", "WRONG_WITHDRAWAL"),
        "what was applied is withdrawn",
        "(centre[t].effect[k]==4)&&centre[t].settled[k]",
    ),
    Wrong(
        "park",
        ("TERMINALS=1", "OPS=2", "WRONG_SETTLED"),
        "a withdrawal that is set aside settles all the same",
        "(w==0)||",
    ),
    Wrong(
        "park",
        ("TERMINALS=1", "OPS=2", "COPIES=1", "WRONG_EMPTY"),
        "a mark calls received what is a tombstone there",
        STUCK,
    ),
    Wrong(
        "card",
        ("TERMINALS=2", "OPS=3", "WRONG_ORDER"),
        "the card is written before its entry is committed",
        "!(written[k])||restored",
    ),
    Wrong("card", ("TERMINALS=2", "OPS=3", "WRONG_GUESS"), "a doubtful card is guessed", "written["),
    Wrong(
        "park", ("TERMINALS=1", "OPS=2", "BACKUPS=1", "WRONG_PULL"), "a program that starts does not ask first", STUCK
    ),
    Wrong("log", ("TERMINALS=1", "OPS=2", "WRONG_CLOSED"), "a closed life is still taken in", "late_epoch==centre"),
    Wrong(
        *("log", ("TERMINALS=1", "OPS=2", "TWIN=1", "WRONG_CLOSED"), "the same, and a second machine is on it"),
        "copy[t].fork)||store[t].fork",
    ),
    Wrong(
        "card", ("TERMINALS=2", "OPS=2", "WRONG_DOUBT"), "a new write on a doubtful card", "owner[(content-1)]!=(t+1)"
    ),
    Wrong("card", ("TERMINALS=2", "OPS=2", "WRONG_PEOPLE"), "what people say is called the card's word", "written["),
    Wrong("card", ("TERMINALS=2", "OPS=2", "WRONG_SPOILED"), "a torn write is called undone", "content==before["),
)
"""Models that are wrong on purpose: each must be caught, by the assertion that is about it."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    if not available():
        say("spin and gcc are needed (Debian packages of the same names)")
        return 3
    good = True
    say("| model | states | MB | errors | proves |\n|---|---|---|---|---|")
    for model in MODELS:
        if "--fast" in arguments and not model.fast:
            continue
        found = search(model.name, model.defines, small=model.fast, megabytes=model.megabytes)
        good = good and found.whole and not found.errors
        told = found.errors if found.whole else "not whole"
        say(f"| `{model.title}` | {found.states:,} | {found.megabytes:.0f} | {told} | {model.proves} |")
    for wrong in WRONG:
        caught = wrong.seen in search(wrong.name, wrong.defines).violated
        good = good and caught
        say(f"| `{wrong.title}` | | | {'caught' if caught else 'MISSED'} | wrong: {wrong.what} |")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
