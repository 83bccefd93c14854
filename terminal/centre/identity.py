"""What makes this machine a terminal: number, outlet, certificate and the centre's pinned keys, as kept on disk.

``identity.json`` holds no secret, but whom this terminal trusts: a changed key there would have bodies sealed to a
stranger. So it is bound to the password of the private key, which stands in the key port: whoever can only write files
cannot change it. The private key is an encrypted PKCS#8 file; neither it nor the password is of use without the other.
``identity.json`` is written last: without it there was no enrolment.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from offline_cache.chain import Origin
from offline_cache.keys import KeyPort
from offline_cache.suite import INTL, Suite
from offline_cache.suite import suite as suite_of
from offline_cache.whole import write_whole
from terminal.centre import causes
from terminal.centre.contract import Outlet, SigningKey
from terminal.centre.errors import CentreError, CentreFault
from terminal.model.decoding import decoded

_FILE = "identity.json"
_SLOT = re.compile(r"[0-9a-f]{8}\Z")
_LARGEST = 64 * 1024
_SEALING = ("seal", "hsm")
_CLOCK_GRACE = timedelta(minutes=5)
_BINDING = b"ssc-identity-2\x00"
FORMAT = 2


class StoredIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Layout of ``identity.json``.

    :param slot: eight hex digits that name the certificate, the key and its password, so that a new enrolment never
        writes over the one in force.
    :param former: slots of certificates that were renewed: papers signed under them are still ours.
    :param suite: where it is not ``intl``: those from before there was another say nothing.
    :param bound: HMAC-SHA256 over everything else, under the password of the private key; 64 hex digits.
    """

    format: int
    slot: str
    environment: str
    url: str
    terminal: str
    outlet: Outlet
    authority: str
    signing_keys: list[SigningKey]
    former: list[str] = []
    suite: str | msgspec.UnsetType = msgspec.UNSET
    bound: str = ""

    def binding(self, password: bytes) -> str:
        """What ``bound`` must be."""
        text = msgspec.json.encode(msgspec.structs.replace(self, bound=""), order="deterministic")
        return hmac.digest(password, _BINDING + text, hashlib.sha256).hex()


@dataclass(frozen=True)
class Identity:
    """An enrolled terminal.

    :param url: the centre it belongs to.
    :param authority: PEM of the only authority it trusts.
    :param password: of the private key; secret.
    :param suite: of everything that terminal and centre sign, hash and seal for each other; the centre's choice.
    :param starts_at: beginning and :param expires_at: end of the certificate.
    :param former_certificates: those that were renewed, for papers that were signed under them.
    """

    environment: str
    url: str
    terminal: str
    outlet: Outlet
    authority: str
    signing_keys: tuple[SigningKey, ...]
    certificate_file: Path
    key_file: Path
    starts_at: datetime
    expires_at: datetime
    password: bytes = field(repr=False)
    former_certificates: tuple[Path, ...] = ()
    suite: Suite = INTL

    @property
    def origin(self) -> Origin:
        """Of the terminal's chains."""
        return Origin(self.environment, self.terminal, self.suite)

    def require_in_force(self, now: datetime) -> None:
        """Before anything is asked of the centre. What is only written here goes on: a certificate that has run out
        must not keep anybody from what waits.

        :raises CentreError: ``CERTIFICATE_EXPIRED``; ``CLOCK_WRONG`` when it is not yet valid.
        """
        if now < self.starts_at - _CLOCK_GRACE:
            raise causes.clock_wrong("our certificate is not yet valid")
        if now > self.expires_at:
            raise CentreError(CentreFault.CERTIFICATE_EXPIRED, f"ended {self.expires_at:%Y-%m-%d}")

    def keys(self) -> dict[str, bytes]:
        """Public keys that may sign answers, by key id."""
        return answer_keys(self.signing_keys, self.suite)

    def pinned(self, use: str) -> dict[str, bytes]:
        """Public keys of the centre for ``use`` (``ack``, ``seal``, ``receipt``, ``hsm``), by key id; may be empty."""
        return keys_for(use, self.signing_keys, self.suite)


def answer_keys(keys: list[SigningKey] | tuple[SigningKey, ...], suite: Suite = INTL) -> dict[str, bytes]:
    """The keys among these that sign answers in this suite: key id to raw bytes."""
    return keys_for("content", keys, suite)


def keys_for(use: str, keys: list[SigningKey] | tuple[SigningKey, ...], suite: Suite = INTL) -> dict[str, bytes]:
    """The keys of one use in this suite: key id to raw bytes. Those of another suite are none."""
    found = {}
    algorithm, size = suite.sealing if use in _SEALING else suite.signing
    for key in keys:
        if key.use == use and key.algorithm == algorithm:
            try:
                raw = bytes.fromhex(key.public_key)
            except ValueError:
                continue
            if len(raw) == size:
                found[key.key_id] = raw
    return found


def key_name(slot: str) -> str:
    """Name in the key port of the password of the private key."""
    return f"terminal-{slot}"


def key_file(directory: Path, slot: str) -> Path:
    """The encrypted PKCS#8 file."""
    return directory / f"terminal-{slot}-key.pem"


def certificate_file(directory: Path, slot: str) -> Path:
    """The terminal's certificate (PEM)."""
    return directory / f"terminal-{slot}-cert.pem"


def current_slot(directory: Path) -> str | None:
    """The slot in force, or ``None`` where there is none or the file is damaged."""
    try:
        return _stored(directory).slot if is_enrolled(directory) else None
    except CentreError:
        return None


def is_enrolled(directory: Path) -> bool:
    """Whether an enrolment was completed here, sound or not."""
    return (directory / _FILE).exists()


def stored_terminal(directory: Path) -> str | None:
    """The number that stands in the files here, believed or not; ``None`` where there is none to be read."""
    try:
        return _stored(directory).terminal if is_enrolled(directory) else None
    except CentreError:
        return None


def former_slots(directory: Path, terminal: str) -> list[str]:
    """Slots of certificates of ``terminal`` that a renewal leaves behind."""
    stored = _stored(directory) if stored_terminal(directory) == terminal else None
    return [] if stored is None else [*stored.former, stored.slot]


def save_identity(directory: Path, stored: StoredIdentity, certificate: bytes, key: bytes, password: bytes) -> None:
    """Write the three files, readable by the owner alone, each whole or absent.

    :param password: of ``key``; what is stored is bound to it.

    :raises CentreError: ``IDENTITY_UNREADABLE`` when the disk refuses.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(key_file(directory, stored.slot), key)
        write_whole(certificate_file(directory, stored.slot), certificate)
        bound = msgspec.structs.replace(stored, bound=stored.binding(password))
        write_whole(directory / _FILE, msgspec.json.format(msgspec.json.encode(bound), indent=2))
    except OSError as error:
        raise causes.identity_unreadable(f"cannot write: {error.strerror}") from error


def load_identity(directory: Path, environment: str, keys: KeyPort) -> Identity:
    """The enrolment of this data directory, checked whole; whether the certificate is in force is asked when it is
    used (:meth:`Identity.require_in_force`).

    :raises CentreError: ``NOT_ENROLLED``, ``IDENTITY_UNREADABLE``, ``ENVIRONMENT_MIXED``.
    :raises offline_cache.errors.StoreError: when the key port fails; ``SUITE_UNKNOWN``.
    """
    if not is_enrolled(directory):
        raise CentreError(CentreFault.NOT_ENROLLED)
    stored = _stored(directory)
    try:
        certificate = _read(certificate_file(directory, stored.slot))
        key = _read(key_file(directory, stored.slot))
    except OSError as error:
        raise causes.identity_unreadable(error.strerror or "") from error
    password = keys.get(key_name(stored.slot))
    if password is None:
        raise causes.identity_unreadable("the password of the key is gone")
    if not hmac.compare_digest(stored.bound, stored.binding(password)):
        raise causes.identity_unreadable("identity.json is not as this program wrote it")
    starts, expires, organisation = _check_pair(certificate, key, password)
    if not stored.environment == organisation == environment:
        raise environment_mixed(f"{stored.environment}, certificate {organisation}, here {environment}")
    using = INTL if stored.suite is msgspec.UNSET else suite_of(str(stored.suite))
    if not answer_keys(stored.signing_keys, using):
        raise causes.identity_unreadable("no key of the centre is pinned")
    return Identity(
        environment=stored.environment,
        url=stored.url,
        terminal=stored.terminal,
        outlet=stored.outlet,
        authority=stored.authority,
        signing_keys=tuple(stored.signing_keys),
        certificate_file=certificate_file(directory, stored.slot),
        key_file=key_file(directory, stored.slot),
        starts_at=starts,
        expires_at=expires,
        password=password,
        former_certificates=tuple(certificate_file(directory, slot) for slot in stored.former),
        suite=using,
    )


def _stored(directory: Path) -> StoredIdentity:
    try:
        stored = decoded(_read(directory / _FILE), StoredIdentity)
    except (OSError, msgspec.MsgspecError) as error:
        raise causes.identity_unreadable(type(error).__name__) from error
    if stored.format != FORMAT:
        raise causes.identity_unreadable(f"layout {stored.format}")
    if not all(_SLOT.match(slot) for slot in (stored.slot, *stored.former)):
        raise causes.identity_unreadable("slot")
    return stored


def environment_mixed(detail: str) -> CentreError:
    """Something of one environment in the other."""
    return CentreError(CentreFault.ENVIRONMENT_MIXED, detail)


def certificate_environment(subject_organisation: str) -> str:
    """The environment that a certificate names: ``O=ssc sandbox`` is ``sandbox``."""
    return subject_organisation.removeprefix("ssc ")


def _check_pair(certificate: bytes, key: bytes, password: bytes) -> tuple[datetime, datetime, str]:
    """Start, end and environment of a certificate that belongs to the private key."""
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        parsed = x509.load_pem_x509_certificate(certificate)
        private = load_pem_private_key(key, password)
        organisation = parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        if parsed.public_key().public_bytes(*spki) != private.public_key().public_bytes(*spki) or not organisation:
            raise causes.identity_unreadable("certificate and key do not belong together")
    except (ValueError, TypeError) as error:
        raise causes.identity_unreadable(type(error).__name__) from error
    starts, expires = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    return starts, expires, certificate_environment(str(organisation[0].value))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST)
