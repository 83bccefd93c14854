"""The recovery file (:mod:`offline_cache.escrow`) at every start: for the day on which the machine's security chip is
dead. A rotation sees to it by itself.
"""

from __future__ import annotations

from pathlib import Path

from offline_cache.chain import Origin
from offline_cache.escrow import TO, Escrow, recovery_file
from offline_cache.kept import Kept
from offline_cache.keys import KeyPort, damaged_key
from offline_cache.rotation import CURRENT
from offline_cache.store import Store
from offline_cache.suite import INTL, suite

_OF = "recovery-of"


def write_recovery(store: Store, path: Path, keys: KeyPort, public: bytes) -> bool:
    """See to it that the envelope beside the store is of its present key and of this sealing key of the centre.

    :returns: whether a new one was written.
    :raises StoreError: faults of the key port; ``NOT_SAVED``; ``SEALED_UNREADABLE`` for a key that is none.
    """
    key = keys.get(CURRENT)
    if key is None:
        raise damaged_key("no data key")
    kept, of = Kept(store), INTL.digest(key + public)
    if (kept.get(_OF), kept.get(TO)) == (of, public) and recovery_file(path).exists():
        return False
    identity = store.identity
    Escrow(path, Origin(identity.environment, identity.terminal, suite(identity.suite)), public).write(key)
    kept.put(TO, public)
    kept.put(_OF, of)
    return True
