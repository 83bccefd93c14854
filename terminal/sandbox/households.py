"""Households drawn at random: who lives together, what they have, and what befell them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from terminal.centre.contract import ApplicationState
from terminal.sandbox import names
from terminal.sandbox.person import Sketch, Traits

_STATES = (
    (ApplicationState.NORMAL, 930),
    (ApplicationState.SEALED, 30),
    (ApplicationState.TEMPORARY_LOSS, 12),
    (ApplicationState.FORMAL_LOSS, 12),
    (ApplicationState.LOCKED, 8),
    (ApplicationState.CANCELLED, 8),
)


def sketches(random: Random) -> list[Sketch]:
    """One household, head first: one to six people of one family."""
    rural = random.random() < 0.7
    head_age = random.choices((26, 38, 50, 62, 74, 84, 92), (8, 18, 24, 22, 16, 9, 3))[0] + random.randrange(8)
    male = random.random() < 0.75
    surname = names.surname(random)
    foreign = random.random() < 0.03
    home = _home(random, rural)
    group = [_sketch(random, surname, male, head_age, home, head=True, foreign=foreign)]
    if random.random() < 0.75:
        other = names.surname(random)
        group.append(
            _sketch(random, other, not male, head_age - random.randrange(-2, 5), _member(home), foreign=foreign)
        )
    for _ in range(random.choices((0, 1, 2, 3), (30, 40, 24, 6))[0]):
        age = head_age - random.randrange(22, 34)
        if age >= 0:
            group.append(_sketch(random, surname, random.random() < 0.5, age, _member(home), foreign=foreign))
    if head_age < 66 and random.random() < 0.25:
        group.append(
            _sketch(random, surname, random.random() < 0.4, head_age + random.randrange(22, 30), _member(home))
        )
    return group[:6]


def _home(random: Random, rural: bool) -> Traits:
    """What the household as such has; the head keeps it."""
    if not rural:
        return Traits(urban=True, poor=random.random() < 0.03)
    chance = random.random
    return Traits(
        farmer=True,
        land=random.randrange(8, 160),
        forest=random.randrange(10, 200) if chance() < 0.15 else 0,
        returned_land=random.randrange(5, 60) if chance() < 0.08 else 0,
        cotton=random.randrange(20, 300) if chance() < 0.08 else 0,
        poor=chance() < 0.07,
        unsafe_house_year=random.randrange(2022, 2027) if chance() < 0.03 else 0,
        resettled=chance() < 0.05,
    )


def _member(home: Traits) -> Traits:
    """What others of the household share: the kind of place, not the land."""
    return Traits(farmer=home.farmer, urban=home.urban, resettled=home.resettled)


def _sketch(
    random: Random, surname: str, male: bool, age: int, base: Traits, *, head: bool = False, foreign: bool = False
) -> Sketch:
    birth = date(2025 - max(age, 0), 1, 1) + timedelta(days=random.randrange(365))
    name, nation = names.minority(random) if foreign else (surname + names.given(random, male), "01")
    if not foreign and random.random() < 0.004:
        name = surname + random.choice(names.BEYOND_GBK)
    state = random.choices([state for state, _ in _STATES], [weight for _, weight in _STATES])[0]
    return Sketch(
        name=name,
        male=male,
        birth_date=birth,
        head=head,
        traits=_traits(random, max(age, 0), base),
        nation=nation,
        state=state,
        account_active=state is not ApplicationState.SEALED and random.random() >= 0.02,
    )


def _traits(random: Random, age: int, base: Traits) -> Traits:
    """Draw what is the person's own; every chance is drawn, so that one more trait later changes no other person."""
    chance = random.random
    old, adult, child = age >= 60, 18 <= age < 60, age < 18
    values: dict[str, Any] = {
        "destitute": chance() < 0.03 and old,
        "hardship_year": random.randrange(2022, 2027) if chance() < 0.02 else 0,
        "disability": random.randrange(1, 5) if chance() < 0.06 else 0,
        "needs_care": chance() < 0.08 and old,
        "orphan": chance() < 0.04 and child,
        "unsupported": chance() < 0.015 and child,
        "struggling_child": chance() < 0.03 and child,
        "one_child": chance() < 0.2 and old,
        "lost_child": chance() < 0.008 and age >= 49,
        "veteran": chance() < 0.04 and age >= 22,
        "machine_year": random.randrange(2022, 2027) if chance() < 0.05 and adult and base.farmer else 0,
        "fisher": chance() < 0.02 and adult,
        "self_employed": chance() < 0.06 and adult,
        "public_post": chance() < 0.03 and adult,
        "course_year": random.randrange(2022, 2027) if chance() < 0.06 and adult else 0,
        "scholar": chance() < 0.12 and 15 <= age <= 24 and base.farmer,
        "tree_nursery": chance() < 0.02 and adult and base.farmer,
    }
    kept = {name: getattr(base, name) for name in Traits.__dataclass_fields__ if name not in values}
    return Traits(**kept, **values)
