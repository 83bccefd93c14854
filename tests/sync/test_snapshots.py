"""Reference data is taken whole or not at all: the attacks that The Update Framework names, each with the centre's own
key where the attacker may have heard it say so once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from offline_cache import caps
from offline_cache.birth import Identity as Owner
from offline_cache.errors import StoreError
from offline_cache.keys import FileKeys
from offline_cache.mirror import Mirror
from offline_cache.store import Store
from terminal import reference
from terminal.centre import documents, snapshots
from terminal.centre.contract import SignedDocument, Snapshot
from terminal.centre.errors import CentreError, CentreFault
from terminal.clock import FixedClock, SystemClock
from terminal.sandbox import staff
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sync.snapshots import AGAIN, EVERY, Refresher
from tests.sync.support import Terminal

DAY = timedelta(days=1)
NOBODY = staff.body()
RULES = {
    reference.WATCH_LIST: reference.encoded(reference.WatchList(frozenset())),
    reference.CATALOGUE: reference.encoded(reference.Catalogue(frozenset())),
    reference.CONFIGURATION: reference.encoded(reference.CityRules("12333")),
}


class Publisher:
    """Holds the centre's ``content`` key, and hands out whatever it is told to."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.answer: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        assert self.answer is not None
        return self.answer

    def document(self, name: str, body: bytes, version: int = 1) -> SignedDocument:
        key, key_id = self._authority.signing_key, self._authority.signing_key_id
        moment = datetime.now(UTC)
        return documents.signed(
            "sandbox", name, version, body, as_of=moment, key_id=key_id, private=key, using=self._authority.suite
        )

    def make(
        self,
        version: int = 10,
        *,
        found: list[SignedDocument] | None = None,
        as_of: datetime | None = None,
        life: timedelta = DAY,
        environment: str = "sandbox",
    ) -> Snapshot:
        moment = (as_of or datetime.now(UTC)).replace(microsecond=0)
        default = [
            self.document("operators", NOBODY),
            self.document("caps", b'{"max_days":3,"max_operations":5}'),
            *(self.document(name, body) for name, body in RULES.items()),
        ]
        listed = default if found is None else found
        plain = snapshots.made(version, moment, life, listed, self._authority.signing_key_id)
        return snapshots.signed(environment, plain, self._authority.signing_key, self._authority.suite)


@pytest.fixture
def publisher(centre: SandboxCentre) -> Publisher:
    return Publisher(Authority(Path(centre.ready.authority).parent))


def refresher(terminal: Terminal, publisher: Publisher) -> Refresher:
    return Refresher(publisher, Mirror(terminal.store), terminal.member.identity, SystemClock())


def state(terminal: Terminal) -> list[tuple[str, int, int]]:
    return Mirror(terminal.store).names()


def without_end(good: Snapshot) -> Snapshot:
    return structs.replace(good, documents=good.documents[:-1])


def later_end(good: Snapshot) -> Snapshot:
    return structs.replace(good, expires=good.expires + DAY)


def forged(good: Snapshot) -> Snapshot:
    return structs.replace(good, version=good.version + 1)


def unknown_key(good: Snapshot) -> Snapshot:
    return structs.replace(good, key_id="content-00000000")


def twice(good: Snapshot) -> Snapshot:
    return structs.replace(good, documents=[*good.documents, good.documents[0]])


@pytest.mark.parametrize("change", [without_end, later_end, forged, unknown_key, twice])
def test_what_is_changed_after_signing_is_not_taken(
    terminal: Terminal, publisher: Publisher, change: Callable[[Snapshot], Snapshot]
) -> None:
    publisher.answer = change(publisher.make())
    with pytest.raises(CentreError) as caught:
        refresher(terminal, publisher).refresh()
    assert caught.value.fault is CentreFault.SNAPSHOT_REFUSED
    assert state(terminal) == []


def test_the_attacks_that_need_no_forgery(terminal: Terminal, publisher: Publisher) -> None:
    """Everything here is rightly signed; what is wrong is when, what with, and what without."""
    now = datetime.now(UTC)
    publisher.answer = publisher.make(10, as_of=now - timedelta(minutes=2))
    refresher(terminal, publisher).refresh()
    before = state(terminal)
    assert {name for name, _, _ in before} == {*snapshots.NEEDED, "snapshot"}
    operators, limits, *others = publisher.answer.documents
    mixed = [operators, *others, publisher.document("caps", b'{"max_days":9999,"max_operations":5}', version=2)]
    attacks: dict[str, Snapshot] = {
        "rollback": publisher.make(9),
        "rollback of the moment alone": publisher.make(11, as_of=now - DAY, life=2 * DAY),
        "the same number for other bytes": publisher.make(10, found=mixed),
        "freeze: past its end": publisher.make(11, as_of=now - 2 * DAY, life=DAY),
        "an end before its beginning": publisher.make(11, life=-DAY),
        "of the future": publisher.make(11, as_of=now + DAY),
        "mix-and-match": structs.replace(publisher.answer, documents=mixed),
        "truncation: a document short": publisher.make(11, found=[operators, limits, *others[:-1]]),
        "truncation: nothing at all": publisher.make(11, found=[]),
        "one twice": publisher.make(11, found=[operators, limits, limits, *others]),
        "one that calls itself the snapshot": publisher.make(
            11, found=[operators, limits, *others, publisher.document("snapshot", b"x")]
        ),
        "another environment": publisher.make(11, environment="production"),
    }
    for what, attack in attacks.items():
        publisher.answer = attack
        with pytest.raises(CentreError) as caught:
            refresher(terminal, publisher).refresh()
        assert caught.value.fault is CentreFault.SNAPSHOT_REFUSED, what
        assert state(terminal) == before, what
    # A document inside that is not the centre's own word is no better for the signature around it.
    spoiled = structs.replace(limits, body=limits.body[:-4] + "AAAA")
    publisher.answer = publisher.make(11, found=[operators, spoiled, *others])
    with pytest.raises(CentreError) as caught:
        refresher(terminal, publisher).refresh()
    assert caught.value.fault is CentreFault.ANSWER_INVALID
    assert state(terminal) == before


def test_no_clock_that_is_set_back_brings_an_old_snapshot_to_life(
    terminal: Terminal, publisher: Publisher, tmp_path: Path
) -> None:
    """Freeze: the centre's own word of three days ago, held back until the clock is set to when it was said. What
    the monotonic clock has counted since the centre was heard says that it is not of now."""
    heard, identity = datetime.now(UTC).replace(microsecond=0), terminal.member.identity
    watch, keys = FixedClock(heard), FileKeys(tmp_path / "other-keys", "sandbox")
    with Store.create(tmp_path / "other.db", keys, Owner("sandbox", identity.terminal), now=watch.now) as store:
        store.do(lambda db: caps.heard(db, int(heard.timestamp() * 1000)))
        counted = caps.OfflineTime(store, watch.monotonic)
        watch.advance((3 * DAY).total_seconds())
        counted.tick()
        watch.set(heard + timedelta(minutes=10))
        mirror = Mirror(store)
        back = Refresher(publisher, mirror, identity, watch)
        publisher.answer = publisher.make(10, as_of=heard, life=DAY)
        with pytest.raises(CentreError) as caught:
            back.refresh()
        assert (caught.value.fault, caught.value.detail) == (CentreFault.SNAPSHOT_REFUSED, "expired")
        assert mirror.names() == []
        publisher.answer = publisher.make(11, as_of=heard, life=4 * DAY)  # this one holds still
        back.refresh()
        assert len(mirror.names()) == len(snapshots.NEEDED) + 1


def test_without_a_store_the_clock_on_the_wall_tells_the_end(terminal: Terminal, publisher: Publisher) -> None:
    now, identity = datetime.now(UTC), terminal.member.identity
    good, late = publisher.make(10, as_of=now - DAY, life=2 * DAY), publisher.make(10, as_of=now - 2 * DAY, life=DAY)
    assert snapshots.received(identity, good, now, None, None)
    with pytest.raises(CentreError) as caught:
        snapshots.received(identity, late, now, None, None)
    assert caught.value.detail == "expired"


UNREADABLE = {
    "operators": [b"{}", b"", b'{"operators":[]}', b'{"operators":1,"rules":{}}'],
    "caps": [
        b"{}",
        b"[]",
        b"",
        b'{"max_days":0,"max_operations":5}',
        b'{"max_days":"3","max_operations":5}',
        b"[" * 9999,
    ],
    "watch-list": [b"{}", b'{"cards":"all"}'],
    "catalogue": [b"[]", b'{"off":null}'],
    "configuration": [b"{}", b'{"loss_hotline":12333}'],
}


@pytest.mark.parametrize(("name", "body"), [(name, body) for name in UNREADABLE for body in UNREADABLE[name]])
def test_what_the_centre_signed_and_nobody_can_read_takes_no_limit_away(
    terminal: Terminal, publisher: Publisher, name: str, body: bytes
) -> None:
    """The last word that could be read stays in force, with its limits, its people and its watch-list."""
    publisher.answer = publisher.make(10)
    refresher(terminal, publisher).refresh()
    before = state(terminal)
    others = [one for one in publisher.answer.documents if one.name != name]
    publisher.answer = publisher.make(11, found=[*others, publisher.document(name, body, version=2)])
    with pytest.raises(CentreError) as caught:
        refresher(terminal, publisher).refresh()
    assert (caught.value.fault, caught.value.detail) == (CentreFault.SNAPSHOT_REFUSED, f"form of {name}")
    assert state(terminal) == before


def test_a_swap_is_whole(terminal: Terminal, publisher: Publisher) -> None:
    """One document older than what is here keeps all of them out: nothing is half new."""
    publisher.answer = publisher.make(10, found=_all(publisher, 3, 3))
    refresher(terminal, publisher).refresh()
    before = state(terminal)
    publisher.answer = publisher.make(11, found=_all(publisher, 4, 2))
    with pytest.raises(StoreError):
        refresher(terminal, publisher).refresh()
    assert state(terminal) == before
    publisher.answer = publisher.make(12, found=_all(publisher, 4, 4))
    refresher(terminal, publisher).refresh()
    versions = {name: version for name, version, _ in state(terminal)}
    assert [versions[name] for name in ("operators", "caps", "snapshot")] == [4, 4, 12]
    assert {document.expires for document in map(Mirror(terminal.store).get, ("operators", "caps")) if document} == {
        int(publisher.answer.expires.timestamp() * 1000)
    }


def _all(publisher: Publisher, operators: int, limits: int) -> list[SignedDocument]:
    others = [publisher.document(name, body) for name, body in RULES.items()]
    return [publisher.document("operators", NOBODY, operators), _caps(publisher, limits), *others]


def _caps(publisher: Publisher, version: int) -> SignedDocument:
    return publisher.document("caps", b'{"max_days":%d,"max_operations":5}' % version, version)


def test_the_sender_brings_the_centre_s_own(centre: SandboxCentre, terminal: Terminal) -> None:
    """Over the real wire, beside the feed."""
    assert terminal.driver().once().clear
    assert {name for name, _, _ in state(terminal)} == {*snapshots.NEEDED, "snapshot"}
    document = Mirror(terminal.store).get("caps")
    assert document is not None
    assert caps.parsed(document.body) == caps.Caps(14, 20_000, value=5_000_000)
    # The same documents again, in a later snapshot: nothing changes but the time up to which they hold.
    first = document.expires
    later = Refresher(terminal.member.client(), Mirror(terminal.store), terminal.member.identity, SystemClock())
    later.refresh()
    document = Mirror(terminal.store).get("caps")
    assert document is not None
    assert first is not None
    assert document.expires is not None
    assert document.expires >= first


def test_a_snapshot_that_is_refused_does_not_stop_the_sender(terminal: Terminal, publisher: Publisher) -> None:
    publisher.answer = publisher.make(11, life=-DAY)
    refresher(terminal, publisher).look()
    assert state(terminal) == []


def test_after_a_look_that_failed_the_next_is_soon_and_after_a_good_one_later(
    terminal: Terminal, publisher: Publisher
) -> None:
    watch = FixedClock(datetime.now(UTC))
    looking = Refresher(publisher, Mirror(terminal.store), terminal.member.identity, watch)

    def version() -> int:
        return {name: number for name, number, _ in state(terminal)}.get("snapshot", 0)

    publisher.answer = publisher.make(10, life=-DAY)
    looking.look()
    publisher.answer = publisher.make(11)
    looking.look()
    assert version() == 0  # not at once
    watch.advance(AGAIN)
    looking.look()
    assert version() == 11
    publisher.answer = publisher.make(12)
    watch.advance(AGAIN)
    looking.look()
    assert version() == 11
    watch.advance(EVERY - AGAIN)
    looking.look()
    assert version() == 12
