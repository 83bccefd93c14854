"""Which number a new terminal gets, and whom a certificate names that the centre does not remember."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from terminal.sandbox import certificates, losses
from terminal.sandbox.authority import ORGANISATION, Authority, named
from terminal.sandbox.state import State

REGION = "379999"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FIRST, SECOND = f"{REGION}000001", f"{REGION}000002"


@pytest.fixture
def state() -> Iterator[State]:
    made = State(None)
    yield made
    made.close()


def spent(state: State, *drawn: int, renews: str | None = None) -> str | None:
    """The number that a fresh code gives. :param drawn: by lot, one after another."""
    code = f"CODE-{drawn}-{renews}"
    state.add_code(code, LATER, renews)
    return state.spend_code(code, NOW, REGION, iter(drawn).__next__)


def certified(state: State) -> None:
    with state.transaction() as db:
        certificates.issue(db, "a", FIRST, 1)


def met(state: State) -> None:
    with state.transaction() as db:
        certificates.meet(db, "a", FIRST, 1)


def half_enrolled(state: State) -> None:
    """Cut off before its certificate was made."""
    assert spent(state, 1) == FIRST


@pytest.mark.parametrize("taken", [certified, met, half_enrolled])
def test_a_number_that_is_taken_is_drawn_again(state: State, taken: Callable[[State], None]) -> None:
    taken(state)
    assert spent(state, 1, 1, 2) == SECOND


def test_a_renewal_draws_none_and_takes_none(state: State) -> None:
    certified(state)
    for _ in range(3):
        state.add_code("AGAIN", LATER, FIRST)
        assert state.spend_code("AGAIN", NOW, REGION, iter(()).__next__) == FIRST
        with state.transaction() as db:
            used = [ordinal for (ordinal,) in db.execute("SELECT ordinal FROM code")]
            db.execute("UPDATE code SET hash = 'used' || ordinal")
            db.execute("DELETE FROM renewal")
    assert min(used) >= certificates.ORDINALS
    assert len(used) == 3


def test_where_none_is_free_nobody_waits_for_ever(state: State) -> None:
    certified(state)
    with state.transaction() as db, pytest.raises(LookupError):
        certificates.new_number(db, REGION, lambda: 1)


def test_a_code_that_is_used_up_or_over_gives_no_number(state: State) -> None:
    assert state.spend_code("NONE", NOW, REGION, iter(()).__next__) is None
    state.add_code("OVER", NOW, None)
    assert state.spend_code("OVER", NOW, REGION, iter(()).__next__) is None
    state.add_code("GOOD", LATER, None)
    assert state.spend_code("GOOD", NOW, REGION, iter([1]).__next__) == FIRST
    assert state.spend_code("GOOD", NOW, REGION, iter([2]).__next__) is None


def test_people_are_told_once_of_each_certificate_that_is_met(state: State) -> None:
    certified(state)
    with state.transaction() as db:
        for serial in ("b", "b", "c", "a"):
            certificates.meet(db, serial, FIRST, 1)
        assert db.execute("SELECT terminal, what FROM alarm").fetchall() == [(FIRST, certificates.UNKNOWN)] * 2
        assert certificates.attributed(db, "a", FIRST, 1) == (FIRST, None)
        for _ in range(2):
            assert certificates.attributed(db, "b", FIRST, 1) == (FIRST, certificates.UNKNOWN)


def test_a_terminal_that_was_only_met_can_be_revoked_and_reported_lost(state: State) -> None:
    met(state)
    with state.transaction() as db:
        assert certificates.revoke(db, FIRST, 1)
        assert certificates.attributed(db, "a", FIRST, 1) == (FIRST, certificates.REVOKED)
        assert losses.report(db, FIRST)
        assert certificates.attributed(db, "a", FIRST, 1) == (FIRST, certificates.LOST)
        assert not losses.report(db, SECOND)
        assert not certificates.revoke(db, SECOND, 1)


def certificate(organisation: str, common: str) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    parts = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common))
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(7).not_valid_before(NOW).not_valid_after(LATER)
    return dated.sign(key, hashes.SHA256())


def test_a_certificate_names_a_terminal_of_this_environment_or_none(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    issued = authority.issue_terminal(ec.generate_private_key(ec.SECP256R1()).public_key(), FIRST)
    server = x509.load_pem_x509_certificate(authority.server_file.read_bytes())
    assert [named(one) for one in (issued, server, authority.certificate)] == [FIRST, None, None]
    wrong = (("ssc production", FIRST), ("", FIRST), (ORGANISATION, ""), (ORGANISATION, FIRST + "0"))
    assert [named(certificate(*one)) for one in wrong] == [None] * 4
    for common in ("37999900000٣", FIRST + "\n", "A" + FIRST[1:]):
        assert named(certificate(ORGANISATION, common)) is None
    assert named(certificate(ORGANISATION, FIRST)) == FIRST
