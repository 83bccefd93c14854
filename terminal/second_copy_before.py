"""What stands on the medium before the second copy is written anew: nothing of it may be lost that nobody else has."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from offline_cache import forks
from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from terminal.centre import chain
from terminal.centre.contract import OperationBatch
from terminal.centre.identity import Identity
from terminal.medium import Header, read_medium
from terminal.sync.renewal import OURS


def make_way(file: Path, outbox: Outbox, identity: Identity) -> None:
    """See that what has that name may be written over; what may not is put aside under another name.

    :raises StoreError: as :func:`examine`: then the file stays as it is.
    :raises OSError: the medium refuses.
    """
    if not examine(file, outbox, identity):
        _put_aside(file)


def examine(file: Path, outbox: Outbox, identity: Identity) -> bool:
    """Whether it may be written over: it is not there, or is this terminal's and our log has all of it.

    :raises StoreError: ``STORE_OLDER`` where it goes further than our log, by our own signature: then this store is an
        older copy, and takes nothing in from now on.
    """
    if not file.exists():
        return not file.is_symlink()
    try:
        header, entries = read_medium(file)
        batches = [entry for entry in entries if isinstance(entry, OperationBatch)]
    except StoreError:
        return False
    if (header.environment, header.terminal) != (identity.environment, identity.terminal):
        return False
    strange = [batch for batch in batches if not _known(outbox, batch)]
    if any(_signed_by_us(identity, header, batch) for batch in strange):
        outbox.note_fork(forks.OLDER)
        raise StoreError(forks.OLDER, "the second copy goes further")
    return not strange


def _known(outbox: Outbox, batch: OperationBatch) -> bool:
    last = batch.from_seq + len(batch.operations) - 1
    return outbox.check_against(last, bytes.fromhex(batch.head), batch.epoch) in OURS


def _signed_by_us(identity: Identity, header: Header, batch: OperationBatch) -> bool:
    """Under a certificate of ours, the present one or one from before."""
    for file in (identity.certificate_file, *identity.former_certificates):
        with suppress(OSError, ValueError):
            paper = file.read_text(encoding="ascii")
            key = x509.load_pem_x509_certificate(paper.encode("ascii")).public_key()
            statement = chain.head_statement(identity.environment, identity.terminal, batch)
            if paper == header.certificate and isinstance(key, ec.EllipticCurvePublicKey):
                return chain.verify_head(key, statement, chain.from_text(batch.head_signature))
    return False


def _put_aside(file: Path) -> None:
    """Under the first name that is free; the counter takes it in like any other."""
    number = 1
    while (other := file.with_name(f"{file.stem}.kept-{number}{file.suffix}")).exists() or other.is_symlink():
        number += 1
    file.rename(other)
