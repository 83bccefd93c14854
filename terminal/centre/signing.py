"""Signed answers: the small part of HTTP Message Signatures (RFC 9421) and of digest fields (RFC 9530) used here.

The centre signs every answer together with what was asked: the method, path, query and the request's own
``X-Request-Id``. So an old answer, or the answer to another question, does not verify. Only what the contract needs is
written: one signature a message, components that are plain header fields or the derived ones of :func:`_derived`. A
general library would accept far more shapes of signature than any answer to a terminal may have; what is not this one
shape is refused here. The suite's algorithms are used, so that another suite signs answers too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from offline_cache.suite import INTL, Suite
from terminal.centre.routes import REQUEST_ID

LABEL = "centre"

COVERED = (
    '"@status"',
    '"content-type"',
    '"content-digest"',
    '"@method";req',
    '"@path";req',
    '"@query";req',
    '"x-request-id";req',
)
"""Every one of these must stand under the signature; more may."""

_ITEM = re.compile(r'"(@?[a-z][a-z0-9-]*)"(;req)?')
_PARAMETER = re.compile(r';([a-z]+)=(?:(\d{1,12})|"([\x20-\x21\x23-\x5b\x5d-\x7e]{0,100})")')
_MEMBER = re.compile(r"([a-z][a-z0-9_-]{0,31})=\(([^()]*)\)((?:;[^,()]*)?)\Z")
_BYTES = re.compile(r"([a-z][a-z0-9_-]{0,31})=:([A-Za-z0-9+/]{1,200}={0,2}):\Z")
_LONGEST_FIELD = 2048


class SignatureMissingError(Exception):
    """The answer carries no signature at all."""


class SignatureInvalidError(Exception):
    """There is a signature, and it does not prove this answer to this question. The text says why, for the log."""


@dataclass(frozen=True)
class Question:
    """The request an answer belongs to. ``target`` is path and query as sent."""

    method: str
    target: str
    request_id: str | None


@dataclass(frozen=True)
class Reply:
    """An answer as it came. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def signature_base(components: Iterable[tuple[str, str]], parameters: str) -> bytes:
    """The octets that are signed (RFC 9421 §2.5). ``components``: identifiers as written in the list, and values."""
    lines = [f"{identifier}: {value}" for identifier, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("utf-8")


def content_digest(body: bytes, suite: Suite = INTL) -> str:
    """Value of ``Content-Digest`` (RFC 9530 §2)."""
    return f"{suite.digest_name}=:{base64.b64encode(suite.digest(body)).decode('ascii')}:"


def sign(
    private: bytes, key_id: str, question: Question, reply: Reply, *, created: int, suite: Suite = INTL
) -> dict[str, str]:
    """The three header fields that make ``reply`` a signed answer to ``question``.

    A question without an id is signed without it; no terminal accepts that, but a person with curl can read it.
    """
    digest = content_digest(reply.body, suite)
    full = Reply(reply.status, {**reply.headers, "content-digest": digest}, reply.body)
    covered = [item for item in COVERED if question.request_id is not None or not item.startswith('"x-request-id"')]
    parameters = f'({" ".join(covered)});created={created};keyid="{key_id}";alg="{suite.signature_name}"'
    values = [(item, _value(item, question, full)) for item in covered]
    signature = suite.sign(private, signature_base(values, parameters))
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={parameters}",
        "Signature": f"{LABEL}=:{base64.b64encode(signature).decode('ascii')}:",
    }


def verify(keys: Mapping[str, bytes], question: Question, reply: Reply, suite: Suite = INTL) -> int:
    """Check ``reply`` under the pinned ``keys`` (key id to public key) and give the second it was signed.

    :raises SignatureMissingError: nothing was signed.
    :raises SignatureInvalidError: anything else that is not a proof.
    """
    field = reply.headers.get("signature-input")
    signature_field = reply.headers.get("signature")
    if field is None and signature_field is None:
        raise SignatureMissingError
    items, parameters, created, key_id, algorithm = _parse_input(field or "")
    if algorithm not in (None, suite.signature_name):
        raise SignatureInvalidError("another algorithm")
    if missing := set(COVERED) - set(items):
        raise SignatureInvalidError(f"not covered: {sorted(missing)}")
    key = keys.get(key_id)
    if key is None:
        raise SignatureInvalidError("a key that is not pinned")
    if reply.headers.get("content-digest") != content_digest(reply.body, suite):
        raise SignatureInvalidError("the digest is not of this body")
    values = [(item, _value(item, question, reply)) for item in items]
    if not suite.verify(key, signature_base(values, parameters), _parse_signature(signature_field or "")):
        raise SignatureInvalidError("the signature does not hold")
    return created


def _parse_input(field: str) -> tuple[Sequence[str], str, int, str, str | None]:
    """Components, parameters as written, ``created``, ``keyid`` and ``alg`` of the one member of Signature-Input."""
    match = _MEMBER.match(field) if len(field) <= _LONGEST_FIELD else None
    if match is None or match[1] != LABEL:
        raise SignatureInvalidError("Signature-Input is not one list")
    items = match[2].split(" ")
    if not all(_ITEM.fullmatch(item) for item in items) or len(set(items)) != len(items):
        raise SignatureInvalidError("components are not understood")
    found = list(_PARAMETER.finditer(match[3]))
    if "".join(part[0] for part in found) != match[3]:
        raise SignatureInvalidError("parameters are not understood")
    numbers = {part[1]: int(part[2]) for part in found if part[2] is not None}
    texts = {part[1]: part[3] for part in found if part[3] is not None}
    if "created" not in numbers or "keyid" not in texts or len(numbers) + len(texts) != len(found):
        raise SignatureInvalidError("created or keyid is absent")
    return items, f"({match[2]}){match[3]}", numbers["created"], texts["keyid"], texts.get("alg")


def _parse_signature(field: str) -> bytes:
    match = _BYTES.match(field) if len(field) <= _LONGEST_FIELD else None
    if match is None or match[1] != LABEL:
        raise SignatureInvalidError("Signature is not one byte sequence")
    try:
        return base64.b64decode(match[2], validate=True)
    except binascii.Error as error:
        raise SignatureInvalidError("Signature is not base64") from error


def _value(item: str, question: Question, reply: Reply) -> str:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise SignatureInvalidError("components are not understood")
    name, of_request = match[1], match[2] is not None
    if name.startswith("@"):
        value = _derived(name, of_request, question, reply)
    elif of_request:
        value = question.request_id if name == REQUEST_ID.lower() else None
    else:
        value = reply.headers.get(name)
    if value is None:
        raise SignatureInvalidError(f"{item} has no value here")
    return value.strip()


def _derived(name: str, of_request: bool, question: Question, reply: Reply) -> str | None:
    """Derived components (RFC 9421 §2.2): the status of the answer; method, path and query of the question."""
    if not of_request:
        return str(reply.status) if name == "@status" else None
    target = urlsplit(question.target)
    return {"@method": question.method, "@path": target.path, "@query": f"?{target.query}"}.get(name)
