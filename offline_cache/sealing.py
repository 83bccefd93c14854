"""A body on its way to the centre: readable by the centre alone, bound to the operation that carries it.

    body      canonical CBOR of {"salt": 16 random bytes, "body": {...}}, deflated (RFC 1951, raw)
    info      canonical CBOR of [environment, terminal, epoch, op_id, kind, schema], framed with "ssc-seal-1"
    envelope  canonical CBOR of ["ssc-seal-1", suite, key id, ciphertext]

The salt keeps a telephone number from being guessed from the hash of its ciphertext's plain bytes; ``info`` keeps a
body from being moved to another operation. The key id is the first 8 bytes of the digest of the centre's public key,
so that a centre that has changed its key knows which one to take.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from offline_cache.canonical import NotCanonicalError, Plain, decode, encode, framed, is_plain
from offline_cache.errors import StoreError, StoreFault
from offline_cache.suite import INTL, Suite, suite

TAG = "ssc-seal-1"
SALT = 16
KEY_ID = 8
LARGEST_BODY = 1 << 20
"""Bytes of a body before it is deflated: photos and scans are blobs of their own."""
_RAW_DEFLATE = -15


@dataclass(frozen=True)
class Binding:
    """What a sealed body is bound to.

    :param op_id: 16 bytes.
    :param kind: what the operation is, such as ``contact-change``.
    :param schema: version of the body's form.
    """

    environment: str
    terminal: str
    epoch: int
    op_id: bytes
    kind: str
    schema: int

    @property
    def info(self) -> bytes:
        return framed(TAG, [self.environment, self.terminal, self.epoch, self.op_id, self.kind, self.schema])


def key_id(public: bytes, using: Suite = INTL) -> bytes:
    """The 8 bytes by which an envelope names the centre's key."""
    return using.digest(public)[:KEY_ID]


def seal(body: Mapping[str, object], binding: Binding, public: bytes, using: Suite = INTL) -> bytes:
    """The envelope of ``body`` for the centre's sealing key.

    :raises StoreError: ``SEALED_UNREADABLE`` when the body is too large, holds what has no canonical form, or the key
        is none.
    """
    if not is_plain(dict(body)):
        raise unreadable("not a body")
    plain = encode({"salt": using.random(SALT), "body": dict(body)})
    if len(plain) > LARGEST_BODY:
        raise unreadable("body too large")
    deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    packed = deflate.compress(plain) + deflate.flush()
    sealed = using.seal(public, binding.info, packed)
    if sealed is None:
        raise unreadable("not a sealing key")
    return encode([TAG, using.name, key_id(public, using), sealed])


def other_suite(using: Suite, envelopes: Iterable[bytes], tag: str = TAG) -> StoreError | None:
    """The fault of envelopes that were sealed with another suite; ``None`` where there is none. Looks at the first
    bytes alone: the whole is opened by the centre, and may be a megabyte.

    :param tag: of the form of envelope.
    """
    form, ours = _beginning(tag, using.name)
    for one in envelopes:
        if one.startswith(form) and not one.startswith(ours):
            return suite_other(f"sealed with another suite than {using.name}")
    return None


@cache
def _beginning(tag: str, name: str) -> tuple[bytes, bytes]:
    form = b"\x84" + encode(tag)  # an array of four, of which the first two are the tag and the suite
    return form, form + encode(name)


def open_sealed(envelope: bytes, binding: Binding, private_keys: dict[bytes, bytes]) -> dict[str, Plain]:
    """The body of an envelope. For the centre; a terminal has no key that could.

    :param private_keys: private sealing keys by key id.
    :raises StoreError: ``SEALED_UNREADABLE`` for anything that was not sealed for one of the keys and this binding;
        ``SUITE_UNKNOWN``.
    """
    name, wanted, sealed = _parts(envelope)
    private = private_keys.get(wanted)
    if private is None:
        raise unreadable("sealed for another key")
    packed = suite(name).open(private, binding.info, sealed)
    if packed is None:
        raise unreadable("does not open")
    return _body(packed)


def _parts(envelope: bytes) -> tuple[str, bytes, bytes]:
    match _decoded(envelope):
        case [str(tag), str(name), bytes(wanted), bytes(sealed)] if tag == TAG:
            return name, wanted, sealed
        case _:
            raise unreadable("not an envelope")


def _body(packed: bytes) -> dict[str, Plain]:
    inflate = zlib.decompressobj(_RAW_DEFLATE)
    try:
        plain = inflate.decompress(packed, LARGEST_BODY)
    except zlib.error:
        raise unreadable("not deflated") from None
    if not inflate.eof or inflate.unused_data:
        raise unreadable("too large, cut short or with something behind")
    match _decoded(plain):
        case {"salt": bytes(salt), "body": dict(body), **rest} if len(salt) == SALT and not rest:
            return body
        case _:
            raise unreadable("not a body")


def _decoded(data: bytes) -> Plain:
    try:
        return decode(data)
    except NotCanonicalError as error:
        raise unreadable(str(error)) from None


def suite_other(detail: str) -> StoreError:
    """Something of another suite than the terminal's, which the centre fixed at enrolment: refused, never converted."""
    return StoreError(StoreFault.SUITE_OTHER, detail)


def unreadable(detail: str) -> StoreError:
    """What was sealed does not open, or does not hold what it should."""
    return StoreError(StoreFault.SEALED_UNREADABLE, detail)
