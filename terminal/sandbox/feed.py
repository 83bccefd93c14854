"""The change feed of one terminal, and what tests and demonstrations may look at."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from offline_cache import epochs
from offline_cache.told import digest_of
from terminal.centre.contract import Changes, OperationOutcome, OutcomeKind, ProblemType
from terminal.model.operations import DRIVE_RETURN
from terminal.receipts.code import HEAD_SIZE, OPERATION_SIZE, Claim, encode
from terminal.receipts.keys import Signer
from terminal.receipts.words import Outcome
from terminal.sandbox.effect_rules import OPENS_CASE, TEXTS
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.salvage import DISPLACED
from terminal.sandbox.state import State
from terminal.sandbox.telling import EMPTY, alarm
from terminal.sandbox.visits import Terminal

PAGE = 100
_BEGINNING = "0" * 32


class Feed:
    """Outcomes in the order they happened.

    :param signer: of the codes for papers.
    """

    def __init__(self, state: State, environment: str, signer: Signer) -> None:
        self._state, self._environment, self._signer = state, environment, signer

    def since(self, terminal: Terminal, cursor: str | None) -> Changes:
        """The next page. A cursor that is not of our history is refused: we may have been restored from a backup."""
        after, chain = _parts(cursor)
        with self._state.transaction() as db:
            last = db.execute("SELECT token FROM restoration ORDER BY n DESC LIMIT 1").fetchone()
            token = last[0] if last else ""
            place = db.execute(
                "SELECT chain FROM feed WHERE n = ? AND terminal = ?", (after, terminal.number)
            ).fetchone()
            if after and (place is None or _named(place[0], token) != chain):
                raise RefusedError(ProblemType.CURSOR_UNKNOWN)
            rows = db.execute(
                # Of what people had accepted under its identity no paper of this one tells.
                "SELECT n, op_id, outcome, reason, file, time, chain, i.epoch,"  # noqa: S608 - our words
                f" CASE WHEN {DISPLACED} THEN 0 ELSE seq END, kind, i.head"
                " FROM feed JOIN inbox i USING (op_id) WHERE feed.terminal = ? AND n > ? ORDER BY n LIMIT ?",
                (terminal.number, after, PAGE + 1),
            ).fetchall()
        shown = rows[:PAGE]
        return Changes(
            outcomes=[self._outcome(terminal.number, row) for row in shown],
            cursor=f"{shown[-1][0]}-{_named(shown[-1][6], token)}" if shown else cursor or f"0-{_BEGINNING}",
            more=len(rows) > PAGE,
        )

    def compare(self, terminal: Terminal, cursor: str | None, state: bytes, moment: int) -> None:
        """Whether the terminal knows what was told it up to there. Our people hear of one that does not.

        :raises RefusedError: ``STATE_DIFFERS``. A cursor of another history is for :meth:`since` to refuse.
        """
        after, _ = _parts(cursor)
        told = "SELECT op_id, outcome FROM feed WHERE terminal = ? AND n <= ? ORDER BY n"
        with self._state.transaction() as db:
            last = dict(db.execute(told, (terminal.number, after)).fetchall())
            known = db.execute("SELECT 1 FROM feed WHERE n = ? AND terminal = ?", (after, terminal.number)).fetchone()
            words = {bytes.fromhex(op_id): word for op_id, word in last.items() if word != EMPTY}
            differs = known is not None and digest_of(words) != state
            if differs:
                alarm(db, terminal.number, "state", moment)
        if differs:
            raise RefusedError(ProblemType.STATE_DIFFERS)

    def _outcome(self, terminal: str, row: tuple[Any, ...]) -> OperationOutcome:
        _, op_id, outcome, reason, file, time, _, epoch, seq, kind, head = row
        zh, en = TEXTS[reason]
        moment = datetime.fromtimestamp(time, UTC)
        # What was carried over has no number of its own here, and its carrier is nobody's business.
        said = _on_paper(outcome, kind) if seq > 0 and kind not in {epochs.KIND, DRIVE_RETURN} else None
        code = None
        if said is not None:
            named = bytes.fromhex(op_id)[:OPERATION_SIZE], bytes.fromhex(head)[:HEAD_SIZE]
            code = encode(Claim(self._environment, terminal, epoch, seq, *named, kind, said, moment), self._signer)
        return OperationOutcome(
            op_id=op_id,
            outcome=OutcomeKind(outcome),
            reason=reason,
            text_zh=zh,
            text_en=en,
            case=file,
            time=moment,
            receipt=code,
        )

    def effects(self) -> dict[str, str]:
        """How often each operation took effect, by its id."""
        with self._state.transaction() as db:
            rows = db.execute("SELECT op_id, count(*) FROM effect GROUP BY op_id ORDER BY min(n)").fetchall()
        return {op_id: str(count) for op_id, count in rows}

    def contact(self, card_id: str) -> dict[str, str]:
        """Telephone number and address on file, as far as they were changed, and the operations that put them there."""
        with self._state.transaction() as db:
            phone = db.execute("SELECT phone, op_id FROM contact WHERE card_id = ?", (card_id,)).fetchone()
            place = db.execute("SELECT region, text, op_id FROM address WHERE card_id = ?", (card_id,)).fetchone()
        found = dict(zip(("phone", "op_id"), phone or (), strict=False))
        return found | dict(zip(("region", "address", "address_op_id"), place or (), strict=False))

    def alarms(self) -> dict[str, str]:
        """What the centre's people were told of: number to "terminal what"."""
        with self._state.transaction() as db:
            rows = db.execute("SELECT n, terminal, what FROM alarm ORDER BY n").fetchall()
        return {str(n): f"{terminal} {what}" for n, terminal, what in rows}


def _parts(cursor: str | None) -> tuple[int, str]:
    number, _, chain = (cursor or f"0-{_BEGINNING}").partition("-")
    return int(number), chain


def _named(chain: str, token: str) -> str:
    """One history, and none of before a restoration: after one, terminals have to read again what is here alone."""
    return hashlib.sha256(f"{token}{chain}".encode()).hexdigest()[:32] if token else chain


def _on_paper(outcome: str, kind: str) -> Outcome | None:
    """What a paper about this may say. Steps of a card write have the chip's own word."""
    if "." in kind or outcome not in ("applied", "conflict"):
        return None
    return Outcome.COMPLETED if outcome == "applied" and kind not in OPENS_CASE else Outcome.ACCEPTED
