"""What the centre has said of all operations, in one digest: so that each side sees whether the other still knows it.

    state   H("ssc-state-1", [[op_id, word], …]), by op_id; SHA-256 in every suite. The word is the last that was said:
            applied, rejected, conflict, held. An operation of which nothing counts, or only that it is empty, is not
            in it.

The cursor of the feed says which words were read; the digest says what became of them here.
"""

from __future__ import annotations

from collections.abc import Mapping

from offline_cache.canonical import Plain, framed
from offline_cache.database import Db
from offline_cache.moves import SAID, void
from offline_cache.operations import State
from offline_cache.suite import INTL

TAG = "ssc-state-1"
_SAID = frozenset(state.value for state in SAID)


def digest_of(words: Mapping[bytes, str]) -> bytes:
    """The digest over the last word of each operation."""
    listed: list[Plain] = [[op_id, words[op_id]] for op_id in sorted(words)]
    return INTL.digest(framed(TAG, listed))


def state_digest(db: Db) -> bytes:
    """As it stands here. One that waits has what was said of it early. Of one that is parked nothing counts: any word
    that did would have moved it on (:func:`offline_cache.acknowledging.park`)."""
    found = db.rows(
        "SELECT op_id, state, reason, (SELECT max(n) FROM outcome WHERE outcome.position = progress.position),"
        " (SELECT verdict FROM outcome WHERE outcome.position = progress.position ORDER BY n DESC LIMIT 1)"
        " FROM operation JOIN progress USING (position) WHERE state NOT IN ('received', 'parked')"
    )
    words: dict[bytes, str] = {}
    for op_id, state, reason, said, verdict in found:
        if state in _SAID:
            words[op_id] = state
        elif said is not None and said > (void(State(state), reason) or 0):
            words[op_id] = verdict
    return digest_of(words)
