"""Makes the golden store of the form that this program writes: ``python -m tests.offline_cache.golden``.

Each released form keeps its file in ``tests/data`` for ever; a later program must open every one of them. The key is
public: there is nothing in it but made-up bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from offline_cache.birth import KEY_NAME
from offline_cache.blobs import SealedBlob
from offline_cache.intents import Begin, End, Ending
from offline_cache.kept import Kept
from offline_cache.migrations import MIGRATIONS
from offline_cache.mirror import Document, Mirror
from offline_cache.operations import Draft, Outcome, Verdict
from offline_cache.outbox import Outbox
from offline_cache.room import Limits
from offline_cache.store import Store
from tests.offline_cache.support import IDENTITY, Wall, keys, place

DATA = Path(__file__).parents[1] / "data"
KEY = bytes(range(32))
WAITS = 12_345
"""Fen that the operations which wait move, from form 7 on."""


def golden(form: int) -> Path:
    return DATA / f"store-form-{form}.db"


def number(n: int) -> bytes:
    return n.to_bytes(16, "big")


def one(n: int, kind: str = "contact-change", refers_to: bytes | None = None) -> Draft:
    return Draft(number(n), kind, 1, b"subject-%d" % (n % 3), bytes([n]) * 200, {"what": "phone"}, refers_to)


def fill(store: Store) -> None:
    """Something of everything."""
    outbox = Outbox(store)
    for n in range(1, 5):
        outbox.record(replace(one(n), value=n))
    outbox.record(replace(one(5), blobs=(SealedBlob(6, (b"sealed photo",)),)))
    outbox.record(one(6, "card-pin-change.begun"), intents=[Begin(number(6), b"card-a", {"expects": "new"})])
    end = End(number(6), number(7), Ending.DONE, proof=b"proof")
    outbox.record(one(7, "card-pin-change.done", number(6)), intents=[end])
    outbox.record(
        replace(one(8, "card-pin-change.begun"), value=WAITS), intents=[Begin(number(8), b"card-b", {"expects": "new"})]
    )
    batch = outbox.batch(6)
    assert batch is not None
    outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z", key_id="ack-1")
    outbox.outcomes(
        [Outcome(number(1), Verdict.APPLIED), Outcome(number(2), Verdict.REJECTED, "a-reason")], ("changes", "2-ab")
    )
    outbox.resolve(number(2), one(9, refers_to=number(2)), "corrected")
    outbox.park(number(7), "refused-at-ingest")
    Mirror(store).replace([Document("catalogue", 3, 1_795_000_000_000, b"{}", b"signature", "content-1")])
    Kept(store).put("ack-key", bytes(32))


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    port = keys(folder)
    port.put(KEY_NAME, KEY)
    limits = Limits(warn=0, stop=0, ballast=4096)
    with Store.create(place(folder), port, IDENTITY, now=Wall().now, limits=limits) as store:
        fill(store)
    DATA.mkdir(exist_ok=True)
    shutil.copy(place(folder), golden(len(MIGRATIONS)))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
