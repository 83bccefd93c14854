"""Sealed operations on a medium, for a machine that will not come back to the network: ``store export``.

    line 1      {"form": "ssc-medium-1", "environment", "terminal", "certificate" (PEM), "tip"}: where the log ended,
                signed as where a new life is asked for; none of a damaged store
    batches     of the log, byte for byte the body of the request that would have carried it, signed likewise
    pieces      {"blob", "piece", "body"}: photos that the centre has not, each piece as the request would carry it
    salvaged    {"salvaged", "doubtful"}: from a damaged store (``store salvage``), a run as a batch carries it, with
                zeros as the head before it where that was not read; doubtful: nobody knows whether it was set aside;
                its signature is over all that the line says, and no batch's passes for it

One in a line, batches first. Nobody but the centre can read a body; that the batches are this terminal's is proven by
their signatures, and the pieces by their names, which stand in the bodies. The centre takes them in as if they had been
sent: what it has already is only compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from offline_cache.blob_rows import Blobs
from offline_cache.chain import Origin
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import Batch
from offline_cache.outbox import Outbox
from offline_cache.salvage import Salvage
from offline_cache.whole import write_whole
from terminal.centre import chain
from terminal.centre.contract import MOST_OPERATIONS, BlobPiece, EpochRequest, Hex32, OperationBatch
from terminal.centre.contract.blobs import PieceNumber
from terminal.centre.identity import Identity
from terminal.model.decoding import decoded
from terminal.sync.batches import plain_batch, signed_batch, signed_tip
from terminal.sync.blobs import piece_of

FORM = "ssc-medium-1"
_BATCH_BYTES = 256 * 1024
PIECE = b'{"blob":'
"""How a line with a piece of a photo begins."""
_SALVAGED = b'{"salvaged":'
LARGEST = 4 << 30


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The first line.

    :param tip: how far the log went. A medium of photos alone has no batch that would tell an older copy of the store.
    """

    form: str
    environment: str
    terminal: str
    certificate: str
    tip: EpochRequest | None = None


class MediumPiece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line with one piece of a photo."""

    blob: Hex32
    piece: PieceNumber
    body: BlobPiece


class SalvagedRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line with what could be read of a damaged store."""

    salvaged: OperationBatch
    doubtful: bool


def salvaged_runs(
    runs: Iterable[Batch], doubtful_ones: Iterable[Batch], origin: Origin, sign: chain.Sign
) -> Iterator[SalvagedRun]:
    """What was read, in order; what is doubtful last."""
    for some, doubtful in ((runs, False), (doubtful_ones, True)):
        for run in some:
            plain = plain_batch(origin, run)
            signed = chain.sign_salvaged(origin.environment, origin.terminal, plain, sign, doubtful=doubtful)
            yield SalvagedRun(signed, doubtful)


def salvaged_pieces(found: Salvage) -> Iterator[MediumPiece]:
    """The photos, as far as they were read."""
    for photo in found.photos:
        hashes = [one.hex().upper() for one in photo.hashes]
        for index, piece in photo.pieces.items():
            body = BlobPiece(size=photo.size, hashes=hashes, sealed=chain.to_text(piece))
            yield MediumPiece(photo.digest.hex().upper(), index, body)


def write_salvaged(found: Salvage, identity: Identity, file: Path) -> None:
    """Write what was read of a damaged store. Whole or not at all; ``OSError`` when the medium refuses, or has a file
    of that name, which may be another terminal's.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    """
    runs = salvaged_runs(found.runs, found.doubtful, identity.origin, chain.terminal_signer(identity))
    lines = [msgspec.json.encode(line) for line in (_header(identity), *runs, *salvaged_pieces(found))]
    write_whole(file, b"\n".join(lines) + b"\n", new=True)


def _header(identity: Identity, tip: EpochRequest | None = None) -> Header:
    certificate = identity.certificate_file.read_text(encoding="ascii")
    return Header(FORM, identity.environment, identity.terminal, certificate, tip)


class Written(NamedTuple):
    """What stands on a medium.

    :param operations: how many, :param first: and :param last: their numbers; of photos alone the last there is.
    """

    operations: int
    first: int
    last: int


def write_medium(outbox: Outbox, blobs: Blobs, identity: Identity, file: Path, *, new: bool = True) -> Written:
    """Write everything that the centre has not: what it has not acknowledged, and what it lost where it was put back to
    a backup. Whole or not at all.

    :param new: what has that name is not written over: it may be another terminal's.
    :raises StoreError: ``CHAIN_BROKEN``; ``OSError`` when the medium refuses, or has a file of that name.
    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    """
    sign, written = chain.terminal_signer(identity), Written(0, 0, 0)

    def lines() -> Iterator[bytes]:
        """One by one: photos may be more than the memory holds."""
        nonlocal written
        yield _line(_header(identity, signed_tip(identity.origin, outbox.tip(), sign)))
        while (batch := outbox.for_medium(MOST_OPERATIONS, _BATCH_BYTES, written.last)) is not None:
            yield _line(signed_batch(identity.origin, batch, sign))
            count, first, _ = written
            written = Written(count + len(batch.operations), first or batch.from_seq, batch.to_seq)
        if photos := blobs.not_there():
            written = written._replace(last=outbox.tip()[1])  # whatever the centre has not stands on it
        for blob in photos:
            name = blob.digest.hex().upper()
            yield from (
                _line(MediumPiece(name, index, piece_of(blobs, blob, index))) for index in range(len(blob.hashes))
            )

    write_whole(file, lines(), new=new)
    return written


def _line(entry: Header | Entry) -> bytes:
    return msgspec.json.encode(entry) + b"\n"


Entry = OperationBatch | MediumPiece | SalvagedRun


def read_medium(file: Path) -> tuple[Header, Iterator[Entry]]:
    """What :func:`write_medium` wrote; nothing of it is believed yet.

    :raises StoreError: ``EXPORT_INVALID``, also from the iterator.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise invalid("too large")
        first, *rest = file.read_bytes().splitlines()
        header = decoded(first, Header)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise invalid(type(error).__name__) from None
    if header.form != FORM:
        raise invalid("form")
    return header, _entries(rest)


def _entries(lines: list[bytes]) -> Iterator[Entry]:
    for line in lines:
        try:
            if line.startswith(PIECE):
                yield decoded(line, MediumPiece)
            elif line.startswith(_SALVAGED):
                yield decoded(line, SalvagedRun)
            else:
                yield decoded(line, OperationBatch)
        except msgspec.MsgspecError as error:
            raise invalid(type(error).__name__) from None


def invalid(detail: str) -> StoreError:
    """Not what a terminal exported."""
    return StoreError(StoreFault.EXPORT_INVALID, detail)
