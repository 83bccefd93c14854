"""The report of ``./run prove``: what every proof counted, from the parts that the tests put down.

A proof that did not run, or of which a part is missing, failed, or ran at another commit, stands there as NOT COUNTED.
"""

from __future__ import annotations

import functools
import json
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "proof-report"

TITLES = {
    "simulation": "simulated lives of terminals and centre",
    "wrong-programs": "simulated programs that are wrong on purpose",
    "power-cuts": "power cuts on the real store",
    "system-calls": "system calls of the disk that failed",
    "wrong-stores": "stores that are wrong on purpose",
    "kills": "kill -9 of a store at work",
    "kills-while-sending": "kill -9 of a terminal that sends",
    "orders": "events in any order on the real store, against a model",
    "hands": "copies, media, keys and certificates in any order, with a real centre",
    "wrong-hands": "programs that are wrong on purpose with copies, media, wipes",
    "numbers": "reserved numbers in any order of events, against a model",
    "starts": "two programs that start at once on one store",
    "sockets": "faults of real connections",
    "processes": "terminals in processes of their own: cut off, paused, killed",
    "answers": "status, headers and body by chance",
    "herd": "a fleet that comes back at once",
    "wrong-herds": "rules of retrying that are wrong on purpose",
    "fencing": "numbers and leases between two terminals",
    "models": "states of the formal models",
    "wrong-models": "formal models that are wrong on purpose",
    "conformance": "the conformance suite behind a real pcscd",
    "pulls": "cards pulled, torn, cut off behind a real pcscd",
    "properties": "properties, by Hypothesis",
}
"""Every proof; one that is not here cannot be noted."""


@functools.cache
def commit() -> str:
    """The commit that the tree was at, and whether it was changed since."""
    command = ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=, with changes"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip() or "no commit"


@dataclass
class Row:
    """What one proof did. :param missing: why it does not count; empty when it does."""

    title: str
    parts: int = 0
    of: int = 0
    numbers: dict[str, int | str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        numbers = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in sorted(self.numbers.items()))
        said = f" [NOT COUNTED: {'; '.join(self.missing)}]" if self.missing else ""
        return f"{self.title}: {numbers or 'nothing'}{said}"


def clear() -> None:
    """Before a run: nothing of an older one stays."""
    for path in FOLDER.glob("*.part.json"):
        path.unlink()


def _noted() -> dict[str, list[dict[str, Any]]]:
    parts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(FOLDER.glob("*.part.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        parts[found["proof"]].append(found)
    return parts


def _row(title: str, parts: list[dict[str, Any]], at: str, profile: str) -> Row:
    row = Row(title, len(parts), max((part["of"] for part in parts), default=0))
    words: defaultdict[str, set[str]] = defaultdict(set)
    for part in parts:
        for name, value in part["numbers"].items():
            if isinstance(value, str):
                words[name].add(value)
            else:
                row.numbers[name] = int(row.numbers.get(name, 0)) + value
    row.numbers |= {name: " or ".join(sorted(values)) for name, values in words.items()}
    reasons = {
        "it did not run": not parts,
        f"{row.parts} of {row.of} parts": 0 < row.parts < row.of,
        "its parts do not agree": any(len(values) > 1 for values in words.values()),
        "parts of another commit": any(part["commit"] != at for part in parts),
        f"parts that are not of the {profile} proof": any(part["profile"] != profile for part in parts),
        "something was lost or doubled": bool(row.numbers.get("lost_or_doubled")),
    }
    row.missing = [reason for reason, holds in reasons.items() if holds]
    return row


def collect(profile: str, at: str | None = None) -> dict[str, Row]:
    """All proofs, by name. :param at: the commit that counts, by default the one of now."""
    noted, at = _noted(), at or commit()
    return {name: _row(title, noted.get(name, []), at, profile) for name, title in TITLES.items()}


def ended(results: Path) -> tuple[dict[str, Counter[str]], list[str]]:
    """By file, how its tests ended; and those that did not pass, each with the reason of a skip.

    :param results: JUnit XML, as pytest writes it.
    """
    files: defaultdict[str, Counter[str]] = defaultdict(Counter)
    not_passed = []
    for case in ET.parse(results).getroot().iter("testcase"):  # noqa: S314 - our own file
        end, why = "passed", ""
        for tag in ("failure", "error", "skipped"):
            if (said := case.find(tag)) is not None:
                end, why = tag, said.attrib.get("message", "").partition("\n")[0][:120]
                break
        place = case.attrib.get("classname", "")  # none of a run that was broken off
        files[place.replace(".", "/")][end] += 1
        if end != "passed":
            not_passed.append(f"{end}: {place}::{case.attrib.get('name', '')} {why}".strip())
    return files, not_passed


def _lines(rows: dict[str, Row], profile: str, tests: Counter[str], not_passed: list[str]) -> Iterator[str]:
    yield f"./run prove{' --quick' if profile == 'quick' else ''} at {commit()}"
    yield from (str(row) for row in rows.values())
    yield "tests of the proofs: " + ", ".join(f"{end}: {count}" for end, count in sorted(tests.items()))
    yield from not_passed


def write(results: Path | None = None, profile: str = "full") -> tuple[str, bool]:
    """Write ``report.json`` and ``report.txt``.

    :param results: JUnit XML of the run, where there is one. :returns: the text, and whether every proof counts.
    """
    FOLDER.mkdir(exist_ok=True)
    rows = collect(profile)
    files, not_passed = ended(results) if results is not None and results.exists() else ({}, ["the tests did not end"])
    text = "\n".join(_lines(rows, profile, sum(files.values(), Counter()), not_passed))
    document = {
        "commit": commit(),
        "profile": profile,
        "proofs": {
            name: {"title": row.title, "parts": row.parts, "of": row.of, "not_counted": row.missing, **row.numbers}
            for name, row in rows.items()
        },
        "tests": files,
        "not_passed": not_passed,
    }
    (FOLDER / "report.json").write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (FOLDER / "report.txt").write_text(text + "\n", encoding="utf-8")
    return text, not any(row.missing for row in rows.values())
