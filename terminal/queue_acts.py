"""What people do with lines of the queue. Nothing is edited or deleted: a move, or a new entry that names the old."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_cache.intents import End, Ending
from offline_cache.journal import Entry
from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault
from terminal.model.operations import (
    CONTACT_CHANGE,
    ESCALATION,
    PASSED,
    SCHEMA,
    WITHDRAWAL,
    About,
    CardWrite,
    Escalation,
    OperationBody,
    Withdrawal,
)
from terminal.people.operators import Operator
from terminal.queue_page import (
    ALONE,
    CARD_PREFIX,
    CORRECTED,
    PRINT,
    correctable,
    doubtful_line,
    line_of,
    number_of,
    offered,
)
from terminal.text import Text
from terminal.views import Fact
from terminal.write_words import words_of

if TYPE_CHECKING:
    from offline_cache.operations import Draft, Operation
    from terminal.counter import ContactWish
    from terminal.queue_papers import Papers
    from terminal.receipts.model import Receipt
    from terminal.records import Records

_BY_HAND = "by-hand"
_TITLES = {
    WITHDRAWAL: Text("撤回", "Withdrawal"),
    ESCALATION: Text("报中心处理", "Handed to the centre"),
    CONTACT_CHANGE: Text("更正联系方式", "Contact data corrected"),
}


@dataclass(frozen=True)
class _Settling:
    """A new operation that settles an old one.

    :param how: as the journal names it.
    """

    kind: str
    body: type[OperationBody]
    how: str


SETTLING: dict[str, _Settling] = {
    "withdraw": _Settling(WITHDRAWAL, Withdrawal, "withdrawn"),
    "escalate": _Settling(ESCALATION, Escalation, "escalated"),
}
"""By the name of the action."""


ACTION_WORDS = {
    "park": Text("搁置，不送中心", "Set aside, not sent"),
    "withdraw": Text("撤回，不再办理", "Withdrawn, not done any more"),
    "escalate": Text("报中心，由人工处理", "Handed to people at the centre"),
}
_PERSON, _CONTACT = ("name", "number", "card"), ("phone", "address")
"""What of a summary a settling entry keeps: whose it is; and what a correction says."""

_PAPER = re.compile(r"([0-9]{12})-([0-9]{1,9})-([0-9]{6,12})")
"""As :func:`terminal.queue_page.number_of` writes it."""

_WHAT, _NUMBER = Text("要做的事", "What is done"), Text("回执编号", "Receipt no.")
_SERVICE, _SAID, _SINCE = Text("办理事项", "Service"), Text("现在的情况", "As it stands"), Text("时间", "Since")


def needs_two(action: str) -> bool:
    """Whether a second person has to agree."""
    return action not in ALONE


class QueueActs:
    """Acts on one open store. Every method blocks.

    :param papers: where papers come out.
    """

    def __init__(self, records: Records, clock: Clock, papers: Papers) -> None:
        self._records, self._clock, self.papers = records, clock, papers

    def act(self, key: str, action: str, operator: Operator, reviewer: Operator | None) -> None:
        """Do it.

        :param key: of a :class:`terminal.views.QueueLine`.
        :raises TerminalError: ``QUEUE_ACTION`` for what this line does not offer now.
        :raises offline_cache.errors.StoreError: ``OPERATION_UNKNOWN``, ``MOVE_REFUSED``, faults of the disk.
        :raises terminal.receipts.errors.PaperError: nothing came out of the printer, or the code does not hold.
        """
        if needs_two(action) and reviewer is None:
            raise _refused("needs two")
        if key.startswith(CARD_PREFIX) and action == PRINT:
            self._print_notice(op_id_of(self._records, key.removeprefix(CARD_PREFIX)), operator)
        elif key.startswith(CARD_PREFIX):
            self._card(op_id_of(self._records, key.removeprefix(CARD_PREFIX)), action, operator, reviewer)
        elif action == PRINT:
            self._print(op_id_of(self._records, key), operator)
        else:
            self._operation(op_id_of(self._records, key), action, operator, reviewer)
        self._records.sync.wake()

    def correct(self, key: str, wish: ContactWish, operator: Operator, reviewer: Operator) -> str:
        """Take in again, with what is right, what was refused, made a case of or set aside. The old one stays as it
        is, settled by the new one; that names it. Gives the number of the new one.

        The new values come from the two people: what the old one says in full is sealed to the centre.

        :raises TerminalError: ``QUEUE_ACTION`` for what does not wait for people, or no new entry corrects.
        :raises offline_cache.errors.StoreError: ``OPERATION_UNKNOWN``, faults of the disk.
        """
        from terminal.intake import contact_body, masked  # noqa: PLC0415 - slow

        old = self._records.outbox.find(op_id_of(self._records, key))
        if not correctable(self._records, old):
            raise _refused("correct")
        card, lease = str(old.summary.get("card", "")), self._records.leases.fence(old.subject)
        after = self._records.outbox.comes_after(old.subject, settles=old.op_id, passed=PASSED)
        about = self._about(card, (operator, reviewer), refers_to=old.op_id, after=after, lease=lease)
        body, schema = contact_body(about, wish)
        kept = {**{name: value for name, value in old.summary.items() if name in _PERSON}, **masked(wish)}
        draft = self._draft(old.kind, body, old.subject, old.op_id, kept, schema=schema)
        reviewed = self._reviewed(old.kind, "correct", operator, reviewer, old.op_id)
        new = self._records.outbox.resolve(old.op_id, draft, "corrected", (reviewed,), operator.number)
        self._records.sync.wake()
        return number_of(new, self._records.identity.terminal)

    def approval(self, key: str, action: str) -> tuple[Fact, ...]:
        """What a second person agrees to, to be read before the password is typed.

        :raises TerminalError: ``QUEUE_ACTION`` for what this line does not offer now.
        :raises offline_cache.errors.StoreError: ``OPERATION_UNKNOWN``.
        """
        if key.startswith(CARD_PREFIX):
            intent = self._records.intents.find(op_id_of(self._records, key.removeprefix(CARD_PREFIX)))
            if intent is None or intent.ending is not None or action != "escalate":
                raise _refused(action)
            line, what, number = doubtful_line(intent), words_of(intent.kind).meaning, None
        else:
            operation = self._records.outbox.find(op_id_of(self._records, key))
            if action not in offered(self._records, operation):
                raise _refused(action)
            line, what = line_of(self._records, operation), ACTION_WORDS[action]
            number = Fact(_NUMBER, Text(line.number, line.number))
        asked = (Fact(_WHAT, what, "warning"), Fact(_SERVICE, line.title), number)
        stands = Fact(_SAID, line.words, line.tone, line.detail)
        since = Fact(_SINCE, Text(line.since, line.since))
        return (*(fact for fact in asked if fact), *line.facts, stands, since)

    def _operation(self, op_id: bytes, action: str, operator: Operator, reviewer: Operator | None) -> None:
        outbox = self._records.outbox
        operation = outbox.find(op_id)
        if action not in offered(self._records, operation):
            raise _refused(action)
        if action == "retry":
            outbox.retry(op_id, _BY_HAND, operator.number)
            return
        reviewed = self._reviewed(operation.kind, action, operator, reviewer, op_id)
        if action == "park":
            self._records.journal.write(reviewed)
            outbox.park(op_id, _BY_HAND, operator.number)
            return
        card = str(operation.summary.get("card", ""))
        settling = SETTLING[action]
        after = outbox.comes_after(operation.subject, settles=op_id, passed=PASSED)
        body = settling.body(**self._about(card, (operator, reviewer), refers_to=op_id, after=after, lease=None))
        draft = self._draft(settling.kind, body, operation.subject, op_id, operation.summary)
        outbox.resolve(op_id, draft, settling.how, (reviewed,), operator.number)

    def _print(self, op_id: bytes, operator: Operator) -> None:
        """The centre's word where it is here; until then the terminal's own."""
        from terminal.queue_papers import centre_receipt, own_receipt  # noqa: PLC0415 - slow

        operation = self._records.outbox.find(op_id)
        receipt = centre_receipt(self._records, operation, self.papers)
        receipt = receipt or own_receipt(self._records, operation, self.papers)
        if receipt is None:
            raise _refused(PRINT)
        self._put_out(receipt, operation, operator)

    def _print_notice(self, begun: bytes, operator: Operator) -> None:
        """What the holder of a doubtful card is told in writing."""
        from terminal.queue_papers import doubtful_receipt  # noqa: PLC0415 - slow

        intent = self._records.intents.find(begun)
        if intent is None or intent.ending is not None:
            raise _refused(PRINT)
        operation = self._records.outbox.find(begun)
        self._put_out(doubtful_receipt(self._records, operation, self.papers), operation, operator)

    def _put_out(self, receipt: Receipt, operation: Operation, operator: Operator) -> None:
        from terminal.queue_papers import put_out  # noqa: PLC0415 - slow
        from terminal.receipts.printer import Trouble, trouble  # noqa: PLC0415

        done = put_out(self._records, receipt, operation, self.papers, operator)
        if not done.on_paper and done.where is None:
            raise trouble(Trouble.MISSING)

    def _card(self, begun: bytes, action: str, operator: Operator, reviewer: Operator | None) -> None:
        """Two people give up a doubtful card: nobody waits for it any more."""
        intent = self._records.intents.find(begun)
        if intent is None or intent.ending is not None or action != "escalate" or reviewer is None:
            raise _refused(action)
        card = str(intent.plan.get("card", ""))
        lease = self._records.leases.fence(intent.card)
        body = CardWrite(**self._about(card, (operator, reviewer), refers_to=begun, after=begun, lease=lease))
        kind = intent.kind.rpartition(".")[0] + ".spoiled"
        draft = self._draft(kind, body, intent.card, begun, intent.plan)
        end = End(begun, draft.op_id, Ending.SPOILED, None, operator.number, reviewer.number)
        reviewed = self._reviewed(kind, action, operator, reviewer, begun)
        self._records.outbox.record(draft, journal=(reviewed,), intents=(end,))

    def _about(
        self,
        card: str,
        people: tuple[Operator, Operator | None],
        *,
        refers_to: bytes,
        after: bytes | None,
        lease: int | None,
    ) -> About:
        operator, reviewer = people
        return {
            "card_id": card,
            "operator": operator.number,
            "reviewer": reviewer.number if reviewer else None,
            "recorded_at": self._clock.now().isoformat(timespec="seconds"),
            "authenticated": False,
            "after": after.hex().upper() if after else None,
            "refers_to": refers_to.hex().upper(),
            "lease": lease,
        }

    def _draft(
        self,
        kind: str,
        body: OperationBody,
        subject: bytes,
        refers_to: bytes,
        old: Mapping[str, object],
        *,
        schema: int = SCHEMA,
    ) -> Draft:
        title = _TITLES[kind] if kind in _TITLES else words_of(kind).given_up
        names = (*_PERSON, *(_CONTACT if kind in CORRECTED else ()))
        kept: dict[str, str | int] = {name: str(old[name]) for name in names if name in old}
        summary: dict[str, str | int] = {**kept, "title": title.zh, "title_en": title.en, "operator": body.operator}
        if body.reviewer:
            summary["reviewer"] = body.reviewer
        return self._records.draft(kind, body, subject=subject, summary=summary, refers_to=refers_to, schema=schema)

    @staticmethod
    def _reviewed(kind: str, action: str, operator: Operator, reviewer: Operator | None, op_id: bytes) -> Entry:
        second = reviewer.number if reviewer else ""
        fields = {"kind": kind, "decision": action, "operator": operator.number, "reviewer": second}
        return Entry("reviewed", fields, op_id)


def op_id_of(records: Records, key: str) -> bytes:
    """The number of an operation, by the key of its line or by the receipt number on its paper; of anything else one
    that no operation has."""
    paper = _PAPER.fullmatch(key)
    if paper is not None and paper[1] == records.identity.terminal:
        found = records.outbox.at(int(paper[2]), int(paper[3]))
        return found.op_id if found is not None else b""
    try:
        return bytes.fromhex(key)
    except ValueError:
        return b""


def _refused(detail: str) -> TerminalError:
    return TerminalError(TerminalFault.QUEUE_ACTION, detail)
