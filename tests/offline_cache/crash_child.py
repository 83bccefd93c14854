"""Records and acknowledges until it is killed, or for so many units. Says what was confirmed, only after it was."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path

from offline_cache.errors import StoreError
from tests.offline_cache.judge import life
from tests.offline_cache.support import reopen


def say(word: str, value: str) -> None:
    sys.stdout.write(f"{word} {value}\n")
    sys.stdout.flush()


def main(folder: Path, units: int | None, seed: int) -> None:
    """:param units: for ever when ``None``. A disk that refuses is survived; the store may be opened again once."""
    for _ in range(2):
        with suppress(StoreError), reopen(folder) as store:
            say("open", "")
            for _ in islice(life(store, say, random.Random(seed)), units):  # noqa: S311
                pass
            return


if __name__ == "__main__":
    main(
        Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None, int(sys.argv[3]) if len(sys.argv) > 3 else 0
    )
