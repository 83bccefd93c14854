"""What makes this machine a terminal: number, outlet, certificate and the centre's pinned keys, as kept on disk.

``identity.json`` holds no secret. The private key is an encrypted PKCS#8 file whose password stands in the key port;
neither is of use without the other. ``identity.json`` is written last: without it there was no enrolment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from offline_cache.keys import KeyPort
from offline_cache.whole import write_whole
from terminal.centre import causes
from terminal.centre.contract import Outlet, SigningKey
from terminal.centre.errors import CentreError, CentreFault

_FILE = "identity.json"
_SLOT = re.compile(r"[0-9a-f]{8}\Z")
_LARGEST = 64 * 1024
_ALGORITHMS = {"seal": "x25519", "hsm": "x25519"}
_CLOCK_GRACE = timedelta(minutes=5)


class StoredIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Layout of ``identity.json``.

    :param slot: eight hex digits that name the certificate, the key and its password, so that a new enrolment never
        writes over the one in force.
    """

    format: int
    slot: str
    environment: str
    url: str
    terminal: str
    outlet: Outlet
    authority: str
    signing_keys: list[SigningKey]


@dataclass(frozen=True)
class Identity:
    """An enrolled terminal.

    :param url: the centre it belongs to.
    :param authority: PEM of the only authority it trusts.
    :param password: of the private key; secret.
    :param expires_at: end of the certificate.
    """

    environment: str
    url: str
    terminal: str
    outlet: Outlet
    authority: str
    signing_keys: tuple[SigningKey, ...]
    certificate_file: Path
    key_file: Path
    expires_at: datetime
    password: bytes = field(repr=False)

    def keys(self) -> dict[str, bytes]:
        """Public keys that may sign answers, by key id."""
        return answer_keys(self.signing_keys)

    def pinned(self, use: str) -> dict[str, bytes]:
        """Public keys of the centre for ``use`` (``ack``, ``seal``, ``receipt``, ``hsm``), by key id; may be empty."""
        return keys_for(use, self.signing_keys)


def answer_keys(keys: list[SigningKey] | tuple[SigningKey, ...]) -> dict[str, bytes]:
    """The keys among these that sign answers in a suite we have: key id to 32 raw bytes."""
    return keys_for("content", keys)


def keys_for(use: str, keys: list[SigningKey] | tuple[SigningKey, ...]) -> dict[str, bytes]:
    """The keys of one use in a suite we have: key id to 32 raw bytes."""
    found = {}
    for key in keys:
        if key.use == use and key.algorithm == _ALGORITHMS.get(use, "ed25519"):
            try:
                raw = bytes.fromhex(key.public_key)
            except ValueError:
                continue
            if len(raw) == 32:
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


def save_identity(directory: Path, stored: StoredIdentity, certificate: bytes, key: bytes) -> None:
    """Write the three files, readable by the owner alone, each whole or absent.

    :raises CentreError: ``IDENTITY_UNREADABLE`` when the disk refuses.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(key_file(directory, stored.slot), key)
        write_whole(certificate_file(directory, stored.slot), certificate)
        write_whole(directory / _FILE, msgspec.json.format(msgspec.json.encode(stored), indent=2))
    except OSError as error:
        raise causes.identity_unreadable(f"cannot write: {error.strerror}") from error


def load_identity(directory: Path, environment: str, keys: KeyPort, now: Callable[[], datetime]) -> Identity:
    """The enrolment of this data directory, checked whole.

    :raises CentreError: ``NOT_ENROLLED``, ``IDENTITY_UNREADABLE``, ``ENVIRONMENT_MIXED``, ``CERTIFICATE_EXPIRED``,
        ``CLOCK_WRONG``.
    :raises offline_cache.errors.StoreError: when the key port fails.
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
    starts, expires, organisation = _check_pair(certificate, key, password)
    if not stored.environment == organisation == environment:
        raise environment_mixed(f"{stored.environment}, certificate {organisation}, here {environment}")
    if not answer_keys(stored.signing_keys):
        raise causes.identity_unreadable("no key of the centre is pinned")
    moment = now()
    if moment < starts - _CLOCK_GRACE:
        raise causes.clock_wrong("our certificate is not yet valid")
    if moment > expires:
        raise CentreError(CentreFault.CERTIFICATE_EXPIRED, f"ended {expires:%Y-%m-%d}")
    return Identity(
        environment=stored.environment,
        url=stored.url,
        terminal=stored.terminal,
        outlet=stored.outlet,
        authority=stored.authority,
        signing_keys=tuple(stored.signing_keys),
        certificate_file=certificate_file(directory, stored.slot),
        key_file=key_file(directory, stored.slot),
        expires_at=expires,
        password=password,
    )


def _stored(directory: Path) -> StoredIdentity:
    try:
        stored = msgspec.json.decode(_read(directory / _FILE), type=StoredIdentity)
    except (OSError, msgspec.MsgspecError) as error:
        raise causes.identity_unreadable(type(error).__name__) from error
    if not _SLOT.match(stored.slot):
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
    return starts.astimezone(UTC), expires.astimezone(UTC), certificate_environment(str(organisation[0].value))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST)
