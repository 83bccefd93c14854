"""Reference data at its use: believed again, switched off past its end, and no clock that is set back stretches it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_cache.birth import Identity as Owner
from offline_cache.caps import OfflineTime, standing_of
from offline_cache.errors import StoreFault
from offline_cache.journal import Journal
from offline_cache.keys import FileKeys
from offline_cache.mirror import Mirror
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.store import Store
from terminal.centre import documents
from terminal.centre.identity import Identity
from terminal.clock import SystemClock
from terminal.errors import TerminalError
from terminal.reference import Catalogue, CityRules, Refusals, WatchList, encoded, hotline, recheck_limits, refusals
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sync.snapshots import Refresher
from tests.offline_cache.support import draft, fault_of
from tests.sync.support import Terminal

CARD = bytes(range(16))
NAME = hashlib.sha256(CARD).hexdigest()
DAY = timedelta(days=1)


class Watch:
    """A clock on the wall that somebody sets, and one that nobody can."""

    def __init__(self) -> None:
        self.wall, self.passed = datetime.now(UTC).replace(microsecond=0), 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.passed


@dataclass
class Shelf:
    """A store with clocks of ours, and somebody who holds the centre's ``content`` key."""

    store: Store
    identity: Identity
    authority: Authority
    watch: Watch

    def put(self, name: str, body: bytes, version: int = 1) -> None:
        key, key_id = self.authority.signing_key, self.authority.signing_key_id
        as_of = self.watch.wall
        signed = documents.signed(
            "sandbox", name, version, body, as_of=as_of, key_id=key_id, private=key, using=self.authority.suite
        )
        found = documents.received(self.identity, name, signed)
        end = int((as_of + DAY).timestamp() * 1000)
        Mirror(self.store).replace([replace(found, expires=end)])

    def refusals(self, card: bytes = CARD) -> Refusals:
        return refusals(self.store, self.identity, card)


@pytest.fixture
def shelf(centre: SandboxCentre, terminal: Terminal, tmp_path: Path) -> Iterator[Shelf]:
    identity, watch, keys = terminal.member.identity, Watch(), FileKeys(tmp_path / "other-keys", "sandbox")
    authority = Authority(Path(centre.ready.authority).parent)
    with Store.create(tmp_path / "other.db", keys, Owner("sandbox", identity.terminal), now=watch.now) as store:
        yield Shelf(store, identity, authority, watch)


def test_what_is_published_is_what_is_refused(shelf: Shelf) -> None:
    assert shelf.refusals() == Refusals()  # a terminal that was never on-line
    assert hotline(shelf.store, shelf.identity) is None
    shelf.put("watch-list", encoded(WatchList(frozenset({NAME}))))
    shelf.put("catalogue", encoded(Catalogue(frozenset({"contact-change"}))))
    shelf.put("configuration", encoded(CityRules("0379-12333")))
    assert shelf.refusals() == Refusals(watched=True, off=frozenset({"contact-change"}))
    assert not shelf.refusals(bytes(16)).watched
    assert hotline(shelf.store, shelf.identity) == "0379-12333"
    with pytest.raises(TerminalError) as refused:
        shelf.refusals().require_served()
    assert refused.value.fault.value == "T181"
    off = shelf.refusals(bytes(16)).of_service("contact-change", leaves_something=True)
    assert off is not None
    assert off.fault.value == "T182"
    assert shelf.refusals(bytes(16)).of_service("card-status", leaves_something=False) is None


def test_past_its_end_by_time_off_line_and_by_no_clock_that_was_set(shelf: Shelf) -> None:
    shelf.put("catalogue", encoded(Catalogue(frozenset({"contact-change"}))))
    counted = OfflineTime(shelf.store, shelf.watch.monotonic)
    shelf.watch.passed += 23 * 3600
    counted.tick()
    assert not shelf.refusals().old
    shelf.watch.wall -= 300 * DAY  # somebody sets the clock back
    shelf.watch.passed += 2 * 3600
    counted.tick()
    found = shelf.refusals()
    assert found.old
    assert found.off == {"contact-change"}  # what was forbidden stays so
    late = found.of_service("card-pin-change", leaves_something=True)
    assert late is not None
    assert late.fault.value == "T183"
    assert found.of_service("card-status", leaves_something=False) is None


def test_a_document_that_is_not_the_centres_word_any_more_allows_nothing(shelf: Shelf) -> None:
    shelf.put("watch-list", encoded(WatchList(frozenset())))
    shelf.store.do(lambda db: db.execute("UPDATE mirror SET body = ?", (b'{"cards":[]} ',)))
    assert shelf.refusals().old


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(body=st.binary(max_size=80) | st.sampled_from([b"[]", b'{"cards":5}', b'{"cards":{"a":1}}', b"[" * 5000]))
def test_hostile_documents_allow_nothing_and_break_nothing(shelf: Shelf, body: bytes) -> None:
    """Rightly signed, and of no form: a mistake of the centre."""
    mirror = Mirror(shelf.store)
    known = mirror.get("watch-list")
    shelf.put("watch-list", body, known.version + 1 if known else 1)
    found = shelf.refusals()
    assert found.old
    assert not found.watched


def test_the_sender_brings_what_the_centre_publishes(centre: SandboxCentre, terminal: Terminal) -> None:
    """Over the real wire: a later snapshot carries what changed."""
    client, identity = terminal.member.client(), terminal.member.identity
    refresher = Refresher(client, Mirror(terminal.store), identity, SystemClock())
    refresher.refresh()
    assert not refusals(terminal.store, identity, CARD).watched
    centre.control.publish(watch=[CARD.hex()], off=["contact-change"])
    try:
        refresher.refresh()
        assert refusals(terminal.store, identity, CARD) == Refusals(watched=True, off=frozenset({"contact-change"}))
        assert hotline(terminal.store, identity) == "12333"
    finally:
        centre.control.publish(watch=[], off=[])


def test_limits_that_the_centre_did_not_sign_are_none(shelf: Shelf) -> None:
    """Whoever has the store's key can write limits into it; at the next start nothing new is taken in on them."""
    shelf.put("caps", b'{"max_days":3,"max_operations":50}')
    recheck_limits(shelf.store, shelf.identity)
    assert not standing_of(shelf.store).frozen
    generous = b'{"max_days":999,"max_operations":50000}'
    shelf.store.do(lambda db: db.execute("UPDATE mirror SET body = ? WHERE name = 'caps'", (generous,)))
    assert not standing_of(shelf.store).frozen
    for _ in range(2):  # at each start
        recheck_limits(shelf.store, shelf.identity)
        assert standing_of(shelf.store).frozen
        assert fault_of(lambda: Outbox(shelf.store).record(draft())) is StoreFault.OFFLINE_LIMIT
    dropped = [line.fields for line in Journal(shelf.store).lines() if line.what == "reference-dropped"]
    assert dropped == [{"document": "caps"}]
    shelf.put("caps", b'{"max_days":3,"max_operations":50}', version=1)  # the centre says the same again
    assert not standing_of(shelf.store).frozen
    assert verify(shelf.store).good
