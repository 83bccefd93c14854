"""Three made-up cards as tables of answers, written out by hand from the standards, and a key source for them.

The challenges are always the same here, so that every exchange is known beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardio.keysource import Algorithm, CardIdentity, KeyRef, KeySourceUnavailable
from cardio.security import authentication, block_size, secured_command

ROOT = bytes(range(0x10, 0x20))
"""A root key of these tests alone."""

NONCE = bytes.fromhex("A1A2A3A4A5A6A7A8")
CHALLENGE = bytes.fromhex("C1C2C3C4C5C6C7C8")
SSSE = "7378312E73682EC9E7BBE1B1A3D5CF"
HISTORY = bytes.fromhex("00814A44468660379900000001")
CARD_ID = bytes.fromhex("379999D156000005000000010A0B0C0D")
ATR = bytes.fromhex("3B6D0000") + HISTORY
NUMBER = "379999198101010013"
NAME = "张三丰"
PAN = "6217999900000012345"


def _record(tag: int, value: bytes) -> str:
    return f"{tag:02X}{len(value):02X}{value.hex().upper()}9000"


EF05 = {
    0x01: CARD_ID,
    0x02: b"3",
    0x03: b"3.00",
    0x04: bytes.fromhex("915600000237999937999901"),
    0x05: bytes.fromhex("20240506"),
    0x06: bytes.fromhex("20340506"),
    0x07: b"D2143569X",
}
EF06 = {
    0x08: NUMBER.encode(),
    0x09: NAME.encode("gbk").ljust(30, b"\x00"),
    0x4E: bytes(20),
    0x0A: b"1",
    0x0B: b"\x01",
    0x0C: bytes.fromhex("379999"),
    0x0D: bytes.fromhex("19810101"),
}
SIZES = {tag: len(value) + 2 for tag, value in (EF05 | EF06).items()}

VERSIONS = {1: b"1.00", 2: b"2.00", 3: b"3.00"}
FCI = {
    1: f"6F16840F{SSSE}A50388010B9000",
    2: f"6F16840F{SSSE}A50388010B9000",
    3: f"6F1C840F{SSSE}A50988011E9F0C038601039000",
}

SELECT_SSSE = f"00A404000F{SSSE}"
SELECT_EF05 = "00A4020002EF05"
SELECT_EF06 = "00A4020002EF06"
GET_CHALLENGE = "0084000008"


def identity(generation: int, card_id: bytes = CARD_ID) -> CardIdentity:
    algorithm = Algorithm.SM4 if generation == 3 else Algorithm.TDES
    return CardIdentity(card_id, HISTORY, algorithm, generation)


def read_command(tag: int) -> str:
    return f"00B2{tag:02X}00{SIZES[tag]:02X}"


def internal(generation: int) -> str:
    return f"0088000010{CHALLENGE.hex()}{NONCE.hex()}"


def external(generation: int) -> str:
    proof = authentication(identity(generation), ROOT, CHALLENGE, CHALLENGE)
    return f"0082000A10{proof.hex()}{CHALLENGE.hex()}"


def table(generation: int, records: Mapping[int, bytes | None] | None = None, *, t0: bool = True) -> dict[str, str]:
    """Every answer of one card.

    :param records: other bytes for a record, by its tag; ``None`` leaves the record out.
    :param t0: SELECT by name and INTERNAL AUTHENTICATE answer with 61xx, as over T=0.
    """
    values = EF05 | EF06 | {0x03: VERSIONS[generation]}
    changed: dict[int, bytes | None] = {0x4E: None} if generation == 1 else {}
    changed |= records or {}
    answers = {SELECT_EF05: "9000", SELECT_EF06: "9000", GET_CHALLENGE: CHALLENGE.hex() + "9000"}
    for tag in SIZES:
        value = changed.get(tag, values[tag])
        answers[read_command(tag)] = "6A83" if value is None else _record(tag, value)
    proof = authentication(identity(generation), ROOT, CHALLENGE, NONCE).hex()
    if t0:
        size = len(FCI[generation]) // 2 - 2
        answers |= {SELECT_SSSE: f"61{size:02X}", f"00C00000{size:02X}": FCI[generation]}
        answers |= {internal(generation): "6108", "00C0000008": proof + "9000"}
    else:
        answers |= {SELECT_SSSE: FCI[generation], internal(generation): proof + "9000"}
    if generation == 3:
        answers[external(generation)] = "9000"
    return answers


def bank_table(pan: str = PAN) -> dict[str, str]:
    """The bank application of the same card."""
    account = bytes.fromhex(pan.ljust(20, "F"))
    # The bytes 5A 02 within the first value are there to mislead a search that does not know TLV.
    inner = bytes.fromhex("5F2403") + bytes.fromhex("5A0299") + b"\x5a" + bytes([len(account)]) + account
    record = b"\x70" + bytes([len(inner)]) + inner
    return {
        "00A4040008A000000333010101": "6F0A8408A0000003330101019000",
        "00B2011400": f"6C{len(record):02X}",
        f"00B20114{len(record):02X}": record.hex() + "9000",
    }


class Keys:
    """A key source with the root of these tests.

    :param down: the methods that cannot serve.
    :param convinced: what :meth:`check_internal` says; ``None`` means the truth.
    """

    def __init__(
        self,
        name: str = "hsm",
        *,
        down: Sequence[str] = (),
        cause: Exception | None = None,
        convinced: bool | None = None,
        wrong_key: bool = False,
    ) -> None:
        self._name = name
        self._down = down
        self._cause = cause
        self._convinced = convinced
        self._root = bytes(16) if wrong_key else ROOT
        self.asked: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def toy(self) -> bool:
        return False

    def _serve(self, method: str) -> None:
        self.asked.append(method)
        if method in self._down:
            raise KeySourceUnavailable(self._name, self._cause)

    def nonce(self, card: CardIdentity) -> bytes:
        self._serve("nonce")
        return NONCE

    def check_internal(self, card: CardIdentity, factor: bytes, nonce: bytes, answer: bytes) -> bool:
        self._serve("check_internal")
        truth = answer == authentication(card, ROOT, factor, nonce)
        return truth if self._convinced is None else self._convinced

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        self._serve("external")
        return authentication(card, self._root, factor, raw)

    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytes:
        self._serve("maintenance")
        return secured_command(card.algorithm, self._root[: block_size(card.algorithm)], factor, header, new_pin or b"")
