"""Two made-up members of staff, as the visit signs them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terminal.cli.demo.visit import Visit

OPERATOR, REVIEWER = "1001", "2001"


def password_of(number: str) -> str:
    """The public password of one of the sandbox's staff."""
    from terminal.sandbox.staff import PASSWORDS  # noqa: PLC0415 - the sandbox may be absent

    return PASSWORDS[number]


def enter(visit: Visit, number: str) -> None:
    """Number, then password, as both sign-in pages take them."""
    visit.driver.wait("the sign-in", lambda: visit.driver.item("number") is not None)
    visit.driver.text(number)
    visit.driver.enter()
    visit.driver.text(password_of(number))
    visit.driver.enter()


def sign_in(visit: Visit) -> None:
    """The operator signs in, off-line or not: the list of operators is here."""
    visit.page("sign-in")
    visit.picture("sign-in")
    enter(visit, OPERATOR)
    visit.page("waiting")
