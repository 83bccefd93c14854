"""Any answer about a photo: none makes it gone, and none calls it there without a word that proves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_cache.blob_rows import Blobs, Load
from terminal.centre import chain
from terminal.centre import client as client_module
from terminal.centre.contract import BlobStanding, ProblemType
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sync import assembly
from terminal.sync.answers import Kind
from tests.sync.support import Terminal
from tests.sync.test_blobs import CONTENT, record
from tests.sync.test_fuzz import Besieged, Liar

STANDINGS = st.fixed_dictionaries(
    {
        "terminal": st.sampled_from(["OWN", "379999000001"]),
        "blob": st.sampled_from(["OWN", "0" * 64]),
        "have": st.lists(st.integers(-1, 40), max_size=5) | st.just([0, 1, 2]),
        "whole": st.booleans(),
        "time": st.sampled_from(["NOW", "2026-01-01T00:00:00Z", "2026-02-31T00:00:00Z"]),
        "key_id": st.sampled_from(["OWN", "ack-00000000"]),
        "signature": st.none() | st.text("ABCxyz-_", min_size=86, max_size=86),
    }
)
PROBLEMS = st.fixed_dictionaries(
    {
        "type": st.sampled_from([kind.value for kind in ProblemType]),
        "title": st.just(""),
        "status": st.integers(400, 503),
    }
)


@pytest.fixture
def besieged(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Besieged]:
    """The centre has the operation, and a liar stands between it and the photo. Afterwards the photo arrives."""
    record(terminal, population.people[220], terminal.sealer.blob(CONTENT))
    client = terminal.member.client()
    assert assembly.courier(terminal.store, client, terminal.member.identity).send(None, 100, 1 << 18).hwm == 1
    liar = Liar(Authority(Path(centre.ready.authority).parent))
    with monkeypatch.context() as between:
        between.setattr(client_module, "exchange", liar.exchange)
        courier = assembly.courier(terminal.store, client, terminal.member.identity)
        yield Besieged(terminal, liar, courier, terminal.outbox.listed())
    assert terminal.driver().once().clear


def _told(document: object, besieged: Besieged) -> bytes:
    waiting = Blobs(besieged.terminal.store).waiting()
    assert waiting is not None
    text = msgspec.json.encode(document).decode("utf-8")
    values = {
        '"terminal":"OWN"': f'"terminal":"{besieged.terminal.member.identity.terminal}"',
        '"blob":"OWN"': f'"blob":"{waiting.digest.hex().upper()}"',
        '"NOW"': f'"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"',
        '"key_id":"OWN"': f'"key_id":"{besieged.liar.authority.key_id("ack")}"',
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text.encode("utf-8")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    status=st.integers(200, 599) | st.just(200),
    media=st.sampled_from(["application/json", "application/problem+json", "text/html"]),
    document=STANDINGS | PROBLEMS,
    signed=st.booleans(),
)
def test_no_answer_makes_a_photo_gone_or_there(
    besieged: Besieged, status: int, media: str, document: object, signed: bool
) -> None:
    liar = besieged.liar
    liar.status, liar.body, liar.signed = status, _told(document, besieged), signed
    liar.headers = {"content-type": media}
    kinds = {besieged.courier.carry().kind for _ in range(5)}
    assert kinds <= {Kind.UNKNOWN, Kind.CARRIED, Kind.BUSY, Kind.REFUSED, Kind.CLOCK}
    assert besieged.terminal.outbox.listed() == besieged.before
    assert Blobs(besieged.terminal.store).load() == Load(1, len(CONTENT))


UNPROVEN: dict[str, dict[str, str | int]] = {
    "too old": {"seconds": -310},
    "too new": {"seconds": 310},
    "of another terminal": {"terminal": "379999009999"},
    "of another photo": {"blob": "F" * 64},
    "by a key that is not pinned": {"key_id": "ack-00000000"},
}


def test_a_signed_word_that_is_not_for_us_or_not_of_now_moves_nothing(besieged: Besieged) -> None:
    waiting = Blobs(besieged.terminal.store).waiting()
    assert waiting is not None
    liar, own = besieged.liar, besieged.terminal.member.identity.terminal
    liar.status, liar.signed, liar.headers = 200, True, {"content-type": "application/json"}
    for what, wrong in UNPROVEN.items():
        seconds = int(wrong.get("seconds", 0))
        fields = {
            "terminal": own,
            "blob": waiting.digest.hex().upper(),
            "have": [0, 1, 2],
            "whole": True,
            "time": chain.ack_time(datetime.now(UTC) + timedelta(seconds=seconds)),
            "key_id": liar.authority.key_id("ack"),
            "signature": None,
            **{name: value for name, value in wrong.items() if name != "seconds"},
        }
        standing = msgspec.convert(fields, BlobStanding)
        liar.body = msgspec.json.encode(chain.acknowledge_blob("sandbox", standing, liar.authority.keys["ack"]))
        assert besieged.courier.carry().kind is Kind.UNKNOWN, what
        assert Blobs(besieged.terminal.store).waiting() == waiting, what
