"""Papers made from the queue: what the centre has decided, by its signed code; until then the terminal's own: what was
taken in, what was done in the chip, notices about doubtful cards.

The code binds the operation by its place in the chain; nothing else on the paper says that the centre approved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from offline_cache.journal import Entry
from offline_cache.operations import Operation
from terminal.clock import Clock
from terminal.own_papers import own_paper
from terminal.people.operators import Operator
from terminal.queue_page import said_of, title_of
from terminal.receipts.code import Claim
from terminal.receipts.identity import paper_keys
from terminal.receipts.model import Fact, Holder, Proof, Receipt, Site
from terminal.receipts.of_centre import claim_of_centre, moment, proof_of_centre
from terminal.receipts.printer import Printed, Printer
from terminal.receipts.sheet import lay_out
from terminal.receipts.words import WORDS, Outcome
from terminal.text import Language, Text

if TYPE_CHECKING:
    from terminal.records import Records

DRIVE_NUMBER = "drive_number"
LABELS = {
    "phone": Text("手机号码", "Mobile number"),
    "address": Text("联系地址", "Address"),
    DRIVE_NUMBER: Text("批次编号", "Drive number"),
}
"""Of a summary, what stands on the paper."""


def drive_number(number: int) -> str:
    """As people read it, in groups of four: no paper takes a run of digits that could be a person's."""
    digits = str(number)
    first = len(digits) % 4 or 4
    return " ".join([digits[:first], *(digits[at : at + 4] for at in range(first, len(digits), 4))])


@dataclass(frozen=True)
class Papers:
    """What it takes to print: the printer is made when first needed."""

    printer: Callable[[], Printer]
    hotline: Callable[[], str]
    language: Language
    clock: Clock


def centre_receipt(records: Records, operation: Operation, papers: Papers) -> Receipt | None:
    """The paper with the centre's word; ``None`` while there is none.

    :raises terminal.receipts.errors.PaperError: when its signature does not hold, or it speaks of something else.
    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    """
    said = said_of(records, operation)
    if said is None:
        return None
    identity = records.identity
    here = (identity.environment, identity.terminal)
    claim = claim_of_centre(said.receipt, paper_keys(identity), *here, said.verdict)
    return _receipt(records, operation, papers, claim, proof_of_centre(said.receipt, claim, operation, *here))


def own_receipt(records: Records, operation: Operation, papers: Papers) -> Receipt | None:
    """The terminal's own paper about it, as things stand now; ``None`` where it has none to give.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    """
    own = own_paper(operation)
    if own is None:
        return None
    identity = records.identity
    claim = Claim.of(operation, identity.environment, identity.terminal, own.outcome)
    plain = _receipt(records, operation, papers, claim, Proof.of(claim, records.signer), reason=own.reason)
    made = replace(plain, facts=(*plain.facts, *own.facts))
    if own.words is WORDS[own.outcome]:
        return made
    return replace(made, sentence=own.words.sentence, next_step=own.words.next_step)


def doubtful_receipt(records: Records, operation: Operation, papers: Papers) -> Receipt:
    """The notice about a card that left in the middle: what is not known, and that the card has to come back.

    :param operation: the beginning of the write.
    """
    identity = records.identity
    claim = Claim.of(operation, identity.environment, identity.terminal, Outcome.UNSETTLED)
    return _receipt(records, operation, papers, claim, Proof.of(claim, records.signer))


def _receipt(  # noqa: PLR0917 - each is another part of the paper
    records: Records, operation: Operation, papers: Papers, claim: Claim, proof: Proof, reason: Text | None = None
) -> Receipt:
    identity, summary = records.identity, operation.summary
    reviewer = summary.get("reviewer")
    made = Receipt(
        environment=identity.environment,
        service=operation.kind.partition(".")[0],
        title=title_of(summary, operation.kind),
        outcome=claim.outcome,
        time=moment(claim, papers.clock.now()),
        site=Site(
            outlet=identity.outlet.name,
            bank_hotline=identity.outlet.bank_hotline,
            terminal=identity.terminal,
            operator=str(summary.get("operator", "")),
            reviewer=None if reviewer is None else str(reviewer),
            hotline=papers.hotline(),
        ),
        holder=Holder(str(summary.get("name", "")), str(summary.get("number", ""))),
        facts=tuple(Fact(label, str(summary[name])) for name, label in LABELS.items() if name in summary),
        reason=reason,
        proof=proof,
    )
    return replace(made, copy=records.journal.count("printed", operation.op_id, paper=_paper(made)))


def _paper(receipt: Receipt) -> str:
    """As the journal names it: another outcome is another paper, and its first print no copy."""
    return f"{receipt.service} {receipt.outcome.name.lower()}"


def put_out(records: Records, receipt: Receipt, operation: Operation, papers: Papers, by: Operator) -> Printed:
    """Print, and write down who did it; where there is no printer nothing is written.

    :raises terminal.receipts.errors.PaperError: nothing else changes.
    """
    done = papers.printer().print(lay_out(receipt, papers.language))
    if not done.on_paper and done.where is None:
        return done
    number = receipt.proof.number if receipt.proof else ""
    fields: dict[str, str | int] = {
        "paper": _paper(receipt),
        "number": number,
        "again": receipt.copy,
    }
    records.journal.write(Entry("printed", {**fields, "operator": by.number}, operation.op_id))
    return done
