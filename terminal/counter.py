"""A service's side of the counter: who serves, who reviews, what is recorded, and the paper for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from cardio.record import CardRecord
from terminal.model.address import Address
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


@dataclass(frozen=True)
class ContactWish:
    """What of somebody's contact data is to be changed; ``None`` stays as it is.

    :param phone_before: what stands at the centre, masked; :param address_before: likewise.
    """

    phone: str | None = field(default=None, repr=False)
    address: Address | None = None
    phone_before: str | None = None
    address_before: str | None = None

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the fields."""
        return tuple(name for name in ("phone", "address") if getattr(self, name) is not None)


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

    def require_address(self, region: str, text: str) -> Address:
        """The address in its one form, see :func:`terminal.model.address.require`."""
        ...

    def wants_two(self, items: Iterable[str]) -> bool:
        """Whether the centre wants a second person for any of these, each ``SERVICE.FIELD``."""
        ...

    def require_number(self, card: CardRecord) -> None:
        """Before anybody types: whether a person who is lent for a drive can have its next number.

        :raises offline_cache.errors.StoreError: ``NUMBERS_OUT``; of a store that cannot be opened.
        """
        ...

    def contact_change(self, card: CardRecord, wish: ContactWish, reviewer: Operator | None) -> Left:
        """A17: record the change. Durable at return, or not there at all.

        One that waits for people because the centre refused it, or because it was set aside, is corrected by this.

        :raises terminal.errors.TerminalError: ``SECOND_CANCELLED`` without the second person that it needs.
        """
        ...

    @property
    def news(self) -> Left | None:
        """The paper of what was recorded last, once the centre's word about it is here."""
        ...

    def look(self) -> None:
        """Look whether the centre has decided what was recorded last, for :attr:`news`."""
        ...

    def doubtful(self, card: CardRecord) -> Intent | None:
        """The write of this card that has no end."""
        ...

    def begin_pin_change(self, card: CardRecord) -> bytes:
        """A15: durable before the first byte goes to the card. Gives the number of the beginning."""
        ...

    def begin_pin_maintenance(self, card: CardRecord, what: str, reviewer: Operator, tries: int | None) -> bytes:
        """A16: durable before the first byte goes to the card; the HSM is told its number.

        :param what: ``PIN_RESET`` or ``PIN_UNBLOCK`` of :mod:`terminal.model.operations`.
        :param tries: what the card says is left before it; kept for :mod:`terminal.unblock_doubt`.
        """
        ...

    def end_pin_change(
        self, card: CardRecord, begun: bytes, ending: Ending, proof: bytes, reviewer: Operator | None = None
    ) -> Left:
        """The one end of a PIN change, reset or unblock, with what the card itself answered."""
        ...

    def settle(self, card: CardRecord, held: bytes) -> Left | None:
        """The end of a write of this card whose answer was lost, by what the card holds where it was written; ``None``
        where that is neither what was there nor what was to come."""
        ...

    def print(self, left: Left) -> Printed:
        """Put the paper of something committed on paper.

        :raises terminal.receipts.errors.PaperError: the operation stays recorded.
        """
        ...
