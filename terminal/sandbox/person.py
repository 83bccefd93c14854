"""What the sandbox knows of one made-up person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from cardio.keysource import Algorithm
from terminal.centre.contract import ApplicationState, ReturnReason

_TEMPORARY_LOSS_DAYS = 10


@dataclass(frozen=True)
class Traits:
    """What decides who is paid what. Areas are tenths of a mu (亩).

    :param disability: grade 1 (heaviest) to 4, 0 for none.
    """

    farmer: bool = False
    land: int = 0
    forest: int = 0
    returned_land: int = 0
    cotton: int = 0
    urban: bool = False
    poor: bool = False
    destitute: bool = False
    hardship_year: int = 0
    disability: int = 0
    needs_care: bool = False
    orphan: bool = False
    unsupported: bool = False
    struggling_child: bool = False
    one_child: bool = False
    lost_child: bool = False
    veteran: bool = False
    machine_year: int = 0
    fisher: bool = False
    unsafe_house_year: int = 0
    self_employed: bool = False
    public_post: bool = False
    course_year: int = 0
    resettled: bool = False
    scholar: bool = False
    tree_nursery: bool = False


@dataclass(frozen=True)
class Mishap:
    """A payment that is told to fail, so that a demonstration can rely on it.

    :param attempts: how many times in a row the bank returns it. :param corrected: whether it is issued again.
    """

    item: str
    batch: str
    reason: ReturnReason
    attempts: int = 1
    corrected: bool = True


@dataclass(frozen=True)
class Card:
    """The card of one person. Sizes as in :class:`cardio.simulator.contents.CardContents`."""

    generation: int
    card_id: bytes
    history: bytes
    version: bytes
    card_number: str = field(repr=False)
    card_class: str
    issuer: bytes
    issued_on: date
    expires_on: date
    pan: str | None = field(repr=False)
    pin: str | None = field(repr=False)
    state: ApplicationState = ApplicationState.NORMAL
    account_active: bool = True

    @property
    def algorithm(self) -> Algorithm:
        return Algorithm.SM4 if self.generation == 3 else Algorithm.TDES

    def since(self, today: date) -> date:
        """From when the card has its state. A temporary loss is always fresh: it would have lapsed otherwise."""
        if self.state is ApplicationState.TEMPORARY_LOSS:
            return today - timedelta(days=1 + self.history[-1] % 5)
        late = self.state in (ApplicationState.FORMAL_LOSS, ApplicationState.LOCKED, ApplicationState.CANCELLED)
        return self.issued_on + timedelta(days=200 if late else 14)

    def loss_expires_on(self, today: date) -> date | None:
        """Last day of a temporary loss report."""
        if self.state is not ApplicationState.TEMPORARY_LOSS:
            return None
        return self.since(today) + timedelta(days=_TEMPORARY_LOSS_DAYS)


@dataclass(frozen=True)
class Person:
    """One made-up person.

    :param slug: short name of a demonstration person, else ``None``.
    :param chip_name: the name as the chip holds it; empty where it could not be written.
    :param head: the head of the household (户主), to whom household subsidies go.
    :param old_account: last four digits of the account used before the card; :param passbook: what kind it was.
    """

    index: int
    slug: str | None
    name: str = field(repr=False)
    chip_name: str = field(repr=False)
    number: str = field(repr=False)
    sex: str
    nation: str
    birth_date: date = field(repr=False)
    region: str
    household: int
    head: bool
    traits: Traits = field(repr=False)
    card: Card
    old_account: str = field(repr=False)
    passbook: bool
    mishaps: tuple[Mishap, ...] = ()

    def age(self, on: date) -> int:
        """Full years."""
        birth = self.birth_date
        return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))

    def account_active_on(self, on: date, card_payment_from: date) -> bool:
        """Whether money sent on this day can arrive: before payment to the card began, every account was in use."""
        return self.card.account_active or on < card_payment_from


@dataclass(frozen=True)
class Sketch:
    """What is decided of a person before numbers and card are made."""

    name: str
    male: bool
    birth_date: date
    head: bool
    traits: Traits
    nation: str = "01"
    slug: str | None = None
    generation: int | None = None
    state: ApplicationState = ApplicationState.NORMAL
    account_active: bool = True
    chip_name: str | None = None
    version: bytes | None = None
    mishaps: tuple[Mishap, ...] = ()
