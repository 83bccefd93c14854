"""Outside bytes into typed records: the one door to msgspec's decoding.

msgspec works out a record's form when the record is first decoded and keeps it on the class, half made while it is
being worked out. A second thread that decodes the same class in that moment reads the half-made form, and the whole
process ends by a segmentation fault (msgspec 0.22.0; ``tests/terminal/test_decoding.py`` shows it). Here forms are
worked out one at a time; a form that is ready is decoded by any number of threads at once.
"""

from __future__ import annotations

import functools
import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_working_out = threading.Lock()


def decoded(content: bytes | memoryview | str, form: type[T]) -> T:
    """JSON as a ``form``.

    :raises msgspec.DecodeError: when it is no JSON or not in UTF-8, or (:class:`msgspec.ValidationError`) not of that
        form. Its text may quote the content.
    """
    decoder: msgspec.json.Decoder[T] = _decoder(form)
    try:
        return decoder.decode(content)
    except UnicodeError:  # msgspec lets it through, and it is no MsgspecError
        raise msgspec.DecodeError("not UTF-8") from None


def converted(plain: object, form: type[T], *, strict: bool = True) -> T:
    """A plain value (as of TOML) as a ``form``; not strict, text may stand for a number or a truth value.

    :raises msgspec.ValidationError: when it is not of that form. Its text may quote the value.
    """
    _decoder(form)
    return msgspec.convert(plain, form, strict=strict)


def _decoder(form: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401 - any form
    with _working_out:
        return _made(form)


@functools.cache
def _made(form: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401 - any form
    return msgspec.json.Decoder(form)
