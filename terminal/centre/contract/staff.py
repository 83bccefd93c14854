"""Documents that the centre signs and terminals keep: who works at the counters."""

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
