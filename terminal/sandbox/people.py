"""The made-up people of the sandbox: the same ones for the same seed, on every machine and in every year.

Region codes 3799xx are not assigned to any place, so that none of these numbers is a real person's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random

from terminal.model.identifiers import card_number_check, luhn_check, make_citizen_number
from terminal.sandbox import names
from terminal.sandbox.errors import SandboxError, SandboxFault
from terminal.sandbox.households import sketches
from terminal.sandbox.person import Card, Person, Sketch
from terminal.sandbox.personas import PERSONAS

DEFAULT_SEED = 20241015
DEFAULT_SIZE = 5000
REGIONS = tuple(str(code) for code in range(379999, 379991, -1))
BIN = "629999"
"""First digits of the account numbers; not assigned to a bank."""

DEMO_PIN = "739182"
"""PIN of the people with a slug: not the initial one. Tests look for it where no PIN may be."""

_REFERENCE = date(2026, 1, 1)


class Population:
    """All people of one seed, made when first asked for."""

    def __init__(self, seed: int = DEFAULT_SEED, size: int = DEFAULT_SIZE) -> None:
        self.seed = seed
        self.size = size
        self._lock = threading.Lock()
        self._people: tuple[Person, ...] | None = None
        self._by_card: dict[str, Person] = {}

    def prepare(self) -> None:
        """Make the people now; 0.3 s for 5,000."""
        with self._lock:
            if self._people is None:
                people = tuple(_people(self.seed, self.size))
                self._by_card = {person.card.card_id.hex().upper(): person for person in people}
                self._people = people

    @property
    def people(self) -> tuple[Person, ...]:
        self.prepare()
        return self._people or ()

    def by_card_id(self, card_id: str) -> Person | None:
        """Whose card has this 卡识别码 (32 upper-case hex digits)?"""
        self.prepare()
        return self._by_card.get(card_id)

    def find(self, key: str) -> Person:
        """By index, short name (``elder``) or full name.

        :raises SandboxError: ``HOLDER_UNKNOWN``.
        """
        for person in self._people or _people(self.seed, self.size):
            if key in (person.slug, person.name, str(person.index)):
                return person
        raise SandboxError(SandboxFault.HOLDER_UNKNOWN)


@cache
def find_person(key: str, seed: int = DEFAULT_SEED) -> Person:
    """:meth:`Population.find` in the population of ``seed``. The best known come first: the others are not made."""
    return Population(seed).find(key)


def _people(seed: int, size: int) -> Iterator[Person]:
    used: set[str] = set()
    index = 0
    for household in range(size):
        random = Random(f"{seed}/{household}")  # noqa: S311 - made-up people, not secrets
        group = [PERSONAS[household]] if household < len(PERSONAS) else sketches(random)
        for sketch in group[: size - index]:
            yield _person(index, household, sketch, random, used)
            index += 1
        if index == size:
            return


def _person(index: int, household: int, sketch: Sketch, random: Random, used: set[str]) -> Person:
    region = REGIONS[household % len(REGIONS)]
    sequence = random.randrange(0, 500) * 2 + sketch.male
    number = make_citizen_number(region, sketch.birth_date, sequence)
    while number in used:
        sequence = (sequence + 2) % 1000
        number = make_citizen_number(region, sketch.birth_date, sequence)
    used.add(number)
    chip_name = names.chip_name(sketch.name, random) if sketch.chip_name is None else sketch.chip_name
    return Person(
        index=index,
        slug=sketch.slug,
        name=sketch.name,
        chip_name=chip_name,
        number=number,
        sex="1" if sketch.male else "2",
        nation=sketch.nation,
        birth_date=sketch.birth_date,
        region=region,
        household=household,
        head=sketch.head,
        traits=sketch.traits,
        card=_card(index, region, sketch, random),
        old_account=f"{random.randrange(10000):04d}",
        passbook=random.random() < 0.7,
        mishaps=sketch.mishaps,
    )


_CHIPS = ("0081", "0085", "0087", "0090")
_SOFTWARE = ("4A4446", "4E4323", "48424F", "544B31")
_MAKERS = ("8660", "8649", "8665", "8684", "8697")
_FIRST_ISSUE = {1: date(2008, 3, 1), 2: date(2013, 1, 7), 3: date(2019, 6, 3)}
_LAST_ISSUE = {1: date(2012, 11, 30), 2: date(2019, 5, 31), 3: date(2025, 12, 1)}
_YEARS_VALID = {1: 20, 2: 20, 3: 10}
_VERSIONS = {1: (b"1.00", b"1.00", b"", b"1.01"), 2: (b"2.00", b"2.00", b"2.01", b"2.0\0"), 3: (b"3.00",)}


def _card(index: int, region: str, sketch: Sketch, random: Random) -> Card:
    generation = sketch.generation or _generation(sketch, random)
    serial = (0x10000000 + index * 7919 % 0x0FFFFFFF).to_bytes(4, "big")
    chip = random.choice(_CHIPS) + random.choice(_SOFTWARE) + random.choice(_MAKERS)
    first = max(_FIRST_ISSUE[generation], sketch.birth_date + timedelta(days=30))
    days = (_LAST_ISSUE[generation] - first).days
    issued = first + timedelta(days=random.randrange(days) if days > 0 else 0)
    card_number = f"{'ABCDEFGH'[REGIONS.index(region)]}{index * 1009 % 10_000_000:07d}"
    account = f"{BIN}{index * 100_003 % 10**12:012d}"
    usual_version = random.choice(_VERSIONS[generation])
    return Card(
        generation=generation,
        card_id=bytes.fromhex(region) + bytes.fromhex("D156000005") + serial + random.randbytes(4),
        history=bytes.fromhex(chip) + bytes.fromhex(region[:4]) + serial,
        version=usual_version if sketch.version is None else sketch.version,
        card_number=card_number + card_number_check(card_number),
        card_class=_card_class(sketch.birth_date),
        issuer=bytes.fromhex(f"9156000002{region}{region}01"),
        issued_on=issued,
        expires_on=issued.replace(year=issued.year + _YEARS_VALID[generation], day=min(issued.day, 28)),
        pan=account + luhn_check(account),
        pin=DEMO_PIN if sketch.slug else None if random.random() < 0.02 else "123456",
        state=sketch.state,
        account_active=sketch.account_active,
    )


def _generation(sketch: Sketch, random: Random) -> int:
    if sketch.birth_date > _FIRST_ISSUE[3]:
        return 3
    if sketch.birth_date > _FIRST_ISSUE[2]:
        return random.choice((2, 3))
    return random.choices((1, 2, 3), (5, 45, 50))[0]


def _card_class(birth: date) -> str:
    """卡的类别: 1 before school, 2 pupil, 3 adult, 4 elder."""
    age = _REFERENCE.year - birth.year
    return "1" if age < 7 else "2" if age < 16 else "3" if age < 60 else "4"
