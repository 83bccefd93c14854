"""One function for each cause that several paths lead to, so that a fault has one place in the source."""

from __future__ import annotations

from terminal.centre.contract import Problem, ProblemType
from terminal.centre.errors import CentreError, CentreFault

_WHO = (
    ProblemType.CERTIFICATE_REQUIRED,
    ProblemType.TERMINAL_REVOKED,
    ProblemType.TERMINAL_OTHER,
    ProblemType.HEAD_SIGNATURE,
)
_PROBLEMS: tuple[tuple[CentreFault, tuple[ProblemType, ...]], ...] = (
    (
        CentreFault.REQUEST_REFUSED,
        (ProblemType.BAD_REQUEST, ProblemType.OPERATION_REQUIRED, ProblemType.KEY_UNKNOWN, ProblemType.TOO_LARGE),
    ),
    (CentreFault.CODE_REFUSED, (ProblemType.CODE_REFUSED,)),
    (CentreFault.TERMINAL_REFUSED, _WHO),
    (CentreFault.CARD_UNKNOWN, (ProblemType.CARD_UNKNOWN,)),
    (CentreFault.PROOF_FAILED, (ProblemType.PROOF_FAILED,)),
    (CentreFault.VISIT_EXPIRED, (ProblemType.VISIT_REQUIRED, ProblemType.VISIT_EXPIRED)),
    (CentreFault.API_DIFFERENT, (ProblemType.NOT_FOUND,)),
    (CentreFault.BUSY, (ProblemType.BUSY, ProblemType.LOG_IN_PROGRESS)),
    (CentreFault.CENTRE_FAILED, (ProblemType.INTERNAL,)),
    (CentreFault.LOG_BEHIND, (ProblemType.LOG_GAP, ProblemType.CURSOR_UNKNOWN, ProblemType.STATE_DIFFERS)),
    (CentreFault.LOG_FORKED, (ProblemType.LOG_FORKED, ProblemType.OPERATION_CHANGED)),
    (CentreFault.EPOCH_PENDING, (ProblemType.EPOCH_PENDING,)),
    (CentreFault.LENT_ALREADY, (ProblemType.LENT_ALREADY,)),
    (CentreFault.SUITE_OTHER, (ProblemType.SUITE_OTHER,)),
    (CentreFault.OPERATION_REFUSED, (ProblemType.OPERATION_REFUSED,)),
)
_FAULTS = {problem: fault for fault, problems in _PROBLEMS for problem in problems}

_STATUSES = {404: ProblemType.NOT_FOUND, 405: ProblemType.NOT_FOUND, 410: ProblemType.NOT_FOUND,
             426: ProblemType.NOT_FOUND, 429: ProblemType.BUSY, 503: ProblemType.BUSY}  # fmt: skip


_REFUSALS = {400: ProblemType.BAD_REQUEST, 401: ProblemType.CERTIFICATE_REQUIRED, 403: ProblemType.TERMINAL_REVOKED,
             412: ProblemType.LOG_FORKED, 413: ProblemType.TOO_LARGE, 422: ProblemType.BAD_REQUEST}  # fmt: skip


def of_refusal(status: int) -> ProblemType | None:
    """What the status of the centre's own refusal says, where its type is one that we do not know."""
    return of_status(status) or _REFUSALS.get(status)


def problem(
    kind: ProblemType, detail: str = "", *, retry_after: float | None = None, document: Problem | None = None
) -> CentreError:
    """The fault that a problem of the contract stands for. ``document``: where the centre itself wrote one."""
    return CentreError(
        _FAULTS[kind],
        detail or kind.value,
        retry_after=retry_after,
        problem=kind,
        status=document.status if document else None,
        expected=document.expected if document else None,
        operation=document.operation if document else None,
    )


def forked(detail: str) -> CentreError:
    """Our log and the centre's do not agree, as we find ourselves."""
    return problem(ProblemType.LOG_FORKED, detail)


def acknowledgement_invalid(detail: str) -> CentreError:
    """The centre's answer holds; the acknowledgement in it proves nothing."""
    return CentreError(CentreFault.ACKNOWLEDGEMENT_INVALID, detail)


def snapshot_refused(detail: str) -> CentreError:
    """A snapshot that is not taken; the one that is here stays."""
    return CentreError(CentreFault.SNAPSHOT_REFUSED, detail)


def of_status(status: int) -> ProblemType | None:
    """What a status alone says: enough where no problem document came with it, or one of an unknown type."""
    return _STATUSES.get(status) or (ProblemType.INTERNAL if 500 <= status <= 599 else None)


def unreachable(detail: str) -> CentreError:
    """No connection came about."""
    return CentreError(CentreFault.UNREACHABLE, detail)


def not_the_centre(detail: str, status: int | None = None) -> CentreError:
    """Something answered that cannot show the centre's signature."""
    return CentreError(CentreFault.NOT_THE_CENTRE, detail, status=status)


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
