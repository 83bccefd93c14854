"""One paper, before anybody decides how it is drawn. Immutable, masked, complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.model import masks
from terminal.receipts.code import Claim, encode
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.keys import Signer
from terminal.receipts.words import WORDS, Outcome
from terminal.text import Text

_PLAIN_NUMBER = re.compile(r"[0-9]{11}")
"""As long as a telephone number; citizen numbers and accounts are longer."""


@dataclass(frozen=True)
class Holder:
    """Whose paper it is, masked. Made by :meth:`of` from the plain values."""

    name: str = field(repr=False)
    number: str = field(repr=False)

    @classmethod
    def of(cls, name: str | None, number: str | None) -> Holder:
        """First character of the name, first three and last four of the number."""
        return cls(masks.name(name or ""), masks.number(number or ""))


@dataclass(frozen=True)
class Fact:
    """One line of what was done: a value, or an old value and the new one. Masked by the caller."""

    label: Text
    value: str | Text = field(repr=False)
    old: str | Text | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Site:
    """Where it was done, by whom.

    :param outlet: name of the outlet, which begins with its bank's.
    :param operator: number of the person who served; ``reviewer`` of the second one.
    """

    outlet: str
    bank_hotline: str
    terminal: str
    operator: str
    reviewer: str | None = None
    hotline: str = "12333"


@dataclass(frozen=True)
class Proof:
    """The codes of a paper: the long one for machines, the short one for the telephone, the number for people."""

    number: str
    code: str
    telephone: str

    @classmethod
    def of(cls, claim: Claim, signer: Signer) -> Proof:
        """Sign ``claim``.

        :raises PaperError: ``CODE_CONTRADICTS``.
        """
        return cls(claim.number, encode(claim, signer), claim.telephone_code)


@dataclass(frozen=True)
class Receipt:
    """What a paper says. Made after the operation was committed, never before: its number comes out of the commit.

    :param time: of the operation, with its zone.
    :param reason: why, in one sentence; a refusal has to have one.
    :param sentence: what the outcome means, and :param next_step: what comes next, where somebody knows better than
        the table of outcomes.
    :param proof: ``None`` where no operation was recorded, such as a refusal before anything began.
    :param copy: 0 for the first print, then counted up: a reprint says so.
    """

    environment: str
    service: str
    title: Text
    outcome: Outcome
    time: datetime
    site: Site
    holder: Holder | None = None
    facts: tuple[Fact, ...] = ()
    reason: Text | None = None
    sentence: Text | None = None
    next_step: Text | None = None
    proof: Proof | None = None
    copy: int = 0

    def __post_init__(self) -> None:
        """:raises PaperError: ``CONTENT_REFUSED`` for plain personal numbers, or a paper that contradicts itself."""
        if problem := next(self._problems(), None):
            raise PaperError(PaperFault.CONTENT_REFUSED, problem)

    def _problems(self) -> Iterator[str]:
        shown = [str(part) for fact in self.facts for value in (fact.value, fact.old) for part in _parts(value)]
        holder = [self.holder.name, self.holder.number] if self.holder else []
        if any(_PLAIN_NUMBER.search(text) for text in shown + holder):
            yield "a number that is not masked"
        if holder and len(holder[0].rstrip("*")) > 1:
            yield "a name that is not masked"
        if self.time.tzinfo is None:
            yield "a time without a zone"
        if self.outcome is Outcome.REFUSED and self.reason is None:
            yield "a refusal without a reason"
        if WORDS[self.outcome].decided_by == "centre" and self.proof is None:
            yield "the centre's word without its signature"
        if self.site.reviewer == self.site.operator:
            yield "the reviewer is the operator"

    def again(self) -> Receipt:
        """The same paper printed once more; it says 补打."""
        return replace(self, copy=self.copy + 1)

    @property
    def name(self) -> str:
        """For files and print queues; nothing personal: the receipt number, or service and time.

        The centre's paper about an operation takes no other paper's name.
        """
        stem = self.proof.number if self.proof else f"{self.service}-{self.time:%Y%m%d-%H%M%S}"
        if WORDS[self.outcome].decided_by == "centre":
            stem = f"{stem}-{self.outcome.name.lower()}"
        return f"{stem}-copy{self.copy}" if self.copy else stem


def _parts(value: str | Text | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value.zh, value.en) if isinstance(value, Text) else (value,)
