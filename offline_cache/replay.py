"""The states of all operations and card writes, told again from the journal alone, and compared with what stands.

So a row of state that was put back to its older self, or a refusal that was made to disappear, is noticed although no
chain runs over states.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile

from offline_cache.database import Db
from offline_cache.journal import Line
from offline_cache.operations import State, Taken
from offline_cache.sending import broken

ANCHORS = 2
"""Acknowledgements that must cover an operation before its body may go: a restored centre asks for it again."""


@dataclass
class _Told:
    """What the journal says of one operation."""

    epoch: int
    seq: int
    state: State = State.PENDING
    early: list[State] = field(default_factory=list)
    resolved_by: str = ""
    inside: _Told | None = None  # what it carries over from an earlier life
    again: bool = False  # it waits once more, and lines of its own say when it waits no longer
    took_effect: bool = False  # once; a centre that was put back may say something else since

    def becomes(self, state: State) -> None:
        self.state = state
        self.took_effect |= state is State.APPLIED

    def received(self) -> None:
        """As :func:`offline_cache.acknowledging.acknowledged`."""
        if self.state is not State.PENDING or self.again:
            return
        self.becomes(self.early[-1] if self.early else State.RECEIVED)
        if self.inside is not None:
            self.inside.received()


class Replay:
    """Fed line by line; :meth:`compare` at the end."""

    def __init__(self) -> None:
        self._local: dict[tuple[int, int], str] = {}
        self._epoch = 0
        self._told: dict[bytes, _Told] = {}
        self._waiting: dict[int, dict[bytes, _Told]] = defaultdict(dict)
        self._cards: dict[bytes, str | None] = {}
        self._blobs: dict[str, tuple[bytes | None, bool]] = {}
        self._gone: set[tuple[int, int]] = set()
        self._freed = 0
        self._acknowledgements: dict[int, list[int]] = defaultdict(list)

    def expect(self, epoch: int, seq: int, local: str, *, gone: bool = False) -> None:
        """An operation that stands in the store, with the digest of what the operation chain does not cover.

        :param gone: without its body, which only :mod:`offline_cache.housekeeping` lets go of.
        """
        self._local[epoch, seq] = local
        if gone:
            self._gone.add((epoch, seq))

    def take(self, line: Line) -> None:
        """A line of the journal whose head was verified."""
        handler = _HANDLERS.get(line.what)
        if handler is not None:
            handler(self, line)

    def compare(self, db: Db) -> None:
        """:raises StoreError: ``CHAIN_BROKEN`` at the first difference."""
        if self._local:
            raise broken(f"operation {min(self._local)[1]}: not in the journal")
        found = db.rows(
            "SELECT op_id, epoch, seq, state, resolved_by, value FROM operation LEFT JOIN progress USING (position)"
        )
        count, money = 0, Counter[str]()
        for op_id, epoch, seq, state, resolved_by, value in found:
            told = self._told.get(op_id)
            stands = (epoch, seq, state, (resolved_by or b"").hex())
            if told is None or stands != (told.epoch, told.seq, told.state.value, told.resolved_by):
                raise broken(f"operation {seq}: its state is not the one in the journal")
            count += 1
            money[state] += value
        if count != len(self._told):
            raise broken("operations of the journal are missing")
        counted = Counter(told.state.value for told in self._told.values())
        if dict(db.rows("SELECT state, count FROM tally WHERE count != 0")) != counted:
            raise broken("the counts of states are not those of the journal")
        if dict(db.rows("SELECT state, value FROM tally WHERE value != 0")) != +money:
            raise broken("the sums of money are not those of the operations")
        self._bodies()
        if dict(db.rows("SELECT begun, ending FROM intent")) != self._cards:
            raise broken("card writes are not those in the journal")
        stand = db.rows(
            "SELECT lower(hex(digest)), op_id, whole_at IS NOT NULL FROM blob JOIN operation USING (position)"
        )
        if {digest: (op_id, bool(whole)) for digest, op_id, whole in stand} != self._blobs:
            raise broken("blobs are not those in the journal")

    def _bodies(self) -> None:
        """A body may be gone only by the one rule, and the journal says how many went."""
        for told in self._told.values():
            if (told.epoch, told.seq) in self._gone:
                anchors = sum(hwm >= told.seq for hwm in self._acknowledgements[told.epoch])
                if not told.took_effect or anchors < ANCHORS:
                    raise broken(f"operation {told.seq}: its body is gone before its time")
        if len(self._gone) != self._freed:
            raise broken(f"{len(self._gone)} bodies are gone, {self._freed} by the journal")

    # --- lines ------------------------------------------------------------------------------------------------------

    def _epoch_line(self, line: Line) -> None:
        self._epoch = _number(line, "epoch")

    def _recorded(self, line: Line) -> None:
        seq = _number(line, "seq")
        if line.op_id is None or self._local.pop((self._epoch, seq), None) != line.fields.get("local"):
            raise broken(f"operation {seq}: not as it stands in the journal")
        self._told[line.op_id] = self._waiting[self._epoch][line.op_id] = _Told(self._epoch, seq)

    def _received(self, line: Line) -> None:
        waiting, hwm = self._waiting[_number(line, "epoch")], _number(line, "hwm")
        self._acknowledgements[_number(line, "epoch")].append(hwm)
        covered = list(takewhile(lambda item: item[1].seq <= hwm, waiting.items()))
        for op_id, told in covered:
            del waiting[op_id]
            told.received()

    def _bodies_freed(self, line: Line) -> None:
        self._freed += _number(line, "count")

    def _outcome(self, line: Line) -> None:
        told = self._of(line)
        moved, verdict = line.fields.get("moved"), _STATES.get(str(line.fields.get("verdict")))
        if verdict is None:
            raise broken(f"journal line {line.n}: no such verdict")
        if moved == Taken.MOVED.value:
            told.becomes(verdict)
        elif moved == Taken.EARLY.value:
            told.early.append(verdict)

    def _carried(self, line: Line) -> None:
        carrier = self._told.get(_op_id(line, "by"))
        if carrier is None:
            raise broken(f"journal line {line.n}: carried by an operation that it does not know")
        carrier.inside = self._of(line)

    def _parked(self, line: Line) -> None:
        self._of(line).state = State.PARKED

    def _retried(self, line: Line) -> None:
        told = self._of(line)
        told.state, told.again = State.PENDING, bool(line.fields.get("again"))

    def _arrived(self, line: Line) -> None:
        self._of(line).becomes(_then(line))

    def _emptied(self, line: Line) -> None:
        told = self._of(line)
        told.state, told.again = _then(line), True

    def _reopened(self, line: Line) -> None:
        self._of(line).resolved_by = ""

    def _resolved(self, line: Line) -> None:
        self._of(line).resolved_by = str(line.fields.get("by"))

    def _begun(self, line: Line) -> None:
        self._cards[line.op_id or b""] = None

    def _ended(self, line: Line) -> None:
        self._cards[line.op_id or b""] = str(line.fields.get("ending"))

    def _blob(self, line: Line) -> None:
        self._blobs[str(line.fields.get("blob"))] = (line.op_id, line.what == "blob-arrived")

    def _of(self, line: Line) -> _Told:
        told = self._told.get(line.op_id or b"")
        if told is None:
            raise broken(f"journal line {line.n}: of an operation that it does not know")
        return told


def _number(line: Line, name: str) -> int:
    value = line.fields.get(name)
    if not isinstance(value, int):
        raise broken(f"journal line {line.n}: no {name}")
    return value


def _op_id(line: Line, name: str) -> bytes:
    try:
        return bytes.fromhex(str(line.fields.get(name)))
    except ValueError:
        raise broken(f"journal line {line.n}: no {name}") from None


def _then(line: Line) -> State:
    state = _STATES.get(str(line.fields.get("then")))
    if state is None:
        raise broken(f"journal line {line.n}: no such state")
    return state


_STATES = {state.value: state for state in State}

_HANDLERS: dict[str, Callable[[Replay, Line], None]] = {
    "store-created": Replay._epoch_line,
    "epoch-begun": Replay._epoch_line,
    "recorded": Replay._recorded,
    "received": Replay._received,
    "outcome": Replay._outcome,
    "bodies-freed": Replay._bodies_freed,
    "parked": Replay._parked,
    "carried": Replay._carried,
    "retried": Replay._retried,
    "arrived": Replay._arrived,
    "emptied": Replay._emptied,
    "reopened": Replay._reopened,
    "resolved": Replay._resolved,
    "blob-kept": Replay._blob,
    "blob-arrived": Replay._blob,
    "blob-wanted": Replay._blob,
    "card-begun": Replay._begun,
    "card-ended": Replay._ended,
}
