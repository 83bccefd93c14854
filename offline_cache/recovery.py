"""The data key, sealed to the centre, beside the store: for the day on which the machine's security chip is dead.

    recovery file   the envelope of :mod:`offline_cache.sealing` over {"key": data key}, bound to kind ``store-key`` and
                    to the operation number "all zeros"

Nobody on the terminal can open it. The disk is sent in; the centre opens the envelope, and with the key the file.
"""

from __future__ import annotations

from pathlib import Path

from offline_cache.kept import Kept
from offline_cache.keys import KeyPort, damaged_key
from offline_cache.rotation import CURRENT
from offline_cache.sealing import Binding, open_sealed, seal
from offline_cache.store import Store
from offline_cache.suite import INTL, suite
from offline_cache.whole import write_whole

_OF = "recovery-of"


def recovery_file(path: Path) -> Path:
    """Where the envelope of the store at ``path`` is."""
    return path.with_suffix(".recovery")


def write_recovery(store: Store, path: Path, keys: KeyPort, public: bytes) -> bool:
    """See to it that the envelope beside the store is of its present key and of this sealing key of the centre.

    :returns: whether a new one was written.
    :raises StoreError: faults of the key port; ``SEALED_UNREADABLE`` for a key that is none.
    """
    key = keys.get(CURRENT)
    if key is None:
        raise damaged_key("no data key")
    kept, of = Kept(store), INTL.digest(key + public)
    place = recovery_file(path)
    if kept.get(_OF) == of and place.exists():
        return False
    identity = store.identity
    binding = _binding(identity.environment, identity.terminal)
    envelope = seal({"key": key}, binding, public, suite(identity.suite))
    write_whole(place, envelope)
    kept.put(_OF, of)
    return True


def open_recovery(envelope: bytes, environment: str, terminal: str, private_keys: dict[bytes, bytes]) -> bytes:
    """The data key. For the centre.

    :param private_keys: the centre's private sealing keys by key id.
    :raises StoreError: ``SEALED_UNREADABLE``.
    """
    key = open_sealed(envelope, _binding(environment, terminal), private_keys).get("key")
    if not isinstance(key, bytes):
        raise damaged_key("recovery: no key in it")
    return key


def _binding(environment: str, terminal: str) -> Binding:
    return Binding(environment, terminal, 1, bytes(16), "store-key", 1)
