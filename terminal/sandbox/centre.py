"""``python -m terminal.sandbox.centre``: the sandbox centre as a process of its own.

It prints one JSON line when it is ready and serves until it is told to stop: by a signal, or, with ``--child``, by the
end of its standard input, so that it never outlives the program that started it.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from offline_cache.suite import NAMES
from terminal.sandbox.control import ControlServer
from terminal.sandbox.errors import require_sandbox
from terminal.sandbox.faults import FaultKind, FaultOrder
from terminal.sandbox.people import DEFAULT_SEED, DEFAULT_SIZE, Population
from terminal.sandbox.server import Centre, CentreServer


def ready_line(server: CentreServer, control: ControlServer, renews: str | None) -> str:
    """What a parent needs to know, on one line."""
    return json.dumps(
        {
            "url": server.url,
            "control_url": control.url,
            "control_token": control.token,
            "authority": str(server.centre.authority.certificate_file.resolve()),
            "code": server.centre.office.new_code(renews),
            "environment": "sandbox",
        }
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m terminal.sandbox.centre", description="The sandbox centre.")
    parser.add_argument("--dir", type=Path, required=True, help="where its certificates and its memory are kept")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port of 127.0.0.1")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed makes other people")
    parser.add_argument("--suite", choices=NAMES, help="of a centre that is made; an older one keeps its own")
    parser.add_argument("--people", type=int, default=DEFAULT_SIZE)
    parser.add_argument("--start-at", type=datetime.fromisoformat, help="moment its clock starts from (ISO 8601)")
    parser.add_argument("--lost", help="the first answer of this route is lost after everything was done")
    parser.add_argument("--renews", help="the code is for a new certificate of this terminal")
    parser.add_argument("--environment", default="sandbox")
    parser.add_argument("--child", action="store_true", help="stop when standard input ends")
    options = parser.parse_args(arguments)
    require_sandbox(options.environment)

    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    ahead = options.start_at.astimezone(UTC) - datetime.now(UTC) if options.start_at else timedelta()
    people = Population(options.seed, options.people)
    centre = Centre(options.dir, people, lambda: datetime.now(UTC) + ahead, options.suite)
    server = CentreServer(centre, options.port, lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    control = ControlServer(centre)
    if options.lost:
        centre.faults.set(FaultOrder(kind=FaultKind.LOST, route=options.lost, times=1))
    server.start()
    control.start()
    print(ready_line(server, control, options.renews), flush=True)  # noqa: T201 - the agreed line
    # Ready means listening; the people are made while the parent still draws its first frame.
    threading.Thread(target=centre.population.prepare, daemon=True).start()
    if options.child:
        threading.Thread(target=_wait_for_end, args=(over,), daemon=True).start()
    over.wait()
    control.stop()
    server.stop()
    return 0


def _wait_for_end(over: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    over.set()


if __name__ == "__main__":
    raise SystemExit(main())
