"""What a case is, and what can come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cardio.conformance.bench import Bench


class Theme(Enum):
    """LD/T 6001.5 for the first, 6001.2 for the others."""

    FUNCTIONS = "functions of the terminal interface"
    PARAMETERS = "command parameters"
    FIREWALL = "application firewall"
    ANTI_PULL = "anti-pull"


class Verdict(Enum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


class NotApplicable(Exception):  # noqa: N818 - an outcome
    """This card, or this bench, cannot show it. The text says why."""


@dataclass(frozen=True)
class Case:
    """:param requirement: in words, with the page of the standard's text where it stands.
    :param run: gives nothing where the requirement holds, else what was found instead; raises NotApplicable.
    :param destructive: counts down a key or the PIN, or writes; only with explicit consent on real hardware.
    """

    id: str
    theme: Theme
    requirement: str
    run: Callable[[Bench], str | None]
    destructive: bool = False


@dataclass(frozen=True)
class Outcome:
    case: Case
    verdict: Verdict
    found: str = ""
