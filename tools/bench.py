"""``./run bench NAME``: measures one part of the product and prints the table that ``docs/performance.md`` quotes."""

from __future__ import annotations

import importlib
import sys

BENCHES = {
    "cards": "tools.bench_cards",
    "queue": "tools.bench_queue",
}
"""Name -> module with ``main(arguments) -> exit code``."""


def main(arguments: list[str]) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name not in BENCHES:
        print(f"./run bench {'|'.join(BENCHES)}", file=sys.stderr)
        return 2
    return int(importlib.import_module(BENCHES[name]).main(rest))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
