"""What a card remembers, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.foreign.contents import Make, applications
from tests.foreign.crypto import DES, ROOT, CardCipher, card_key
from tests.foreign.tree import File, Rule, met


class Refused(Exception):  # noqa: N818 - a status word
    """:param sw: four hex digits."""

    def __init__(self, sw: str) -> None:
        super().__init__(sw)
        self.sw = sw


@dataclass
class Powered:
    """What is gone when the power goes."""

    application: str = "MF"
    file: int | None = None
    keys: set[int] = field(default_factory=set)
    pin: bool = False
    challenge: bytes | None = None
    pending: bytes = b""
    root_seen: bool = False
    options: bool = False
    last: int = 0


class Chip:
    """Contents and counters of one card."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.cipher = CardCipher(make.cipher_number)
        self.key = card_key(self.cipher, bytes.fromhex(make.city), make.history)
        self.proof_key = self.key
        self.maintenance_key = bytes.fromhex("0123456789ABCDEF") if make.cipher_number == DES else ROOT
        self.applications = applications(make)
        self.key_tries: dict[tuple[str, int], int] = {}
        self.pin = make.pin
        self.tries = make.tries
        self.now = Powered()

    def reset(self) -> None:
        self.now = Powered()

    def enter(self, application: str) -> None:
        """Another application: what was proven to the one before is void, but for the PIN."""
        now = self.now
        now.application, now.file, now.keys, now.challenge, now.options = application, None, set(), None, False

    def require(self, rule: Rule) -> None:
        if not met(rule, pin=self.now.pin, keys=self.now.keys):
            raise Refused("6982")

    def take_challenge(self) -> bytes:
        challenge, self.now.challenge = self.now.challenge, None
        if challenge is None:
            raise Refused("6984")
        return challenge

    def factor_of(self, challenge: bytes) -> bytes:
        return challenge[:8] if self.cipher.block == 8 else challenge

    def files(self) -> dict[int, File]:
        return self.applications[self.now.application]
