"""A terminal that loads and pays with a card's medical account and its PSAM: the commands alone, no keys.

Fields as the simulated card and PSAM have them (``cardio/simulator/purse.py``, ``psam_purchase.py``). What passes
through its hands can be changed on the way, as a thief between the two would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cardio import security
from cardio.apdu import Command
from cardio.channel import Channel
from cardio.keysource import Algorithm, CardIdentity
from cardio.link import Link
from cardio.simulator.psam_files import APPLICATION, DES_ENVIRONMENT, WIDE_ENVIRONMENT

MOMENT = bytes.fromhex("20261128101500")
PIN = bytes.fromhex("123456")
LOAD, PURCHASE = b"\x01", b"\x06"
DLK, DTK = (0x29, 0x4B), (0x2C, 0x4C)

Change = Callable[[bytes], bytes]
UNTOUCHED: Mapping[str, Change] = {}


@dataclass(frozen=True)
class Paid:
    """:param number: the PSAM's. :param said: what the TAC is over. :param tac: the card's."""

    number: bytes
    said: bytes
    tac: bytes


class PurseTerminal:
    """:param changes: of messages by their name: ``to psam``, ``to card``, ``mac2``."""

    def __init__(
        self, card: Link, psam: Link, identity: CardIdentity, changes: Mapping[str, Change] = UNTOUCHED
    ) -> None:
        self.card, self.psam, self.identity = Channel(card), Channel(psam), identity
        self._changes = changes
        environment = DES_ENVIRONMENT if identity.algorithm is Algorithm.TDES else WIDE_ENVIRONMENT
        for name in (environment, APPLICATION):
            self.psam.send(Command(0x00, 0xA4, 0x04, 0x00, name, le=256))
        self.psam.send(Command(0xBF, 0xEC, 0x00, 0x00, identity.card_id[:1]))
        self.terminal = self.psam.send(Command(0x00, 0xB0, 0x96, 0x00, le=6)).data
        self.card.send(Command(0x00, 0xA4, 0x04, 0x00, DES_ENVIRONMENT, le=256))
        self.card.send(Command(0x00, 0x20, 0x00, 0x00, PIN))
        self.card.send(Command(0x00, 0xA4, 0x04, 0x00, bytes.fromhex("D15600000503"), le=256))

    def load(self, amount: int) -> None:
        """MAC2 of the load by the PSAM's DLK."""
        cents = amount.to_bytes(4)
        begun = self.card.send(Command(0xB0, 0x28, 0x00, 0x01, b"\x01" + cents + self.terminal, le=16)).data
        size = security.block_size(self.identity.algorithm)
        factor = (begun[8:12] + begun[4:6] + b"\x80\x00").ljust(size, b"\x00")
        code = self._mac(DLK, factor, cents + LOAD + self.terminal + MOMENT)
        self.card.send(Command(0xB0, 0x2A, 0x00, 0x00, MOMENT + code, le=4))

    def pay(self, total: int, account: int, pooled: int) -> Paid:
        """MAC1 by the PSAM, TAC and MAC2 by the card, MAC2 to the PSAM."""
        amounts = b"".join(each.to_bytes(4) for each in (total, account, pooled))
        begun = self.card.send(Command(0xB0, 0x28, 0x01, 0x01, b"\x01" + amounts + self.terminal, le=22)).data
        count, version, algorithm, random = begun[12:14], begun[16:17], begun[17:18], begun[18:22]
        told = random + count + amounts + PURCHASE + MOMENT + version + algorithm + self.identity.factor
        answer = self.psam.send(Command(0x80, 0x70, 0x01, 0x00, self._passed("to psam", told), le=8)).data
        number, mac1 = answer[:4], answer[4:]
        paying = self._passed("to card", number + MOMENT + mac1)
        proof = self.card.send(Command(0xB0, 0x2C, 0x01, 0x00, paying, le=8)).data
        self.psam.send(Command(0x80, 0x72, 0x00, 0x00, self._passed("mac2", proof[4:])))
        return Paid(number, amounts + PURCHASE + self.terminal + number + MOMENT, proof[:4])

    def proven(self, paid: Paid) -> bool:
        """Whether the card's TAC is what the PSAM's DTK gives."""
        return self._mac(DTK, b"", paid.said) == paid.tac

    def balance(self) -> int:
        return int.from_bytes(self.card.send(Command(0xB0, 0x26, 0x00, 0x01, le=4)).data)

    def next_number(self) -> int:
        """The PSAM's transaction counter, by its short identifier."""
        return int.from_bytes(self.psam.send(Command(0x00, 0xB0, 0x99, 0x00, le=4)).data)

    def _passed(self, name: str, message: bytes) -> bytes:
        return self._changes.get(name, bytes)(message)

    def _mac(self, key: tuple[int, int], factor: bytes, said: bytes) -> bytes:
        """In a chain of commands, of which the middle one is there for what is long enough."""
        algorithm = self.identity.algorithm
        size = security.block_size(algorithm)
        blocks = bytes(size) + security.padded(algorithm, said, always=True)
        self.psam.send(Command(0xBF, 0xDE, *key, self.identity.factor + factor))
        for p1, part in ((0x07, blocks[: 2 * size]), (0x03, blocks[2 * size : -size])):
            if part:
                self.psam.send(Command(0x80, 0xFA, p1, 0x00, part))
        return self.psam.send(Command(0x80, 0xFA, 0x01, 0x00, blocks[-size:], le=4)).data
