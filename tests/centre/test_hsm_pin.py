"""PIN unblock and reload through the centre's HSM: two or three questions, an operation named, the new PIN sealed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from cardio.apps.maintenance import UNBLOCK
from cardio.apps.pin import Outcome, outcome
from cardio.errors import CardError, CardFault
from cardio.keysource import PUK, STK, UK_SSSE
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.reader import SimulatedReaders
from offline_cache.operations import new_op_id
from offline_cache.suite import INTL, Suite
from offline_cache.suite_gm import GM
from terminal.centre.contract import ProblemType, SecuredCommandRequest
from terminal.centre.errors import CentreError
from terminal.centre.hsm import HsmKeySource
from terminal.centre.pin_sealing import open_pin, seal_pin
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from tests.centre.support import FACTOR, Member

OPERATION = bytes(range(16))
NEW = (2, 4, 6, 8, 1, 3)


@pytest.fixture
def source(centre: SandboxCentre, member: Member) -> Iterator[HsmKeySource]:
    yield HsmKeySource(member.client(), "0001")


def inserted(population: Population, slug: str, source: HsmKeySource) -> tuple[CardSession, SimulatedCard, str]:
    made = contents(population.find(slug))
    card = SimulatedCard(made)
    readers = SimulatedReaders(["r"])
    readers.insert("r", card)
    return CardSession(readers.connect("r"), [source]), card, made.pin or ""


@pytest.mark.parametrize("slug", ["elder", "farmer"])  # SM4, 3DES
def test_a_pin_is_reloaded_and_unblocked(population: Population, source: HsmKeySource, slug: str) -> None:
    session, card, _ = inserted(population, slug, source)
    tries = card.pin_tries_left
    for _ in range(tries):
        with pytest.raises(CardError):
            session.verify_pin(bytearray((0, 0, 0, 0)))
    with source.operation(new_op_id()):
        session.reload_pin(bytearray(NEW))
    session.verify_pin(bytearray(NEW))
    for _ in range(tries):
        with pytest.raises(CardError):
            session.verify_pin(bytearray((0, 0, 0, 0)))
    with source.operation(new_op_id()):
        session.unblock_pin()
    session.verify_pin(bytearray(NEW))


def test_without_an_operation_nothing_is_opened_that_changes_the_card(
    population: Population, source: HsmKeySource
) -> None:
    session, _, pin = inserted(population, "elder", source)
    with pytest.raises(CardError) as refused:
        session.unblock_pin()
    assert refused.value.fault is CardFault.NO_KEY_SOURCE
    assert isinstance(refused.value.__cause__, CentreError)
    assert refused.value.__cause__.problem is ProblemType.OPERATION_REQUIRED
    assert outcome(refused.value) is Outcome.KEPT
    session.verify_pin(bytearray(int(digit) for digit in pin))


def test_an_operation_is_of_one_card(population: Population, source: HsmKeySource) -> None:
    first, _, _ = inserted(population, "elder", source)
    second, _, _ = inserted(population, "farmer", source)
    with source.operation(new_op_id()):
        first.unblock_pin()
        with pytest.raises(CardError) as refused:
            second.unblock_pin()
    assert outcome(refused.value) is Outcome.KEPT
    with source.operation(new_op_id()):
        second.unblock_pin()


def test_a_key_for_writing_is_opened_for_an_operation(population: Population, source: HsmKeySource) -> None:
    session, _, _ = inserted(population, "elder", source)
    with source.operation(new_op_id()), session.flow():
        found = session.identify()
        assert session.unlock(found, UK_SSSE) == "hsm"
        assert session.unlock(found, PUK) == "hsm"


BODY = SecuredCommandRequest(
    visit="0" * 32,
    operation=OPERATION.hex().upper(),
    key_address=STK.hsm_address,
    factor=FACTOR.hex().upper(),
    header="8424000114",
)


@pytest.mark.parametrize(
    "other",
    [
        {"visit": "1" * 32},
        {"operation": "0" * 32},
        {"key_address": "0090"},
        {"factor": "0" * 16},
        {"header": UNBLOCK.hex().upper()},
    ],
)
@pytest.mark.parametrize("using", [INTL, GM], ids=["intl", "gm"])
def test_a_sealed_pin_serves_the_request_it_was_sealed_for(using: Suite, other: dict[str, str]) -> None:
    private = using.new_sealing_key()
    sealed = seal_pin(using.sealing_public_key(private), BODY, bytearray.fromhex("12345678"), using)
    mine = msgspec.convert({**msgspec.to_builtins(BODY), "sealed_pin": sealed}, SecuredCommandRequest)  # as it is sent
    assert open_pin(private, mine, using) == bytearray.fromhex("12345678")
    assert open_pin(private, msgspec.structs.replace(mine, **other), using) is None
    assert open_pin(using.new_sealing_key(), mine, using) is None
    assert open_pin(private, BODY, using) is None
    assert "12345678" not in (sealed or "")
    assert seal_pin(b"short", BODY, bytearray(3), using) is None


@pytest.mark.parametrize(
    ("header", "sealed"),
    [
        ("8424000114", None),  # a new PIN that is not there
        ("8424000004", "AAAA"),  # one where none belongs
        ("8424000114", "AAAA"),  # one that is not sealed to this centre
        ("841E000104", None),  # another command
    ],
)
def test_what_the_hsm_refuses_to_secure(
    population: Population, member: Member, source: HsmKeySource, header: str, sealed: str | None
) -> None:
    session, _, _ = inserted(population, "elder", source)
    record = session.read()
    token = source.token_for(record.identity.card_id)
    assert token is not None
    body = msgspec.structs.replace(BODY, visit=token.visit, header=header, sealed_pin=sealed)
    with pytest.raises(CentreError) as refused:
        member.client().secured_command(token.token, body)
    assert refused.value.problem is ProblemType.BAD_REQUEST


def test_a_pin_of_a_size_that_the_block_cannot_hold_is_refused(
    population: Population, member: Member, source: HsmKeySource
) -> None:
    session, _, _ = inserted(population, "elder", source)
    token = source.token_for(session.read().identity.card_id)
    client = member.client()
    assert token is not None
    assert client.hsm_key is not None
    body = msgspec.structs.replace(BODY, visit=token.visit)
    for packed in (bytearray(1), bytearray(16)):
        sealed = msgspec.structs.replace(body, sealed_pin=seal_pin(client.hsm_key, body, packed))
        with pytest.raises(CentreError) as refused:
            client.secured_command(token.token, sealed)
        assert refused.value.problem is ProblemType.BAD_REQUEST
