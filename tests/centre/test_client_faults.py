"""Every way in which the sandbox centre can be told to fail, over real TLS, and the one fault made of each."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import pytest

from terminal.centre import transport
from terminal.centre.client import CentreClient
from terminal.centre.errors import CentreError, CentreFault
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import Clock, Member, card_id_of, fault_of, prove


@dataclass(frozen=True)
class Case:
    """An order to the control port, and what the client says."""

    kind: str
    expected: CentreFault
    order: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


CASES = [
    Case("down", CentreFault.UNREACHABLE),
    Case("html", CentreFault.NOT_THE_CENTRE),
    Case("unsigned", CentreFault.NOT_THE_CENTRE),
    Case("bad-signature", CentreFault.SIGNATURE_WRONG),
    Case("wrong-schema", CentreFault.ANSWER_INVALID),
    Case("wrong-type", CentreFault.ANSWER_INVALID),
    Case("bomb", CentreFault.ANSWER_INVALID),
    Case("busy", CentreFault.BUSY, {"status": 429, "retry_after": 7}),
    Case("busy", CentreFault.BUSY, {"status": 503}),
    Case("failed", CentreFault.CENTRE_FAILED),
    Case("gateway", CentreFault.CENTRE_FAILED, {"status": 502}),
    Case("gateway", CentreFault.BUSY, {"status": 503, "retry_after": 30}),
    Case("gateway", CentreFault.NOT_THE_CENTRE, {"status": 302}),
    Case("gateway", CentreFault.NOT_THE_CENTRE, {"status": 404}),
    Case("gateway", CentreFault.NOT_THE_CENTRE, {"status": 403}),
    Case("cut", CentreFault.CONNECTION_LOST),
    Case("clock", CentreFault.CLOCK_WRONG, seconds=301),
    Case("clock", CentreFault.CLOCK_WRONG, seconds=-301),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.order.get('status', '')}{case.seconds:g}")
def test_each_failure_of_the_centre_is_one_fault(centre: SandboxCentre, member: Member, case: Case) -> None:
    centre.control.fault(
        case.kind,
        seconds=case.seconds,
        status=case.order.get("status"),
        retry_after=case.order.get("retry_after"),
    )
    client = member.client()
    with pytest.raises(CentreError) as caught:
        client.configuration()
    assert caught.value.fault is case.expected
    assert caught.value.retry_after == case.order.get("retry_after")
    centre.control.clear()
    assert client.configuration().region == "379999"


def test_a_difference_of_clocks_within_five_minutes_is_none(centre: SandboxCentre, member: Member) -> None:
    centre.control.fault("clock", seconds=290)
    assert member.client().status().environment == "sandbox"


def test_our_own_wrong_clock_is_told_just_as_well(centre: SandboxCentre, member: Member) -> None:
    ours = Clock()
    client = member.client(now=ours)
    ours.push(minutes=6)
    assert fault_of(client.status) is CentreFault.CLOCK_WRONG


def test_an_old_answer_sent_again_is_refused(centre: SandboxCentre, member: Member) -> None:
    client = member.client()
    client.status()
    centre.control.fault("replay", route="status")
    assert fault_of(client.status) is CentreFault.SIGNATURE_WRONG


def test_a_slow_centre_ends_at_the_deadline(centre: SandboxCentre, member: Member) -> None:
    """The answer would come in an hour, so that the client is back at all shows that it did not wait for it."""
    centre.control.fault("slow", seconds=3600)
    assert fault_of(member.client(deadline=0.5).status) is CentreFault.TOO_SLOW


def test_the_deadline_is_told_however_late_the_caller_looks(
    centre: SandboxCentre, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the socket's own time-out may be seen before the deadline is: the fault is the same."""
    join = threading.Thread.join

    def late(thread: threading.Thread, timeout: float | None = None) -> None:
        join(thread, None if thread.name == "centre-exchange" else timeout)

    monkeypatch.setattr(threading.Thread, "join", late)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never says a word
        client = CentreClient(
            f"https://127.0.0.1:{silent.getsockname()[1]}", member.identity, now=Clock(), deadline=0.3
        )
        assert fault_of(client.status) is CentreFault.TOO_SLOW


def test_a_centre_that_takes_the_connection_and_hangs_is_slow_not_away(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machine is up and its program is stuck: nobody should be sent to look at the network."""
    monkeypatch.setattr(transport, "_CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = CentreClient(f"https://127.0.0.1:{silent.getsockname()[1]}", member.identity, now=Clock(), deadline=60)
        assert fault_of(client.status) is CentreFault.TOO_SLOW


def test_an_answer_that_trickles_ends_at_the_deadline_too(centre: SandboxCentre, member: Member) -> None:
    """Each byte comes in time, the whole does not: a time-out of the socket alone would wait for ever."""
    centre.control.fault("drip", seconds=0.05)
    before = threading.active_count()
    assert fault_of(member.client(deadline=1.0).status) is CentreFault.TOO_SLOW
    for thread in threading.enumerate():
        if thread.name == "centre-exchange":
            thread.join(30)
    assert threading.active_count() <= before


def test_an_answer_without_end_is_cut_off(centre: SandboxCentre, member: Member) -> None:
    centre.control.fault("oversize")
    assert fault_of(member.client(limit=1_000_000).status) is CentreFault.ANSWER_INVALID


def test_a_fault_of_one_route_leaves_the_others(centre: SandboxCentre, member: Member) -> None:
    centre.control.fault("failed", route="configuration", times=1)
    client = member.client()
    assert client.status().environment == "sandbox"
    assert fault_of(client.configuration) is CentreFault.CENTRE_FAILED
    assert client.configuration().loss_hotline == "12333"


def test_a_centre_that_is_not_there_is_unreachable(
    centre: SandboxCentre, member: Member, population: Population
) -> None:
    client = member.client()
    person = population.find("farmer")
    token = prove(client, person)
    centre.stop()
    try:
        assert fault_of(client.status) is CentreFault.UNREACHABLE
    finally:
        centre.start()
    assert client.status().environment == "sandbox"
    # The same centre again: its terminals and its visits are still known.
    assert client.subsidies(token.token, card_id_of(person)).payments


def test_a_name_that_does_not_exist_is_unreachable(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    client = CentreClient("https://centre.invalid", member.identity, now=Clock())
    assert fault_of(client.status) is CentreFault.UNREACHABLE


def test_a_name_server_that_never_answers_ends_at_the_deadline(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lookup cannot be cut off; the caller goes on without it."""
    over = threading.Event()

    def silent(*_args: object, **_options: object) -> list[object]:
        over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    client = CentreClient("https://centre.invalid", member.identity, now=Clock(), deadline=0.3)
    try:
        assert fault_of(client.status) is CentreFault.TOO_SLOW
    finally:
        over.set()
