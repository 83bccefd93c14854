"""Documents that the centre signs and terminals keep, and the snapshot of all of them at one moment."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import Answer, Base64Url, Instant
from terminal.centre.contract.operations import Signature

LARGEST_DOCUMENT = 4 * 1024 * 1024
"""Characters of a document's body on the wire."""

DocumentName = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,39}$", description="name of a reference document")]


class SignedDocument(Answer, frozen=True, kw_only=True):
    """Reference data with a signature of its own, so that it can be kept and believed off-line.

    :param version: counts up; one version is one sequence of bytes.
    :param as_of: when the centre said that it holds (截至).
    :param body: the bytes themselves.
    :param signature: by the ``content`` key ``key_id``, over :func:`terminal.centre.documents.statement`.
    """

    name: DocumentName
    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    as_of: Instant
    body: Annotated[Base64Url, Meta(max_length=LARGEST_DOCUMENT)]
    key_id: str
    signature: Signature


class Snapshot(Answer, frozen=True, kw_only=True):
    """Everything that a terminal must have to work off-line, of one moment, taken whole or not at all.

    :param version: counts up; :param expires: after it nothing of this may be begun with any more.
    :param signature: by the ``content`` key ``key_id``, over :func:`terminal.centre.snapshots.statement`.
    """

    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    as_of: Instant
    expires: Instant
    documents: Annotated[list[SignedDocument], Meta(max_length=32)]
    key_id: str
    signature: Signature
