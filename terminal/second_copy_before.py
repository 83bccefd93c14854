"""What stands on the medium before the second copy is written anew: nothing of it may be lost that nobody else has.

Whoever has the stick may have put anything there; so it is looked at line by line, never past a size, and nothing but a
regular file is opened. What cannot be read is not known, and keeps nobody from the others. What tells against our log
counts by our own signature alone.
"""

from __future__ import annotations

import re
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from offline_cache import forks
from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from offline_cache.whole import is_taken
from terminal.centre import chain
from terminal.centre.contract import EpochRequest, OperationBatch
from terminal.centre.identity import Identity
from terminal.medium import FORM, LARGEST, PIECE, Header
from terminal.model.decoding import decoded
from terminal.sync.renewal import OURS

_LONGEST_LINE, _LARGEST = 4 << 20, LARGEST
"""Bytes that are read: of one line, more than a batch may have; and of a file, all that the counter takes in, which is
more than all that may wait."""
_PIECE = re.compile(re.escape(PIECE) + rb'"([0-9A-F]{64})",')
States = frozenset[tuple[str, int, int]]
_END = 512 * 1024
"""Bytes from either end by which a file is known: the longest batch, with all that changes with the log."""


def trace_of(file: Path) -> str | None:
    """By which a file is known again, whatever time the medium keeps for it: name, size and both ends. ``None`` where
    there is none that can be read.
    """
    with suppress(OSError):
        state = file.lstat()
        if stat.S_ISREG(state.st_mode):
            with file.open("rb") as there:
                ends = there.read(_END)
                there.seek(max(0, state.st_size - _END))
                ends += there.read(_END)
            return sha256(b"%s %d %s" % (file.name.encode(), state.st_size, ends)).hexdigest()
    return None


def states_beside(file: Path) -> States:
    """Name, time and size of everything that is this terminal's by its name: other than before, it is looked into."""
    found = set()
    for other in _named(file):
        try:
            state = other.lstat()
            found.add((other.name, state.st_mtime_ns, state.st_size))
        except OSError:
            found.add((other.name, 0, 0))
    return frozenset(found)


def make_way(file: Path, outbox: Outbox, blobs: Blobs, identity: Identity) -> None:
    """See that what has that name may be written over; what may not is put aside under another name.

    :raises StoreError: as :func:`examine`: then the file stays as it is.
    :raises OSError: the medium refuses.
    """
    if not examine(file, outbox, identity, blobs):
        _put_aside(file)


def examine_all(file: Path, outbox: Outbox, identity: Identity) -> None:
    """What stands there under the name of any life of this terminal's log, and what was put aside; each as far as the
    first photo, for before it stands all that can tell of an older copy, and a start does not wait for a gigabyte.

    :raises StoreError: as :func:`examine`, when all were looked at. :raises OSError: the medium refuses.
    """
    older: StoreError | None = None
    for other in _named(file):
        try:
            examine(other, outbox, identity)
        except StoreError as error:
            older = error
    if older is not None:
        raise older


def examine(file: Path, outbox: Outbox, identity: Identity, blobs: Blobs | None = None) -> bool:
    """Whether it may be written over: it is not there, or is whole, this terminal's, and our log has all of it.

    :param blobs: the photos that we know; without them it is read as far as the first one, and may not.
    :raises StoreError: ``STORE_OLDER`` where it goes further than our log, by our own signature: then this store is an
        older copy, and takes nothing in from now on. One line that says so is enough, whatever the others are. What
        parted from us in a life that is behind us was settled when the next one began; it is not written over.
    """
    with suppress(OSError):
        try:
            state = file.lstat()
        except FileNotFoundError:
            return True
        if stat.S_ISREG(state.st_mode):
            with file.open("rb") as lines:
                reader = _reader(lines.readline(_LONGEST_LINE), outbox, identity)
                return reader is not None and _all_known(lines, reader, blobs)
    return False


def _all_known(lines: BinaryIO, reader: _Reader, blobs: Blobs | None) -> bool:
    """See :func:`examine`; the first line is read."""
    whole, line, size = reader.tip is None or reader.knows(reader.tip), b"\n", 0
    while more := lines.readline(_LONGEST_LINE):
        line, size = more, size + len(more)
        photo = line.startswith(PIECE)
        if size > _LARGEST or (photo and blobs is None):
            return False
        if photo and blobs is not None:
            name = _PIECE.match(line)
            whole = whole and name is not None and blobs.known(bytes.fromhex(name[1].decode("ascii")))
        elif (batch := _batch(line)) is None or not reader.knows(batch):
            whole = False
    return whole and line.endswith(b"\n")


def _named(file: Path) -> list[Path]:
    """Whatever has the name of any life of this terminal's log, and what was put aside."""
    stem = file.stem.rpartition("-")[0]
    return sorted(file.parent.glob(f"{stem}-*{file.suffix}"))


def _batch(line: bytes) -> OperationBatch | None:
    """``None`` for what is none that can be read."""
    with suppress(msgspec.MsgspecError):
        return decoded(line, OperationBatch)
    return None


class _Reader(NamedTuple):
    """What a medium says of our log: :param key: under which its lines are signed."""

    key: ec.EllipticCurvePublicKey
    tip: EpochRequest | None
    outbox: Outbox
    identity: Identity

    def knows(self, said: OperationBatch | EpochRequest) -> bool:
        """Whether our log goes up to there.

        :raises StoreError: ``STORE_OLDER`` where it does not, by our own signature.
        """
        last = said.seq if isinstance(said, EpochRequest) else said.from_seq + len(said.operations) - 1
        head = bytes.fromhex(said.head)
        if self.outbox.check_against(last, head, said.epoch) in OURS:
            return True
        if said.epoch >= self.outbox.tip()[0] and self._signed(said):
            self.outbox.note_shown(forks.Place(said.epoch, last, head))
            raise StoreError(forks.OLDER, "the second copy goes further")
        return False

    def _signed(self, said: OperationBatch | EpochRequest) -> bool:
        whose = self.identity.environment, self.identity.terminal
        if isinstance(said, EpochRequest):
            statement = chain.tip_statement(*whose, said)
        else:
            statement = chain.head_statement(*whose, said)
        with suppress(ValueError):
            return chain.verify_head(self.key, statement, chain.from_text(said.head_signature))
        return False


def _reader(line: bytes, outbox: Outbox, identity: Identity) -> _Reader | None:
    """Of this terminal's medium; ``None`` where the header is no such one. It may bear a certificate that an older
    image does not know yet: that our own authority issued it to us is enough.
    """
    try:
        header = decoded(line, Header)
        paper = x509.load_pem_x509_certificate(header.certificate.encode("ascii"))
        paper.verify_directly_issued_by(x509.load_pem_x509_certificate(identity.authority.encode("ascii")))
        (subject,) = paper.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (msgspec.MsgspecError, ValueError, TypeError, InvalidSignature):
        return None
    said = (header.form, header.environment, header.terminal, str(subject.value))
    key = paper.public_key()
    ours = said == (FORM, identity.environment, identity.terminal, identity.terminal)
    if not ours or not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    return _Reader(key, header.tip, outbox, identity)


def _put_aside(file: Path) -> None:
    """Under the first name that is free; the counter takes it in like any other."""
    number = 1
    while is_taken(other := file.with_name(f"{file.stem}.kept-{number}{file.suffix}")):
        number += 1
    file.rename(other)
