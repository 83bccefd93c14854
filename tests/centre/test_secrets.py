"""Whatever goes wrong, what is told of it holds no token, no card id, no code and nothing of an answer."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from terminal.centre.contract import EnrolmentRequest, Proof
from terminal.centre.errors import CentreError
from terminal.centre.transport import Call
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.faults import FaultKind
from terminal.sandbox.people import Population
from tests.centre.support import Member, card_id_of, join, prove

LASTING = {FaultKind.SLOW, FaultKind.DRIP}


ACKNOWLEDGEMENTS_ALONE = {FaultKind.ACK_SIGNATURE, FaultKind.ACK_HEAD, FaultKind.ACK_OLDER}


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind not in ACKNOWLEDGEMENTS_ALONE])
def test_a_fault_tells_nothing_private(
    centre: SandboxCentre, member: Member, population: Population, kind: FaultKind
) -> None:
    person = population.find("disabled")
    client = member.client(deadline=0.5 if kind in LASTING else 15.0, limit=1_000_000)
    token = prove(member.client(), person).token
    card_id = card_id_of(person)
    client.subsidies(token, card_id)
    centre.control.fault(kind.value, seconds=600 if kind is FaultKind.CLOCK else 2)
    with pytest.raises(CentreError) as caught:
        client.subsidies(token, card_id)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.detail
    payment_like = ("残疾", "最低生活", person.number, person.name, person.card.pan or "")
    for secret in (token, card_id, *payment_like):
        assert secret not in told


def test_a_refused_code_is_not_repeated(centre: SandboxCentre, tmp_path: Path) -> None:
    code = "CANARY-CODE-0001"
    with pytest.raises(CentreError) as caught:
        join(tmp_path, centre.url, code, centre.authority)
    assert code not in "".join(traceback.format_exception(caught.value))


def test_bodies_and_calls_have_no_repr() -> None:
    shown = [
        repr(EnrolmentRequest(code="CANARY-CODE", certificate_request="CANARY")),
        repr(Proof(factor="CANARY", answer="CANARY")),
        repr(Call("GET", "https://host/CANARY", {"Visit-Token": "CANARY"}, b"CANARY")),
    ]
    assert not any("CANARY" in text for text in shown)
