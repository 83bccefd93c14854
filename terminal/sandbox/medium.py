"""The centre's counter for media: what a terminal exported is taken in as if it had been sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from terminal.medium import Header, MediumPiece, invalid, read_medium
from terminal.sandbox.authority import Authority
from terminal.sandbox.blobs import BlobRoom
from terminal.sandbox.inbox import Inbox
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal


def take_medium(  # noqa: PLR0917 - the parts of one counter
    file: Path, inbox: Inbox, blobs: BlobRoom, authority: Authority, state: State, environment: str, now: datetime
) -> int:
    """Take in what stands in ``file``. Gives up to which sequence number the terminal's log is here then.

    :raises offline_cache.errors.StoreError: ``EXPORT_INVALID`` for anything but the untouched export of a terminal that
        this centre knows; batches before the spoiled one are in.
    """
    header, entries = read_medium(file)
    if header.environment != environment:
        raise invalid("environment")
    terminal = _terminal(header, authority, state, now)
    hwm = 0
    for entry in entries:
        try:
            if isinstance(entry, MediumPiece):
                blobs.take(terminal, terminal.number, entry.blob, entry.piece, entry.body)
            else:
                hwm = inbox.take(terminal, terminal.number, entry).hwm
        except RefusedError as error:
            raise invalid(str(error)) from None
    return hwm


def _terminal(header: Header, authority: Authority, state: State, now: datetime) -> Terminal:
    try:
        certificate = x509.load_pem_x509_certificate(header.certificate.encode("ascii"))
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.pem.encode("ascii")))
    except (ValueError, TypeError, InvalidSignature) as error:
        raise invalid(f"certificate: {type(error).__name__}") from None
    key = certificate.public_key()
    number = state.terminal_number(f"{certificate.serial_number:x}")
    dead = not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    if number != header.terminal or dead or not isinstance(key, ec.EllipticCurvePublicKey):
        raise invalid("certificate: not of a terminal that is known here")
    return Terminal(f"{certificate.serial_number:x}", number, key)
