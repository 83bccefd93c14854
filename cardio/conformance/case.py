"""What a case is, and what can come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from cardio.conformance.bench import Bench

Run = Callable[[Bench], str | None]


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


_TEXTS: Final = {
    Theme.FUNCTIONS: "LD/T 33-2015; 人社信息函〔2016〕38号",
    Theme.PARAMETERS: "card specification part 5 (commands)",
    Theme.FIREWALL: "card specification part 7 (security); V2.0 notice tables 3-9",
    Theme.ANTI_PULL: "LD/T 6001.2-2023 (anti-pull)",
}


@dataclass(frozen=True)
class Case:
    """:param requirement: what is checked, no more and no less. :param chinese: the same in Chinese.
    :param run: gives nothing where the requirement holds, else what was found instead; raises NotApplicable.
    :param destructive: writes, or uses up tries of PIN or key, on a good card or on one that is wrong in just this way;
        only with explicit consent on real hardware.
    :param pin: shows the given PIN to the card.
    :param clause: of the text from which the requirement comes, beside the theme's; of a function its own name, unless
        told otherwise.
    """

    id: str
    chinese: str
    requirement: str
    run: Run
    theme: Theme
    destructive: bool = False
    pin: bool = False
    clause: str = ""

    @property
    def rule(self) -> str:
        """The text and its clause."""
        name = self.requirement.split(maxsplit=1)[0] if self.theme is Theme.FUNCTIONS else ""
        return "; ".join(filter(None, (_TEXTS[self.theme], self.clause or name)))


@dataclass(frozen=True)
class Outcome:
    """:param trace: commands sent and what came, redacted; see :mod:`cardio.conformance.wire`."""

    case: Case
    verdict: Verdict
    found: str = ""
    trace: tuple[str, ...] = ()
