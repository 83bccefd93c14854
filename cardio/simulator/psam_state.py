"""What a PSAM remembers: between two commands, and for ever."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.keysource import Algorithm
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.status import CONDITIONS, CommandRefused
from cardio.wiping import wipe

GET_RESPONSE = (0x00, 0xC0)
CIPHER_DATA = (0x80, 0xFA)
CHECK_MAC2 = (0x80, 0x72)


@dataclass
class Begun:
    """A purchase between MAC1 and MAC2. :param amounts: what MAC2 is over. :param session: key of both."""

    amounts: bytes
    session: bytearray = field(repr=False)


@dataclass
class PsamSession:
    """State between power on and power off.

    :param algorithm: of the selected environment; the MF is the first one.
    :param file: FID of the current file.
    :param region: what INITIALIZE ENVIRONMENT told, the first byte of 卡识别码.
    :param pending: what GET RESPONSE will give.
    :param key: the session key, empty where there is none. :param kind: of the key that it came from.
    :param chain: what runs between two commands of one chained CIPHER DATA: the last block of a MAC, nothing for
        enciphering; ``None`` outside of a chain.
    """

    algorithm: Algorithm = Algorithm.TDES
    in_application: bool = False
    file: int | None = None
    region: int | None = None
    pending: bytes = field(default=b"", repr=False)
    key: bytearray = field(default_factory=bytearray, repr=False)
    kind: int = 0
    chain: bytes | None = field(default=None, repr=False)
    purchase: Begun | None = None

    def interrupt(self, code: tuple[int, int] | None) -> None:
        """A command begins: whatever is under way and does not go on with it is dropped.

        :param code: its CLA and INS; ``None`` for what is no command.
        """
        if code == GET_RESPONSE:
            return
        self.pending = b""
        if code != CIPHER_DATA and self.chain is not None:
            self.forget_key()
        if code != CHECK_MAC2:
            self.end_purchase()

    def forget_key(self) -> None:
        """The session key has served, and with it its chain."""
        wipe(self.key)
        self.chain = None

    def end_purchase(self) -> None:
        """There is no purchase under way any more."""
        if self.purchase is not None:
            wipe(self.purchase.session)
        self.purchase = None

    def end(self) -> None:
        """The power goes."""
        self.forget_key()
        self.end_purchase()


class PsamChip:
    """One chip. The commands in the modules beside this one work on it.

    :param purchases: how many were begun in its life: the transaction counter. It outlives a power off.
    """

    def __init__(self, contents: PsamContents) -> None:
        self.contents = contents
        self.purchases = 0
        self.session = PsamSession()

    def forget(self) -> None:
        """Power off: all but contents and counter."""
        self.session.end()
        self.session = PsamSession()

    def require_application(self) -> None:
        """:raises CommandRefused: 6985 outside of the application, where the keys are."""
        if not self.session.in_application:
            raise CommandRefused(CONDITIONS)
