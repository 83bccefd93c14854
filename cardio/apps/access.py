"""Access rules of declared files: what must be shown to the card, decided before anything goes out."""

from __future__ import annotations

from typing import Final

from cardio import status
from cardio.answers import UnexpectedStatusError, file_absent, file_closed
from cardio.files import Access, Application, ElementaryFile, Need
from cardio.selection import Selection

_WITH_PIN: Final = frozenset({Need.PIN, Need.PIN_OR_KEY, Need.PIN_AND_KEY})


def rule_of(ef: ElementaryFile, generation: int) -> Access:
    """The rule for reading ``ef`` on a card of ``generation``.

    :raises CardError: FILE_ABSENT for a file that this generation does not have, FILE_CLOSED for one that no command
        reads, KEY_UNKNOWN where the rule names a key whose id on the card nobody tells.
    """
    rule = ef.read.get(generation)
    if rule is None or generation < ef.application.since or not ef.application.name:
        raise file_absent(ef.path, f"not told for generation {generation}")
    if rule.need is Need.NEVER:
        raise file_closed(ef.path, "kept by the card alone")
    if rule.key is not None and rule.need is not Need.PIN_OR_KEY:
        _ = rule.key.card_key
    return rule


def needs_pin(ef: ElementaryFile, rule: Access, *, given: bool) -> bool:
    """Whether the PIN is what opens the file (or is a part of it).

    :raises CardError: FILE_CLOSED where the rule wants one, and none is given.
    """
    if rule.need not in _WITH_PIN or (rule.need is Need.PIN_OR_KEY and not given):
        return False
    if not given:
        raise file_closed(ef.path, "wants the PIN")
    return True


def needs_key(rule: Access, *, by_pin: bool) -> bool:
    """Whether the key of the rule must be opened.

    :raises CardError: KEY_UNKNOWN.
    """
    if rule.key is None or (by_pin and rule.need is Need.PIN_OR_KEY):
        return False
    return rule.key.card_key >= 0


def enter(selection: Selection, application: Application) -> None:
    """Make ``application`` the selected one, unless it is.

    :raises CardError: FILE_ABSENT when the card does not carry it.
    """
    if selection.in_application(application.name):
        return
    try:
        if application.parent:
            selection.application(application.parent)
        selection.application(application.name)
    except UnexpectedStatusError as error:
        if error.sw not in status.NOT_HERE:
            raise
        raise file_absent(application.path, error.detail, error.sw) from None
