"""The report of ``./run prove``: what every proof counted, from the parts that the tests put down."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "proof-report"

TITLES = {
    "power-cuts": "power cuts on the real store",
    "system-calls": "system calls of the disk that failed",
    "kills": "kill -9 at random",
    "models": "states of the formal models",
    "sockets": "faults of real connections",
    "processes": "terminals in processes of their own",
    "pulls": "cards pulled, torn, cut off behind a real pcscd",
    "wrong-stores": "stores that are wrong on purpose",
}
"""Titles of proofs; another one stands under its own name."""


def clear() -> None:
    """Before a run: nothing of an older one stays."""
    for path in FOLDER.glob("*.part.json"):
        path.unlink()


def collect() -> dict[str, dict[str, int | str]]:
    """The sums of all parts, by proof; words stand as they are."""
    sums: dict[str, dict[str, int | str]] = defaultdict(dict)
    for path in sorted(FOLDER.glob("*.part.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        mine = sums[found["proof"]]
        mine["parts"] = int(mine.get("parts", 0)) + 1
        for name, value in found["numbers"].items():
            mine[name] = value if isinstance(value, str) else int(mine.get(name, 0)) + value
    return dict(sums)


def write() -> str:
    """Write ``report.json`` and ``report.txt``; gives the text."""
    FOLDER.mkdir(exist_ok=True)
    sums = collect()
    lines = []
    for proof in sorted(sums, key=lambda name: (list(TITLES).index(name) if name in TITLES else len(TITLES), name)):
        numbers = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in sorted(sums[proof].items()))
        lines.append(f"{TITLES.get(proof, proof)}: {numbers}")
    text = "\n".join(lines)
    (FOLDER / "report.json").write_text(json.dumps(sums, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (FOLDER / "report.txt").write_text(text + "\n", encoding="utf-8")
    return text
