"""The made-up people: right check characters, no number twice, the same ones every time, and somebody of every kind."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from cardio.keysource import Algorithm
from terminal.centre.contract import ApplicationState
from terminal.sandbox.cards import contents
from terminal.sandbox.errors import SandboxError, SandboxFault
from terminal.sandbox.people import DEMO_PIN, REGIONS, Population, find_person
from terminal.sandbox.person import Person

ON = date(2026, 6, 1)


@pytest.fixture(scope="module")
def people() -> tuple[Person, ...]:
    return Population().people


def test_there_are_five_thousand_in_families(people: tuple[Person, ...]) -> None:
    assert len(people) == 5000
    assert [person.index for person in people] == list(range(5000))
    households = Counter(person.household for person in people)
    heads = Counter(person.household for person in people if person.head)
    assert max(households.values()) >= 4
    assert max(heads.values()) == 1
    assert set(households) - set(heads) <= {person.household for person in people if person.slug}


def test_every_citizen_number_is_right_and_of_no_real_place(people: tuple[Person, ...]) -> None:
    weights = [pow(2, 17 - place, 11) for place in range(17)]  # ISO 7064 MOD 11-2
    for person in people:
        number = person.number
        total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
        value = 10 if number[17] == "X" else int(number[17])
        assert (total + value) % 11 == 1
        assert number[:6] in REGIONS
        assert int(number[:6]) >= 379992
        assert number[6:14] == f"{person.birth_date:%Y%m%d}"
        assert int(number[16]) % 2 == (person.sex == "1")


def test_every_card_number_is_right(people: tuple[Person, ...]) -> None:
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    for person in people:
        number = person.card.card_number
        total = sum(int(one, 36) * weight for one, weight in zip(number[:8], weights, strict=True))
        value = 10 if number[8] == "X" else int(number[8])
        assert (total + value) % 11 == 0
        assert len(number) == 9


def test_every_account_number_is_right(people: tuple[Person, ...]) -> None:
    for person in people:
        pan = person.card.pan
        assert pan is not None
        assert len(pan) == 19
        doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(pan))]
        assert sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def test_nothing_that_names_one_person_is_there_twice(people: tuple[Person, ...]) -> None:
    for values in (
        [person.number for person in people],
        [person.card.card_id for person in people],
        [person.card.card_number for person in people],
        [person.card.history for person in people],
        [person.card.history[9:] for person in people],
        [person.card.pan for person in people],
    ):
        assert len(set(values)) == len(values)


def test_cards_are_as_the_standard_lays_them_out(people: tuple[Person, ...]) -> None:
    for person in people:
        card = person.card
        assert len(card.history) == 13
        assert card.history[7:9].hex() == person.region[:4]
        assert len(card.card_id) == 16
        assert card.card_id[:3].hex() == person.region
        assert card.card_id[3:8].hex() == "d156000005"
        assert len(card.issuer) == 12
        assert card.issued_on < card.expires_on
        assert card.issued_on > person.birth_date
        assert card.issued_on < ON
        assert card.version[:1] in (str(card.generation).encode("ascii"), b"")
        assert card.algorithm is (Algorithm.SM4 if card.generation == 3 else Algorithm.TDES)
        assert len(person.chip_name.encode("gbk")) <= (30 if card.generation == 1 else 50)


def test_somebody_of_every_kind_is_there(people: tuple[Person, ...]) -> None:
    ages = [person.age(ON) for person in people]
    assert min(ages) <= 1
    assert max(ages) >= 95
    assert {person.card.generation for person in people} == {1, 2, 3}
    assert {person.card.state for person in people} == set(ApplicationState)
    assert {person.card.card_class for person in people} == {"1", "2", "3", "4"}
    assert {person.region for person in people} == set(REGIONS)
    assert {len(person.name) for person in people} >= {2, 3, 4}
    assert any("\u00b7" in person.name for person in people)
    assert any(person.card.version == b"2.0\0" for person in people)
    assert any(person.card.version == b"" for person in people)
    assert any(person.card.pin is None for person in people)
    assert any(not person.card.account_active for person in people)


def test_names_that_no_chip_can_hold_are_blank_or_substituted(people: tuple[Person, ...]) -> None:
    def fits(name: str) -> bool:
        try:
            name.encode("gbk")
        except UnicodeEncodeError:
            return False
        return True

    rare = [person for person in people if not fits(person.name)]
    assert any(ord(character) > 0xFFFF for person in rare for character in person.name)
    assert {"", "?"} <= {person.chip_name[-1:] for person in rare}
    assert all(person.chip_name == person.name for person in people if fits(person.name))


def test_the_same_seed_makes_the_same_people_and_another_others() -> None:
    assert Population(7, 60).people == Population(7, 60).people
    assert Population(7, 60).people == Population(7, 300).people[:60]
    mine, others = Population(7, 60).people, Population(8, 60).people
    assert [one.number for one in mine[20:]] != [one.number for one in others[20:]]


def test_people_are_found_by_index_slug_and_name(people: tuple[Person, ...]) -> None:
    elder = find_person("elder")
    assert elder == find_person("0") == find_person(elder.name) == people[0]
    population = Population()
    assert population.by_card_id(elder.card.card_id.hex().upper()) == elder
    assert population.by_card_id("00" * 16) is None
    for key in ("nobody", "5000", "-1", "", "9" * 40):
        with pytest.raises(SandboxError) as caught:
            population.find(key)
        assert caught.value.fault is SandboxFault.HOLDER_UNKNOWN


@pytest.mark.parametrize(
    ("slug", "generation"),
    [
        ("elder", 3),
        ("farmer", 2),
        ("nothing", 3),
        ("minority", 3),
        ("child", 3),
        ("disabled", 3),
        ("first-generation", 1),
    ],
)
def test_the_demonstration_people_keep_their_cards(slug: str, generation: int) -> None:
    card = contents(find_person(slug))
    assert card.generation == generation
    assert card.pin == DEMO_PIN
    assert card.number is not None


def test_no_person_is_shown_by_accident(people: tuple[Person, ...]) -> None:
    person = people[0]
    for value in (person.name, person.number, person.card.pan, person.card.card_number, DEMO_PIN):
        assert value is not None
        assert value not in repr(person)
