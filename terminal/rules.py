"""Rules that depend on the environment and on where a card comes from."""

from __future__ import annotations

from cardio.answers import FieldUnreadableError
from cardio.record import CardRecord
from terminal.errors import TerminalError, TerminalFault
from terminal.model import codes


def require_sandbox(environment: str, what: str) -> None:
    """Refuse in production what belongs to the sandbox alone.

    :raises TerminalError: ``PRODUCTION_FORBIDS``.
    """
    if environment != "sandbox":
        raise TerminalError(TerminalFault.PRODUCTION_FORBIDS, what=what)


def require_unmask(environment: str) -> None:
    """Plain values are shown to a signed-in operator with a reason; the sandbox's people are made up.

    :raises TerminalError: ``UNMASK_REFUSED`` in production, where nobody was asked for a reason.
    """
    if environment != "sandbox":
        raise TerminalError(TerminalFault.UNMASK_REFUSED)


def check_region(record: CardRecord, environment: str) -> TerminalError | None:
    """A remark on where the card comes from; ``None`` when it is from this province.

    :raises TerminalError: ``TEST_CARD`` for a made-up card in production.
    """
    region = record.region
    if region is None:
        return None
    if environment != "sandbox" and codes.is_test_region(region):
        raise TerminalError(TerminalFault.TEST_CARD)
    if codes.is_foreign_region(region):
        return TerminalError(TerminalFault.REGION_FOREIGN, region=region)
    return None


def check_holder(record: CardRecord) -> TerminalError | None:
    """A remark on a card whose holder's records are open and blank, as before its issue."""
    holder = record.holder
    if holder is None or holder.social_security_number or holder.name:
        return None
    unreadable = any(isinstance(error, FieldUnreadableError) for error in record.errors)
    return None if unreadable else TerminalError(TerminalFault.HOLDER_BLANK)


def require_pin(verified: bool) -> None:
    """What concerns the holder's money is told after the holder proved the PIN, whatever a procedure forgot.

    :raises TerminalError: ``PIN_NEEDED``.
    """
    if not verified:
        raise TerminalError(TerminalFault.PIN_NEEDED)


def require_tries(left: int | None) -> int | None:
    """Nobody is asked for a PIN that the card will not take.

    :raises TerminalError: ``PIN_LOCKED_ALREADY``.
    """
    if left == 0:
        raise TerminalError(TerminalFault.PIN_LOCKED_ALREADY)
    return left
