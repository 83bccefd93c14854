"""Reference documents: how the centre signs them and a terminal believes them, now and off-line.

    document  "ssc-document-1"  [environment, name, version, body]     by the centre's ``content`` key

The statement is framed as in :mod:`terminal.centre.chain`.
"""

from __future__ import annotations

from datetime import datetime

from offline_cache.canonical import framed
from offline_cache.mirror import Document
from offline_cache.suite import INTL, Suite
from terminal.centre import causes, chain
from terminal.centre.contract import SignedDocument
from terminal.centre.identity import Identity

TAG = "ssc-document-1"


def statement(environment: str, name: str, version: int, body: bytes) -> bytes:
    """What the centre signs."""
    return framed(TAG, [environment, name, version, body])


def signed(
    environment: str,
    name: str,
    version: int,
    body: bytes,
    *,
    as_of: datetime,
    key_id: str,
    private: bytes,
    using: Suite = INTL,
) -> SignedDocument:
    """The document as the centre hands it out."""
    signature = using.sign(private, statement(environment, name, version, body))
    return SignedDocument(
        name=name,
        version=version,
        as_of=as_of,
        body=chain.to_text(body),
        key_id=key_id,
        signature=chain.to_text(signature),
    )


def received(identity: Identity, name: str, answer: SignedDocument) -> Document:
    """A document as the mirror keeps it, once its signature holds.

    :raises CentreError: ``ANSWER_INVALID``.
    """
    try:
        body, signature = chain.from_text(answer.body), chain.from_text(answer.signature)
    except ValueError:
        raise causes.answer_invalid("document: base64url") from None
    as_of = int(answer.as_of.timestamp() * 1000)
    document = Document(answer.name, answer.version, as_of, body, signature, answer.key_id)
    if answer.name != name or not holds(identity, document):
        raise causes.answer_invalid("document: its signature does not hold")
    return document


def holds(identity: Identity, document: Document) -> bool:
    """Whether a kept document is what the centre signed."""
    key = identity.keys().get(document.key_id)
    said = statement(identity.environment, document.name, document.version, document.body)
    return key is not None and identity.suite.verify(key, said, document.signature)
