"""Starts on the store in the folder that each line of its input names, or tries to, and says how that went; whoever
has it records an operation and holds the store until the next line.

    python -m tests.offline_cache.start_child

A line: ``FOLDER create|open MOMENT``, with the moment on the monotonic clock at which to start.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from tests.offline_cache.support import create, draft, reopen

STARTS = {"create": create, "open": reopen}


def main() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        folder, how, moment = line.split()
        while time.monotonic() < float(moment):
            pass  # both at the same moment, as far as the machine allows
        try:
            with STARTS[how](Path(folder)) as store:
                (operation,) = Outbox(store).record(draft())
                print(f"recorded {operation.op_id.hex()}", flush=True)  # noqa: T201
                sys.stdin.readline()
        except StoreError as error:
            print(f"{error.fault.name} {error.values.get('pid', '')}", flush=True)  # noqa: T201
            sys.stdin.readline()
        print("ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
