"""Sends commands to the card in software as a person at a keyboard would, and makes cryptograms from the text alone.

Nothing of the driver is used here, so that the simulator is checked against the text and not against ourselves.
"""

from __future__ import annotations

from cardio.keysource import RK_SSSE, Algorithm, CardIdentity
from cardio.security import encrypt
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.toykeys import ToyKeySource, maintenance_key

NAME = "7378312E73682EC9E7BBE1B1A3D5CF"
SELECT = f"00A404000F{NAME}"
EF05, EF06, EF08 = "00A4020002EF05", "00A4020002EF06", "00A4020002EF08"
CHALLENGE = "0084000008"


class Hand:
    """Sends commands in hex, gives answers in hex."""

    def __init__(self, contents: CardContents, *faults: Trouble | Fault, t0: bool = False) -> None:
        self.card = SimulatedCard(contents, faults, t0)
        self.card.power_on()

    def __call__(self, *commands: str) -> str:
        answer = b""
        for command in commands:
            answer = self.card.process(bytes.fromhex(command))
        return answer.hex().upper()

    @property
    def identity(self) -> CardIdentity:
        contents = self.card.contents
        algorithm = Algorithm.SM4 if contents.generation == 3 else Algorithm.TDES
        return CardIdentity(contents.card_id, contents.history, algorithm, contents.generation)

    def proof(self, factor: bytes, raw: bytes) -> bytes:
        """The cryptogram of the toy keys."""
        return ToyKeySource().external(self.identity, RK_SSSE, factor, raw)

    def authenticate(self, key: int, *, wrong: bool = False, challenge: bool = True) -> str:
        factor = bytes.fromhex(self(CHALLENGE)[:16]) if challenge else bytes(8)
        raw = bytes(range(8))
        proof = ToyKeySource().external(self.identity, RK_SSSE, factor, raw)
        if wrong:
            proof = bytes(8)
        return self(f"008200{key:02X}10{proof.hex()}{raw.hex()}")

    def secured(self, header: str, data: str = "", *, wrong: bool = False) -> str:
        """A command with MAC under STK over a fresh challenge. :param data: enciphered with its length and padding."""
        factor = bytes.fromhex(self(CHALLENGE)[:16])
        algorithm = self.identity.algorithm
        size = 8 if algorithm is Algorithm.TDES else 16
        session = encrypt(algorithm, maintenance_key(algorithm), factor.ljust(size, b"\x00"))
        plain = bytes((len(data) // 2,)) + bytes.fromhex(data) if data else b""
        if len(plain) % size:
            plain = (plain + b"\x80").ljust(-(-(len(plain) + 1) // size) * size, b"\x00")
        body = encrypt(algorithm, session, plain)
        head = bytes.fromhex(header) + bytes((len(body) + 4,))
        return self((head + body + _mac(algorithm, session, head + body, wrong=wrong)).hex())

    def mac_only(self, header: str, body: str) -> str:
        """A command of CLA 04: plain data and a MAC."""
        factor = bytes.fromhex(self(CHALLENGE)[:16])
        algorithm = self.identity.algorithm
        session = encrypt(algorithm, maintenance_key(algorithm), factor.ljust(8 if size_8(algorithm) else 16, b"\x00"))
        raw = bytes.fromhex(body)
        head = bytes.fromhex(header) + bytes((len(raw) + 4,))
        return self((head + raw + _mac(algorithm, session, head + raw)).hex())


def size_8(algorithm: Algorithm) -> bool:
    return algorithm is Algorithm.TDES


def _mac(algorithm: Algorithm, session: bytes | bytearray, data: bytes, *, wrong: bool = False) -> bytes:
    size = 8 if size_8(algorithm) else 16
    data += b"\x80"
    data = data.ljust(-(-len(data) // size) * size, b"\x00")
    block: bytes | bytearray = bytes(size)
    for at in range(0, len(data), size):
        block = encrypt(algorithm, session, bytes(a ^ b for a, b in zip(block, data[at : at + size], strict=True)))
    words = [block[at : at + 4] for at in range(0, size, 4)] if size == 16 else [block[:4]]
    code = bytes(4)
    for word in words:
        code = bytes(a ^ b for a, b in zip(code, word, strict=True))
    return bytes(byte ^ 0xFF for byte in code) if wrong else code
