"""Nothing is recorded without somebody who answers for it."""

from __future__ import annotations

from terminal.errors import TerminalError, TerminalFault
from terminal.people.operators import Operator


def serving(operator: Operator | None) -> Operator:
    """Who serves.

    :raises TerminalError: ``NOT_SIGNED_IN``.
    """
    if operator is None:
        raise not_signed_in()
    return operator


def no_second() -> TerminalError:
    """What two people have to agree to, and one of them is missing."""
    return TerminalError(TerminalFault.SECOND_CANCELLED)


def not_signed_in() -> TerminalError:
    """Nobody is signed in."""
    return TerminalError(TerminalFault.NOT_SIGNED_IN)
