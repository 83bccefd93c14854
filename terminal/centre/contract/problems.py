"""Problems (RFC 9457)."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import Answer, Seq


class ProblemType(Enum):
    """The only thing of an error answer that the terminal acts on; texts are for people."""

    BAD_REQUEST = "urn:ssc:problem:bad-request"
    CODE_REFUSED = "urn:ssc:problem:enrolment-code-refused"
    CERTIFICATE_REQUIRED = "urn:ssc:problem:certificate-required"
    TERMINAL_REVOKED = "urn:ssc:problem:terminal-revoked"
    CARD_UNKNOWN = "urn:ssc:problem:card-unknown"
    PROOF_FAILED = "urn:ssc:problem:proof-failed"
    VISIT_REQUIRED = "urn:ssc:problem:visit-required"
    VISIT_EXPIRED = "urn:ssc:problem:visit-expired"
    OPERATION_REQUIRED = "urn:ssc:problem:operation-required"
    KEY_UNKNOWN = "urn:ssc:problem:key-unknown"
    TERMINAL_OTHER = "urn:ssc:problem:terminal-other"
    HEAD_SIGNATURE = "urn:ssc:problem:head-signature"
    LOG_GAP = "urn:ssc:problem:log-gap"
    LOG_FORKED = "urn:ssc:problem:log-forked"
    LOG_IN_PROGRESS = "urn:ssc:problem:log-in-progress"
    EPOCH_PENDING = "urn:ssc:problem:epoch-pending"
    OPERATION_CHANGED = "urn:ssc:problem:operation-changed"
    OPERATION_REFUSED = "urn:ssc:problem:operation-refused"
    SUITE_OTHER = "urn:ssc:problem:suite-other"
    TOO_LARGE = "urn:ssc:problem:too-large"
    CURSOR_UNKNOWN = "urn:ssc:problem:cursor-unknown"
    STATE_DIFFERS = "urn:ssc:problem:state-differs"
    LENT_ALREADY = "urn:ssc:problem:lent-already"
    NOT_FOUND = "urn:ssc:problem:not-found"
    BUSY = "urn:ssc:problem:busy"
    INTERNAL = "urn:ssc:problem:internal"


class Problem(Answer, frozen=True, kw_only=True):
    """:param expected: with ``log-gap``: the sequence number that the centre waits for.
    :param operation: with ``operation-refused``: place of the refused operation in the batch, from 0.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    expected: Seq | None = None
    operation: Annotated[int, Meta(ge=0)] | None = None
