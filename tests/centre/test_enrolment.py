"""Joining, and what is found on disk afterwards."""

from __future__ import annotations

import socket
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from offline_cache.keys import FileKeys
from terminal.centre import enrolment
from terminal.centre.client import CentreClient
from terminal.centre.contract import Enrolment
from terminal.centre.enrolment import enrol
from terminal.centre.errors import CentreFault
from terminal.centre.identity import Identity, load_identity
from terminal.receipts.identity import paper_keys, paper_signer
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from tests.centre.support import Clock, Member, fault_of, join


def _load(member: Member, environment: str = "sandbox") -> Identity:
    return load_identity(member.directory, environment, member.keys)


def test_what_was_enrolled_is_loaded_again(centre: SandboxCentre, new_member: Member) -> None:
    loaded = _load(new_member)
    assert loaded == new_member.identity
    assert loaded.terminal.startswith("379999")
    assert loaded.outlet.bank == "演示农村商业银行"


def test_no_file_is_open_to_others_and_none_holds_a_secret_in_clear(new_member: Member) -> None:
    files = [path for path in new_member.directory.rglob("*") if path.is_file()]
    assert len(files) == 3
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"BEGIN PRIVATE KEY" not in path.read_bytes()
        assert new_member.identity.password not in path.read_bytes()
    assert any(b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes() for path in files)
    assert new_member.identity.password.decode("ascii") not in repr(new_member.identity)


def test_a_code_serves_once(centre: SandboxCentre, tmp_path: Path) -> None:
    code = centre.control.new_code()
    join(tmp_path / "first", centre.url, code, centre.authority)
    second = fault_of(lambda: join(tmp_path / "second", centre.url, code, centre.authority))
    assert second is CentreFault.CODE_REFUSED
    keys = list((tmp_path / "second").rglob("*.key"))
    assert keys == []


def test_a_code_that_was_never_given_is_refused(centre: SandboxCentre, tmp_path: Path) -> None:
    assert fault_of(lambda: join(tmp_path, centre.url, "AAAA-AAAA-AAAA", centre.authority)) is CentreFault.CODE_REFUSED


@pytest.mark.parametrize("code", ["A", "AAAA-AA", "A" * 65])
def test_a_code_of_no_codes_length_is_refused_and_not_sent(tmp_path: Path, centre: SandboxCentre, code: str) -> None:
    centre.control.fault("failed", route="enrol")
    assert fault_of(lambda: join(tmp_path, centre.url, code, centre.authority)) is CentreFault.CODE_REFUSED
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_code_runs_out(centre: SandboxCentre, tmp_path: Path) -> None:
    code = centre.control.new_code()
    week = 8 * 24 * 3600
    centre.control.fault("clock", seconds=week)
    later = Clock()
    later.push(seconds=week)
    assert fault_of(lambda: join(tmp_path, centre.url, code, centre.authority, later)) is CentreFault.CODE_REFUSED


def test_enrolling_twice_is_said_and_costs_no_code(centre: SandboxCentre, new_member: Member) -> None:
    code = centre.control.new_code()

    assert fault_of(lambda: _again(new_member, centre, code, replace=False)) is CentreFault.ENROLLED_ALREADY
    assert _load(new_member) == new_member.identity
    fresh = _again(new_member, centre, code)
    assert fresh.terminal != new_member.identity.terminal
    assert _load(new_member) == fresh
    # Of the older one only the certificate is left, which is public.
    assert len(list(new_member.directory.glob("*-key.pem"))) == 1
    assert fresh.former_certificates == ()


def _again(
    member: Member, centre: SandboxCentre, code: str, *, replace: bool = True, renews: str | None = None
) -> Identity:
    return enrol(
        member.directory,
        centre.url,
        code,
        centre.authority,
        environment="sandbox",
        keys=member.keys,
        now=Clock(),
        replace=replace,
        renews=renews,
    )


def test_a_renewed_certificate_is_of_the_same_terminal(centre: SandboxCentre, new_member: Member) -> None:
    older = new_member.identity
    signed = paper_signer(older)
    fresh = _again(new_member, centre, centre.control.new_code(older.terminal), renews=older.terminal)
    assert fresh.terminal == older.terminal
    assert fresh.expires_at >= older.expires_at
    assert fresh.password != older.password
    # A paper from before is still known as ours; the old key itself is gone, and the centre hears it no longer.
    assert paper_keys(fresh)[signed.key.key_id].holds(b"paper", signed.sign(b"paper"))
    assert len(list(new_member.directory.glob("*-key.pem"))) == 1
    assert len(list((new_member.directory.parent / "keys").iterdir())) == 1
    assert CentreClient(fresh.url, fresh).high_water_mark(fresh.terminal, 1).hwm == 0


@pytest.mark.parametrize("asked", ["new-for-renewal", "renewal-for-new", "of-another"])
def test_a_code_is_good_for_what_it_was_given_for(centre: SandboxCentre, new_member: Member, asked: str) -> None:
    """Whoever has a code for a new terminal must not take over another's number, and the other way round."""
    own = new_member.identity.terminal
    code = centre.control.new_code({"new-for-renewal": None, "renewal-for-new": own, "of-another": own}[asked])
    renews = {"new-for-renewal": own, "renewal-for-new": None, "of-another": "379999999999"}[asked]
    assert fault_of(lambda: _again(new_member, centre, code, renews=renews)) is CentreFault.CODE_REFUSED
    assert _load(new_member) == new_member.identity


def test_a_refused_replacement_leaves_the_enrolment_as_it_was(centre: SandboxCentre, new_member: Member) -> None:
    refused = fault_of(
        lambda: enrol(
            new_member.directory,
            centre.url,
            "AAAA-AAAA-AAAA",
            centre.authority,
            environment="sandbox",
            keys=new_member.keys,
            now=Clock(),
            replace=True,
        )
    )
    assert refused is CentreFault.CODE_REFUSED
    assert _load(new_member) == new_member.identity


def test_there_is_no_trust_on_first_use(centre: SandboxCentre, tmp_path: Path) -> None:
    """With the wrong authority the code is not even sent: it still serves afterwards."""
    code = centre.control.new_code()
    stranger = Authority(tmp_path / "stranger").pem
    assert fault_of(lambda: join(tmp_path / "a", centre.url, code, stranger)) is CentreFault.SERVER_CERTIFICATE
    assert join(tmp_path / "b", centre.url, code, centre.authority).identity.environment == "sandbox"


@pytest.mark.parametrize(
    "pem", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_an_authority_file_that_is_none_is_said(centre: SandboxCentre, tmp_path: Path, pem: str) -> None:
    assert fault_of(lambda: join(tmp_path, centre.url, "AAAA-AAAA-AAAA", pem)) is CentreFault.AUTHORITY_UNREADABLE


def test_the_sandbox_does_not_enrol_production(centre: SandboxCentre, tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys", "sandbox")

    def attempt() -> Identity:
        return enrol(
            tmp_path / "data",
            centre.url,
            centre.control.new_code(),
            centre.authority,
            environment="production",
            keys=keys,
            now=Clock(),
        )

    assert fault_of(attempt) is CentreFault.ENVIRONMENT_MIXED
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("html", CentreFault.NOT_THE_CENTRE),
        ("wrong-schema", CentreFault.ANSWER_INVALID),
        ("unsigned", CentreFault.NOT_THE_CENTRE),
        ("bad-signature", CentreFault.SIGNATURE_WRONG),
        ("cut", CentreFault.CONNECTION_LOST),
    ],
)
def test_a_bad_answer_to_enrolment_leaves_nothing(
    centre: SandboxCentre, tmp_path: Path, kind: str, expected: CentreFault
) -> None:
    code = centre.control.new_code()
    centre.control.fault(kind, route="enrol", times=1)
    assert fault_of(lambda: join(tmp_path, centre.url, code, centre.authority)) is expected
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stranger_between_gets_no_code(centre: SandboxCentre, tmp_path: Path) -> None:
    """Told an address without TLS, a terminal would hand its code to whoever listens there, and join his centre."""
    code = centre.control.new_code()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.settimeout(0.2)
        url = f"http://127.0.0.1:{stranger.getsockname()[1]}"
        assert fault_of(lambda: join(tmp_path / "a", url, code, centre.authority)) is CentreFault.ADDRESS_INVALID
        with pytest.raises(TimeoutError):
            stranger.accept()
    assert join(tmp_path / "b", centre.url, code, centre.authority).identity.url == centre.url


@pytest.mark.parametrize("told", ["ours", "theirs"])
def test_a_certificate_of_an_authority_that_nobody_handed_in(new_member: Member, tmp_path: Path, told: str) -> None:
    """Whether the answer names that authority or not."""
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    private = ec.generate_private_key(ec.SECP256R1())

    def check(issuer: Authority, named: Authority) -> None:
        certificate = issuer.issue_terminal(private.public_key(), "379999000001")
        answer = Enrolment(
            terminal="379999000001",
            environment="sandbox",
            outlet=new_member.identity.outlet,
            certificate=certificate.public_bytes(Encoding.PEM).decode("ascii"),
            authority=named.pem,
            signing_keys=list(new_member.identity.signing_keys),
        )
        enrolment._check(answer, private, "sandbox", ours.pem)

    check(ours, ours)
    named = {"ours": ours, "theirs": theirs}[told]
    assert fault_of(lambda: check(theirs, named)) is CentreFault.ANSWER_INVALID


# --- damage on disk ---


def _no_identity(member: Member) -> None:
    (member.directory / "identity.json").unlink()


def _cut_identity(member: Member) -> None:
    path = member.directory / "identity.json"
    path.write_bytes(path.read_bytes()[:100])


def _bad_slot(member: Member) -> None:
    _edit(member, slot="../../etc")


def _no_pinned_key(member: Member) -> None:
    _edit(member, signing_keys=[])


def _no_certificate(member: Member) -> None:
    next(member.directory.glob("*-cert.pem")).unlink()


def _cut_key(member: Member) -> None:
    path = next(member.directory.glob("*-key.pem"))
    path.write_bytes(path.read_bytes()[:-40])


def _lost_password(member: Member) -> None:
    for path in (member.directory.parent / "keys").iterdir():
        path.unlink()


def _wrong_password(member: Member) -> None:
    name = next((member.directory.parent / "keys").iterdir()).stem
    member.keys.put(name, b"another")


def _another_seal(member: Member) -> None:
    """Bodies would be sealed to a stranger."""
    keys = [msgspec.structs.asdict(key) for key in member.identity.signing_keys]
    _edit(member, signing_keys=[{**key, "public_key": "00" * 32} if key["use"] == "seal" else key for key in keys])


def _edit(member: Member, **values: object) -> None:
    path = member.directory / "identity.json"
    document = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    path.write_bytes(msgspec.json.encode({**document, **values}))


DAMAGES: list[tuple[Callable[[Member], None], CentreFault]] = [
    (_no_identity, CentreFault.NOT_ENROLLED),
    (_cut_identity, CentreFault.IDENTITY_UNREADABLE),
    (_bad_slot, CentreFault.IDENTITY_UNREADABLE),
    (_no_pinned_key, CentreFault.IDENTITY_UNREADABLE),
    (_no_certificate, CentreFault.IDENTITY_UNREADABLE),
    (_cut_key, CentreFault.IDENTITY_UNREADABLE),
    (_lost_password, CentreFault.IDENTITY_UNREADABLE),
    (_wrong_password, CentreFault.IDENTITY_UNREADABLE),
    (_another_seal, CentreFault.IDENTITY_UNREADABLE),
    *(
        (lambda member, change=change: _edit(member, **change), CentreFault.IDENTITY_UNREADABLE)
        for change in (
            {"environment": "production"},
            {"url": "https://192.0.2.1"},
            {"terminal": "379999000999"},
            {"authority": ""},
            {"bound": "00" * 32},
            {"format": 1},
            {"former": ["../../etc"]},
        )
    ),
]


@pytest.mark.parametrize(("damage", "expected"), DAMAGES)
def test_each_damage_of_the_enrolment_is_one_fault(
    new_member: Member, damage: Callable[[Member], None], expected: CentreFault
) -> None:
    damage(new_member)
    assert fault_of(lambda: _load(new_member)) is expected


def test_a_key_of_another_terminal_does_not_fit(new_member: Member, member: Member) -> None:
    own = next(new_member.directory.glob("*-cert.pem"))
    own.write_bytes(next(member.directory.glob("*-cert.pem")).read_bytes())
    assert fault_of(lambda: _load(new_member)) is CentreFault.IDENTITY_UNREADABLE


def test_the_certificate_has_its_time(member: Member) -> None:
    later, earlier = Clock(), Clock()
    later.push(days=366)
    earlier.push(days=-2)
    assert fault_of(member.client(now=later).status) is CentreFault.CERTIFICATE_EXPIRED
    assert fault_of(member.client(now=earlier).status) is CentreFault.CLOCK_WRONG
    assert _load(member) == member.identity  # what waits here can still be seen and taken elsewhere


def test_the_enrolment_of_the_sandbox_is_not_for_production(member: Member) -> None:
    assert fault_of(lambda: _load(member, environment="production")) is CentreFault.ENVIRONMENT_MIXED
