"""The faults of issuing that several paths lead to, each made in one function."""

from __future__ import annotations

from cardio.errors import CardError, CardFault


def not_planned(what: str) -> CardError:
    """Another card than the plan is for. Nothing was written. :param what: differs; never a value of the card."""
    return CardError(CardFault.CARD_NOT_PLANNED, what)


def not_blank(what: str) -> CardError:
    """The card holds what is not this holder's. Nothing was written. :param what: the record, by word and tag."""
    return CardError(CardFault.CARD_NOT_BLANK, what)


class IncompleteError(CardError):
    """A plan cannot be made of these data. :param what: is missing or wrong; never a value."""

    def __init__(self, what: str) -> None:
        super().__init__(CardFault.ISSUE_INCOMPLETE, what)
        self.values = {"what": what}  # for the sentence


def malformed(why: str) -> CardError:
    """Bytes that are no plan."""
    return CardError(CardFault.PLAN_MALFORMED, why)


def not_kept(what: str) -> CardError:
    """The card said that it wrote, and reads otherwise."""
    return CardError(CardFault.WRITE_NOT_KEPT, what)
