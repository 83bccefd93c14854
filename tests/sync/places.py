"""Where what a terminal was trusted with can stand, for :mod:`tests.sync.standing`: what is on a medium is read there,
not believed of the program that wrote it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from offline_cache.epochs import KIND, unpacked
from terminal.centre import chain
from terminal.centre.contract import OperationBatch
from terminal.centre.contract.operations import LoggedOperation
from terminal.medium import MediumPiece, SalvagedRun, read_medium

Ids = frozenset[bytes]
"""Names of operations, and of photos."""


@dataclass(frozen=True)
class Copy:
    """Of the store: :param key: which data key opens it; :param life: of its log, :param last: of its numbers."""

    file: Path
    key: int
    number: str
    life: int
    last: int
    here: Ids
    beside: Ids = frozenset()


@dataclass(frozen=True)
class Register:
    """What the centre knows of one number. :param life: that is open; :param arrived: the latest of which something is
    there; :param missing: reported lost."""

    life: int = 1
    arrived: int = 1
    missing: bool = False
    enrolled: bool = True

    @property
    def sure(self) -> int:
        """The latest life that the centre gives to nobody again: something of it has arrived."""
        return min(self.arrived, self.life)


@dataclass(frozen=True)
class Centre:
    """What a backup of the centre has."""

    has: Ids = frozenset()
    registers: dict[str, Register] = field(default_factory=dict)

    def of(self, number: str) -> Register:
        """Of a number, also of one that had not joined yet."""
        return self.registers.get(number, Register(enrolled=False))


def contents(file: Path) -> Ids:
    """Operations whose bodies stand on a medium, and photos that stand there whole."""
    _, entries = read_medium(file)
    found: set[bytes] = set()
    pieces: Counter[bytes] = Counter()
    for entry in entries:
        if isinstance(entry, MediumPiece):
            blob = bytes.fromhex(entry.blob)
            pieces[blob] += 1
            found |= {blob} if pieces[blob] == len(entry.body.hashes) else set()
        else:
            batch = entry.salvaged if isinstance(entry, SalvagedRun) else entry
            found.update(one for operation in batch.operations for one in _bodies(operation))
    return frozenset(found)


def last_of(file: Path, number: str) -> tuple[int, int]:
    """Life and last place of a terminal's log on a medium that a store has written; nothing where it is another's."""
    header, entries = read_medium(file)
    if header.terminal != number:
        return 0, 0
    ends = [(header.tip.epoch, header.tip.seq)] if header.tip else []
    batches = (one for one in entries if isinstance(one, OperationBatch))
    ends += [(one.epoch, one.from_seq + len(one.operations) - 1) for one in batches]
    return max(ends, default=(0, 0))


def _bodies(one: LoggedOperation) -> Iterator[bytes]:
    """It, and what it carries over from an earlier life."""
    if one.sealed is None:
        return
    op_id, kind, sealed = bytes.fromhex(one.op_id), one.kind, chain.from_text(one.sealed)
    yield op_id
    while kind == KIND and (carried := unpacked(sealed)) is not None and carried.sealed is not None:
        yield carried.op_id
        kind, sealed = carried.kind, carried.sealed
