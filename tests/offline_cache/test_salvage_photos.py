"""A page of a photo is gone, any page: the photo is named, with its operation, and its other pieces are handed on."""

from __future__ import annotations

import os
import random
from pathlib import Path

from offline_cache.blob_limits import PIECE
from offline_cache.blobs import SealedBlob
from offline_cache.outbox import Outbox
from offline_cache.salvage_photos import LostPhoto
from offline_cache.suite import INTL
from tests.offline_cache.support import create, place
from tests.offline_cache.test_blobs import with_photos
from tests.offline_cache.test_salvage import PAGE, altered, read

PART = None if "SSC_PROOF" in os.environ else 12
PIECES = 3


def recorded(folder: Path) -> dict[bytes, tuple[bytes, tuple[bytes, ...]]]:
    """Two operations with a photo each: by its name, whose it is and its pieces."""
    photos = {}
    with create(folder) as store:
        for _ in range(2):
            photo = SealedBlob((PIECES - 1) * PIECE + 1, tuple(os.urandom(9000) for _ in range(PIECES)), INTL)
            (operation,) = Outbox(store).record(with_photos(photo))
            photos[photo.digest] = (operation.op_id, photo.pieces)
    return photos


def test_any_page_may_go_and_every_photo_is_read_or_named(tmp_path: Path) -> None:
    photos = recorded(tmp_path)
    whole = place(tmp_path).read_bytes()
    pages = list(range(len(whole) // PAGE))
    seen = set()
    for page in random.Random(7).sample(pages, PART or len(pages)):  # noqa: S311
        spoiled = bytearray(whole)
        spoiled[page * PAGE + 60] ^= 1
        place(tmp_path).write_bytes(spoiled)
        found = read(tmp_path)
        lost = {one.digest: one for one in found.lost_photos}
        handed = {one.digest: one for one in found.photos}
        for digest, (op_id, pieces) in photos.items():
            assert (digest in handed and handed[digest].whole) != (digest in lost), page
            assert digest not in lost or lost[digest].op_id == op_id
            assert all(pieces[n] == piece for n, piece in (handed[digest].pieces if digest in handed else {}).items())
        seen |= {(one.pieces, one.of) for one in lost.values()}
    assert (2, 3) in seen


def test_without_its_row_a_photo_is_known_by_its_pieces_and_by_the_journal(tmp_path: Path) -> None:
    photos = recorded(tmp_path)
    altered(tmp_path, "DROP TRIGGER blob_remains", "DELETE FROM blob")
    found = read(tmp_path)
    assert {one.digest: tuple(one.pieces[n] for n in range(PIECES)) for one in found.photos} == {
        digest: pieces for digest, (_, pieces) in photos.items()
    }
    assert found.lost_photos == ()
    altered(tmp_path, "DROP TRIGGER IF EXISTS blob_piece_remains", "DELETE FROM blob_piece WHERE n = 2")
    found = read(tmp_path)
    assert found.photos == ()
    assert {(one.digest, one.op_id, one.seq, one.pieces, one.of) for one in found.lost_photos} == {
        (digest, op_id, seq, 2, None) for seq, (digest, (op_id, _)) in enumerate(photos.items(), 1)
    }
    altered(tmp_path, "DROP TRIGGER journal_remains", "DELETE FROM journal")
    assert {one.op_id for one in read(tmp_path).lost_photos} == {None}
    altered(tmp_path, "DELETE FROM blob_piece")
    assert read(tmp_path).lost_photos == ()  # nothing that is left knows of them


def test_what_went_with_its_body_is_not_lost(tmp_path: Path) -> None:
    photos = recorded(tmp_path)
    altered(
        tmp_path,
        "DROP TRIGGER operation_stays",
        "DROP TRIGGER blob_piece_remains",
        "UPDATE operation SET sealed = x'' WHERE seq = 1",
        "DELETE FROM blob_piece",
    )
    _, kept = photos
    assert read(tmp_path).lost_photos == (LostPhoto(kept, photos[kept][0], 1, 2, 0, PIECES),)
