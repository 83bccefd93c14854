"""What must be true of a store after any interruption, judged from what it had said before. One judge for every way of
interrupting it: power cuts, failing system calls, kill -9; and for the wrong stores that it must catch.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from offline_cache.errors import StoreError, StoreFault
from offline_cache.intents import Begin, End, Ending, Intents
from offline_cache.operations import Draft, Outcome, State, Verdict
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from offline_cache.store import Store
from tests.offline_cache.support import draft

Say = Callable[[str, str], None]

REFUSED = frozenset({StoreFault.NOT_SAVED, StoreFault.DISK_FULL})
"""Faults that promise that nothing was saved."""


@dataclass
class Said:
    """Everything that the store's user was told, in order."""

    begun: set[str] = field(default_factory=set)
    recorded: list[str] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    acknowledged: int = 0
    applied: set[str] = field(default_factory=set)

    def take(self, word: str, value: str) -> None:
        match word:
            case "begun":
                self.begun.add(value)
            case "recorded":
                self.recorded.append(value)
            case "denied":
                self.denied.add(value)
            case "acknowledged":
                self.acknowledged = max(self.acknowledged, int(value))
            case "applied":
                self.applied.add(value)


def said(lines: list[tuple[str, str]]) -> Said:
    """The sum of what was said."""
    found = Said()
    for word, value in lines:
        found.take(word, value)
    return found


def faults_of(store: Store, told: Said, *, power: bool = False) -> list[str]:
    """What is wrong; empty when nothing was lost, nothing doubled and everything verifies.

    :param power: power was cut. What was refused may not be there then either.
    """
    if store.stopped is not None:
        return [f"stopped: {store.stopped.fault.name} {store.stopped.detail}"]
    return [name for name, good in checks_of(store, told, power=power).items() if not good]


def checks_of(store: Store, told: Said, *, power: bool = False) -> dict[str, bool]:
    """Every line by its name, and whether it holds. See :func:`faults_of`."""
    outbox = Outbox(store)
    listed = outbox.listed(most=100_000)
    there = [one.op_id.hex() for one in listed]
    known = set(there)
    anchor = outbox.anchor()
    starts = {one.op_id for one in listed if one.kind.endswith(".begun")}
    ends = {one.refers_to for one in listed if one.kind.endswith((".done", ".undone", ".spoiled"))}
    taken = set(told.recorded)
    return {
        "lost": taken <= known,
        # The table itself refuses an identity twice; what it cannot refuse is one content under two identities.
        "doubled": len({one.sealed_hash for one in listed}) == len(listed),
        "never begun": known <= told.begun,
        "said not to be saved, and there": power or not known & told.denied,
        "another order": [name for name in there if name in taken] == [name for name in told.recorded if name in known],
        "a gap": [one.seq for one in listed] == list(range(1, len(listed) + 1)),
        "an acknowledgement lost": (anchor.hwm if anchor else 0) >= told.acknowledged,
        "an outcome lost": all(one.state is State.APPLIED for one in listed if one.op_id.hex() in told.applied),
        "card writes": {intent.begun for intent in Intents(store).doubtful()} == starts - ends,
        "chains": verify(store).good,
    }


# --- what is interrupted ----------------------------------------------------------------------------------------------


def life(store: Store, say: Say, chosen: random.Random) -> Iterator[None]:
    """Records, writes cards, is acknowledged and answered, for ever; says what was confirmed only after it was.

    Stops for a moment (yields) between two units of work. A refusal by the disk is said and survived.
    """
    outbox = Outbox(store)
    turn = 0
    while True:
        turn += 1
        drafts = [
            draft(b"holder-%d" % (turn % 5), size=chosen.randrange(1, 1500)) for _ in range(chosen.choice([1, 1, 2]))
        ]
        for one in drafts:
            say("begun", one.op_id.hex())
        _record(outbox, say, drafts, [])
        yield
        if turn % 3 == 0:
            _write_a_card(outbox, say)
            yield
        if turn % 4 == 0:
            _hear(outbox, say, chosen)
            yield


def _record(outbox: Outbox, say: Say, drafts: list[Draft], intents: list[Begin | End]) -> bool:
    try:
        outbox.record(*drafts, intents=intents)
    except StoreError as error:
        for one in drafts if error.fault in REFUSED else []:
            say("denied", one.op_id.hex())
        return False
    for one in drafts:
        say("recorded", one.op_id.hex())
    return True


def _write_a_card(outbox: Outbox, say: Say) -> None:
    begun = draft(kind="card-pin-change.begun")
    done = draft(kind="card-pin-change.done", refers_to=begun.op_id)
    for one in (begun, done):
        say("begun", one.op_id.hex())
    if _record(outbox, say, [begun], [Begin(begun.op_id, begun.op_id)]):
        _record(outbox, say, [done], [End(begun.op_id, done.op_id, Ending.DONE, proof=b"proof")])


def _hear(outbox: Outbox, say: Say, chosen: random.Random) -> None:
    try:
        batch = outbox.batch(chosen.randrange(2, 8))
        if batch is None:
            return
        outbox.acknowledged(batch.to_seq, batch.head, b"signature", "2026-11-23T09:00:00Z")
        say("acknowledged", str(batch.to_seq))
        first = batch.operations[0].op_id
        outbox.outcome(Outcome(first, Verdict.APPLIED))
        say("applied", first.hex())
    except StoreError as error:
        say("refused", error.fault.name)
