"""What a screen shows of a holder unasked is not enough to work out the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cardio.keysource import CardIdentity
from cardio.record import CardRecord, Holder
from terminal.model import masks
from terminal.model.identifiers import make_citizen_number
from terminal.model.people import holder_view, masked_values, plain_values
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.views import HolderView

FEW = 20
"""Fewer possible numbers than this count as given away."""


def record_of(person: Person) -> CardRecord:
    card = person.card
    return CardRecord(
        reader="Reader A",
        atr=b"",
        identity=CardIdentity(card.card_id, card.history, card.algorithm, card.generation),
        version=card.version[:3].decode("ascii"),
        region=person.region,
        card_number=card.card_number,
        card_class=card.card_class,
        issuer=card.issuer.hex(),
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        holder=Holder(person.number, person.chip_name, person.sex, person.nation, person.birth_date, person.region),
    )


def like(shown: str, value: str) -> bool:
    """Whether ``value`` could stand behind the stars of ``shown``."""
    return len(shown) == len(value) and all(star in ("*", char) for star, char in zip(shown, value, strict=True))


def days_behind(shown: str) -> Iterator[date]:
    day = date(int(shown[:4]), 1, 1)
    while day.year == int(shown[:4]):
        if like(shown, day.isoformat()):
            yield day
        day += timedelta(days=1)


def numbers_behind(view: HolderView, region: str) -> set[str]:
    """Every citizen number that goes with what is shown, for one who takes the card's region for the person's."""
    assert view.number is not None
    assert view.birth_date is not None
    order = int(view.number[-4:-1])
    made = (make_citizen_number(region, day, order) for day in days_behind(view.birth_date))
    return {number for number in made if like(view.number, number)}


def some_people() -> list[Person]:
    people = Population().people
    return [*(person for person in people if person.slug), *people[::100]]


def test_the_holder_page_does_not_give_the_number_away() -> None:
    for person in some_people():
        behind = numbers_behind(holder_view(record_of(person)), person.region)
        assert person.number in behind
        assert len(behind) >= FEW, person.slug


def test_what_is_masked_is_what_can_be_shown() -> None:
    record = record_of(Population().people[0])
    view, plain = holder_view(record), plain_values(record)
    assert set(plain) == set(masks.MASKS) == set(masked_values(record))
    assert plain["birth_date"] == "1941-03-12"
    assert view.birth_date == "1941-**-**"
    for name, value in plain.items():
        assert value is not None
        assert getattr(view, name) == masks.MASKS[name](value) != value


@pytest.mark.parametrize("short", ["", "1941", "1941-3-1"])
def test_a_date_of_another_shape_is_all_stars(short: str) -> None:
    assert masks.birth_date(short) == "*" * len(short)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("", ""), ("A", "*"), ("A1", "**"), ("A12", "***"), ("A123", "A*23"), ("A12345678", "A******78")],
)
def test_a_short_card_number_shows_nothing(value: str, shown: str) -> None:
    assert masks.card_number(value) == shown
