"""The keys of papers that an enrolled terminal has: its own, and the centre's as pinned at enrolment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from terminal.centre import causes
from terminal.receipts.keys import PaperKeys, Signer, by_id, p256_key, p256_signer, receipt_keys

if TYPE_CHECKING:
    from terminal.centre.identity import Identity


def paper_keys(identity: Identity) -> PaperKeys:
    """What codes are checked with here: papers of this terminal and of the centre.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    """
    files = (identity.certificate_file, *identity.former_certificates)
    try:
        public = [x509.load_pem_x509_certificate(file.read_bytes()).public_key() for file in files]
    except (OSError, ValueError) as error:
        raise causes.identity_unreadable(type(error).__name__) from error
    own = [p256_key(key, identity.terminal) for key in public if isinstance(key, ec.EllipticCurvePublicKey)]
    return by_id([*own, *receipt_keys(identity.signing_keys)])


def paper_signer(identity: Identity) -> Signer:
    """Signs papers off-line with the terminal's enrolment key.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE``.
    """
    try:
        private = load_pem_private_key(identity.key_file.read_bytes(), identity.password)
    except (OSError, ValueError, TypeError) as error:
        raise causes.identity_unreadable(type(error).__name__) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise causes.identity_unreadable("the key is not of an elliptic curve")
    return p256_signer(private, identity.terminal)
