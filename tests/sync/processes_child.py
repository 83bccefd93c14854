"""One terminal in a process of its own: records, sends through a proxy, and says what was recorded, after it was.

    python -m tests.sync.processes_child FOLDER URL SEED COUNT CARD…

COUNT operations, then it goes on sending until its standard input ends. Killed and paused from outside.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from offline_cache.keys import FileKeys
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from terminal.centre.client import CentreClient
from terminal.centre.identity import load_identity
from terminal.clock import SystemClock
from terminal.model.operations import CONTACT_CHANGE, ContactChange
from terminal.sync.assembly import sender
from terminal.sync.sealing import sealer
from tests.centre.support import Clock
from tests.sync.support import QUICK


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(folder: Path, url: str, seed: int, count: int, cards: list[str]) -> None:
    keys = FileKeys(folder / "keys", "sandbox")
    identity = load_identity(folder / "data", "sandbox", keys)
    chance = random.Random(seed)  # noqa: S311
    path = folder / "store" / "terminal.db"
    with Store.open(path, keys, environment="sandbox", terminal=identity.terminal) as store:
        client = CentreClient(url, identity, deadline=1.0, now=Clock())
        driver = sender(store, client, identity, SystemClock(), knobs=QUICK)
        driver.start()
        say("open")
        for _ in range(count):
            card = chance.choice(cards)
            body = ContactChange(
                card_id=card,
                operator="0001",
                reviewer="0002",
                recorded_at="2026-06-01T09:00:00+08:00",
                authenticated=True,
                phone=f"138{chance.randrange(10**8):08d}",
            )
            draft = sealer(identity, 1).draft(
                CONTACT_CHANGE, body, subject=card.encode("ascii"), summary={"what": "test"}
            )
            (operation,) = Outbox(store).record(draft)
            say(operation.op_id.hex().upper())
            driver.wake()
        say("end")
        sys.stdin.read()
        driver.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
