"""gzip on the wire, both ways (RFC 9110 §8.4.1.3): bodies that are worth it are packed, and unpacked within a bound.

The digest and the signature of an answer are over the packed bytes (RFC 9530 §2), so nothing is unpacked that the
centre did not sign. What is unpacked stops at a limit: a small body that would grow without end costs its limit.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

WORTH = 1024
"""Bytes from which a body is packed; below, a packed one is hardly smaller."""

CODING = "gzip"

_GZIP_ONLY = 16 + zlib.MAX_WBITS


class PackedBadlyError(Exception):
    """Not one whole gzip member, or another coding. The text says what, for the log."""


class UnpackedTooLargeError(PackedBadlyError):
    """What is inside is larger than allowed; the rest of it was not unpacked."""


def packed(body: bytes) -> tuple[bytes, dict[str, str]]:
    """The body as it is sent, and the header field that says so. The same bytes pack to the same bytes."""
    return (gzip.compress(body, 6, mtime=0), {"Content-Encoding": CODING}) if len(body) >= WORTH else (body, {})


def unpacked(headers: Mapping[str, str], body: bytes, limit: int) -> bytes:
    """The body as it was before. Header names are lower case.

    :param limit: most bytes that come out.
    :raises PackedBadlyError: and :class:`UnpackedTooLargeError`.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return body
    if coding != CODING:
        raise PackedBadlyError("another content coding")
    inflate = zlib.decompressobj(_GZIP_ONLY)
    try:
        plain = inflate.decompress(body, limit + 1)
    except zlib.error:
        raise PackedBadlyError("not gzip") from None
    if len(plain) > limit:
        raise UnpackedTooLargeError(f"more than {limit} bytes inside")
    if not inflate.eof or inflate.unused_data:
        raise PackedBadlyError("cut short, or with something behind")
    return plain


def accepted(field: str) -> bool:
    """Whether an ``Accept-Encoding`` field takes gzip. Weights other than 0 are all the same to us."""
    for item in field.lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() == CODING:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
