"""Who is let in, what is answered, and what a program may do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardio.simulator.personas import SECOND, THIRD
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.programs import NATIVE, Programs, admitted, origin_of
from terminal.localapi.seat import refusal_of
from tests.interface33.support import hsm_pair, info
from tests.localapi.support import OTHER, PAGE, READER, AcceptConnection, Page, Place, place

READ = {"iType": 1}


@pytest.fixture
def spot(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        made.register("Hall")
        made.register("Other", OTHER, writes=True)
        made.register("Desktop", NATIVE)
        yield made


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


# --- what it may do


def test_writing_wants_settings_registration_and_the_operator(spot: Place) -> None:
    card = spot.insert(THIRD)
    call = {"iType": 1, "pCardInfo": info(THIRD)}
    assert spot.call("iUnblockPIN", call)["fault"] == "L102"  # not registered for writing
    assert card.commands == 0

    def consent(answer: str) -> dict[str, object]:
        def decide() -> None:
            spot.until("asks")
            spot.do(getattr(spot.seat, answer))

        waiting = threading.Thread(target=decide)
        waiting.start()
        said = spot.call("iUnblockPIN", call, program="Other", origin=OTHER)
        waiting.join()
        spot.until(None)
        return said

    refused = consent("refuse")
    assert (refused["code"], refused["fault"], card.commands) == (-9005, "L105", 0)
    assert consent("allow")["code"] == 0
    assert ("Other", "iUnblockPIN", -9005) in spot.journal


def test_writing_is_off_unless_the_settings_say_so(tmp_path: Path) -> None:
    with place(tmp_path, writes=False) as spot:
        spot.register("Other", OTHER, writes=True)
        spot.insert(THIRD)
        said = spot.call("iUnblockPIN", {"iType": 1, "pCardInfo": info(THIRD)}, program="Other", origin=OTHER)
        assert said["fault"] == "L102"


def test_nobody_consents_in_time(tmp_path: Path) -> None:
    with place(tmp_path, patience=0.2) as spot:
        spot.register("Other", OTHER, writes=True)
        card = spot.insert(THIRD)
        said = spot.call("iUnblockPIN", {"iType": 1, "pCardInfo": info(THIRD)}, program="Other", origin=OTHER)
        assert (said["fault"], card.commands) == ("L106", 0)
        assert spot.until(None) is None
        assert (
            spot.call("iVerifyPIN", {"iType": 1}, program="Other", origin=OTHER)["code"] == -32
        )  # nobody types, either


def test_a_new_pin_is_never_handed_to_a_program(spot: Place) -> None:
    spot.insert(THIRD)
    said = spot.call("iReloadPIN_HSM_Step1", {"iType": 1, "pCardInfo": info(THIRD)}, program="Other", origin=OTHER)
    assert said["fault"] == "L108"


def test_the_pin_is_typed_on_the_terminal(spot: Place) -> None:
    spot.insert(THIRD)
    holder = threading.Thread(target=lambda: spot.type("123456"))
    holder.start()
    said = spot.call("iVerifyPIN", READ)
    holder.join()
    assert said == {"code": 0, "out": "", "fault": None, "message": None}
    shown = [view for view in spot.shown if view and view.state == "pin"]
    assert [view.pin.digits for view in shown if view.pin] == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("nobody", "visit", "fault"), [(True, False, "L107"), (False, True, "L103"), (True, True, "L107")]
)
def test_the_desk_comes_first(spot: Place, nobody: bool, visit: bool, fault: str) -> None:
    card = spot.insert(THIRD)
    spot.refusal = refusal_of(nobody=nobody, visit=visit)
    said = spot.call("iReadCardBas", READ)
    assert (said["fault"], card.commands) == (fault, 0)
    assert refusal_of(nobody=False, visit=False) is None


def test_one_call_at_a_time(spot: Place) -> None:
    spot.insert(THIRD)
    first: list[dict[str, object]] = []
    calling = threading.Thread(target=lambda: first.append(spot.call("iVerifyPIN", READ)))
    calling.start()
    spot.until("pin")
    assert spot.call("iReadCardBas", READ)["fault"] == "L104"
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["fault"] == "L104"
    spot.do(spot.seat.refuse)
    calling.join()
    assert first[0]["code"] == -31
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["code"] == 0


def test_steps_keep_the_seat(spot: Place) -> None:
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", {"iType": 1, "pCardInfo": info(THIRD), "pFileAddr": "SSSEEF06|08|$"})
    _, _, factor, raw, _ = str(step["out"]).split("|")
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["fault"] == "L104"
    said = spot.call("iReadCard_HSM_Step2", {"pKey": hsm_pair(THIRD, factor, raw)})
    assert said["out"] == f"SSSEEF06|{THIRD.number}|$"
    spot.until(None)
    assert spot.call("iReadCard_HSM_Step2", {"pKey": hsm_pair(THIRD, factor, raw)})["code"] == -12


# --- WebSocket


def test_the_same_over_a_websocket(spot: Place) -> None:
    spot.insert(THIRD)
    page = Page(spot.port)
    try:
        assert isinstance(page.opened, AcceptConnection)
        assert page.ask({"token": spot.tokens["Hall"]}) == {"ready": True}
        heard = page.ask({"id": 7, "function": "iReadCardBas", "arguments": READ})
        assert isinstance(heard, dict)
        assert (heard["id"], heard["code"]) == (7, 0)
        page.send({"id": 8, "function": "iReadCard_HSM_Step1",
                   "arguments": {"iType": 1, "pCardInfo": info(THIRD), "pFileAddr": "SSSEEF06|08|$"}})  # fmt: skip
        assert isinstance(page.hear(), dict)
    finally:
        page.close()
    spot.until(None)  # a page that is gone holds no card
    assert spot.worker.reader == READER


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"token": "wrong"}, 1008),
        ("nonsense", 1008),
        ({"function": "iReadCardBas", "arguments": READ}, 1008),
    ],
)
def test_a_websocket_without_its_token(spot: Place, message: object, code: int) -> None:
    page = Page(spot.port)
    assert page.ask(message) == code
    page.close()


@pytest.mark.parametrize(
    ("message", "code"),
    [("{", 1007), ({"function": "iReadCardBas"}, 1007), ({"function": "iNo"}, None), ("x" * 70_000, 1009)],
)
def test_a_message_that_is_no_call_ends_it(spot: Place, message: object, code: int | None) -> None:
    page = Page(spot.port)
    page.ask({"token": spot.tokens["Hall"]})
    heard = page.ask(message)
    if code is None:  # a call like any other, of a function that does not exist
        assert isinstance(heard, dict)
        assert heard["code"] == -13
        assert spot.journal == [("Hall", "?", -13)]
    else:
        assert heard == code
    page.close()


@pytest.mark.parametrize(
    ("origin", "host"), [("https://attacker.example", None), (PAGE, "attacker.example"), (None, "x")]
)
def test_a_websocket_from_elsewhere_is_not_opened(spot: Place, origin: str | None, host: str | None) -> None:
    page = Page(spot.port, origin=origin, host=host)
    assert not isinstance(page.opened, AcceptConnection)
    page.close()


def test_a_removed_program_is_cut_off(spot: Place) -> None:
    page = Page(spot.port)
    page.ask({"token": spot.tokens["Hall"]})
    spot.programs.remove("Hall")
    assert page.ask({"function": "iReadCardBas", "arguments": READ}) == 1008
    page.close()


@pytest.mark.expects_log
def test_a_taken_port_is_said_and_the_terminal_goes_on(spot: Place, caplog: pytest.LogCaptureFixture) -> None:
    from terminal.localapi.service import LocalApi

    second = LocalApi(spot.settings, spot.seat, spot._make, lambda *line: None)
    second.start()
    assert second.port is None
    assert "L101" in caplog.text
    assert spot.port
