"""The two hash chains of a terminal: its operations and its journal (DESIGN §6).

    operation   h = H("ssc-op-1",      [h_prev, environment, terminal, epoch, seq, op_id, kind, schema, sealed_hash])
    journal     h = H("ssc-journal-1", [h_prev, environment, terminal, n, at, what, op_id, fields])

``H(tag, value)`` is the suite's digest over the tag, a zero byte and the canonical CBOR of ``value``. The head before
the first link of an epoch, and before the first line of the journal, is 32 zero bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache.canonical import Plain, framed
from offline_cache.suite import INTL, Suite

GENESIS = bytes(32)
OPERATION = "ssc-op-1"
JOURNAL = "ssc-journal-1"


@dataclass(frozen=True)
class Origin:
    """Whose chain it is.

    :param environment: ``sandbox`` or ``production``.
    :param terminal: the terminal's number.
    :param suite: what the chain is made with; fixed when the terminal was enrolled.
    """

    environment: str
    terminal: str
    suite: Suite = INTL


def operation_head(
    origin: Origin,
    previous: bytes,
    *,
    epoch: int,
    seq: int,
    op_id: bytes,
    kind: str,
    schema: int,
    sealed_hash: bytes,
) -> bytes:
    """The head of the operation chain after this link. 32 bytes."""
    link = [previous, origin.environment, origin.terminal, epoch, seq, op_id, kind, schema, sealed_hash]
    return origin.suite.digest(framed(OPERATION, link))


def journal_head(
    origin: Origin,
    previous: bytes,
    *,
    n: int,
    at: int,
    what: str,
    op_id: bytes | None,
    fields: dict[str, Plain],
) -> bytes:
    """The head of the journal after this line. ``at`` is wall time in milliseconds since 1970, told but not trusted."""
    line = [previous, origin.environment, origin.terminal, n, at, what, op_id, fields]
    return origin.suite.digest(framed(JOURNAL, line))
