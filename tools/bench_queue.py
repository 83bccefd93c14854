"""``./run bench queue``: what a durable, enciphered, ordered, chained operation costs, beside others doing as much.

Every figure is a ratio, or a count, taken inside one run on one disk: each turn measures appending with fsync and then
every queue, so that a busy machine slows all alike. A queue that is slow at a large backlog gets fewer rows in a turn.
What is measured:

    enqueue   one row of 1 KiB, durable at return
    ack       the next row is taken and settled for good, durable at return

    ./run bench queue [--million] [--rounds N] [--dir FOLDER] [--no-drain] [--whole-slow-drain]

A backlog is made in bulk: ours by its own way in, some thousand operations in one transaction; others' as
:mod:`tools.bench_others` says. ``the same SQLite`` is the floor for ours: the same library, cipher and settings, one
table without a chain, a journal or an order.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import apsw

from offline_cache.birth import Identity
from offline_cache.database import connect
from offline_cache.keys import FileKeys
from offline_cache.operations import Draft, new_op_id
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.room import Limits
from offline_cache.store import Store
from tools import bench_drain, bench_syncs
from tools.bench_others import ROW, Huey, LiteQueue, PersistQueue, RawSqlite

EACH, TURNS = 10, 15
"""Rows of one kind in one turn, and turns of each queue in one round: short ones, so that what else the machine does
meets all alike."""
LONGEST = 0.5
"""Seconds of one kind in one turn, at most."""
BULK = 5000
"""Rows of one transaction while a backlog is made; they fit the cache of pages."""


class Queue(Protocol):
    """One queue doing the job."""

    def fill(self, count: int) -> None: ...

    def enqueue(self, row: bytes) -> None: ...

    def ack(self) -> None: ...

    def close(self) -> None: ...


class Append:
    """The limit: a file, appended to and synced. It cannot take anything out."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "rows").open("ab", buffering=0)

    def fill(self, count: int) -> None:
        pass

    def enqueue(self, row: bytes) -> None:
        self._file.write(row)
        os.fsync(self._file.fileno())
        time.sleep(_Syncs.delay)

    def ack(self) -> None:
        self.enqueue(bytes(16))  # a mark that says so

    def close(self) -> None:
        self._file.close()


class SameSqlite:
    """The library of the store with its cipher and all its settings, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._db = connect(folder / "rows.db", os.urandom(32), create=True)
        self._db.execute(
            "CREATE TABLE row (n INTEGER PRIMARY KEY, body BLOB, state INTEGER DEFAULT 0);"
            "CREATE INDEX waits ON row (n) WHERE state = 0;"
        )

    def fill(self, count: int) -> None:
        with self._db:
            self._db.executemany("INSERT INTO row (body) VALUES (?)", ((os.urandom(ROW),) for _ in range(count)))

    def enqueue(self, row: bytes) -> None:
        self._db.execute("INSERT INTO row (body) VALUES (?)", (row,))

    def ack(self) -> None:
        n, _ = self._db.execute("SELECT n, body FROM row WHERE state = 0 ORDER BY n LIMIT 1").fetchone() or (0, b"")
        self._db.execute("UPDATE row SET state = 1 WHERE n = ?", (n,))

    def close(self) -> None:
        self._db.close()


# --- ours -------------------------------------------------------------------------------------------------------------


class _Syncs:
    count = 0
    delay = 0.0
    """Seconds that each sync takes longer, as on the disk of a kiosk."""


class _File(apsw.VFSFile):
    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        _Syncs.count += 1
        super().xSync(flags)
        time.sleep(_Syncs.delay)


class _Vfs(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("counting", base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File("unix", name, flags)


_VFS = "multipleciphers-counting"
_KEPT: list[_Vfs] = []


class Ours:
    """The outbox of this program, with all that it does: cipher, chain, journal, order, one transaction."""

    def __init__(self, folder: Path, *, counting: bool = False) -> None:
        if counting and not _KEPT:
            _KEPT.append(_Vfs())
        self._path, self._keys = folder / "store.db", FileKeys(folder / "keys", "sandbox")
        self._vfs = _VFS if counting else None
        Store.create(self._path, self._keys, Identity("sandbox", "379999000001"), limits=_LIMITS).close()
        self.open()

    def open(self) -> None:
        self.store = Store.open(self._path, self._keys, environment="sandbox", limits=_LIMITS, vfs=self._vfs)
        self.outbox = Outbox(self.store)
        self._turn = 0

    def fill(self, count: int) -> None:
        for first in range(0, count, BULK):
            self.outbox.record(*(self._draft(os.urandom(ROW)) for _ in range(min(BULK, count - first))))

    def _draft(self, row: bytes) -> Draft:
        self._turn += 1
        return Draft(new_op_id(), "contact-change", 1, b"holder-%d" % (self._turn % 5000), row, {"what": "phone"})

    def enqueue(self, row: bytes) -> None:
        self.outbox.record(self._draft(row))

    def ack(self) -> None:
        batch = self.outbox.batch(1)
        if batch is None:
            raise RuntimeError("nothing waits")
        self.outbox.acknowledged(
            *(batch.to_seq, batch.head, b"s" * 64, "2026-11-23T09:00:00Z"),
            journal=(batch.journal_n, batch.journal_head),
            whole={sent.op_id for sent in batch.operations},
        )

    def close(self) -> None:
        self.store.close()

    def opening(self) -> float:
        """Milliseconds of opening it once more."""
        self.store.close()
        begun = time.perf_counter()
        self.open()
        return (time.perf_counter() - begun) * 1000

    def size(self) -> int:
        self.store.close()
        found = self._path.stat().st_size
        self.open()
        return found


_LIMITS = Limits(warn=0, stop=0, ballast=1 << 20)

QUEUES: dict[str, Callable[[Path], Queue]] = {
    "append + fsync": Append,
    "this program": Ours,
    "the same SQLite (no chain)": SameSqlite,
    "raw SQLite (clear, no chain)": RawSqlite,
    "persist-queue": PersistQueue,
    "litequeue": LiteQueue,
    "huey": Huey,
}
OURS, LIMIT, FLOOR = "this program", "append + fsync", "the same SQLite (no chain)"


@dataclass
class Rates:
    """Rows a second, one entry a turn. :ivar size: bytes on the disk for each row, when the queue is closed."""

    enqueue: list[float] = field(default_factory=list)
    ack: list[float] = field(default_factory=list)
    size: float = 0.0


def _rate(work: Callable[[], None], times: int) -> float:
    begun, done = time.perf_counter(), 0
    while done < times and (not done or time.perf_counter() - begun < LONGEST):
        work()
        done += 1
    return done / (time.perf_counter() - begun)


def compare(folder: Path, backlog: int, rounds: int, names: list[str]) -> dict[str, Rates]:
    """All queues at one backlog, turn by turn."""
    queues: dict[str, Queue] = {}
    rates = {name: Rates() for name in names}
    places = {name: folder / f"{backlog}-{number}" for number, name in enumerate(names)}
    for name in names:
        places[name].mkdir()
        try:
            queues[name] = QUEUES[name](places[name])
        except ImportError:
            _say(f"not installed, left out: {name} (the extra “bench”)")
            del rates[name]
            continue
        begun = time.perf_counter()
        queues[name].fill(backlog)
        if backlog >= BULK:
            _say(f"  {name}: {backlog} rows in bulk, {time.perf_counter() - begun:.0f} s")
    for _ in range(rounds * TURNS):
        for name, queue in queues.items():
            rates[name].enqueue.append(_rate(lambda queue=queue: queue.enqueue(os.urandom(ROW)), EACH))  # type: ignore[misc]
            rates[name].ack.append(_rate(queue.ack, EACH))
    for name, queue in queues.items():
        if isinstance(queue, Ours):
            opened = statistics.median(queue.opening() for _ in range(7))
            _say(f"\nopen with {backlog} waiting: {opened:.0f} ms  (aim: under 50 ms)")
        queue.close()
        files = (path for path in places[name].rglob("*") if path.is_file() and path.suffix != ".ballast")
        rates[name].size = sum(path.stat().st_size for path in files) / (backlog + rounds * TURNS * EACH)
        shutil.rmtree(places[name])
    return rates


def ratio(rates: dict[str, Rates], name: str, what: str, to: str = LIMIT) -> float:
    """To the limit, inside each turn; the median of all turns."""
    pairs = zip(getattr(rates[name], what), getattr(rates[to], what), strict=True)
    return float(statistics.median(ours / limit for ours, limit in pairs))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def table(backlog: int, rates: dict[str, Rates]) -> None:
    """Print the ratios at one backlog."""
    _say(f"\nbacklog {backlog:,}".replace(",", " "))
    _say(f"{'':<30} {'enqueue':>9} {'ack':>9}   rows/s: enqueue, ack; bytes a row")
    for name, mine in rates.items():
        plain = f"{statistics.median(mine.enqueue):7.0f} {statistics.median(mine.ack):7.0f}"
        size = "-" if name == LIMIT else f"{mine.size:.0f}"
        _say(f"{name:<30} {ratio(rates, name, 'enqueue'):>8.2f}× {ratio(rates, name, 'ack'):>8.2f}×   {plain}  {size}")


def syncs(folder: Path, names: list[str]) -> None:
    """Of every queue, counted from outside."""
    _say(f"\n{'syncs an operation (strace)':<30} {'enqueue':>9} {'ack':>9}")
    for name in names:
        found = bench_syncs.counted(name, folder)
        _say(f"{name:<30} " + (f"{found[0]:>9.3f} {found[1]:>9.3f}" if found else "not measured: no strace"))


def alone(folder: Path, count: int) -> None:
    """What concerns our store alone: syncs, bytes, proving."""
    (folder / "alone").mkdir()
    ours = Ours(folder / "alone", counting=True)
    ours.fill(200)
    counts = []
    jobs: tuple[Callable[[], None], ...] = (lambda: ours.enqueue(os.urandom(ROW)), ours.ack)
    for work in jobs:
        before = _Syncs.count
        for _ in range(1000):
            work()
        counts.append((_Syncs.count - before) / 1000)
    _say(f"\nsyncs an operation: enqueue {counts[0]:.3f}, ack {counts[1]:.3f}  (aim: at most 1.05)")
    before_size = ours.size()
    ours.fill(count)
    size = ours.size()
    _say(f"bytes a row of 1 KiB: {(size - before_size) / count:.0f}")
    begun = time.perf_counter()
    report = verify(ours.store)
    took = time.perf_counter() - begun
    if not report.good:
        raise RuntimeError(report.trouble)
    _say(f"whole store proved: {report.lines / took:.0f} lines, {report.operations / took:.0f} operations a second")
    ours.close()


def on_a_slow_disk(folder: Path, rounds: int) -> None:
    """The disk of a kiosk, whose syncs take 8 ms: only syncs count there."""
    (folder / "slow").mkdir()
    (folder / "slow-limit").mkdir()
    ours, limit = Ours(folder / "slow", counting=True), Append(folder / "slow-limit")
    ours.fill(200)
    found: dict[str, list[float]] = {"enqueue": [], "ack": []}
    _Syncs.delay = 0.008
    for _ in range(rounds):
        best = _rate(lambda: limit.enqueue(os.urandom(ROW)), 50)
        found["enqueue"].append(_rate(lambda: ours.enqueue(os.urandom(ROW)), 50) / best)
        found["ack"].append(_rate(ours.ack, 50) / best)
    _Syncs.delay = 0.0
    words = ", ".join(f"{what} {statistics.median(rates):.2f}×" for what, rates in found.items())
    _say(f"syncs of 8 ms more: {words} of append + fsync  (aim for enqueue: 0.95)")
    ours.close()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench queue")
    parser.add_argument("--million", action="store_true", help="also at a backlog of 1,000,000, some minutes more")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--dir", type=Path, help="on the disk that is meant; a temporary folder otherwise")
    parser.add_argument("--no-drain", action="store_true")
    parser.add_argument("--operations", type=int, default=20_000, help="to drain")
    parser.add_argument("--whole-slow-drain", action="store_true", help="all of them at 64 kbit/s too (an hour)")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=chosen.dir))
    try:
        measured = {}
        for backlog, names in _plan(chosen.million):
            measured[backlog] = compare(folder, backlog, chosen.rounds, names)
            table(backlog, measured[backlog])
        if not chosen.million:
            _say("\nnot measured in this run: a backlog of 1,000,000 (--million)")
        small, large = min(measured), max(measured)
        for what, aim in (("enqueue", 0.65), ("ack", 0.75)):
            flat = ratio(measured[large], OURS, what) / ratio(measured[small], OURS, what)
            _say(f"{what}: rate({large}) ÷ rate({small}) = {flat:.2f}, each against the limit of its time (aim: {aim})")
            _say(f"{what} at {small}: {ratio(measured[small], OURS, what, FLOOR):.2f}× the same SQLite without a chain")
        syncs(folder, list(measured[small]))
        alone(folder, 10_000)
        on_a_slow_disk(folder, chosen.rounds)
        if not chosen.no_drain:
            bench_drain.drain(folder, chosen.operations, _say, whole_slow=chosen.whole_slow_drain)
    finally:
        shutil.rmtree(folder)
    return 0


def _plan(million: bool) -> list[tuple[int, list[str]]]:
    plan = [(100, list(QUEUES)), (10_000, list(QUEUES))]
    return [*plan, (1_000_000, list(QUEUES))] if million else plan


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
