"""A million answers by chance, through the real client, courier and core: none deletes, edits or reorders an operation,
and none is taken for the centre's word that it has one.

``test_fuzz.py`` does the same on the real file, with fewer; here the store is the model of the simulation, so that
there can be many.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_cache.operations import State
from terminal.centre import client as client_module
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sync import core
from terminal.sync.answers import Answer, Kind
from terminal.sync.courier import Courier
from terminal.sync.words import Answered, Carry, Knobs, Park, Task
from tests.support import report
from tests.sync.chance_answers import Chance
from tests.sync.model import Disk
from tests.sync.support import Terminal
from tests.sync.test_fuzz import Liar

PARTS, CASES = {"quick": (2, 10_000), "full": (20, 50_000)}.get(os.environ.get("SSC_PROOF", ""), (1, 1_500))
NEVER = {Kind.RECEIVED, Kind.MARK, Kind.RENEWED, Kind.CARRIED}
"""What only a proven word of the centre amounts to."""
MET = {
    *(Kind.UNKNOWN, Kind.BUSY, Kind.POISON, Kind.FORKED, Kind.REFUSED, Kind.TOO_LARGE, Kind.GAP, Kind.CURSOR_LOST),
    *(Kind.CHANGES, Kind.WRONG_API, Kind.PENDING),
}
"""What chance has to bring about, or the answers are too dull to prove anything."""
KNOBS = Knobs()


class Fort(Disk):
    """A disk that may be told that we are refused, and that the centre knows otherwise."""

    def note_refusal(self, cause: str, certificate: str) -> None:
        assert cause

    def state_digest(self) -> bytes:
        return bytes(32)

    def note_drift(self, again: bool) -> None:
        """A line of the journal; no state of an operation moves by it."""


def fort() -> Fort:
    ids = itertools.count(1)
    disk = Fort(lambda: next(ids).to_bytes(16, "big"))
    for number in range(3):
        disk.take_in(number, number, poison=False)
    return disk


def besieged(disk: Fort, terminal: Terminal, client: client_module.CentreClient) -> Courier:
    return Courier(
        client,
        disk,
        disk,
        terminal.member.identity,
        sign=lambda _said: b"",
        certificate="",
        epoch=lambda: disk.life,
        aside=lambda _life: None,
        blob_store=disk,
    )


ASKED: dict[Task, Callable[[Courier], Answer]] = {
    Task.SEND: lambda courier: courier.send(None, 100, 1 << 18),
    Task.ASK: Courier.ask,
    Task.PULL: Courier.pull,
    Task.RENEW: Courier.renew,
}


def played(courier: Courier, disk: Fort, task: Task) -> Answer:
    """One request, its answer, and all that the core then wants to be done to the store."""
    answer = ASKED[task](courier)
    state = core.State(flight=1, task=task, work=True, ask=False)
    _, actions = core.step(state, Answered(1.0, 1, answer), KNOBS, lambda: 0.5)
    for action in actions:
        if isinstance(action, Park):
            courier.park(action.seq)
        assert not isinstance(action, Carry) or not disk.whole
    return answer


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_deletes_edits_or_reorders(
    centre: SandboxCentre, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    liar = Liar(Authority(Path(centre.ready.authority).parent))
    monkeypatch.setattr(client_module, "exchange", liar.exchange)
    client, whole = terminal.member.client(), fort()
    log = tuple(whole.all())
    own = {
        "terminal": terminal.member.identity.terminal,
        "head": log[-1].head.hex().upper(),
        "ack": liar.authority.key_id("ack"),
        "operations": [op.op_id.hex().upper() for op in log],
    }
    chance, met, tasks, wrong = Chance(part, own), Counter[Kind](), list(ASKED), list[str]()
    for number in range(CASES):
        disk = whole.copy()
        (liar.status, liar.headers, liar.body), liar.signed = chance.answer(), chance.signed()
        answer = played(besieged(disk, terminal, client), disk, tasks[number % len(tasks)])
        told = f"part {part}, case {number}: {liar.status} {liar.headers} {liar.body!r} {liar.signed} {answer}"
        met[answer.kind] += 1
        assert answer.kind not in NEVER, told
        if tuple(disk.all()) != log:  # the same, in the same order, with the same bytes
            wrong.append(told)
        assert set(disk.states.values()) <= {State.PENDING, State.PARKED}, told
        assert not (disk.anchors or disk.settled_by or disk.whole or disk.carrier_of), told
    kinds = {kind.name.lower(): n for kind, n in met.items()}
    report.note("answers", part, PARTS, cases=CASES, lost_or_doubled=len(wrong), **kinds)
    assert wrong == []
    assert set(met) >= MET, MET - set(met)
