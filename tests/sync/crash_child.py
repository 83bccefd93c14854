"""Takes in and sends until it is killed. Says what was recorded, only after it was.

python -m tests.sync.crash_child FOLDER SEED
"""

from __future__ import annotations

import itertools
import logging
import sys
from pathlib import Path
from random import Random

from offline_cache.keys import FileKeys
from terminal.centre.identity import load_identity
from terminal.sandbox.people import Population
from tests.centre.support import Member
from tests.sync.support import Terminal, contact_change, hex_id, open_store, place_of


def main(folder: Path, seed: int) -> None:
    logging.basicConfig(
        level=logging.DEBUG, stream=sys.stderr
    )  # all that is ever said, for who looks for secrets in it
    chosen, people = Random(seed), Population().people[100:120]  # noqa: S311 - chance, not a secret
    keys = FileKeys(folder / "keys", "sandbox")
    member = Member(folder / "data", keys, load_identity(folder / "data", "sandbox", keys))
    terminal = Terminal(member, place_of(folder), open_store(place_of(folder), member))
    driver = terminal.driver()
    driver.start()
    for n in itertools.count():
        operation = terminal.record(contact_change(chosen.choice(people), f"139{seed:04d}{n % 10_000:04d}"))
        sys.stdout.write(hex_id(operation) + "\n")
        sys.stdout.flush()
        driver.wake()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
