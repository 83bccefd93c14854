"""Taking in: one unit of work for an operation, its journal lines and its card intents, then its paper.

A receipt is made after the commit, out of what was committed; nothing is printed, and nothing called recorded, before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cardio.record import CardRecord
from offline_cache.intents import Begin, End, Ending, Intent
from offline_cache.journal import Entry
from offline_cache.operations import Draft, Operation
from offline_cache.reserved import Number, Use
from terminal.card_writes import ending_of, mark
from terminal.clock import Clock
from terminal.counter import SECOND_TITLE, ContactWish, Left
from terminal.model import address, masks
from terminal.model.operations import (
    CONTACT_CHANGE,
    CONTACT_DATA,
    PASSED,
    PIN_CHANGE_BEGUN,
    SCHEMA,
    About,
    CardWrite,
    ContactChange,
    ContactData,
    OperationBody,
    PostalAddress,
    ReservedNumber,
)
from terminal.people.operators import Operator
from terminal.people.secret import SecretEntry
from terminal.people.session import no_second, serving
from terminal.people.signin import Purpose, SignIn
from terminal.queue_papers import DRIVE_NUMBER, LABELS, Papers, centre_receipt, drive_number, put_out
from terminal.receipts.code import HEAD_SIZE, OPERATION_SIZE, Claim
from terminal.receipts.model import Fact, Holder, Proof, Receipt, Site
from terminal.receipts.printer import Printed, Printer
from terminal.receipts.words import Outcome
from terminal.services import contact_change
from terminal.text import Language, Text
from terminal.unblock_doubt import TRIES
from terminal.write_words import PIN_CHANGE, words_of

if TYPE_CHECKING:
    from terminal.records import Records


@dataclass(frozen=True)
class Surroundings:
    """What every visit of a desk shares.

    :param records: gives the open store, or raises why there is none.
    :param reachable: whether the centre could be reached when it was last asked.
    :param printer: made when first needed. :param language: of papers.
    :param recorded: called after each commit, so that the sender wakes.
    """

    records: Callable[[], Records]
    sign_in: SignIn
    clock: Clock
    printer: Callable[[], Printer]
    reachable: Callable[[], bool]
    environment: str
    language: Language = "zh"
    hotline: Callable[[], str] = lambda: "12333"


class Counter:
    """Implements :class:`terminal.counter.CounterPort` for one visit and the person who serves it."""

    def __init__(self, around: Surroundings, operator: Operator | None) -> None:
        self._around, self.operator = around, operator
        self.second = SecretEntry(SECOND_TITLE, people=(operator.number,) if operator else ())
        self._last: Left | None = None
        self.news: Left | None = None

    @property
    def reachable(self) -> bool:
        return self._around.reachable()

    def _records(self) -> Records:
        return self._around.records()

    @property
    def _serving(self) -> Operator:
        return serving(self.operator)

    def review(self) -> Operator:
        """See :meth:`terminal.counter.CounterPort.review`."""
        secret = self.second.secret.take()
        return self.confirm(self.second.number, secret)

    def confirm(self, number: str, secret: bytearray) -> Operator:
        """The second person by number and password; the password is wiped."""
        return self._around.sign_in.check(number, secret, Purpose.SECOND, operator=self._serving.number)

    # --- operations -------------------------------------------------------------------------------------------------

    def require_address(self, region: str, text: str) -> address.Address:
        """See :meth:`terminal.counter.CounterPort.require_address`."""
        return address.require(region, text, self._around.environment)

    def wants_two(self, items: Iterable[str]) -> bool:
        """See :meth:`terminal.counter.CounterPort.wants_two`."""
        return self._around.sign_in.wants_two(items)

    def require_number(self, card: CardRecord) -> None:
        """See :meth:`terminal.counter.CounterPort.require_number`."""
        records = self._records()
        subject = records.subject(card.identity.card_id)
        if records.outbox.open_of(subject, CONTACT_CHANGE) is None:  # what corrects another one takes none
            records.drive_number(subject)

    def contact_change(self, card: CardRecord, wish: ContactWish, reviewer: Operator | None) -> Left:
        """See :meth:`terminal.counter.CounterPort.contact_change`."""
        if reviewer is None and self.wants_two([f"{CONTACT_CHANGE}.{name}" for name in wish.changed]):
            raise no_second()
        records = self._records()
        wrong = records.outbox.open_of(records.subject(card.identity.card_id), CONTACT_CHANGE)
        shown = masked(wish)
        people = {"reviewer": reviewer.number} if reviewer else {}
        number = None if wrong else records.drive_number(records.subject(card.identity.card_id))
        body, schema = contact_body(self._about(card, reviewer, settles=wrong), wish, number)
        counted = {} if number is None else {DRIVE_NUMBER: drive_number(number.number)}
        drive = {} if number is None else {"drive": number.purpose}
        summary = {**self._summary(card, contact_change.TITLE), **shown, **people, **drive, **counted}
        refers = wrong.op_id if wrong else None
        draft = self._draft(card, CONTACT_CHANGE, body, summary, refers_to=refers, schema=schema)
        reviewed: dict[str, str] = {"kind": CONTACT_CHANGE, "decision": "agreed", **self._people(reviewer)}
        journal = [Entry("reviewed", reviewed, draft.op_id)] if reviewer else []
        if wrong is None:
            operation = self._record([draft], journal, reserve=[Use(number, draft.op_id)] if number else ())
        else:
            operation = records.outbox.resolve(wrong.op_id, draft, "corrected", journal, self._serving.number)
            records.sync.wake()
        before = {"phone": wish.phone_before, "address": wish.address_before}
        new = (Fact(LABELS[name], shown[name], before[name]) for name in shown)
        facts = (*new, *(Fact(LABELS[name], counted[name]) for name in counted))
        receipt = self._receipt(operation, contact_change.TITLE, Outcome.RECORDED, card, facts, reviewer=reviewer)
        self._last, self.news = Left(operation, receipt), None
        return self._last

    def look(self) -> None:
        """See :meth:`terminal.counter.CounterPort.look`."""
        last = self._last
        if last is None or self.news is not None:
            return
        records = self._records()
        operation = records.outbox.find(last.operation.op_id)
        receipt = centre_receipt(records, operation, self._papers)
        if receipt is not None:  # the same facts, with what stood there before
            self.news = Left(operation, replace(receipt, facts=last.receipt.facts))

    def doubtful(self, card: CardRecord) -> Intent | None:
        """See :meth:`terminal.counter.CounterPort.doubtful`."""
        records = self._records()
        return records.intents.of_card(records.subject(card.identity.card_id))

    def begin_pin_change(self, card: CardRecord) -> bytes:
        """See :meth:`terminal.counter.CounterPort.begin_pin_change`."""
        draft = self._draft(
            card, PIN_CHANGE_BEGUN, CardWrite(**self._about(card)), self._summary(card, words_of(PIN_CHANGE).title)
        )
        self._record([draft], (), [Begin(draft.op_id, draft.subject, draft.summary)])
        return draft.op_id

    def end_pin_change(
        self, card: CardRecord, begun: bytes, ending: Ending, proof: bytes, reviewer: Operator | None = None
    ) -> Left:
        """See :meth:`terminal.counter.CounterPort.end_pin_change`."""
        what = self._records().outbox.find(begun).kind.partition(".")[0]
        of = words_of(what)
        outcome, words = of.endings[ending]
        about = self._about(card, reviewer)
        about["after"] = begun.hex().upper()
        about["refers_to"] = begun.hex().upper()
        body = CardWrite(**about, proof=proof.hex().upper())
        second = {"reviewer": reviewer.number} if reviewer else {}
        summary = {**self._summary(card, of.title), **second}
        draft = self._draft(card, f"{what}.{ending.value}", body, summary, refers_to=begun)
        people = self._people(reviewer)
        operation = self._record([draft], (), [End(begun, draft.op_id, ending, proof or None, **people)])
        reason = of.undone if outcome is Outcome.REFUSED else None
        facts = (Fact(of.label, words),)
        receipt = self._receipt(operation, of.title, outcome, card, facts, reviewer=reviewer, reason=reason)
        return Left(operation, receipt)

    def settle(self, card: CardRecord, held: bytes) -> Left | None:
        """See :meth:`terminal.counter.CounterPort.settle`."""
        found, seen = self.doubtful(card), mark(self._records(), held)
        ending = None if found is None else ending_of(found.plan, seen)
        if found is None or ending is None:
            return None
        return self.end_pin_change(card, found.begun, ending, bytes.fromhex(seen))

    def begin_pin_maintenance(self, card: CardRecord, what: str, reviewer: Operator, tries: int | None) -> bytes:
        """A16: as :meth:`begin_pin_change`, with the second person.

        :param what: ``PIN_RESET`` or ``PIN_UNBLOCK``.
        """
        body = CardWrite(**self._about(card, reviewer))
        draft = self._draft(card, f"{what}.begun", body, self._summary(card, words_of(what).title))
        reviewed: dict[str, str] = {"kind": draft.kind, "decision": "agreed", **self._people(reviewer)}
        begin = Begin(draft.op_id, draft.subject, {**draft.summary, **({} if tries is None else {TRIES: tries})})
        self._record([draft], [Entry("reviewed", reviewed, draft.op_id)], [begin])
        return draft.op_id

    def print(self, left: Left) -> Printed:
        """See :meth:`terminal.counter.CounterPort.print`."""
        return put_out(self._records(), left.receipt, left.operation, self._papers, self._serving)

    @property
    def _papers(self) -> Papers:
        around = self._around
        return Papers(around.printer, around.hotline, around.language, around.clock)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _record(
        self,
        drafts: Sequence[Draft],
        journal: Sequence[Entry] = (),
        intents: Sequence[Begin | End] = (),
        reserve: Sequence[Use] = (),
    ) -> Operation:
        records = self._records()
        (operation,) = records.outbox.record(*drafts, journal=journal, intents=intents, reserve=reserve)
        records.sync.wake()
        return operation

    def _people(self, reviewer: Operator | None) -> dict[str, str]:
        return {"operator": self._serving.number, "reviewer": reviewer.number if reviewer else ""}

    def _about(self, card: CardRecord, reviewer: Operator | None = None, settles: Operation | None = None) -> About:
        """What every body has.

        :param settles: what this one corrects.
        """
        records, wrong = self._records(), settles.op_id if settles else None
        subject = records.subject(card.identity.card_id)
        after = records.outbox.comes_after(subject, settles=wrong, passed=PASSED)
        return {
            "card_id": card.identity.card_id.hex().upper(),
            "operator": self._serving.number,
            "reviewer": reviewer.number if reviewer else None,
            "recorded_at": self._around.clock.now().isoformat(timespec="seconds"),
            "authenticated": card.authenticated,
            "after": after.hex().upper() if after else None,
            "refers_to": wrong.hex().upper() if wrong else None,
            "lease": records.leases.fence(subject),
        }

    def _draft(
        self,
        card: CardRecord,
        kind: str,
        body: OperationBody,
        summary: dict[str, str | int],
        *,
        refers_to: bytes | None = None,
        schema: int = SCHEMA,
    ) -> Draft:
        records = self._records()
        subject = records.subject(card.identity.card_id)
        return records.draft(kind, body, subject=subject, summary=summary, refers_to=refers_to, schema=schema)

    def _summary(self, card: CardRecord, title: Text) -> dict[str, str | int]:
        """What the queue page shows of it: masked."""
        holder = card.holder
        shown: dict[str, str | int] = {
            "title": title.zh,
            "title_en": title.en,
            "name": masks.name(holder.name or "") if holder else "",
            "number": masks.number(holder.social_security_number or "") if holder else "",
            "card": card.identity.card_id.hex().upper(),  # to be able to withdraw it; never shown
            "operator": self._serving.number,
            "authenticated": int(card.authenticated),
        }
        return {name: value for name, value in shown.items() if value != ""}

    def _receipt(
        self,
        operation: Operation,
        title: Text,
        outcome: Outcome,
        card: CardRecord,
        facts: tuple[Fact, ...],
        *,
        reviewer: Operator | None,
        reason: Text | None = None,
    ) -> Receipt:
        records, holder = self._records(), card.holder
        identity = records.identity
        claim = claim_of(operation, identity.environment, identity.terminal, outcome)
        site = Site(
            outlet=identity.outlet.name,
            bank_hotline=identity.outlet.bank_hotline,
            terminal=identity.terminal,
            operator=self._serving.number,
            reviewer=reviewer.number if reviewer else None,
            hotline=self._around.hotline(),
        )
        return Receipt(
            environment=identity.environment,
            service=operation.kind.partition(".")[0],
            title=title,
            outcome=outcome,
            time=claim.time.astimezone(self._around.clock.now().tzinfo),
            site=site,
            holder=Holder.of(holder.name, holder.social_security_number) if holder else None,
            facts=facts,
            reason=reason,
            proof=Proof.of(claim, records.signer),
        )


def masked(wish: ContactWish) -> dict[str, str]:
    """What is new, as paper and queue show it."""
    shown = {}
    if wish.phone is not None:
        shown["phone"] = masks.phone(wish.phone)
    if wish.address is not None:
        shown["address"] = address.mask(wish.address)
    return shown


def contact_body(about: About, wish: ContactWish, number: Number | None = None) -> tuple[OperationBody, int]:
    """The body and its schema: the oldest that can say it. :param number: of the drive that it is taken in for."""
    numbered = ReservedNumber(block=number.block, number=number.number) if number else None
    if wish.address is None and wish.phone is not None:
        return ContactChange(**about, numbered=numbered, phone=wish.phone), SCHEMA
    place = wish.address
    sealed = PostalAddress(region=place.region, text=place.text) if place else None
    return ContactData(**about, numbered=numbered, phone=wish.phone, address=sealed), CONTACT_DATA


def claim_of(operation: Operation, environment: str, terminal: str, outcome: Outcome) -> Claim:
    """What the code on a paper says of an operation."""
    return Claim(
        environment=environment,
        terminal=terminal,
        epoch=operation.epoch,
        sequence=operation.seq,
        operation=operation.op_id[:OPERATION_SIZE],
        head=operation.head[:HEAD_SIZE],
        kind=operation.kind,
        outcome=outcome,
        time=datetime.fromtimestamp(operation.recorded_at // 1000, UTC),
    )


def again(left: Left) -> Left:
    """The same, its paper marked as printed once more."""
    return replace(left, receipt=left.receipt.again())
