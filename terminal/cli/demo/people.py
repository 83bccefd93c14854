"""The people of a demonstration, and what must be true of them, reckoned from the sandbox's own books."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from terminal.text import Text

if TYPE_CHECKING:
    from cardio.simulator.spec import CardSpec


@dataclass(frozen=True)
class Role:
    """One card of the demo's tray. :param slug: the person in :mod:`terminal.sandbox.households`."""

    slug: str
    title: Text


ROLES = (
    Role("elder", Text("三代卡 · 老人，补贴较多，有退票重发", "Generation 3 · elder, many subsidies, one returned")),
    Role("farmer", Text("二代卡 · 种粮农户", "Generation 2 · grain farmer")),
    Role("disabled", Text("三代卡 · 含敏感项目", "Generation 3 · items shown on request")),
    Role("minority", Text("三代卡 · 姓名很长", "Generation 3 · a very long name")),
    Role("nothing", Text("三代卡 · 没有补贴", "Generation 3 · no subsidies")),
    Role("lost", Text("三代卡 · 已临时挂失", "Generation 3 · reported lost")),
    Role("first-generation", Text("一代卡", "Generation 1")),
)


@dataclass(frozen=True)
class Expected:
    """One person's truth. Amounts in fen.

    :param expires_on: as the screen writes a date. :param masked: what of the number and the card number may be seen.
    :param secrets: what must be nowhere once this person has left.
    """

    card: CardSpec
    generation: int
    expires_on: str
    account_last4: str = field(repr=False)
    masked: tuple[str, ...] = field(repr=False)
    pin: str = field(repr=False)
    tries: int
    name: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    paid: int
    paid_count: int
    sensitive_names: tuple[str, ...]


def card_of(slug: str) -> CardSpec:
    """The card of one person."""
    from cardio.simulator.spec import CardSpec  # noqa: PLC0415 - the sandbox may be absent
    from terminal.sandbox.cards import contents  # noqa: PLC0415
    from terminal.sandbox.people import find_person  # noqa: PLC0415

    return CardSpec(contents(find_person(slug)))


def strange_card() -> CardSpec:
    """A chip card that is not a social security card."""
    from cardio.simulator.faults import Fault, Trouble  # noqa: PLC0415

    return replace(card_of("elder"), faults=(Fault(Trouble.NOT_SOCIAL_SECURITY),))


def expected(slug: str, now: datetime) -> Expected:
    """What the screen must show of this person, by the centre's books and not by the terminal's reckoning."""
    from terminal.centre.contract import PaymentState  # noqa: PLC0415 - slow
    from terminal.sandbox.money import Ledger  # noqa: PLC0415
    from terminal.sandbox.people import Population  # noqa: PLC0415

    population = Population()
    person = population.find(slug)
    statement = Ledger(population).statement(person, now)
    paid = [payment.amount for payment in statement.payments if payment.state is PaymentState.PAID]
    card = person.card
    held = (person.name, person.number, card.card_number, card.pan, card.pin)
    chip = card_of(slug)
    return Expected(
        card=chip,
        generation=card.generation,
        expires_on=card.expires_on.isoformat(),
        account_last4=(card.pan or "")[-4:],
        masked=(
            f"{person.number[:3]}***********{person.number[-4:]}",
            f"{card.card_number[0]}******{card.card_number[-2:]}",
        ),
        pin=chip.contents.pin or "",
        tries=chip.contents.pin_tries,
        name=person.name,
        secrets=tuple(value for value in held if value),
        paid=sum(paid),
        paid_count=len(paid),
        sensitive_names=tuple(item.name for item in statement.items if item.sensitive),
    )
