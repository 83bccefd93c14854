"""A service's side of the counter: who serves, who reviews, what is recorded, and the paper for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cardio.record import CardRecord
from terminal.people.operators import Operator
from terminal.people.secret import SecretEntry
from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.intents import Ending, Intent
    from offline_cache.operations import Operation
    from terminal.receipts.model import Receipt
    from terminal.receipts.printer import Printed

SECOND_TITLE = Text("请复核人输入工号和密码", "The reviewer enters number and password")


@dataclass(frozen=True)
class Left:
    """What a journey left behind: the operation, committed, and its paper.

    :param code: text of the square code on the paper; :param telephone: the short one.
    """

    operation: Operation
    receipt: Receipt


class CounterPort(Protocol):
    """Methods that write or check people block; steps of work call them."""

    @property
    def operator(self) -> Operator | None:
        """Who is signed in."""
        ...

    @property
    def second(self) -> SecretEntry:
        """What stands on the page of the second person."""
        ...

    @property
    def reachable(self) -> bool:
        """Whether the centre could be reached when it was last asked."""
        ...

    def review(self) -> Operator:
        """The second person, by what was typed into :attr:`second`; the password is wiped.

        :raises terminal.errors.TerminalError: the faults of :meth:`terminal.people.signin.SignIn.check`.
        """
        ...

    def contact_change(self, card: CardRecord, phone: str, before: str | None, reviewer: Operator) -> Left:
        """A17: record the new telephone number. Durable at return, or not there at all."""
        ...

    def doubtful(self, card: CardRecord) -> Intent | None:
        """The write of this card that has no end."""
        ...

    def begin_pin_change(self, card: CardRecord) -> bytes:
        """A15: durable before the first byte goes to the card. Gives the number of the beginning."""
        ...

    def begin_pin_maintenance(self, card: CardRecord, what: str, reviewer: Operator) -> bytes:
        """A16: durable before the first byte goes to the card; the HSM is told its number.

        :param what: ``PIN_RESET`` or ``PIN_UNBLOCK`` of :mod:`terminal.model.operations`.
        """
        ...

    def end_pin_change(
        self, card: CardRecord, begun: bytes, ending: Ending, proof: bytes, reviewer: Operator | None = None
    ) -> Left:
        """The one end of a PIN change, reset or unblock, with what the card itself answered."""
        ...

    def print(self, receipt: Receipt) -> Printed:
        """Put the paper of something committed on paper."""
        ...
