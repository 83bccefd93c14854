"""Faults of the centre and of the way to it."""

from __future__ import annotations

from enum import Enum

from terminal.centre.contract import ProblemType


class CentreFault(Enum):
    """A numbered cause; texts and remedies stand in :mod:`terminal.faults`."""

    UNREACHABLE = "N101"  # no connection: refused, no route, no name
    TOO_SLOW = "N102"  # the total deadline of a request passed
    NOT_THE_CENTRE = "N103"  # an answer without the centre's signature: a login page of the network, a proxy
    SIGNATURE_WRONG = "N104"  # a signature that does not verify under the pinned key
    SERVER_CERTIFICATE = "N105"  # the far end's certificate is not the centre's
    TERMINAL_REFUSED = "N106"  # our certificate is refused or revoked
    CLOCK_WRONG = "N107"  # our clock and the centre's differ too much, or a certificate is "not yet valid"
    BUSY = "N108"  # 429 or 503
    CENTRE_FAILED = "N109"  # 5xx
    ANSWER_INVALID = "N110"  # signed, but not what the contract says
    API_DIFFERENT = "N111"  # 404, 405, 410, 426: another version of the API
    NOT_ENROLLED = "N112"
    CODE_REFUSED = "N113"
    CARD_UNKNOWN = "N114"
    PROOF_FAILED = "N115"  # the centre says that the card's answer is wrong
    VISIT_EXPIRED = "N116"
    ENVIRONMENT_MIXED = "N117"  # a sandbox certificate in production, or the other way round
    ENROLLED_ALREADY = "N118"
    CERTIFICATE_EXPIRED = "N119"  # our own
    REQUEST_REFUSED = "N120"  # the centre calls our request wrong: our mistake
    IDENTITY_UNREADABLE = "N121"  # the enrolment on disk is damaged or its key is gone
    AUTHORITY_UNREADABLE = "N123"  # the file of the authority to trust, given at enrolment, is no certificate
    LOG_BEHIND = "N124"  # the centre has less of our log than we thought: what is missing is sent again
    LOG_FORKED = "N125"  # the centre has another history of this terminal: a copy of it was in use, or an older one is
    OPERATION_REFUSED = "N126"  # the centre does not take an operation in, whatever stands beside it
    ACKNOWLEDGEMENT_INVALID = "N127"  # an acknowledgement that does not prove what it says
    EPOCH_PENDING = "N131"  # after a fork: the centre's people have not agreed yet to a new life of the log
    SNAPSHOT_REFUSED = "N132"  # reference data not signed, not complete, older than what is here, or past its end
    ADDRESS_INVALID = "N130"  # the centre's address is not https://host[:port]; nothing was sent
    LENT_ALREADY = "N135"  # another terminal has this person for a drive
    SUITE_OTHER = "N136"  # another cryptographic suite than the one that was fixed at enrolment
    CONNECTION_LOST = "N122"  # the connection broke before the answer was whole: what happened there is unknown


class CentreError(Exception):
    """A fault on the way to the centre.

    :param detail: technical words for the log; no token, no personal data, no body of an answer.
    :param retry_after: seconds the centre asked us to wait.
    :param problem: what the centre's own answer named; ``None`` where it was not the centre's own.
    :param status: of the answer, where there was one.
    :param expected: the sequence number the centre waits for. :param operation: place of a refused one in the batch.
    """

    def __init__(
        self,
        fault: CentreFault,
        detail: str = "",
        *,
        retry_after: float | None = None,
        problem: ProblemType | None = None,
        status: int | None = None,
        expected: int | None = None,
        operation: int | None = None,
    ) -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
        self.retry_after = retry_after
        self.problem = problem
        self.status = status
        self.expected = expected
        self.operation = operation
