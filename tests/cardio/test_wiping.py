"""Secrets are gone from where this program put them. Spies keep the buffers that went through, and look later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import pytest

from cardio import protocol, security
from cardio.apdu import Command
from cardio.apps import bank, pin
from cardio.errors import CardError, CardFault
from cardio.keysource import STK, Algorithm, CardIdentity
from cardio.link import Link
from cardio.psam import PsamKeySource
from cardio.session import CardSession
from cardio.simulator.contents import TOY_ROOT
from cardio.simulator.personas import FIRST, THIRD
from cardio.simulator.spec import PsamSpec
from cardio.simulator.toykeys import ToyKeySource
from cardio.wiping import wipe, wiped
from tests.interface33.support import Typist, bench, hsm_pair, info
from tests.support.worlds import InProcess

PACKED = bytes.fromhex("246813")
FACTOR, RAW = bytes(range(8)), bytes(range(8, 16))


class Spy:
    """Calls the real function, and keeps what it gave."""

    def __init__(self, patch: pytest.MonkeyPatch, place: Any, name: str) -> None:  # noqa: ANN401 - any module
        self.kept: list[Any] = []
        self._real: Callable[..., Any] = getattr(place, name)
        patch.setattr(place, name, self)

    def __call__(self, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - hands on
        self.kept.append(self._real(*args, **named))
        return self.kept[-1]


class Keeping:
    """A link that keeps the very buffers that were sent through it, as no real one does."""

    def __init__(self, inner: Link) -> None:
        self._inner = inner
        self.reader, self.atr = inner.reader, inner.atr
        self.reset, self.close = inner.reset, inner.close
        self.kept: list[bytes | bytearray] = []
        self.seen: list[bytes] = []

    def transaction(self) -> AbstractContextManager[None]:
        return self._inner.transaction()

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        self.kept.append(apdu)
        self.seen.append(bytes(apdu))
        return self._inner.transmit(apdu)

    def left(self, secret: bytes) -> list[bytes]:
        """What still holds ``secret``, of the commands that went out with it."""
        assert any(secret in apdu for apdu in self.seen)
        return [bytes(apdu) for apdu in self.kept if secret in apdu]


class Watched(bytearray):
    """Tells what stood in it when it was emptied: emptying alone leaves the bytes where they were."""

    at_the_end: bytes | None = None

    def clear(self) -> None:
        self.at_the_end = bytes(self)
        super().clear()


@pytest.fixture
def world() -> Iterator[InProcess]:
    yield InProcess()


def card(algorithm: Algorithm) -> CardIdentity:
    return CardIdentity(THIRD.card_id, THIRD.history, algorithm, 3)


def digits(text: str) -> bytearray:
    return bytearray(int(one) for one in text)


def empty(buffers: list[bytearray]) -> bool:
    return all(not buffer for buffer in buffers)


def test_a_secret_is_overwritten_before_it_is_emptied() -> None:
    secrets = Watched(b"246813"), Watched(b"123456")
    wipe(secrets[0])
    with pytest.raises(LookupError), wiped(secrets[1]):
        raise LookupError
    assert [each.at_the_end for each in secrets] == [bytes(6)] * 2


@pytest.mark.parametrize("algorithm", [Algorithm.TDES, Algorithm.SM4])
def test_keys_of_an_authentication(monkeypatch: pytest.MonkeyPatch, algorithm: Algorithm) -> None:
    levels, session = Spy(monkeypatch, security, "diversify"), Spy(monkeypatch, security, "session_key")
    material = Spy(monkeypatch, security, "_material")
    assert security.authentication(card(algorithm), TOY_ROOT, FACTOR, RAW)
    assert (len(levels.kept), len(session.kept), len(material.kept)) == (3, 1, 5)
    assert empty(levels.kept)  # province, city and card
    assert empty(session.kept)
    assert empty(material.kept)


def test_keys_of_an_authentication_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    levels, session = Spy(monkeypatch, security, "diversify"), Spy(monkeypatch, security, "session_key")
    with pytest.raises(ValueError, match="not whole blocks"):
        security.authentication(card(Algorithm.TDES), TOY_ROOT, FACTOR, RAW * 9 + b"1")
    assert (len(levels.kept), len(session.kept)) == (3, 1)
    assert empty(levels.kept + session.kept)


def test_the_upper_key_goes_even_where_the_next_level_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = Spy(monkeypatch, security, "diversify")
    with pytest.raises(ValueError, match="not whole blocks"):
        security.card_key(replace(card(Algorithm.TDES), history=bytes(12)), TOY_ROOT)
    assert len(levels.kept) == 2
    assert empty(levels.kept)


@pytest.mark.parametrize("algorithm", [Algorithm.TDES, Algorithm.SM4])
def test_what_a_secured_command_is_made_of(monkeypatch: pytest.MonkeyPatch, algorithm: Algorithm) -> None:
    session, plain = Spy(monkeypatch, security, "session_key"), Spy(monkeypatch, security, "framed")
    key = TOY_ROOT if algorithm is Algorithm.SM4 else TOY_ROOT[:8]
    assert security.secured_command(algorithm, key, FACTOR, bytes.fromhex("842400010C"), bytearray(PACKED))
    assert (len(session.kept), len(plain.kept)) == (1, 1)
    assert empty(session.kept + plain.kept)


@pytest.mark.parametrize("algorithm", [Algorithm.TDES, Algorithm.SM4])
def test_the_key_of_a_transaction_code(monkeypatch: pytest.MonkeyPatch, algorithm: Algorithm) -> None:
    joined: list[Any] = []
    real = security.mac

    def mac(algorithm: Algorithm, key: bytearray, data: bytes) -> bytes:
        joined.append(key)
        return real(algorithm, key, data)

    monkeypatch.setattr(security, "mac", mac)
    assert security.transaction_code(algorithm, TOY_ROOT, RAW)
    assert joined == [bytearray()]


@pytest.mark.parametrize("contents", [FIRST, THIRD])
def test_pins_that_are_shown_and_changed(world: InProcess, contents: Any) -> None:  # noqa: ANN401 - CardContents
    world.insert(0, contents)
    link = Keeping(world.system.connect(world.names[0]))
    session = CardSession(link)
    session.change_pin(bytearray((1, 2, 3, 4, 5, 6)), bytearray((2, 4, 6, 8, 1, 3)))
    session.verify_pin(bytearray((2, 4, 6, 8, 1, 3)))
    assert link.left(PACKED) == []
    assert link.left(bytes.fromhex("123456")) == []


@pytest.mark.parametrize("typed", ["123456", "654321"], ids=["right", "wrong"])
def test_the_packed_pin_of_every_flow(world: InProcess, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Which is a second place for it, beside the digits that were typed."""
    world.insert(0, THIRD)
    packed = Spy(monkeypatch, pin, "block")
    session = CardSession(world.system.connect(world.names[0]), [ToyKeySource()])
    flows: tuple[Callable[[], object], ...] = (
        lambda: session.verify_pin(digits(typed)),
        lambda: session.change_pin(digits(typed), digits("246813")),
        lambda: session.change_pin(digits(typed), digits("1")),  # the new one is refused when the old one is packed
        lambda: session.reload_pin(digits("246813")),
    )
    for flow in flows:
        with suppress(CardError):
            flow()
    assert len(packed.kept) == 5
    assert empty(packed.kept)


def test_the_digits_of_an_account_of_which_four_are_shown(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    world.insert(0, THIRD)
    read = Spy(monkeypatch, bank, "digits_of")
    record = CardSession(world.system.connect(world.names[0]), [ToyKeySource()]).read(fields_all=True)
    assert THIRD.pan is not None
    assert record.bank_account_last4 == THIRD.pan[-4:]
    assert len(read.kept) == 1
    assert empty(read.kept)


@pytest.mark.parametrize(
    "new", [bytearray((2, 4, 6, 8, 1, 3)), bytearray((9, 9, 9, 9, 9, 9))], ids=["taken", "refused"]
)
def test_old_and_new_pin_side_by_side(world: InProcess, monkeypatch: pytest.MonkeyPatch, new: bytearray) -> None:
    """CHANGE PIN makes one value of both, which is a third place for each."""
    world.insert(0, THIRD)
    made: list[bytearray] = []

    def command(*parts: Any) -> Command:  # noqa: ANN401 - hands on
        made.append(parts[4])
        return Command(*parts)

    monkeypatch.setattr(pin, "Command", command)
    session = CardSession(world.system.connect(world.names[0]))
    old = bytearray((1, 2, 3, 4, 5, 6) if new[0] == 2 else (6, 5, 4, 3, 2, 1))
    with nullcontext() if new[0] == 2 else pytest.raises(CardError):
        session.change_pin(old, new)
    assert made == [bytearray()]


@pytest.mark.parametrize("step", [2, 3])
def test_a_new_pin_on_its_way_through_an_hsm(step: int) -> None:
    """What the keypad gave goes when the flow ends: by its third step, or by being left after the second."""
    keypad = Typist("246813", "246813")
    with bench(psam=False, keypad=keypad) as desk:
        desk.insert(THIRD)
        _, _, factor, raw, _ = desk.good("iReloadPIN_HSM_Step1", 1, info(THIRD)).split("|")
        said = desk.good("iReloadPIN_HSM_Step2", hsm_pair(THIRD, factor, raw))
        assert "246813" in said
        assert bytes(keypad.typed[0])  # the flow may yet need it
        if step == 3:
            desk.call("iReloadPIN_HSM_Step3", "00" * 20)
    assert [bytes(each) for each in keypad.typed] == [b"", b""]


@pytest.mark.parametrize("algorithm", [Algorithm.TDES, Algorithm.SM4])
def test_a_new_pin_on_its_way_through_the_psam(
    world: InProcess, monkeypatch: pytest.MonkeyPatch, algorithm: Algorithm
) -> None:
    world.insert_psam(1, PsamSpec())
    link = Keeping(world.system.connect(world.names[1]))
    source = PsamKeySource(lambda: link)
    plain = Spy(monkeypatch, security, "framed")
    size = security.block_size(algorithm) + security.MAC_LENGTH
    assert source.maintenance(card(algorithm), STK, FACTOR, bytes((0x84, 0x24, 0, 1, size)), bytearray(PACKED))
    assert link.left(PACKED) == []
    assert len(plain.kept) == 1
    assert empty(plain.kept)
    source.close()


def test_a_command_with_a_secret_is_made_in_one_buffer() -> None:
    secret = Command(0x00, 0x20, 0x00, 0x00, bytearray(PACKED))
    assert isinstance(secret.encode(), bytearray)
    assert isinstance(protocol.on_wire(protocol.Protocol.T0, secret.encode()), list)
    assert isinstance(Command(0x00, 0xA4, 0x04, 0x00, b"\xa0").encode(), bytes)


def test_a_pin_goes_also_where_the_card_is_pulled(world: InProcess) -> None:
    world.insert(0, THIRD)
    link = Keeping(world.system.connect(world.names[0]))
    session = CardSession(link)
    session.open()
    world.pull(0)
    with pytest.raises(CardError) as gone:
        session.verify_pin(typed := digits("246813"))
    assert gone.value.fault is CardFault.CARD_REMOVED
    assert not typed
