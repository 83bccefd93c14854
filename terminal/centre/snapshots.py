"""A snapshot: every reference document that a terminal needs, of one moment, under one signature, with an end.

    snapshot  "ssc-snapshot-1"  [environment, version, as_of, expires, [[name, version, H(body)], ...]]   by ``content``

Each document has its own signature besides (:mod:`terminal.centre.documents`), so that it can be believed by itself
off-line. A snapshot is taken whole or not at all: signed by the pinned key, complete, not older than the one that is
here, not of the future and not past its end (the attacks that The Update Framework names: rollback, freeze,
mix-and-match, truncation).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from offline_cache.canonical import framed
from offline_cache.mirror import Document
from offline_cache.suite import INTL, Suite
from terminal.centre import causes, chain, documents
from terminal.centre.contract import SignedDocument, Snapshot
from terminal.centre.identity import Identity

TAG = "ssc-snapshot-1"
NAME = "snapshot"
"""Under which the mirror keeps which snapshot was taken."""

NEEDED = frozenset({"operators", "caps", "watch-list", "catalogue", "configuration"})
"""Without these it is not complete."""

_SKEW = timedelta(seconds=300)


def statement(environment: str, snapshot: Snapshot, digests: Sequence[tuple[str, int, bytes]]) -> bytes:
    """What the centre signs."""
    listed = [[name, version, digest] for name, version, digest in digests]
    return framed(TAG, [environment, snapshot.version, _seconds(snapshot.as_of), _seconds(snapshot.expires), listed])


def signed(environment: str, plain: Snapshot, private: bytes, using: Suite = INTL) -> Snapshot:
    """``plain`` with the centre's signature in it."""
    digests = [(one.name, one.version, using.digest(chain.from_text(one.body))) for one in plain.documents]
    return structs.replace(plain, signature=chain.to_text(using.sign(private, statement(environment, plain, digests))))


def received(
    identity: Identity, answer: Snapshot, now: datetime, known: Document | None, latest: int | None
) -> list[Document]:
    """The documents of a snapshot as the mirror takes them, the snapshot itself among them.

    :param now: by the clock on the wall. :param known: the snapshot that is here.
    :param latest: milliseconds since 1970 that it is at least (:meth:`offline_cache.mirror.Mirror.latest`), so that no
        clock that was set back brings an old snapshot to life; ``None`` where no store tells.
    :raises CentreError: ``SNAPSHOT_REFUSED``; ``ANSWER_INVALID`` for a document that does not prove itself.
    """
    found = [documents.received(identity, one.name, one) for one in answer.documents]
    digests = [(one.name, one.version, identity.suite.digest(one.body)) for one in found]
    said = statement(identity.environment, answer, digests)
    names, as_of = [one.name for one in found], _milliseconds(answer.as_of)
    least = max(_milliseconds(now), latest or 0)
    problems = {
        "signature": not _holds(identity, answer, said),
        "complete": not set(names) >= NEEDED or len(set(names)) != len(names) or NAME in names,
        "rollback": known is not None and (answer.version < known.version or as_of < known.as_of),
        "other bytes": known is not None and answer.version == known.version and said != known.body,
        "future": answer.as_of > now + _SKEW,
        "expired": _milliseconds(answer.expires) <= least or answer.expires <= answer.as_of,
    }
    if wrong := [what for what, bad in problems.items() if bad]:
        raise causes.snapshot_refused(", ".join(wrong))
    end = _milliseconds(answer.expires)
    kept = [_ending_with(one, end) for one in found]
    signature = chain.from_text(answer.signature)
    return [*kept, Document(NAME, answer.version, as_of, said, signature, answer.key_id, end)]


def _ending_with(one: Document, expires: int) -> Document:
    """A document that ends with the snapshot that it came in."""
    return Document(one.name, one.version, one.as_of, one.body, one.signature, one.key_id, expires)


def _holds(identity: Identity, answer: Snapshot, said: bytes) -> bool:
    key = identity.keys().get(answer.key_id)
    try:
        return key is not None and identity.suite.verify(key, said, chain.from_text(answer.signature))
    except ValueError:
        return False


def made(version: int, as_of: datetime, life: timedelta, found: Sequence[SignedDocument], key_id: str) -> Snapshot:
    """A snapshot that is not signed yet."""
    return Snapshot(
        version=version,
        as_of=as_of,
        expires=as_of + life,
        documents=list(found),
        key_id=key_id,
        signature="",
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _milliseconds(moment: datetime) -> int:
    return _seconds(moment) * 1000
