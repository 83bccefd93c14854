"""What stands on the medium before the second copy is written anew: nothing of it may be lost that nobody else has.

Whoever has the stick may have put anything there; so it is looked at line by line, never past a size, and nothing but a
regular file is opened. What tells against our log counts by our own signature alone.
"""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from offline_cache import forks
from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from offline_cache.whole import is_taken
from terminal.centre import chain
from terminal.centre.contract import OperationBatch
from terminal.centre.identity import Identity
from terminal.medium import FORM, PIECE, Header
from terminal.model.decoding import decoded
from terminal.sync.renewal import OURS

_LONGEST_LINE, _LARGEST = 4 << 20, 1 << 30
"""Bytes that are read: of one line, more than a batch may have; and of a file, more than what waits may have."""


def make_way(file: Path, outbox: Outbox, identity: Identity) -> None:
    """See that what has that name may be written over; what may not is put aside under another name.

    :raises StoreError: as :func:`examine`: then the file stays as it is.
    :raises OSError: the medium refuses.
    """
    if not examine(file, outbox, identity):
        _put_aside(file)


def examine_all(file: Path, outbox: Outbox, identity: Identity) -> None:
    """What stands there under the name of any life of this terminal's log, and what was put aside.

    :raises StoreError: as :func:`examine`. :raises OSError: the medium refuses.
    """
    stem = file.stem.rpartition("-")[0]
    for other in sorted(file.parent.glob(f"{stem}-*{file.suffix}")):
        examine(other, outbox, identity)


def examine(file: Path, outbox: Outbox, identity: Identity) -> bool:
    """Whether it may be written over: it is not there, or is whole, this terminal's, and our log has all of it.

    :raises StoreError: ``STORE_OLDER`` where it goes further than our log, by our own signature: then this store is an
        older copy, and takes nothing in from now on. One line that says so is enough, whatever the others are. What
        parted from us in a life that is behind us was settled when the next one began; it is not written over.
    """
    try:
        state = file.lstat()
    except FileNotFoundError:
        return True
    if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST:
        return False
    with file.open("rb") as lines:
        key = _ours(lines.readline(_LONGEST_LINE), identity)
        whole, last = key is not None, b"\n"
        while line := lines.readline(_LONGEST_LINE):
            last, batch = line, _batch(line)
            if batch is None:
                whole = whole and line.startswith(PIECE)
            elif key is not None and not _known(outbox, batch):
                if batch.epoch >= outbox.tip()[0] and _signed(key, identity, batch):
                    outbox.note_older(batch.epoch)
                    raise StoreError(forks.OLDER, "the second copy goes further")
                whole = False
    return whole and last.endswith(b"\n")


def _batch(line: bytes) -> OperationBatch | None:
    """``None`` for what is none that can be read."""
    with suppress(msgspec.MsgspecError):
        return decoded(line, OperationBatch)
    return None


def _ours(line: bytes, identity: Identity) -> ec.EllipticCurvePublicKey | None:
    """Under which key the lines of this terminal's medium are signed; ``None`` where the header is no such one. It may
    bear a certificate that an older image does not know yet: that our own authority issued it to us is enough.
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
    return key if ours and isinstance(key, ec.EllipticCurvePublicKey) else None


def _known(outbox: Outbox, batch: OperationBatch) -> bool:
    last = batch.from_seq + len(batch.operations) - 1
    return outbox.check_against(last, bytes.fromhex(batch.head), batch.epoch) in OURS


def _signed(key: ec.EllipticCurvePublicKey, identity: Identity, batch: OperationBatch) -> bool:
    statement = chain.head_statement(identity.environment, identity.terminal, batch)
    with suppress(ValueError):
        return chain.verify_head(key, statement, chain.from_text(batch.head_signature))
    return False


def _put_aside(file: Path) -> None:
    """Under the first name that is free; the counter takes it in like any other."""
    number = 1
    while is_taken(other := file.with_name(f"{file.stem}.kept-{number}{file.suffix}")):
        number += 1
    file.rename(other)
