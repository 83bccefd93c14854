"""Who is let in, what is answered, and what a program may do."""

from __future__ import annotations

import json
import resource
import socket
from contextlib import suppress

import pytest

from cardio.simulator.personas import SECOND, THIRD
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.programs import NATIVE, Programs, admitted, origin_of
from tests.localapi.support import OTHER, PAGE, Place

READ = {"iType": 1}


# --- registration


def test_a_token_is_kept_as_a_hash_alone(spot: Place) -> None:
    kept = (spot.settings.data / "programs.json").read_text()
    assert [each["name"] for each in json.loads(kept)] == ["Hall", "Other", "Desktop"]
    assert all(token not in kept for token in spot.tokens.values())
    programs = spot.programs.all()
    assert admitted(programs, PAGE, spot.tokens["Hall"]) == programs[0]
    assert admitted(programs, OTHER, spot.tokens["Hall"]) is None
    assert admitted(programs, None, spot.tokens["Hall"]) is None
    assert admitted(programs, None, spot.tokens["Desktop"]) == programs[2]
    assert admitted(programs, PAGE, "") is None


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://a.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("native", NATIVE),
        *(
            (bad, None)
            for bad in ("*", "null", "", "https://a/b", "https://u@a", "file:///x", "https://a:x", "a.example")
        ),
        ("https://A.example", "https://a.example"),
    ],
)
def test_an_origin_has_one_spelling(text: str, origin: str | None) -> None:
    if origin is not None:
        assert origin_of(text) == origin
        return
    with pytest.raises(LocalApiError) as error:
        origin_of(text)
    assert error.value.fault is LocalApiFault.ORIGIN_INVALID


def test_registering_twice_and_removing(spot: Place) -> None:
    for name, origin in (("Hall", "https://new.example"), ("New", PAGE), ("a|b", "https://new.example")):
        with pytest.raises(LocalApiError) as error:
            spot.programs.add(name, origin, writes=False)
        assert error.value.fault is LocalApiFault.PROGRAM_KNOWN
    spot.insert(SECOND)
    assert spot.call("iReadCardBas", READ)["code"] == 0
    spot.programs.remove("Hall")
    assert spot.post("iReadCardBas", READ)[0] == 403  # at once
    with pytest.raises(LocalApiError):
        spot.programs.remove("Hall")


def test_a_list_that_cannot_be_read_admits_nobody(spot: Place) -> None:
    (spot.settings.data / "programs.json").write_text('[{"name": "Hall"')
    assert spot.post("iReadCardBas", READ)[0] == 503
    with pytest.raises(LocalApiError) as error:
        Programs(spot.settings).all()
    assert error.value.fault is LocalApiFault.PROGRAMS_UNREADABLE


# --- who is let in


def test_a_page_reads_a_card(spot: Place) -> None:
    spot.insert(THIRD)
    status, document, headers = spot.post("iReadCardBas", READ)
    assert (status, document["code"]) == (200, 0)
    assert str(document["out"]).startswith("379999|")
    assert headers["access-control-allow-origin"] == PAGE
    assert headers["vary"] == "Origin"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-credentials" not in headers
    assert spot.journal == [("Hall", "iReadCardBas", 0)]
    assert [view.state for view in spot.shown if view] == ["runs"]
    assert spot.until(None) is None


def test_a_desktop_program_sends_no_origin(spot: Place) -> None:
    spot.insert(THIRD)
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["code"] == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Host": "attacker.example"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "native"}, 403),
        ({"Origin": OTHER}, 401),
        ({"Origin": None}, 401),
        ({"Authorization": None}, 401),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": "Basic eDp4"}, 401),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": None}, 415),
        ({"Content-Length": "65537"}, 413),
        ({"Transfer-Encoding": "chunked"}, 400),
        ({"Content-Length": "65537", "Expect": "100-continue"}, 413),
        ({"X-Much": "x" * 40_000}, 431),
    ],
)
def test_what_is_not_as_it_should_be_reaches_no_card(spot: Place, changes: dict[str, str | None], status: int) -> None:
    card = spot.insert(THIRD)
    found, document, headers = spot.post("iReadCardBas", READ, changes=changes)
    assert (found, document) == (status, {})
    assert "access-control-allow-origin" not in headers
    assert (card.commands, spot.journal) == (0, [])


@pytest.mark.parametrize(
    ("function", "method", "body", "status"),
    [
        ("iReadCardBas", "GET", b"", 405),
        ("iReadCardBas", "DELETE", b"{}", 405),
        ("iNoSuch", "POST", b"{}", 404),
        ("../x", "POST", b"{}", 404),
        ("iReadCardBas", "POST", b"{", 400),
        ("iReadCardBas", "POST", b"\xff", 400),
        ("iReadCardBas", "POST", b"[" * 60_000, 400),
        ("iReadCardBas", "POST", b"{}", 400),
        ("iReadCardBas", "POST", b'{"iType": 1, "more": 2}', 400),
        ("iReadCardBas", "POST", b'{"iType": [1]}', 400),
    ],
)
def test_what_is_no_call(spot: Place, function: str, method: str, body: bytes, status: int) -> None:
    assert spot.post(function, body, method=method)[0] == status
    assert spot.journal == []


def test_arguments_go_through_to_their_codes(spot: Place) -> None:
    spot.insert(THIRD)
    assert spot.call("iReadCardBas", {"iType": 9})["code"] == -14
    assert spot.call("iReadCardBas", {"iType": "1"})["code"] == -14
    assert (
        spot.call("iReadCard", {"iType": 1, "iAuthType": 2, "pCardInfo": "x", "pFileAddr": "SSSEEF06|08|$"})["code"]
        == -23
    )


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


def test_a_browser_asks_beforehand(spot: Place) -> None:
    ask = {**PREFLIGHT, "Authorization": None, "Content-Type": None, "Access-Control-Request-Private-Network": "true"}
    status, _, headers = spot.post("iReadCardBas", b"", method="OPTIONS", changes=ask)
    assert status == 204
    assert headers["access-control-allow-origin"] == PAGE
    assert headers["access-control-allow-methods"] == "POST"
    assert headers["access-control-allow-private-network"] == "true"
    assert "*" not in "".join(headers.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": None, "Access-Control-Request-Method": "PUT"},
        {"Access-Control-Request-Method": "PUT"},
        {"Access-Control-Request-Headers": "x-anything"},
        {"Host": "attacker.example"},
    ],
)
def test_a_preflight_that_is_refused_allows_nothing(spot: Place, changes: dict[str, str | None]) -> None:
    status, _, headers = spot.post("iReadCardBas", b"", method="OPTIONS", changes={**PREFLIGHT, **changes})
    assert status in (403, 421)
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.expects_log
def test_a_taken_port_is_said_and_the_terminal_goes_on(spot: Place, caplog: pytest.LogCaptureFixture) -> None:
    second = spot.serving()
    second.start()
    assert second.port is None
    assert "L101" in caplog.text
    assert spot.port


@pytest.mark.expects_log
def test_a_taken_port_is_a_line_of_the_health_page(spot: Place) -> None:
    assert spot.api.check().en == f"Port {spot.port}, 3 programs registered"
    second = spot.serving()
    second.start()
    with pytest.raises(LocalApiError) as error:
        second.check()
    assert error.value.fault is LocalApiFault.PORT_TAKEN


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Content-Length: 12\r\nTransfer-Encoding: chunked", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 12", 400),
        ("Transfer-Encoding: chunked", 400),
        ("Content-Length: 12\r\nContent-Length: 13", 400),
        ("Content-Length: +12", 400),
        ("Content-Length: " + "9" * 5000, 400),
        ("Content-Length: " + "9" * 19, 413),
        ("Content-Length: 65537", 413),
        ("X: y", 411),
    ],
)
def test_the_size_of_a_body_is_told_once_and_kept(spot: Place, headers: str, status: int) -> None:
    card = spot.insert(THIRD)
    head = (
        f"POST /ld33/v1/iReadCardBas HTTP/1.1\r\nHost: 127.0.0.1:{spot.port}\r\nOrigin: {PAGE}\r\n"
        f"Authorization: Bearer {spot.tokens['Hall']}\r\nContent-Type: application/json\r\n{headers}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", spot.port), timeout=30) as raw:
        raw.sendall(head.encode() + b'c\r\n{"iType": 1}\r\n0\r\n\r\n')
        assert raw.recv(100).startswith(f"HTTP/1.1 {status} ".encode())
    assert card.commands == 0


def test_a_machine_that_is_short_of_files_for_a_moment_keeps_listening(spot: Place) -> None:
    spot.insert(THIRD)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.socket() as first:
        resource.setrlimit(resource.RLIMIT_NOFILE, (first.fileno() + 1, hard))
        try:
            first.connect(("127.0.0.1", spot.port))
            first.settimeout(0.05)
            with suppress(OSError):
                first.recv(1)  # long enough for the server to have tried
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert spot.post("iReadCardBas", READ)[0] == 200
