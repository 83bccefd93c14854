"""Whom the client trusts, and whom the centre does."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError

from terminal.centre import client as client_module
from terminal.centre import transport
from terminal.centre.client import CentreClient
from terminal.centre.contract import EnrolmentRequest
from terminal.centre.errors import CentreFault
from terminal.centre.transport import Call, exchange
from terminal.sandbox.authority import Authority, Validity
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.server import Centre, CentreServer
from tests.centre.support import Clock, Member, fault_of, join, prove


@pytest.fixture
def other(tmp_path: Path, population: Population) -> Iterator[CentreServer]:
    """Another centre, in this process, of another authority."""
    server = CentreServer(Centre(tmp_path / "other", population))
    server.start()
    yield server
    server.stop()


def test_a_server_of_another_authority_is_not_the_centre(member: Member, other: CentreServer) -> None:
    impostor = CentreClient(other.url, member.identity, now=Clock())
    assert fault_of(impostor.status) is CentreFault.SERVER_CERTIFICATE


def test_a_server_certificate_for_another_name_is_not_the_centre(centre: SandboxCentre, member: Member) -> None:
    """The certificate names ``localhost`` and 127.0.0.1; the machine's own name leads to neither."""
    context = client_module._context(member.identity, None)
    port = int(centre.url.rsplit(":", 1)[1])
    for name, good in (("localhost", True), ("127.0.0.1", True), ("centre.example", False)):
        with socket.create_connection(("127.0.0.1", port)) as plain:
            if good:
                context.wrap_socket(plain, server_hostname=name).close()
            else:
                with pytest.raises(ssl.SSLCertVerificationError):
                    context.wrap_socket(plain, server_hostname=name)


DATES = [
    ("not yet valid", timedelta(days=1), CentreFault.CLOCK_WRONG),
    ("expired", timedelta(days=-60), CentreFault.SERVER_CERTIFICATE),
]


@pytest.mark.parametrize("case", DATES, ids=lambda case: case[0])
def test_the_dates_of_the_server_certificate(
    tmp_path: Path, population: Population, case: tuple[str, timedelta, CentreFault]
) -> None:
    _, ahead, expected = case
    starts = datetime.now(UTC) + ahead
    Authority(tmp_path).issue_server(Validity(starts, starts + timedelta(days=30)))
    server = CentreServer(Centre(tmp_path, population))
    server.start()
    try:
        client = CentreClient(server.url, authority=server.centre.authority.pem)
        assert fault_of(client.status) is expected
    finally:
        server.stop()


def test_the_system_is_never_trusted(centre: SandboxCentre, member: Member) -> None:
    """After an exchange the context still trusts one authority: nothing was added on the way."""
    context = client_module._context(member.identity, None)
    call = Call("GET", f"{centre.url}/v1/status", {}, None)
    exchange(call, context, deadline=15, limit=100_000)
    trusted = context.get_ca_certs(binary_form=True)
    assert trusted == [ssl.PEM_cert_to_DER_cert(centre.authority)]


def test_no_proxy_of_the_environment_is_used(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    assert member.client().status().environment == "sandbox"


def test_without_a_certificate_only_two_routes_answer(centre: SandboxCentre, member: Member) -> None:
    stranger = CentreClient(centre.url, authority=centre.authority)
    assert stranger.status().environment == "sandbox"
    assert fault_of(stranger.configuration) is CentreFault.TERMINAL_REFUSED


def test_a_revoked_terminal_is_refused(centre: SandboxCentre, new_member: Member) -> None:
    client = new_member.client()
    assert client.configuration().region == "379999"
    centre.control.revoke(new_member.identity.terminal)
    assert fault_of(client.configuration) is CentreFault.TERMINAL_REFUSED


def test_a_terminal_of_another_centre_is_refused(centre: SandboxCentre, other: CentreServer, tmp_path: Path) -> None:
    """TLS ends it. Whether the alert or the reset arrives first is the system's affair; both let nothing through."""
    foreign = join(tmp_path, other.url, other.centre.office.new_code(), other.centre.authority.pem)
    identity = replace(foreign.identity, url=centre.url, authority=centre.authority)
    refused = fault_of(CentreClient(centre.url, identity, now=Clock()).configuration)
    assert refused in (CentreFault.TERMINAL_REFUSED, CentreFault.CONNECTION_LOST)


def test_another_terminals_token_opens_nothing(
    centre: SandboxCentre, member: Member, new_member: Member, population: Population
) -> None:
    person = population.find("farmer")
    token = prove(member.client(), person)
    thief = new_member.client()
    assert (
        fault_of(lambda: thief.subsidies(token.token, person.card.card_id.hex().upper())) is CentreFault.VISIT_EXPIRED
    )


ADDRESSES = [
    "",
    "not a url",
    "http://127.0.0.1:8443",
    "ftp://127.0.0.1",
    "//127.0.0.1",
    "127.0.0.1:8443",
    "https://",
    "https://user@127.0.0.1",
    "https://user:word@127.0.0.1",
    "https://127.0.0.1/v1",
    "https://127.0.0.1?",
    "https://127.0.0.1/?year=1",
    "https://127.0.0.1#",
    "https://127.0.0.1:0",
    "https://127.0.0.1:65536",
    "https://127.0.0.1:x",
    "https://127.0.0.1\\@127.0.0.2",
    " https://127.0.0.1",
    "https://127.0.0.1\n",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_only_the_plain_address_of_a_tls_server_is_taken(member: Member, url: str) -> None:
    """Also when it stands in an identity that was stored."""
    assert fault_of(lambda: CentreClient(url, member.identity, now=Clock())) is CentreFault.ADDRESS_INVALID


@pytest.mark.parametrize("url", ["https://centre.example", "https://centre.example:8443/", "https://[::1]:8443"])
def test_addresses_that_are_taken(member: Member, url: str) -> None:
    CentreClient(url, member.identity, now=Clock())


def test_plain_http_is_not_spoken_at_any_height(member: Member) -> None:
    """Whoever hands it to the transport: there is nothing that could send it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        call = Call("GET", f"http://127.0.0.1:{server.getsockname()[1]}/v1/status", {}, None)
        context = client_module._context(member.identity, None)
        assert fault_of(lambda: exchange(call, context, deadline=5, limit=1000)) is CentreFault.UNREACHABLE
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("size", [70_000, 900_000])
def test_a_request_that_is_too_large_is_told_so(centre: SandboxCentre, member: Member, size: int) -> None:
    """The refusal is heard although it is clear long before the last byte."""
    client = member.client()
    body = EnrolmentRequest(code="A" * 20, certificate_request="A" * size)
    assert fault_of(lambda: client.enrol(body)) is CentreFault.REQUEST_REFUSED


ALERTS = {
    "TLSV1_ALERT_UNKNOWN_CA": CentreFault.TERMINAL_REFUSED,
    "SSLV3_ALERT_CERTIFICATE_REVOKED": CentreFault.TERMINAL_REFUSED,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": CentreFault.TERMINAL_REFUSED,
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": CentreFault.TERMINAL_REFUSED,
    "TLSV1_ALERT_INTERNAL_ERROR": CentreFault.CONNECTION_LOST,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": CentreFault.CONNECTION_LOST,
}


@pytest.mark.parametrize(("alert", "expected"), ALERTS.items())
def test_an_alert_about_our_certificate_is_told_from_others(alert: str, expected: CentreFault) -> None:
    inner = ssl.SSLError(1, alert)
    inner.reason = alert
    wrapped = requests.exceptions.SSLError(MaxRetryError(HTTPSConnectionPool("host"), "/", inner))
    guard = transport._Guard()
    guard.secured = True
    assert transport._fault_of(wrapped, guard).fault is expected
