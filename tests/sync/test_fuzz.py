"""Any status, any header, any body, through the real client: no answer moves, edits or deletes an operation, unless it
holds the centre's proven word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_cache.operations import Operation, State
from terminal.centre import chain, signing
from terminal.centre import client as client_module
from terminal.centre.contract import Acknowledgement, ProblemType
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.routes import REQUEST_ID
from terminal.centre.signing import Reply
from terminal.centre.transport import Call
from terminal.clock import SystemClock
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.problems import RefusedError
from terminal.sync import assembly
from terminal.sync.answers import Answer, Kind
from terminal.sync.courier import Courier, classify
from tests.sync.support import Terminal, contact_change

HEX = st.text("0123456789ABCDEF", min_size=64, max_size=64)
ACKS = st.fixed_dictionaries(
    {
        "terminal": st.sampled_from(["379999000001", "OWN"]),
        "epoch": st.integers(1, 3),
        "hwm": st.integers(0, 5),
        "head": HEX | st.just("OWN"),
        "time": st.sampled_from(["2026-01-01T00:00:00Z", "2026-02-31T00:00:00Z", "NOW"]),
        "key_id": st.sampled_from(["ack-00000000", "OWN"]),
        "signature": st.text("ABCxyz-_", min_size=86, max_size=86),
        "journal_head": HEX | st.just("0" * 64),
    }
)
PROBLEMS = st.fixed_dictionaries(
    {
        "type": st.sampled_from([kind.value for kind in ProblemType]) | st.text(max_size=30),
        "title": st.text(max_size=10),
        "status": st.integers(100, 599),
    },
    optional={"expected": st.integers(-1, 2**60), "operation": st.integers(-1, 200), "detail": st.text(max_size=20)},
)
OUTCOMES = st.fixed_dictionaries(
    {
        "outcomes": st.lists(
            st.fixed_dictionaries(
                {
                    "op_id": st.sampled_from(["FIRST", "0" * 32]),
                    "outcome": st.sampled_from(["applied", "rejected", "conflict", "held", "deleted"]),
                    "reason": st.none() | st.text(max_size=70),
                    "text_zh": st.text(max_size=5000),
                    "text_en": st.text(max_size=20),
                    "case": st.none() | st.text(max_size=2000),
                    "time": st.just("2026-01-01T00:00:00Z"),
                }
            ),
            max_size=3,
        ),
        "cursor": st.sampled_from(["5-" + "0" * 32, "", "0-" + "f" * 32]),
        "more": st.booleans(),
    }
)


@dataclass
class Liar:
    """Stands where the network is: answers what it is told, signed with the centre's own key when told so."""

    authority: Authority
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    signed: bool = False
    off: int = 0
    """Seconds that its clock is off by."""

    def exchange(self, call: Call, _context: object, *, deadline: float, limit: int) -> Reply:
        assert deadline > 0 < limit
        plain = Reply(self.status, self.headers, self.body)
        if not self.signed:
            return plain
        target = "/" + call.url.split("/", 3)[3]
        question = signing.Question(call.method, target, call.headers[REQUEST_ID])
        now = int(datetime.now(UTC).timestamp()) + self.off
        fields = signing.sign(self.authority.signing_key, self.authority.signing_key_id, question, plain, created=now)
        return Reply(
            self.status, {**self.headers, **{name.lower(): value for name, value in fields.items()}}, self.body
        )


@dataclass
class Besieged:
    """A terminal with three operations that nobody has, and a liar in the centre's place."""

    terminal: Terminal
    liar: Liar
    courier: Courier
    before: list[Operation]


@pytest.fixture
def siege(
    centre: SandboxCentre, terminal: Terminal, population: Population, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Besieged]:
    for person in population.people[20:23]:
        terminal.record(contact_change(person))
    liar = Liar(Authority(Path(centre.ready.authority).parent))
    monkeypatch.setattr(client_module, "exchange", liar.exchange)
    courier = assembly.courier(terminal.store, terminal.member.client(), terminal.member.identity)
    yield Besieged(terminal, liar, courier, terminal.outbox.listed())
    monkeypatch.undo()


@pytest.fixture
def besieged(siege: Besieged, monkeypatch: pytest.MonkeyPatch) -> Iterator[Besieged]:
    """Afterwards the centre is reached, and everything arrives, unless the centre itself called the log forked."""
    yield siege
    monkeypatch.undo()
    terminal = siege.terminal
    driver = assembly.sender(terminal.store, terminal.member.client(), terminal.member.identity, SystemClock())
    if terminal.outbox.fork() is None:
        assert driver.once().clear
    else:  # so said the centre's own key, and that is believed: nothing goes before its people have agreed
        assert terminal.outbox.listed() == siege.before


def _told(document: object, besieged: Besieged) -> bytes:
    """The JSON, with what only this terminal knows put in."""
    own, first = besieged.terminal.member.identity.terminal, besieged.before[0]
    text = msgspec.json.encode(document).decode("utf-8")
    values = {
        '"terminal":"OWN"': f'"terminal":"{own}"',
        '"head":"OWN"': f'"head":"{besieged.before[-1].head.hex().upper()}"',
        '"NOW"': f'"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"',
        '"key_id":"OWN"': f'"key_id":"{besieged.liar.authority.key_id("ack")}"',
        '"FIRST"': f'"{first.op_id.hex().upper()}"',
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text.encode("utf-8")


@pytest.mark.expects_log  # "state-differs" twice in a row is an answer too, and people are told of it
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    status=st.integers(100, 599) | st.sampled_from([200, 201, 400, 401, 403, 404, 409, 412, 413, 422, 426, 429, 503]),
    media=st.sampled_from(["application/json", "application/problem+json", "text/html", ""]),
    document=ACKS | PROBLEMS | OUTCOMES | st.binary(max_size=60).map(lambda raw: raw.hex()),
    headers=st.just({}) | st.text("0123456789-. abc", max_size=12).map(lambda text: {"retry-after": text}),
    signed=st.booleans(),
)
def test_no_answer_touches_an_operation(  # noqa: PLR0917 - each drawn by its name
    besieged: Besieged, status: int, media: str, document: object, headers: dict[str, str], signed: bool
) -> None:
    liar = besieged.liar
    liar.status, liar.body, liar.signed = status, _told(document, besieged), signed
    liar.headers = {"content-type": media, **headers}
    answers: list[Answer] = [
        besieged.courier.send(None, 100, 1 << 18),
        besieged.courier.ask(),
        besieged.courier.pull(),
        besieged.courier.renew(),
    ]
    assert {answer.kind for answer in answers} <= set(Kind) - {Kind.RECEIVED, Kind.MARK, Kind.NOTHING, Kind.RENEWED}
    assert besieged.terminal.outbox.listed() == besieged.before
    assert {operation.state for operation in besieged.before} == {State.PENDING}
    assert besieged.terminal.outbox.anchor() is None


# --- each refusal of the centre, as the sandbox words and signs it ----------------------------------------------------

AMOUNTS_TO = {
    ProblemType.BUSY: Kind.BUSY,
    ProblemType.LOG_IN_PROGRESS: Kind.BUSY,
    ProblemType.LOG_GAP: Kind.GAP,
    ProblemType.CURSOR_UNKNOWN: Kind.CURSOR_LOST,
    ProblemType.STATE_DIFFERS: Kind.STATE_DIFFERS,
    ProblemType.LOG_FORKED: Kind.FORKED,
    ProblemType.OPERATION_CHANGED: Kind.FORKED,
    ProblemType.EPOCH_PENDING: Kind.PENDING,
    ProblemType.OPERATION_REFUSED: Kind.POISON,
    ProblemType.BAD_REQUEST: Kind.POISON,
    ProblemType.SUITE_OTHER: Kind.POISON,  # it names an operation; without one it is the terminal that is refused
    ProblemType.TOO_LARGE: Kind.TOO_LARGE,
    ProblemType.CERTIFICATE_REQUIRED: Kind.REFUSED,
    ProblemType.TERMINAL_REVOKED: Kind.REFUSED,
    ProblemType.TERMINAL_OTHER: Kind.REFUSED,
    ProblemType.HEAD_SIGNATURE: Kind.REFUSED,
    ProblemType.NOT_FOUND: Kind.WRONG_API,
}
"""By the table of docs/sync.md; every other problem says nothing about the log."""


def _asked(siege: Besieged) -> list[Kind]:
    courier = siege.courier
    answers = (courier.send(None, 100, 1 << 18), courier.ask(), courier.pull(), courier.carry(), courier.renew())
    return [answer.kind for answer in answers]


@pytest.mark.parametrize("problem", ProblemType, ids=lambda problem: problem.name)
def test_each_refusal_is_taken_for_what_it_is_and_moves_nothing(besieged: Besieged, problem: ProblemType) -> None:
    refused = RefusedError(problem, expected=2, operation=0)
    liar = besieged.liar
    liar.status, liar.body = refused.status, msgspec.json.encode(refused.document)
    liar.headers, liar.signed = {"content-type": "application/problem+json", "retry-after": "7"}, True
    kinds = _asked(besieged)
    assert kinds[0] is AMOUNTS_TO.get(problem, Kind.UNKNOWN)
    assert set(kinds) <= {kinds[0], Kind.NO_BLOB, Kind.UNKNOWN}
    assert _unmoved(besieged)


def test_another_suite_of_the_whole_terminal_refuses_the_terminal() -> None:
    whole = CentreError(CentreFault.SUITE_OTHER, problem=ProblemType.SUITE_OTHER)
    assert classify(whole).kind is Kind.REFUSED


def test_an_answer_of_a_clock_far_off_moves_nothing(besieged: Besieged) -> None:
    liar = besieged.liar
    liar.status, liar.body, liar.signed, liar.off = 200, b"{}", True, 3600
    liar.headers = {"content-type": "application/json"}
    assert set(_asked(besieged)) <= {Kind.CLOCK, Kind.NO_BLOB}
    assert _unmoved(besieged)


# --- the centre's own signature, over what must not count -------------------------------------------------------------


def _says(siege: Besieged, *, seconds: float = 0.0, **wrong: str | int) -> list[Answer]:
    """The answers to a batch and to the question for the mark, both acknowledged and signed by the centre's own keys.

    :param seconds: how far off its time is. :param wrong: fields that are not as they should be.
    """
    liar, last = siege.liar, siege.before[-1]
    fields: dict[str, str | int] = {
        "terminal": siege.terminal.member.identity.terminal,
        "epoch": last.epoch,
        "hwm": last.seq,
        "head": last.head.hex().upper(),
        "time": chain.ack_time(datetime.now(UTC) + timedelta(seconds=seconds)),
        "key_id": liar.authority.key_id("ack"),
        "signature": "A" * 86,
        "journal_head": "0" * 64,
        **wrong,
    }
    ack = msgspec.convert(fields, Acknowledgement)
    ack = chain.acknowledge("sandbox", ack, liar.authority.keys["ack"])
    liar.status, liar.signed = 200, True
    liar.headers, liar.body = {"content-type": "application/json"}, msgspec.json.encode(ack)
    return [siege.courier.send(None, 100, 1 << 18), siege.courier.ask()]


def _unmoved(siege: Besieged) -> bool:
    return siege.terminal.outbox.listed() == siege.before and siege.terminal.outbox.anchor() is None


UNPROVEN: dict[str, dict[str, str | int | float]] = {
    "too old": {"seconds": -310.0},
    "too new": {"seconds": 310.0},
    "of another terminal": {"terminal": "379999009999"},
    "of another life": {"epoch": 2},
}


def test_a_signed_word_that_is_not_for_us_or_not_of_now_moves_nothing(besieged: Besieged) -> None:
    for wrong in UNPROVEN.values():
        answers = _says(besieged, **wrong)  # type: ignore[arg-type]
        assert [answer.kind for answer in answers] == [Kind.UNKNOWN] * 2, wrong
        assert _unmoved(besieged), wrong
    # The same word, of now and for us, counts: so it is the wrong field that was refused.
    assert [answer.kind for answer in _says(besieged, seconds=-290.0)] == [Kind.RECEIVED, Kind.MARK]
    assert {operation.state for operation in besieged.terminal.outbox.listed()} == {State.RECEIVED}


@pytest.mark.parametrize("wrong", [{"hwm": 4}, {"head": "AB" * 32}], ids=["beyond our log", "another head"])
def test_a_signed_word_of_another_history_moves_nothing(siege: Besieged, wrong: dict[str, str | int]) -> None:
    answers = _says(siege, **wrong)  # type: ignore[arg-type]
    assert [answer.kind for answer in answers] == [Kind.FORKED] * 2
    assert _unmoved(siege)
    assert siege.terminal.outbox.fork() is not None
