"""The sandbox's certificate authority and the centre's signing key, made at the first start and kept in its directory.

P-256 throughout, with the extensions that strict verification asks for (RFC 5280).
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from offline_cache.sealing import key_id
from offline_cache.suite import INTL, Suite
from offline_cache.suite import suite as suite_of
from terminal.centre.contract import SigningKey
from terminal.centre.routes import PATH_PARAMETERS

ORGANISATION = "ssc sandbox"
"""``O`` of every certificate: the environment it belongs to."""

_SEALING = ("seal", "hsm")
"""Uses whose keys open what terminals seal: bodies of operations, and new PINs for the HSM."""

_CA_DAYS = 3650
_SERVER_DAYS = 825
_TERMINAL_DAYS = 365
_BACKDATE = timedelta(hours=1)


@dataclass(frozen=True)
class Validity:
    """From when and until when a certificate is good."""

    starts: datetime
    ends: datetime

    @classmethod
    def days(cls, days: int) -> Validity:
        now = datetime.now(UTC).replace(microsecond=0)
        return cls(now - _BACKDATE, now + timedelta(days=days))


class Authority:
    """Issues the certificates of one sandbox centre.

    :param suite: of a centre that is made here; an older one keeps its own, whatever is wished.
    :param directory: certificates (``.pem``) and keys (``.key``) are kept here, the keys readable by the owner alone.
    """

    def __init__(self, directory: Path, suite: str | None = None) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.suite = _suite(directory / "suite", suite)
        self.certificate_file = directory / "ca.pem"
        self.server_file = directory / "server.pem"
        self.server_key_file = directory / "server.key"
        self._key_file = directory / "ca.key"
        self._signing_file = directory / "signing.key"
        if not self._signing_file.exists():
            self._create()
        self.certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        key = load_pem_private_key(self._key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the authority's key is not of an elliptic curve")
        self._key = key
        self.signing_key = self._signing_file.read_bytes()
        self.signing_key_id = "content-" + self.suite.digest(self.signing_public_key)[:4].hex()
        self.keys = {use: self._key_of(directory, use) for use in ("ack", "receipt", *_SEALING)}
        """The centre's further private keys, by use."""

    def _key_of(self, directory: Path, use: str) -> bytes:
        """Read, or made where there is none yet."""
        file = directory / f"{use}.key"
        if not file.exists():
            _write(file, self.suite.new_sealing_key() if use in _SEALING else self.suite.new_signing_key(), 0o600)
        return file.read_bytes()

    def public_key(self, use: str) -> bytes:
        """Raw."""
        private = self.keys[use]
        return self.suite.sealing_public_key(private) if use in _SEALING else self.suite.public_key(private)

    def key_id(self, use: str) -> str:
        """The name that a key of this use goes by."""
        return f"{use}-{self.suite.digest(self.public_key(use))[:4].hex()}"

    def published(self) -> list[SigningKey]:
        """What a terminal pins."""
        content = SigningKey(
            key_id=self.signing_key_id,
            use="content",
            algorithm=self.suite.signing[0],
            public_key=self.signing_public_key.hex(),
        )
        others = (
            SigningKey(
                key_id=self.key_id(use),
                use=use,
                algorithm=(self.suite.sealing if use in _SEALING else self.suite.signing)[0],
                public_key=self.public_key(use).hex(),
            )
            for use in self.keys
        )
        return [content, *others]

    @property
    def ring(self) -> dict[bytes, bytes]:
        """What opens the bodies of operations: the private key by the id that envelopes name it by."""
        return {key_id(self.public_key("seal"), self.suite): self.keys["seal"]}

    @property
    def signing_public_key(self) -> bytes:
        return self.suite.public_key(self.signing_key)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    def _create(self) -> None:
        """Everything at once; the signing key is written last and marks the whole as done."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("沙箱根证书 Sandbox Root")
        builder = (
            _builder(name, name, key.public_key(), key.public_key(), Validity.days(_CA_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        )
        self.certificate = builder.sign(key, hashes.SHA256())
        self._key = key
        _write(self._key_file, _pem(key), 0o600)
        _write(self.certificate_file, self.certificate.public_bytes(Encoding.PEM), 0o644)
        self.issue_server(Validity.days(_SERVER_DAYS))
        _write(self._signing_file, self.suite.new_signing_key(), 0o600)

    def issue_server(self, validity: Validity) -> None:
        """Make the certificate of the server anew; it names loopback only."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
        )
        builder = (
            _builder(
                _name("sandbox centre"), self.certificate.subject, key.public_key(), self._key.public_key(), validity
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        _write(self.server_key_file, _pem(key), 0o600)
        _write(self.server_file, builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM), 0o644)

    def issue_terminal(
        self, key: ec.EllipticCurvePublicKey, terminal: str, validity: Validity | None = None
    ) -> x509.Certificate:
        """A client certificate for the key of a request; the subject is ours."""
        period = validity or Validity.days(_TERMINAL_DAYS)
        builder = (
            _builder(_name(terminal), self.certificate.subject, key, self._key.public_key(), period)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        )
        return builder.sign(self._key, hashes.SHA256())


def named(certificate: x509.Certificate) -> str | None:
    """The terminal that one of our authority's names, whatever its dates; ``None`` where it names none: the server's,
    or one of another environment."""
    said = {one.oid: str(one.value) for one in certificate.subject}
    number = said.get(NameOID.COMMON_NAME, "")
    ours = said.get(NameOID.ORGANIZATION_NAME) == ORGANISATION
    return number if ours and re.fullmatch(PATH_PARAMETERS["terminal"], number) is not None else None


def _suite(file: Path, wished: str | None) -> Suite:
    """The centre's, for ever. One from before there was a choice has ``intl``."""
    if not file.exists():
        made = (file.parent / "signing.key").exists()
        _write(file, (INTL.name if made else wished or INTL.name).encode("ascii"), 0o644)
    return suite_of(file.read_text("ascii"))


def requested_key(request: str) -> ec.EllipticCurvePublicKey | None:
    """The P-256 key of a PKCS#10 request (PEM) that its owner signed, or ``None``. Of a request only the key counts."""
    try:
        parsed = x509.load_pem_x509_csr(request.encode("ascii"))
        key = parsed.public_key()
        good = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
        if not good or not parsed.is_signature_valid:
            return None
    except (ValueError, UnsupportedAlgorithm, UnicodeEncodeError):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    validity: Validity,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.starts)
        .not_valid_after(validity.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    draft.replace(path)
