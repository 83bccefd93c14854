"""One function for each cause that several paths lead to, so that a fault has one place in the source."""

from __future__ import annotations

from terminal.centre.contract import ProblemType
from terminal.centre.errors import CentreError, CentreFault

_PROBLEMS: tuple[tuple[CentreFault, tuple[ProblemType, ...]], ...] = (
    (CentreFault.REQUEST_REFUSED, (ProblemType.BAD_REQUEST, ProblemType.KEY_UNKNOWN)),
    (CentreFault.CODE_REFUSED, (ProblemType.CODE_REFUSED,)),
    (CentreFault.TERMINAL_REFUSED, (ProblemType.CERTIFICATE_REQUIRED, ProblemType.TERMINAL_REVOKED)),
    (CentreFault.CARD_UNKNOWN, (ProblemType.CARD_UNKNOWN,)),
    (CentreFault.PROOF_FAILED, (ProblemType.PROOF_FAILED,)),
    (CentreFault.VISIT_EXPIRED, (ProblemType.VISIT_REQUIRED, ProblemType.VISIT_EXPIRED)),
    (CentreFault.API_DIFFERENT, (ProblemType.NOT_FOUND,)),
    (CentreFault.BUSY, (ProblemType.BUSY,)),
    (CentreFault.CENTRE_FAILED, (ProblemType.INTERNAL,)),
)
_FAULTS = {problem: fault for fault, problems in _PROBLEMS for problem in problems}

_STATUSES = {404: ProblemType.NOT_FOUND, 405: ProblemType.NOT_FOUND, 410: ProblemType.NOT_FOUND,
             426: ProblemType.NOT_FOUND, 429: ProblemType.BUSY, 503: ProblemType.BUSY}  # fmt: skip


def problem(kind: ProblemType, detail: str = "", *, retry_after: float | None = None) -> CentreError:
    """The fault that a problem of the contract stands for."""
    return CentreError(_FAULTS[kind], detail or kind.value, retry_after=retry_after)


def of_status(status: int) -> ProblemType | None:
    """What a status alone says: enough where no problem document came with it, or one of an unknown type."""
    return _STATUSES.get(status) or (ProblemType.INTERNAL if 500 <= status <= 599 else None)


def unreachable(detail: str) -> CentreError:
    """No connection came about."""
    return CentreError(CentreFault.UNREACHABLE, detail)


def not_the_centre(detail: str) -> CentreError:
    """Something answered that cannot show the centre's signature."""
    return CentreError(CentreFault.NOT_THE_CENTRE, detail)


def signature_wrong(detail: str) -> CentreError:
    """A signature that does not prove this answer to this question."""
    return CentreError(CentreFault.SIGNATURE_WRONG, detail)


def clock_wrong(detail: str) -> CentreError:
    """Our clock and the centre's do not agree."""
    return CentreError(CentreFault.CLOCK_WRONG, detail)


def answer_invalid(detail: str) -> CentreError:
    """The centre's own answer, and not what the contract says."""
    return CentreError(CentreFault.ANSWER_INVALID, detail)


def identity_unreadable(detail: str) -> CentreError:
    """What enrolment left on this machine is damaged, or its key is gone."""
    return CentreError(CentreFault.IDENTITY_UNREADABLE, detail)
