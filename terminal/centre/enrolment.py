"""Joining the centre: a key of our own, a certificate for it, and the centre's keys pinned.

Trust begins with the authority's certificate that the province hands over with the one-time code. There is no trust on
first use: a connection to anything that this authority did not certify ends before the code is sent, and the signing
keys in the answer are authentic because they came over that connection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

from offline_cache.keys import KeyPort
from offline_cache.suite import INTL, here
from terminal.centre import causes
from terminal.centre.client import CentreClient
from terminal.centre.contract import Enrolment, EnrolmentRequest, ProblemType
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.identity import (
    FORMAT,
    Identity,
    StoredIdentity,
    certificate_environment,
    current_slot,
    environment_mixed,
    former_slots,
    is_enrolled,
    key_file,
    key_name,
    load_identity,
    save_identity,
)
from terminal.model.decoding import converted


def enrol(
    directory: Path,
    url: str,
    code: str,
    authority: str,
    *,
    environment: str,
    keys: KeyPort,
    now: Callable[[], datetime],
    replace: bool = False,
    renews: str | None = None,
    suite: str | None = None,
    deadline: float = 15.0,
) -> Identity:
    """Spend ``code`` at the centre and keep what makes this machine its terminal.

    :param directory: of the environment's data.
    :param authority: PEM of the authority, from a file that came with the code.
    :param replace: enrol again although an enrolment is there (its certificate ran out, or the machine moved).
    :param renews: the terminal that this machine's store belongs to. The code must be for a new certificate of that
        very terminal: under another number nothing of what waits in the store could ever be sent.
    :param suite: that this machine's store is made with: the centre must have stayed with it. ``None`` offers every
        suite that is installed, and the centre chooses, once and for all.
    :raises CentreError: ``SUITE_OTHER``, ``ENROLLED_ALREADY``, ``ADDRESS_INVALID``, ``CODE_REFUSED``,
        ``ENVIRONMENT_MIXED``, ``ANSWER_INVALID`` and the faults of the way there.
    :raises offline_cache.errors.StoreError: when the password cannot be kept; then nothing is sent.
    """
    if is_enrolled(directory) and not replace:
        raise CentreError(CentreFault.ENROLLED_ALREADY)
    client = CentreClient(url, authority=authority, now=now, deadline=deadline)
    _check_code(code)
    older, slot = current_slot(directory), INTL.random(4).hex()
    private, request = _new_request()
    password = INTL.random(32).hex().encode("ascii")
    keys.put(key_name(slot), password)
    try:
        suites = here() if suite is None else (suite,)
        answer = client.enrol(EnrolmentRequest(code=code, certificate_request=request, renews=renews, suites=suites))
        if answer.suite not in suites:
            raise causes.problem(ProblemType.SUITE_OTHER, f"{answer.suite}, offered were {', '.join(suites)}")
        _check(answer, private, environment, authority, renews)
    except CentreError:
        keys.delete(key_name(slot))
        raise
    stored = _stored(answer, slot, url, authority, former_slots(directory, answer.terminal))
    save_identity(directory, stored, answer.certificate.encode("ascii"), _sealed(private, password), password)
    if older is not None:
        # Its certificate stays: it is public, and shows that papers signed under it are genuine.
        keys.delete(key_name(older))
        key_file(directory, older).unlink(missing_ok=True)
    return load_identity(directory, environment, keys)


def _stored(answer: Enrolment, slot: str, url: str, authority: str, former: list[str]) -> StoredIdentity:
    return StoredIdentity(
        format=FORMAT,
        slot=slot,
        environment=answer.environment,
        url=url,
        terminal=answer.terminal,
        outlet=answer.outlet,
        authority=authority,
        signing_keys=answer.signing_keys,
        former=former,
        suite=msgspec.UNSET if answer.suite == INTL.name else answer.suite,
    )


def _new_request() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A P-256 key and the request (PKCS#10) for it. The centre chooses the subject, so it is left empty."""
    private = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(private, hashes.SHA256())
    return private, request.public_bytes(Encoding.PEM).decode("ascii")


def _sealed(private: ec.EllipticCurvePrivateKey, password: bytes) -> bytes:
    """Encrypted PKCS#8 (PEM)."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))


def _check_code(code: str) -> None:
    """A code of a length that no code has is refused here: sent, it would be a mistake of this terminal's."""
    try:
        converted({"code": code, "certificate_request": ""}, EnrolmentRequest)
    except msgspec.ValidationError:
        raise causes.problem(ProblemType.CODE_REFUSED, f"{len(code)} characters") from None


def _check(
    answer: Enrolment,
    private: ec.EllipticCurvePrivateKey,
    environment: str,
    authority: str,
    renews: str | None = None,
) -> None:
    """The certificate must be ours, from the authority that the operator handed in, and of our environment; a renewed
    one of the same terminal."""
    if renews is not None and answer.terminal != renews:
        raise causes.answer_invalid("a certificate for another terminal")
    if answer.environment != environment:
        raise environment_mixed(f"the centre is {answer.environment}, here {environment}")
    try:
        certificate = x509.load_pem_x509_certificate(answer.certificate.encode("ascii"))
        issuer = x509.load_pem_x509_certificate(answer.authority.encode("ascii"))
        trusted = x509.load_pem_x509_certificates(authority.encode("ascii"))
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise causes.answer_invalid("certificate") from error
    if issuer not in trusted:
        raise causes.answer_invalid("another authority than the one handed in")
    if certificate.public_key() != private.public_key():
        raise causes.answer_invalid("a certificate for another key")
    organisation = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    if not organisation or certificate_environment(str(organisation[0].value)) != environment:
        raise environment_mixed("the certificate is of another environment")
