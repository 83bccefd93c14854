"""The drain of ``./run bench queue``: real sealed operations, through the real client, to a sandbox centre."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from offline_cache.birth import Identity as Owner
from offline_cache.keys import FileKeys
from offline_cache.operations import State
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from terminal.centre.client import CentreClient
from terminal.centre.enrolment import enrol
from terminal.centre.identity import Identity
from terminal.model.operations import CONTACT_CHANGE, ContactChange
from terminal.sandbox.child import SandboxCentre
from terminal.sync.answers import Kind
from terminal.sync.assembly import courier
from terminal.sync.sealing import sealer

SLOW = 64_000 // 8
"""Bytes a second of a field drive's link."""
SAMPLE = 500
"""Operations that go over the slow link, unless all are wanted."""
BATCH, BATCH_BYTES = 100, 384 * 1024


class Link:
    """A TCP relay on loopback that counts bytes, and may be slow."""

    def __init__(self, to: tuple[str, int]) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.up = self.down = 0
        self.rate: int | None = None
        threading.Thread(target=self._accept, name="bench-link", daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:
                return
            outside = socket.create_connection(self._to)
            threading.Thread(target=self._relay, args=(inside, outside), daemon=True).start()

    def _relay(self, inside: socket.socket, outside: socket.socket) -> None:
        with inside, outside:
            while True:
                for ready in select.select([inside, outside], [], [])[0]:
                    try:
                        data = ready.recv(1024 if self.rate else 65536)
                        (outside if ready is inside else inside).sendall(data)
                    except OSError:
                        return
                    if not data:
                        return
                    self.up += len(data) if ready is inside else 0
                    self.down += len(data) if ready is outside else 0
                    if self.rate:
                        threading.Event().wait(len(data) / self.rate)  # the time that the line takes

    def close(self) -> None:
        self._listener.close()


def drain(folder: Path, count: int, say: Callable[[str], None], *, whole_slow: bool) -> None:
    """Record, and drain at full speed, then at 64 kbit/s; say what it took."""
    with SandboxCentre(folder / "centre") as centre:
        ready = centre.ready
        keys = FileKeys(folder / "terminal" / "keys", "sandbox")
        identity = enrol(
            folder / "terminal" / "data", ready.url, ready.code, centre.authority, environment="sandbox", keys=keys,
            now=_now,
        )  # fmt: skip
        place = folder / "terminal" / "store.db"
        store = Store.create(place, keys, Owner("sandbox", identity.terminal))
        parts = urlsplit(ready.url)
        link = Link((parts.hostname or "", parts.port or 0))
        try:
            _record(store, identity, count)
            say(f"\ndrain of {count} sealed operations: {place.stat().st_size / 1e6:.1f} MB on the disk (aim: 40 MB)")
            say(_timed(store, identity, link, count)[1])
            slow = count if whole_slow else min(SAMPLE, count)
            _record(store, identity, slow)
            link.rate = SLOW
            took, words = _timed(store, identity, link, slow)
            say(words)
            if slow < count:
                say(f"  {count} at that rate: {took * count / slow / 60:.0f} min (aim: 30 min)")
        finally:
            link.close()
            store.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _record(store: Store, identity: Identity, count: int) -> None:
    """Changes of telephone of made-up holders: what a drive records most of."""
    outbox, seals = Outbox(store), sealer(identity, 1)
    for first in range(0, count, 500):
        drafts = []
        for number in range(first, min(first + 500, count)):
            body = ContactChange(
                card_id=f"{number % 5000:032X}",
                recorded_at="2026-06-01T09:00:00+08:00",
                authenticated=True,
                phone=f"138{number:08d}",
                operator="0001",
                reviewer="0002",
            )
            summary = {"what": "phone", "new": "138****0000"}
            drafts.append(seals.draft(CONTACT_CHANGE, body, subject=b"%08d" % (number % 5000), summary=summary))
        outbox.record(*drafts)


def _timed(store: Store, identity: Identity, link: Link, count: int) -> tuple[float, str]:
    """Send all that waits. Seconds, and what it took in words."""
    client = CentreClient(link.url, identity, now=_now, deadline=300.0)
    sender = courier(store, client, identity)
    link.up = link.down = 0
    begun = time.perf_counter()
    while (answer := sender.send(None, BATCH, BATCH_BYTES)).kind is not Kind.NOTHING:
        if answer.kind is not Kind.RECEIVED:
            raise RuntimeError(f"{answer.kind}: {sender.error}")
    took = time.perf_counter() - begun
    if Outbox(store).counts().count.get(State.PENDING, 0):
        raise RuntimeError("something still waits")
    name = f"{link.rate * 8 // 1000} kbit/s" if link.rate else "loopback"
    return took, (f"  {name}: {count} in {took:.1f} s ({count / took:.0f}/s), {link.up / count:.0f} bytes up each")
