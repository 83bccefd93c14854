"""The operations of the central API: one table, from which it is served, called and documented."""

from __future__ import annotations

from msgspec import Struct

from terminal.centre.contract import (
    MOST_BATCH,
    MOST_PIECE,
    Acknowledgement,
    Answer,
    BlobPiece,
    BlobStanding,
    BlockRequest,
    Body,
    CardStatus,
    CentreStatus,
    Changes,
    Configuration,
    Contact,
    Cryptogram,
    Enrolment,
    EnrolmentRequest,
    EpochGrant,
    EpochRequest,
    ExternalAuthentication,
    LeaseRequest,
    NumberBlock,
    OperationBatch,
    PersonLease,
    Proof,
    SecuredCommand,
    SecuredCommandRequest,
    SignedDocument,
    Snapshot,
    SubsidyStatement,
    VisitOpened,
    VisitRequest,
    VisitToken,
)


class Query(Struct, frozen=True):
    """An optional query parameter: a whole number from ``least`` to ``most``, or a text of ``pattern``."""

    name: str
    least: int
    most: int
    description: str
    pattern: str | None = None


class Route(Struct, frozen=True, kw_only=True):
    """One operation of the API; the table below is the whole of it.

    :param most_bytes: of the body; the centre reads no more.
    :param may_be_urgent: takes the ``Priority`` header.
    :param needs_visit: the ``Visit-Token`` header must name a proven visit of this terminal and card.
    """

    name: str
    method: str
    path: str
    summary: str
    body: type[Body] | None
    answer: type[Answer]
    needs_certificate: bool = True
    needs_visit: bool = False
    query: tuple[Query, ...] = ()
    may_be_urgent: bool = False
    most_bytes: int = 64 * 1024


PATH_PARAMETERS = {
    "blob": "^[0-9A-F]{64}$",
    "card_id": "^[0-9A-F]{32}$",
    "drive": "^[a-z][a-z0-9-]{0,31}$",
    "piece": "^[0-9]{1,2}$",
    "terminal": "^[0-9]{12}$",
    "visit": "^[0-9a-f]{32}$",
}
"""Pattern of each parameter that stands in a path."""

REQUEST_ID = "X-Request-Id"
"""Header with 16 fresh random bytes of the terminal in lower-case hex; the signature of the answer covers it."""

CURSOR = "^[0-9]{1,15}-[0-9a-f]{32}$"
"""Pattern of a cursor of the change feed."""

REQUEST_ID_PATTERN = "^[0-9a-f]{32}$"

IDEMPOTENCY_KEY = "Idempotency-Key"
"""Header of every POST. The same for the same operations however often they are sent; else fresh for each call."""

IDEMPOTENCY_PATTERN = "^[0-9a-f]{32}$"

PRIORITY = "Priority"
"""Header by which a terminal asks to be served ahead of others (RFC 9218 §4.1; without it urgency is 3)."""

URGENT = "u=1"
"""Of who has a reversal in its log. A hint to a centre that cannot serve all at once; nothing else depends on it."""

VISIT_TOKEN = "Visit-Token"  # noqa: S105 - the name of a header

ROUTES: tuple[Route, ...] = (
    Route(
        name="status",
        method="GET",
        path="/v1/status",
        summary="Time and state of the centre",
        body=None,
        answer=CentreStatus,
        needs_certificate=False,
    ),
    Route(
        name="enrol",
        method="POST",
        path="/v1/enrolments",
        summary="Join with a one-time code",
        body=EnrolmentRequest,
        answer=Enrolment,
        needs_certificate=False,
    ),
    Route(
        name="configuration",
        method="GET",
        path="/v1/configuration",
        summary="Rules of the outlet's city",
        body=None,
        answer=Configuration,
    ),
    Route(
        name="operators",
        method="GET",
        path="/v1/operators",
        summary="Who works at the counters of the outlet",
        body=None,
        answer=SignedDocument,
    ),
    Route(
        name="snapshot",
        method="GET",
        path="/v1/snapshot",
        summary="Every reference document of one moment, under one signature, with an end",
        body=None,
        answer=Snapshot,
    ),
    Route(
        name="open_visit",
        method="POST",
        path="/v1/visits",
        summary="A card was put in; get a nonce",
        body=VisitRequest,
        answer=VisitOpened,
    ),
    Route(
        name="prove_visit",
        method="POST",
        path="/v1/visits/{visit}/proof",
        summary="Prove the card, get a token",
        body=Proof,
        answer=VisitToken,
    ),
    Route(
        name="external_authentication",
        method="POST",
        path="/v1/hsm/external-authentication",
        summary="Cryptogram that opens one key of the proven card",
        body=ExternalAuthentication,
        answer=Cryptogram,
        needs_visit=True,
    ),
    Route(
        name="secured_command",
        method="POST",
        path="/v1/hsm/secured-command",
        summary="Command with MAC that unblocks or replaces the PIN of the proven card",
        body=SecuredCommandRequest,
        answer=SecuredCommand,
        needs_visit=True,
    ),
    Route(
        name="card_status",
        method="GET",
        path="/v1/cards/{card_id}/status",
        summary="State of the card (A4)",
        body=None,
        answer=CardStatus,
        needs_visit=True,
    ),
    Route(
        name="subsidies",
        method="GET",
        path="/v1/cards/{card_id}/subsidies",
        summary="The plain account of subsidies; optional query parameter year",
        body=None,
        answer=SubsidyStatement,
        needs_visit=True,
        query=(Query("year", 2000, 2100, "one calendar year; all that are kept when absent"),),
    ),
    Route(
        name="contact",
        method="GET",
        path="/v1/cards/{card_id}/contact",
        summary="Contact data on file, masked (A17)",
        body=None,
        answer=Contact,
        needs_visit=True,
    ),
    Route(
        name="operations",
        method="POST",
        path="/v1/terminals/{terminal}/operations",
        summary="The next run of the terminal's operation log",
        body=OperationBatch,
        answer=Acknowledgement,
        most_bytes=MOST_BATCH,
        may_be_urgent=True,
    ),
    Route(
        name="new_epoch",
        method="POST",
        path="/v1/terminals/{terminal}/epochs",
        summary="After a fork: a new life of the terminal's log, once the centre's people have agreed",
        body=EpochRequest,
        answer=EpochGrant,
    ),
    Route(
        name="high_water_mark",
        method="GET",
        path="/v1/terminals/{terminal}/high-water-mark",
        summary="How much of the terminal's log the centre has",
        body=None,
        answer=Acknowledgement,
        query=(
            Query("epoch", 1, 65535, "life of the log; the one in force when absent"),
            Query("most", 1, 999_999_999, "tell of no later operation than this, to find where two histories part"),
        ),
        may_be_urgent=True,
    ),
    Route(
        name="blob",
        method="GET",
        path="/v1/terminals/{terminal}/blobs/{blob}",
        summary="Which pieces of a photo or a signature the centre has",
        body=None,
        answer=BlobStanding,
    ),
    Route(
        name="blob_piece",
        method="PUT",
        path="/v1/terminals/{terminal}/blobs/{blob}/pieces/{piece}",
        summary="One piece of a photo or a signature that an operation names; the same again changes nothing",
        body=BlobPiece,
        answer=BlobStanding,
        most_bytes=MOST_PIECE,
    ),
    Route(
        name="number_block",
        method="POST",
        path="/v1/terminals/{terminal}/number-blocks",
        summary="Numbers that nobody else gets, to be used off-line",
        body=BlockRequest,
        answer=NumberBlock,
    ),
    Route(
        name="lease",
        method="POST",
        path="/v1/terminals/{terminal}/leases",
        summary="A person lent to this terminal for a drive",
        body=LeaseRequest,
        answer=PersonLease,
    ),
    Route(
        name="roster",
        method="GET",
        path="/v1/terminals/{terminal}/drives/{drive}/roster",
        summary="Whose the cards are that are lent to this terminal for a drive",
        body=None,
        answer=SignedDocument,
    ),
    Route(
        name="changes",
        method="GET",
        path="/v1/changes",
        summary="Outcomes of this terminal's operations since a cursor",
        body=None,
        answer=Changes,
        query=(
            Query("cursor", 0, 0, "of an earlier answer; from the beginning when absent", CURSOR),
            Query("state", 0, 0, "digest of what the terminal knows of its operations by then", "^[0-9A-F]{64}$"),
        ),
    ),
)
