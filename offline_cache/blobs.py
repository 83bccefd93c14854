"""Photos, scans and signatures on their way to the centre: sealed in pieces, each hashed, all of them under one name.

    piece      canonical CBOR of ["ssc-blob-seal-1", suite, key id, ciphertext], of at most 256 KiB of the content
    info       framed "ssc-blob-seal-1" over [environment, terminal, index, count]
    blob       H over framed "ssc-blob-1" [size, [digest of each piece, in order]]

The digest of the blob is its name, and stands in the sealed body of the one operation that it belongs to; that body is
in the operation chain. So a piece that is another one, or in another place, is seen before anything is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from offline_cache.blob_limits import LARGEST, LARGEST_SEALED, PIECE
from offline_cache.canonical import NotCanonicalError, decode, encode, framed
from offline_cache.sealing import key_id, unreadable
from offline_cache.suite import INTL, Suite, suite

TAG = "ssc-blob-1"
SEAL = "ssc-blob-seal-1"
DIGEST = 32


@dataclass(frozen=True)
class SealedBlob:
    """A blob as it is kept and sent. :param size: bytes of the content; :param pieces: sealed, in order;
    :param suite: that they were sealed with, and are hashed with."""

    size: int
    pieces: tuple[bytes, ...] = field(repr=False)
    suite: Suite = INTL

    @property
    def hashes(self) -> list[bytes]:
        return [self.suite.digest(piece) for piece in self.pieces]

    @property
    def digest(self) -> bytes:
        """Its name, 32 bytes."""
        return name_of(self.size, self.hashes, self.suite)

    @property
    def good(self) -> bool:
        """Whether it is of a form and size that may be kept."""
        sizes = [len(piece) for piece in self.pieces]
        return fits(self.size, len(sizes)) and all(0 < size <= LARGEST_SEALED for size in sizes)


def fits(size: int, count: int) -> bool:
    """Whether so many bytes make so many pieces, and no more than may be."""
    return 0 < size <= LARGEST and count == -(-size // PIECE)


def name_of(size: int, hashes: Sequence[bytes], using: Suite = INTL) -> bytes:
    """The digest of a blob from the digests of its sealed pieces."""
    return using.digest(framed(TAG, [size, list(hashes)]))


def seal(content: bytes, environment: str, terminal: str, public: bytes, using: Suite = INTL) -> SealedBlob:
    """Seal a content for the centre's sealing key.

    :raises StoreError: ``SEALED_UNREADABLE`` for one that is empty or larger than :data:`LARGEST`, or no key.
    """
    if not 0 < len(content) <= LARGEST:
        raise unreadable("blob: empty or too large")
    parts = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    sealed = []
    for index, part in enumerate(parts):
        found = using.seal(public, _info(environment, terminal, index, len(parts)), part)
        if found is None:
            raise unreadable("blob: not a sealing key")
        sealed.append(encode([SEAL, using.name, key_id(public, using), found]))
    return SealedBlob(len(content), tuple(sealed), using)


def open_blob(
    size: int, pieces: Sequence[bytes], environment: str, terminal: str, private_keys: Mapping[bytes, bytes]
) -> bytes:
    """The content of a whole blob. For the centre.

    :param private_keys: private sealing keys by key id.
    :raises StoreError: ``SEALED_UNREADABLE``; ``SUITE_UNKNOWN``.
    """
    content = b"".join(
        _open(piece, _info(environment, terminal, index, len(pieces)), private_keys)
        for index, piece in enumerate(pieces)
    )
    if len(content) != size or not fits(size, len(pieces)):
        raise unreadable("blob: another size than was said")
    return content


def _open(piece: bytes, info: bytes, private_keys: Mapping[bytes, bytes]) -> bytes:
    try:
        found = decode(piece)
    except NotCanonicalError as error:
        raise unreadable(f"blob: {error}") from None
    match found:
        case [str(tag), str(name), bytes(wanted), bytes(sealed)] if tag == SEAL:
            private = private_keys.get(wanted)
            plain = suite(name).open(private, info, sealed) if private is not None else None
            if plain is not None:
                return plain
            raise unreadable("blob: does not open")
        case _:
            raise unreadable("blob: not a piece")


def _info(environment: str, terminal: str, index: int, count: int) -> bytes:
    return framed(SEAL, [environment, terminal, index, count])
