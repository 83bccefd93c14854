"""The open store of this terminal with everything that writes into it or sends from it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from offline_cache import caps, rows
from offline_cache.birth import Identity as Owner
from offline_cache.errors import StoreError
from offline_cache.intents import Intents
from offline_cache.journal import Journal
from offline_cache.kept import Kept
from offline_cache.keys import KeyPort
from offline_cache.leases import Leases
from offline_cache.lockfile import LockFile
from offline_cache.mirror import Mirror
from offline_cache.operations import Draft
from offline_cache.outbox import Outbox
from offline_cache.recovery import write_recovery
from offline_cache.reserved import Number, Reserve
from offline_cache.rotation import CURRENT
from offline_cache.store import Store
from offline_cache.suite import INTL
from offline_cache.tip import TipKeeper
from offline_cache.wiping import refuse_changed, wipe
from terminal.centre.identity import Identity
from terminal.clock import Clock
from terminal.membership import Membership, key_port
from terminal.model.operations import SCHEMA, OperationBody, takes_in
from terminal.receipts.identity import paper_signer
from terminal.receipts.keys import Signer
from terminal.reference import Reference, kept, recheck_limits
from terminal.settings import Settings, prepare_data, store_path
from terminal.sync.assembly import sender
from terminal.sync.driver import Driver
from terminal.sync.sealing import Sealer, sealer
from terminal.sync.words import Knobs

_MARK = "store-made"
_SUBJECTS = "subject-key"


@dataclass(frozen=True)
class Records:
    """One open store.

    :param keys: where the marks of reserved numbers are.
    :param tip: how far the store goes, kept outside of it.
    :param subject_key: of the keyed hash that stands for a card in the store, where no card number has a place.
    """

    store: Store
    identity: Identity
    signer: Signer
    sync: Driver
    keys: KeyPort = field(repr=False)
    subject_key: bytes = field(repr=False)
    tip: TipKeeper = field(repr=False)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.store)

    @property
    def journal(self) -> Journal:
        return Journal(self.store)

    @property
    def intents(self) -> Intents:
        return Intents(self.store)

    @property
    def mirror(self) -> Mirror:
        return Mirror(self.store)

    @property
    def kept(self) -> Kept:
        return Kept(self.store)

    @property
    def leases(self) -> Leases:
        return Leases(self.store)

    @cached_property
    def reserve(self) -> Reserve:
        """The numbers set aside; made when first needed, for it asks the keys.

        :raises offline_cache.errors.StoreError: faults of the key port.
        """
        return Reserve(self.store, self.keys)

    def drive_number(self, subject: bytes) -> Number | None:
        """The number that new work about a lent person uses; ``None`` for one who is not lent, and in a drive without
        numbers.

        :raises offline_cache.errors.StoreError: ``NUMBERS_OUT``; faults of the key port.
        """
        lease = self.leases.find(subject)
        if lease is None or not self.reserve.counts(lease):
            return None
        return self.reserve.next(lease.drive)

    def sealer(self) -> Sealer:
        """Seals for the life of the log that is being written.

        :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
        """
        at = int(self.store.now().timestamp() * 1000)
        epoch, late = self.store.do(lambda db: (rows.epoch_of(db), caps.behind(db, at)), write=False)
        return sealer(self.identity, epoch, late // 1000)

    def reference(self) -> Reference:
        """What the centre's reference data, as it is here, says."""
        return kept(self.store, self.identity)

    def draft(
        self,
        kind: str,
        body: OperationBody,
        *,
        subject: bytes,
        summary: Mapping[str, str | int],
        schema: int = SCHEMA,
        refers_to: bytes | None = None,
        value: int = 0,
    ) -> Draft:
        """Every operation of this program is made here, and so nothing is taken in that the reference data refuses,
        whichever page, command or program it comes from. See :meth:`terminal.sync.sealing.Sealer.draft`.

        :raises TerminalError: those of :meth:`terminal.reference.Refusals.require`.
        """
        if takes_in(kind):
            what = kind.partition(".")[0]
            self.reference().of(bytes.fromhex(body.card_id)).require(what, leaves_something=True)
        sealer = self.sealer()
        return sealer.draft(
            kind, body, subject=subject, summary=summary, schema=schema, refers_to=refers_to, value=value
        )

    def subject(self, card_id: bytes) -> bytes:
        """What stands for a card here: 32 bytes that tell nothing without the store's key."""
        return hmac.digest(self.subject_key, card_id, hashlib.sha256)

    def close(self) -> None:
        self.sync.stop()
        if "reserve" in self.__dict__:
            with suppress(StoreError):  # a mark that stays ahead skips a few numbers, and uses none twice
                self.reserve.close()
        with suppress(StoreError):  # an older one finds less
            self.tip.keep()
        self.store.close()


def open_records(
    settings: Settings, clock: Clock, member: Membership, changed: Callable[[], None] = lambda: None
) -> Records:
    """Open the store of an enrolled terminal, or make it the first time. The sender is not started.

    A store that was made once for a terminal is never made again: where its file is gone, that is a fault for people.

    :raises offline_cache.errors.StoreError: see :meth:`offline_cache.store.Store.open` and ``create``.
    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    :raises terminal.errors.TerminalError: ``DATA_FOLDER``.
    """
    identity, keys = member.identity, key_port(settings)
    signer = paper_signer(identity)
    store = _open_store(settings, clock, identity, keys)
    try:
        for public in list(identity.pinned("seal").values())[:1]:
            write_recovery(store, store_path(settings), keys, public)
        tip = TipKeeper(store, keys)
        tip.look()
        recheck_limits(store, identity)
        knobs = Knobs(splay=settings.sync_splay)
        sync = sender(store, member.client, identity, clock, knobs=knobs, changed=changed, begun=tip.begun)
        return _looked(Records(store, identity, signer, sync, keys, _subject_key(Kept(store)), tip), settings)
    except BaseException:
        store.close()
        raise


def _looked(records: Records, settings: Settings) -> Records:
    if settings.second_copy:
        from terminal.second_copy import look_at_opening  # noqa: PLC0415 - slow, and not everybody has one

        look_at_opening(records, settings)
    return records


def wipe_store(settings: Settings, records: Records) -> None:
    """Close the store and end it (:func:`offline_cache.wiping.wipe`), after a mark that outlives it: the next start may
    make a new one, which knows that it is not this terminal's first, and ends what a crash leaves half done.

    :raises offline_cache.errors.StoreError: ``STORE_HELD``, ``WIPE_REFUSED`` where another program was quicker;
        ``NOT_SAVED``; faults of the key port.
    """
    terminal, life = records.identity.terminal, records.outbox.latest_life()
    last, path, keys = records.journal.tip(), store_path(settings), key_port(settings)
    records.close()
    lock = LockFile(path.with_suffix(".lock"), records.store.now)
    try:
        refuse_changed(path, keys, last)
        keys.put(_MARK, f"wiped {terminal} {life}".encode("ascii"))
        wipe(path, keys)
    finally:
        lock.release()


def _wiped_in(mark: bytes | None, terminal: str) -> int | None:
    """The latest life of this terminal's log that the store which was wiped knew of; ``None`` where none was."""
    match (mark or b"").split(b" "):
        case [b"wiped", number, life] if number == terminal.encode("ascii") and life.isdigit():
            return int(life)
    return None


def held(settings: Settings, clock: Clock) -> Owner | None:
    """Whose log the store here holds; ``None`` where there is no store.

    :raises offline_cache.errors.StoreError: see :meth:`offline_cache.store.Store.open`; ``STORE_HELD`` beside a screen.
    """
    path = store_path(settings)
    if not path.exists():
        return None
    with Store.open(path, key_port(settings), environment=settings.environment, now=clock.now) as store:
        return store.identity


def _open_store(settings: Settings, clock: Clock, identity: Identity, keys: KeyPort) -> Store:
    prepare_data(settings)
    path = store_path(settings)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    mark = identity.terminal.encode("ascii")
    known = keys.get(_MARK)
    again = _wiped_in(known, identity.terminal)
    if again is not None and path.exists() and keys.get(CURRENT) is None:
        # A wipe that was cut off behind the key: what is left can be read by nobody, so nobody has it open.
        wipe(path, keys)
    if not path.exists() and known != mark:
        owner = Owner(settings.environment, identity.terminal, suite=identity.suite.name)
        store = Store.create(path, keys, owner, now=clock.now, again=again)
    else:
        store = Store.open(
            path,
            keys,
            environment=settings.environment,
            terminal=identity.terminal,
            suite=identity.suite.name,
            now=clock.now,
        )
    try:
        if known != mark:
            keys.put(_MARK, mark)
    except BaseException:
        store.close()
        raise
    return store


def _subject_key(kept: Kept) -> bytes:
    key = kept.get(_SUBJECTS)
    if key is None:
        key = INTL.random(32)
        kept.put(_SUBJECTS, key)
    return key
