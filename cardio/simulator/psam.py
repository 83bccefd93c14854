"""A PSAM in software: the terminal's own card with the roots of keys (card.md §4.2).

It has the same face to a reader as :class:`cardio.simulator.card.SimulatedCard`. Every key is a toy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cardio import security
from cardio.cardkeys import KEYS as CARD_KEYS
from cardio.keysource import STK, Algorithm, KeyRef
from cardio.simulator.card import CardGone
from cardio.simulator.command import CardCommand
from cardio.simulator.contents import TOY_ROOT
from cardio.simulator.status import (
    CONDITIONS,
    DATA_WRONG,
    FILE_NOT_FOUND,
    KEY_NOT_FOUND,
    NO_CURRENT_FILE,
    NOTHING_PENDING,
    OK,
    UNKNOWN_CLASS,
    UNKNOWN_INSTRUCTION,
    WRONG_LENGTH,
    WRONG_OFFSET,
    WRONG_P1P2,
    CommandRefused,
    bytes_waiting,
    exact_length,
)
from cardio.simulator.toykeys import maintenance_key
from cardio.wiping import wipe, wiped

DES_ENVIRONMENT = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
WIDE_ENVIRONMENT = bytes.fromhex("7378322E73682EC9E7BBE1B1A3D5CF")
APPLICATION = bytes.fromhex("D15600000590")

_MAC_KIND, _CIPHER_KIND, _BOTH_KIND = 6, 7, 8
_SERVED = frozenset({_MAC_KIND, _CIPHER_KIND, _BOTH_KIND})
_ENCRYPT, _SINGLE_MAC = 0x00, 0x05

KEYS = tuple(key for key in CARD_KEYS if key.sam is not None and key.use is not None and key.use & 0x1F in _SERVED)
"""What a made-up PSAM holds unless told otherwise: every key of card.md §4.1 that authenticates or makes a MAC. The
purse's are of kinds whose commands are not modelled."""


def _usual_keys() -> dict[tuple[int, int], bool]:
    return {(key.psam_use, key.psam_id): key is not STK for key in KEYS}


@dataclass(frozen=True)
class PsamContents:
    """One made-up PSAM.

    :param serial: 10 bytes.
    :param terminal: 终端机编号, 12 digits, the region first.
    :param algorithms: ciphers it knows: 3DES in the first environment, SM4 or SSF33 in the second. What an environment
        of SSF33 says of itself is all that there is of it: the cipher is not published.
    :param keys: use byte and id of each key, and whether it is diversified (the sandbox's STK is not). The high three
        bits of the use byte are the levels still to do; a PSAM of a city holds what the city got.
    """

    serial: bytes = bytes.fromhex("37999900000000000001")
    terminal: str = "379999000001"
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.TDES, Algorithm.SM4})
    keys: Mapping[tuple[int, int], bool] = field(default_factory=_usual_keys)
    region: str = "379999"

    def without(self, key: KeyRef) -> PsamContents:
        """The same PSAM, lacking one key."""
        left = {place: rule for place, rule in self.keys.items() if place != (key.psam_use, key.psam_id)}
        return PsamContents(self.serial, self.terminal, self.algorithms, left, self.region)

    def at_level(self, key: KeyRef, levels: int) -> PsamContents:
        """The same PSAM, with one key of another number of levels."""
        moved = dict(self.without(key).keys)
        moved[levels << 5 | key.psam_use & 0x1F, key.psam_id] = key is not STK
        return PsamContents(self.serial, self.terminal, self.algorithms, moved, self.region)


class SimulatedPsam:
    """One PSAM; used by one reader at a time.

    :param t0: answer as over T=0, with 61xx and 6Cxx.
    """

    def __init__(self, contents: PsamContents | None = None, t0: bool = True) -> None:
        self.contents = contents or PsamContents()
        self.t0 = t0
        self.commands = 0
        self._powered = False
        self._forget()
        public = b"\x01" + self.contents.serial + b"\x01\x01" + bytes(2)
        self._files = {0x0015: public, 0x0016: bytes.fromhex(self.contents.terminal)}
        self._handlers: dict[tuple[int, int], Callable[[CardCommand], bytes]] = {
            (0x00, 0xA4): self._select,
            (0x00, 0xB0): self._read,
            (0x00, 0x84): self._challenge,
            (0xBF, 0xEC): self._initialise,
            (0xBF, 0xDE): self._deliver,
            (0x80, 0xFA): self._cipher,
            (0x00, 0xC0): self._get_response,
        }

    def __repr__(self) -> str:
        return "<SimulatedPsam>"

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return bytes.fromhex("3B6D0000008100803386613799") + self.contents.serial[-4:]

    def power_on(self) -> bytes:
        self._powered = True
        self._forget()
        return self.atr

    def power_off(self) -> None:
        self._powered = False
        self._forget()

    def reset(self) -> bytes:
        self.power_off()
        return self.power_on()

    def release(self) -> None:
        """Nothing hangs here."""

    def _forget(self) -> None:
        self._algorithm = Algorithm.TDES  # the MF is the first environment
        self._in_application = False
        self._file: bytes | None = None
        self._card_region: int | None = None
        self._pending = b""
        self._session = bytearray()
        self._kind = 0

    def process(self, apdu: bytes) -> bytes:
        """Carry out one command; gives data and status word.

        :raises CardGone: without power.
        """
        if not self._powered:
            raise CardGone("no power")
        self.commands += 1
        try:
            data, sw = self._execute(CardCommand.parse(apdu))
        except CommandRefused as refusal:
            data, sw = b"", refusal.sw
        return data + sw.to_bytes(2, "big")

    def _execute(self, command: CardCommand) -> tuple[bytes, int]:
        handler = self._handlers.get((command.cla, command.ins))
        if handler is None:
            known = any(cla == command.cla for cla, _ in self._handlers)
            raise CommandRefused(UNKNOWN_INSTRUCTION if known else UNKNOWN_CLASS)
        if command.ins != 0xC0:
            self._pending = b""
        data = handler(command)
        if self.t0 and command.data and data:
            self._pending = data
            return b"", bytes_waiting(len(data))
        return data, OK

    def _get_response(self, command: CardCommand) -> bytes:
        if not self._pending:
            raise CommandRefused(NOTHING_PENDING)
        if command.le != len(self._pending):
            raise CommandRefused(exact_length(len(self._pending)))
        waited, self._pending = self._pending, b""
        return waited

    def _select(self, command: CardCommand) -> bytes:
        if (command.p1, command.p2) == (0x00, 0x00):
            return self._select_file(command.data)
        if (command.p1, command.p2) != (0x04, 0x00):
            raise CommandRefused(WRONG_P1P2)
        wide = Algorithm.SSF33 if Algorithm.SSF33 in self.contents.algorithms else Algorithm.SM4
        environments = {DES_ENVIRONMENT: Algorithm.TDES, WIDE_ENVIRONMENT: wide}
        if command.data == APPLICATION:
            self._in_application = True
        elif (found := environments.get(command.data)) in self.contents.algorithms and found is not None:
            self._algorithm, self._in_application = found, False
        else:
            raise CommandRefused(FILE_NOT_FOUND)
        wipe(self._session)
        code = b"\xa5\x06\x9f\x0c\x03\x86\x01" + bytes((self._algorithm.card_code,))
        name = b"\x84" + bytes((len(command.data),)) + command.data
        inside = name if self._in_application else name + code
        return b"\x6f" + bytes((len(inside),)) + inside

    def _select_file(self, data: bytes) -> bytes:
        fid = int.from_bytes(data, "big")
        if fid == 0x3F00 or not data:
            self._file, self._in_application = None, False
            return b""
        if fid not in self._files:
            raise CommandRefused(FILE_NOT_FOUND)
        self._file = self._files[fid]
        return b""

    def _read(self, command: CardCommand) -> bytes:
        if self._file is None:
            raise CommandRefused(NO_CURRENT_FILE)
        offset = command.p1 << 8 | command.p2
        if offset >= len(self._file):
            raise CommandRefused(WRONG_OFFSET)
        rest = self._file[offset:]
        wanted = command.le or 256
        if wanted > len(rest) and wanted != 256:
            raise CommandRefused(exact_length(len(rest)))
        return rest[:wanted]

    def _challenge(self, command: CardCommand) -> bytes:
        if command.le not in (4, 8, 16):
            raise CommandRefused(WRONG_LENGTH)
        return os.urandom(command.le)

    def _initialise(self, command: CardCommand) -> bytes:
        """INITIALIZE ENVIRONMENT: the first byte of 卡识别码."""
        if command.p1 or command.p2:
            raise CommandRefused(WRONG_P1P2)
        if len(command.data) != 1:
            raise CommandRefused(WRONG_LENGTH)
        self._require_application()
        self._card_region = command.data[0]
        return b""

    def _deliver(self, command: CardCommand) -> bytes:
        """DELIVERY SESSION KEY: factors of the levels, card first, then the factor of the session."""
        self._require_application()
        if self._card_region is None:
            raise CommandRefused(CONDITIONS)
        wipe(self._session)
        use, key_id = command.p1, command.p2
        diversified = self.contents.keys.get((use, key_id))
        if diversified is None:
            same = [place for place in self.contents.keys if (place[0] & 0x1F, place[1]) == (use & 0x1F, key_id)]
            raise CommandRefused(DATA_WRONG if same else KEY_NOT_FOUND)
        levels, size = use >> 5, security.block_size(self._algorithm)
        if len(command.data) != 8 * levels + size:
            raise CommandRefused(DATA_WRONG)
        factors = [command.data[at : at + 8] for at in range(0, 8 * levels, 8)]
        key = self._key(levels, factors) if diversified else bytearray(maintenance_key(self._algorithm))
        with wiped(key):
            self._session = security.session_key(self._algorithm, key, command.data[8 * levels :])
        self._kind = use & 0x1F
        return b""

    def _key(self, levels: int, factors: list[bytes]) -> bytearray:
        """What this PSAM got from above, then down the levels that are left: province, city, card."""
        above = security.region_factors(self.contents.region)
        key = bytearray(TOY_ROOT)
        for factor in [*above[: 3 - levels], *reversed(factors)]:
            upper, key = key, security.diversify(self._algorithm, key, factor)
            wipe(upper)
        return key

    def _cipher(self, command: CardCommand) -> bytes:
        """CIPHER DATA: the session key serves one of them."""
        self._require_application()
        if not self._session:
            raise CommandRefused(CONDITIONS)
        kinds = {_ENCRYPT: {_CIPHER_KIND, _BOTH_KIND}, _SINGLE_MAC: {_MAC_KIND, _BOTH_KIND}}
        allowed = kinds.get(command.p1)
        if allowed is None or command.p2:
            raise CommandRefused(WRONG_P1P2)  # chained blocks are not modelled
        if self._kind not in allowed:
            raise CommandRefused(CONDITIONS)
        size = security.block_size(self._algorithm)
        if not command.data or len(command.data) % size:
            raise CommandRefused(DATA_WRONG)
        with wiped(self._session):
            if command.p1 == _ENCRYPT:
                return bytes(security.encrypt(self._algorithm, self._session, command.data))
            last = security.chained(self._algorithm, self._session, command.data[size:], command.data[:size])
            return security.folded(last)

    def _require_application(self) -> None:
        if not self._in_application:
            raise CommandRefused(CONDITIONS)
