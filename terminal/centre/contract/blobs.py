"""Photos and signatures on their way up, piece by piece, beside the operation log. ``docs/sync.md`` tells the story."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from offline_cache.blob_limits import LARGEST, LARGEST_SEALED, MOST_PIECES
from terminal.centre.contract.base import Answer, Base64Url, Body, Hex32, TerminalNumber
from terminal.centre.contract.operations import Second, Signature

MOST_PIECE = 512 * 1024
"""Bytes of one piece as sent, after any content coding is undone."""

PieceNumber = Annotated[int, Meta(ge=0, le=MOST_PIECES - 1)]


class BlobPiece(Body, frozen=True, kw_only=True):
    """One piece, and what the name of its blob is made of, so that each request can be judged by itself.

    :param size: bytes of the content; :param hashes: SHA-256 of each sealed piece, in order.
    :param sealed: this piece.
    """

    size: Annotated[int, Meta(ge=1, le=LARGEST)]
    hashes: Annotated[list[Hex32], Meta(min_length=1, max_length=MOST_PIECES)]
    sealed: Annotated[Base64Url, Meta(min_length=2, max_length=-(-LARGEST_SEALED * 4 // 3))]


class BlobStanding(Answer, frozen=True, kw_only=True):
    """What the centre has of a blob.

    :param have: numbers of the pieces that are there, from 0; :param whole: whether that is all of it.
    :param time: when, by the centre's clock; text, because it is signed as it stands.
    :param signature: of a whole one, by the ``ack`` key ``key_id``, over :func:`terminal.centre.chain.blob_statement`;
        ``None`` while something is missing.
    """

    terminal: TerminalNumber
    blob: Hex32
    have: Annotated[list[PieceNumber], Meta(max_length=MOST_PIECES)]
    whole: bool
    time: Second
    key_id: str
    signature: Signature | None
