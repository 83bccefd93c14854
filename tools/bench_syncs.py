"""How often a queue asks the disk to sync, counted from outside by ``strace``: whatever it is made of.

    python -m tools.bench_syncs NAME FOLDER

is the child that is watched; between its marks it does one kind of work.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

ROWS = 400
"""Of each kind: some turns of a log of 1,000 pages."""
_MARK = "/nowhere/bench-mark"
_SYNC = re.compile(r"\b(?:fsync|fdatasync|sync_file_range|msync)\(")


def counted(name: str, folder: Path) -> tuple[float, float] | None:
    """Syncs of an enqueue and of an acknowledgement; ``None`` where there is no ``strace``."""
    if shutil.which("strace") is None:
        return None
    with tempfile.TemporaryDirectory(dir=folder) as work:
        trace = Path(work) / "trace"
        command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range,msync,mkdir,mkdirat"]
        child = [sys.executable, "-m", "tools.bench_syncs", name, work]
        subprocess.run([*command, "-o", str(trace), *child], check=True)
        parts = trace.read_text("utf-8", "replace").split(_MARK)
    found = [len(_SYNC.findall(part)) / ROWS for part in parts]
    return found[1], found[2]


def _mark() -> None:
    """Something that only the trace sees."""
    with suppress(OSError):
        Path(_MARK).mkdir()


def main(name: str, folder: Path) -> int:
    from tools.bench_queue import QUEUES, ROW  # noqa: PLC0415 - which asks this module for the counts

    queue = QUEUES[name](folder)
    queue.fill(ROWS)
    row = bytes(ROW)
    _mark()
    for _ in range(ROWS):
        queue.enqueue(row)
    _mark()
    for _ in range(ROWS):
        queue.ack()
    _mark()
    queue.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2])))
