"""The photos of a damaged store. A photo is known from its own row, from the line of the journal that tells of it, and
from each of its pieces; so one that cannot be read whole is named, and what can be read of it is handed on: the centre
has the rest, perhaps, or another copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from offline_cache.blobs import DIGEST, name_of
from offline_cache.suite import Suite


@dataclass(frozen=True)
class Photo:
    """:param pieces: by their place; those that were read and have their hash."""

    digest: bytes
    size: int
    hashes: tuple[bytes, ...]
    pieces: Mapping[int, bytes] = field(repr=False)

    @property
    def whole(self) -> bool:
        return len(self.pieces) == len(self.hashes)


@dataclass(frozen=True)
class LostPhoto:
    """A photo that could not be read whole.

    :param op_id: the operation that it belongs to, :param epoch: and :param seq: its place; ``None`` and 0 where
        nothing that was read tells.
    :param pieces: how many of it were read, :param of: of how many; ``None`` where its own row was not read: then none
        can be handed on.
    """

    digest: bytes
    op_id: bytes | None
    epoch: int
    seq: int
    pieces: int
    of: int | None


@dataclass(frozen=True)
class Place:
    """Of an operation. :param freed: its body was let go of, and its photos with it."""

    epoch: int
    seq: int
    freed: bool


_NOWHERE = Place(0, 0, freed=False)


@dataclass
class Photos:
    """Rows, unproven. :ivar told: by the journal: of which operation, and how large."""

    suite: Suite
    rows: dict[bytes, tuple[int, int, tuple[bytes, ...]]] = field(default_factory=dict)
    pieces: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    told: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)

    def row(self, digest: bytes, position: int, size: int, hashes: bytes) -> None:
        parts = tuple(hashes[at : at + DIGEST] for at in range(0, len(hashes), DIGEST))
        if name_of(size, parts, self.suite) == digest:
            self.rows[digest] = (position, size, parts)

    def line(self, op_id: bytes, fields: Mapping[str, object]) -> None:
        match fields:
            case {"blob": str(name), "size": int(size)}:
                with suppress(ValueError):
                    self.told[bytes.fromhex(name)] = (op_id, size)
            case _:  # it was asked for, or has arrived
                pass

    def piece(self, digest: bytes, n: int, sealed: bytes) -> None:
        self.pieces.setdefault(digest, {})[n] = sealed

    @property
    def names(self) -> list[bytes]:
        return sorted(self.rows.keys() | self.pieces.keys() | self.told.keys())

    def read(self) -> Iterator[Photo]:
        """What can be handed on."""
        for digest in self.names:
            found = self._form(digest)
            if found is not None:
                size, hashes = found
                of = self.pieces.get(digest, {})
                good = {n: of[n] for n, one in enumerate(hashes) if n in of and self.suite.digest(of[n]) == one}
                if good:
                    yield Photo(digest, size, hashes, good)

    def lost(self, places: Mapping[bytes, Place], at: Mapping[int, bytes]) -> Iterator[LostPhoto]:
        """What is not whole, but for what went with its body.

        :param places: of the operations that were read, by identity; :param at: their identities by position.
        """
        readable = {photo.digest: photo for photo in self.read()}
        for digest in self.names:
            photo, row = readable.get(digest), self.rows.get(digest)
            op_id = at.get(row[0]) if row else None
            if op_id is None and digest in self.told:
                op_id = self.told[digest][0]
            place = places.get(op_id, _NOWHERE) if op_id else _NOWHERE
            if not place.freed and (photo is None or not photo.whole):
                read = len(photo.pieces) if photo else 0 if row else len(self.pieces.get(digest, {}))
                yield LostPhoto(digest, op_id, place.epoch, place.seq, read, len(row[2]) if row else None)

    def _form(self, digest: bytes) -> tuple[int, tuple[bytes, ...]] | None:
        """Size and hashes; without its row, of what was read, where that is the whole of it."""
        if digest in self.rows:
            return self.rows[digest][1:]
        pieces = self.pieces.get(digest, {})
        hashes = tuple(self.suite.digest(pieces[n]) for n in sorted(pieces))
        size = self.told[digest][1] if digest in self.told else 0
        return (size, hashes) if name_of(size, hashes, self.suite) == digest else None
