"""One value, one sequence of bytes: deterministic CBOR (RFC 8949 §4.2.1), and what is hashed.

Everything that is hashed, signed or sealed goes through here, so that two programs that mean the same say the same.
"""

from __future__ import annotations

from typing import TypeAlias

import cbor2

Plain: TypeAlias = "bool | int | str | bytes | list[Plain] | dict[str, Plain] | None"

DEEPEST = 16


class NotCanonicalError(ValueError):
    """Bytes that no encoder of ours makes. Callers turn it into their own fault."""


def encode(value: object) -> bytes:
    """Canonical bytes of ``None``, booleans, integers, texts, bytes, lists and dictionaries with text keys."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes) -> Plain:
    """The value of canonical bytes; anything else, a trailing byte too, is refused.

    :raises NotCanonicalError:
    """
    try:
        value: Plain = cbor2.loads(data, max_depth=DEEPEST, allow_indefinite=False, allow_duplicate_keys=False)
        again = encode(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotCanonicalError(type(error).__name__) from None
    if again != data or not is_plain(value):
        raise NotCanonicalError("not canonical")
    return value


def is_plain(value: object) -> bool:
    """Whether :func:`encode` and :func:`decode` carry the value both ways: no floats, dates or tags."""
    if isinstance(value, list):
        return all(is_plain(one) for one in value)
    if isinstance(value, dict):
        return all(isinstance(name, str) and is_plain(one) for name, one in value.items())
    return value is None or isinstance(value, bool | int | str | bytes)


def framed(tag: str, value: object) -> bytes:
    """What a hash or a signature is made over: the tag, a zero byte, the canonical bytes of the value.

    The tag says what kind of statement it is, so that a signature for one can never pass for another.
    """
    return tag.encode("ascii") + b"\0" + encode(value)
