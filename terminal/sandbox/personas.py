"""People that demonstrations and tests name by their slug. Any likeness to a person is chance."""

from __future__ import annotations

from datetime import date

from terminal.centre.contract import ApplicationState, ReturnReason
from terminal.sandbox.person import Mishap, Sketch, Traits

PERSONAS: tuple[Sketch, ...] = (
    Sketch(
        slug="elder",
        name="孙秀英",
        male=False,
        birth_date=date(1941, 3, 12),
        head=True,
        generation=3,
        traits=Traits(farmer=True, land=62, forest=35, needs_care=True, one_child=True, resettled=True),
        mishaps=(
            Mishap("LN01", "202503", ReturnReason.ACCOUNT_INVALID),
            Mishap("NY01", "202406", ReturnReason.NAME_MISMATCH, attempts=2),
            Mishap("SL01", "202609", ReturnReason.ID_EXPIRED, corrected=False),
        ),
    ),
    Sketch(
        slug="farmer",
        name="刘建国",
        male=True,
        birth_date=date(1968, 9, 30),
        head=True,
        generation=2,
        version=b"2.00",
        traits=Traits(
            farmer=True, land=185, forest=80, returned_land=40, cotton=60, machine_year=2025, tree_nursery=True
        ),
        mishaps=(Mishap("NY01", "202506", ReturnReason.ACCOUNT_FROZEN),),
    ),
    Sketch(
        slug="nothing",
        name="陈雨桐",
        male=False,
        birth_date=date(1994, 11, 2),
        head=False,
        generation=3,
        traits=Traits(urban=True),
    ),
    Sketch(
        slug="minority",
        name="阿卜杜热合曼·麦麦提吐尔逊·努尔麦麦提",
        male=True,
        birth_date=date(1979, 5, 6),
        head=True,
        nation="05",
        generation=3,
        traits=Traits(urban=True, self_employed=True, course_year=2024),
    ),
    Sketch(
        slug="child",
        name="周梓涵",
        male=False,
        birth_date=date(2017, 4, 18),
        head=False,
        generation=3,
        traits=Traits(unsupported=True),
    ),
    Sketch(
        slug="disabled",
        name="赵永福",
        male=True,
        birth_date=date(1972, 12, 25),
        head=True,
        generation=3,
        traits=Traits(farmer=True, land=30, poor=True, disability=1),
        mishaps=(Mishap("MZ02", "202602", ReturnReason.IDENTITY_CHANGED),),
    ),
    Sketch(
        slug="rare",
        name="𠮷䶮",
        male=True,
        birth_date=date(1988, 1, 31),
        head=True,
        generation=3,
        chip_name="",
        traits=Traits(farmer=True, land=48),
    ),
    Sketch(
        slug="first-generation",
        name="王德长",
        male=True,
        birth_date=date(1938, 7, 4),
        head=True,
        generation=1,
        version=b"",
        traits=Traits(farmer=True, land=25, veteran=True),
    ),
    Sketch(
        slug="lost",
        name="郑欣怡",
        male=False,
        birth_date=date(1990, 6, 15),
        head=False,
        generation=3,
        state=ApplicationState.TEMPORARY_LOSS,
        traits=Traits(urban=True, public_post=True),
    ),
    Sketch(
        slug="inactive",
        name="欧阳春华",
        male=False,
        birth_date=date(1956, 2, 29),
        head=True,
        generation=2,
        version=b"2.0\0",
        account_active=False,
        traits=Traits(farmer=True, land=54, one_child=True),
    ),
)
"""The index of each is its place here; each is a household of its own."""
