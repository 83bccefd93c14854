"""The terminal's PSAM as a key source (card specification part 9; card.md §4.2).

It holds the roots and gives cryptograms; no key ever leaves it. Where it cannot serve a card, the reason is one of the
causes after which the reader interface goes on to the HSM (its 10.5): no PSAM (-2201), cipher not known (-2202), key
not held (-2203, or 6A88), key of another level or of another region (-24).
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from cardio import security, status
from cardio.answers import AnswerError, MalformedAnswerError, UnexpectedStatusError
from cardio.apdu import MAX_LE, Command
from cardio.apps.environment import algorithm_code
from cardio.atr import HISTORY_LENGTH
from cardio.channel import Channel
from cardio.errors import OF_THE_PSAM, CardError, CardFault
from cardio.keysource import IRK, Algorithm, CardIdentity, KeyRef, KeySourceUnavailable
from cardio.link import Link
from cardio.wiping import wiped

T = TypeVar("T")

_NARROW: Final = b"sx1.sh." + "社会保障".encode("gbk")
_WIDE: Final = b"sx2.sh." + "社会保障".encode("gbk")
_ENVIRONMENTS: Final = {Algorithm.TDES: _NARROW, Algorithm.SSF33: _WIDE, Algorithm.SM4: _WIDE}
"""The second one is SSF33's by the text. That SM4 keys stand there too is inferred."""

_SERIES: Final = bytes.fromhex("D156000005")
"""Follows the region in every 卡识别码."""

_APPLICATION: Final = bytes.fromhex("D15600000590")
_TERMINAL_FILE: Final = 0x0016
_PUBLIC_FILE: Final = 0x0015

_ENCRYPT: Final = 0x00
_SINGLE_MAC: Final = 0x05
_MAC_ONLY: Final = 6
_MAC_AND_ENCRYPT: Final = 8
_LEVELS: Final = (3, 2, 1)

_INITIALISED: Final = status.DONE | {status.SW.UNKNOWN_INS, status.SW.UNKNOWN_CLA}
"""INITIALIZE ENVIRONMENT comes from one source; a PSAM without it is none the worse."""

_NO_SUCH_KEY: Final = frozenset({status.SW.NO_KEY})
_NOT_THIS_LEVEL: Final = frozenset({status.SW.DATA_WRONG, status.SW.WRONG_LENGTH})


@dataclass(frozen=True)
class PsamCondition:
    """A PSAM that can prove cards.

    :param terminal: 终端机编号, 12 digits.
    :param levels: for each cipher that it serves, how many levels it diversifies IRK by itself: 3 in a PSAM with the
        ministry's keys, 2 with a province's, 1 with a city's.
    """

    terminal: str
    levels: Mapping[Algorithm, int]


class PsamKeySource:
    """:class:`cardio.keysource.KeySource` over a PSAM in a reader of its own. Thread-safe; one call at a time.

    A key that a city or a province holds (card.md §4.2: one level or two still to do) fits its own cards alone, and a
    card that is shown a wrong cryptogram counts it as a try. So none is made with such a key for a card of elsewhere.

    :param connect: opens a link to the PSAM. The link is kept; after a fault of it the same question goes once over
        another: a PSAM that was changed for a new one meanwhile answers at the first question. What is remembered of a
        PSAM, its number among it, is forgotten with its link.
    :param region: six digits of the city whose keys it holds. Unless given, those with which its 终端机编号 begins;
        of a PSAM that tells none, every key is taken to fit.
    """

    name = "psam"
    toy = False

    def __init__(self, connect: Callable[[], Link], region: str | None = None) -> None:
        self._connect = connect
        self._region = region
        self._link: Link | None = None
        self._lock = threading.Lock()
        self._worked: dict[tuple[str, Algorithm, int], int] = {}
        self._terminal: str | None = None
        self._keys_of: str | None = None

    def __repr__(self) -> str:
        return "<PsamKeySource>"

    def nonce(self, card: CardIdentity) -> bytes:
        """Eight random bytes of this machine, which is the verifier: it compares what the PSAM gives with what the
        card gave.

        :raises KeySourceUnavailable: where the PSAM cannot check this card.
        """
        self._ask(lambda channel: self._enter(channel, card))
        return secrets.token_bytes(8)

    def check_internal(self, card: CardIdentity, factor: bytes, nonce: bytes, answer: bytes) -> bool:
        """Whether the card's answer is what IRK gives."""
        return hmac.compare_digest(self.external(card, IRK, factor, nonce), answer)

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        """The cryptogram for ``key``, 8 bytes."""
        return self._ask(lambda channel: self._cryptogram(channel, card, key, factor, raw))

    def _cryptogram(self, channel: Channel, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        block = raw.ljust(security.block_size(card.algorithm), b"\x00")
        self._enter(channel, card)
        self._deliver(channel, card, key, factor, (key.psam_use & 0x1F,))
        return security.reduced(_cipher(channel, _ENCRYPT, block, {len(block)}))

    def maintenance(
        self, card: CardIdentity, key: KeyRef, factor: bytes, header: bytes, new_pin: bytearray | None
    ) -> bytes:
        """The whole command. Enciphering and MAC each take a session key of their own, the same one twice."""
        algorithm = card.algorithm
        size = security.block_size(algorithm)

        def made(channel: Channel) -> bytes:
            self._enter(channel, card)
            data = b""
            kinds: tuple[int, ...] = (key.psam_use & 0x1F, _MAC_ONLY)
            if new_pin:
                with wiped(security.framed(algorithm, new_pin)) as (plain,):
                    self._deliver(channel, card, key, factor, (_MAC_AND_ENCRYPT,))
                    data = _cipher(channel, _ENCRYPT, plain, {len(plain)})
                kinds = (_MAC_AND_ENCRYPT,)
            self._deliver(channel, card, key, factor, kinds)
            blocks = bytes(size) + security.padded(algorithm, header + data, always=True)
            code = _cipher(channel, _SINGLE_MAC, blocks, {security.MAC_LENGTH, size})
            return header + data + (code if len(code) == security.MAC_LENGTH else security.folded(code))

        return self._ask(made)

    def terminal_number(self) -> str:
        """终端机编号, 12 digits, from EF 0016. Read once of a PSAM; that it is still there is seen each time.

        :raises KeySourceUnavailable: as every method.
        """
        return self._ask(self._number)

    def _number(self, channel: Channel) -> str:
        if self._terminal is None:
            digits = _file(channel, _TERMINAL_FILE, 6).hex()
            if not digits.isdecimal():
                raise MalformedAnswerError("a terminal number that is none")
            self._terminal = digits
        return self._terminal

    def _home(self, channel: Channel) -> str | None:
        """Region of its keys, where it is known. Asked before the environment is selected, which asking would leave."""
        if self._region is None:
            with suppress(AnswerError):
                return self._number(channel)[:6]
        return self._region

    def serial(self) -> bytes:
        """The PSAM's own serial number, 10 bytes of EF 0015."""
        return self._ask(lambda channel: _file(channel, _PUBLIC_FILE, 15))[1:11]

    def condition(self) -> PsamCondition:
        """Ask it what a card of its own city would ask: who it is, and for each cipher a session key of IRK.

        :raises KeySourceUnavailable: as every method; also for a PSAM that serves no cipher.
        """
        terminal = self.terminal_number()
        levels: dict[Algorithm, int] = {}
        refused: KeySourceUnavailable | None = None
        for algorithm in (Algorithm.TDES, Algorithm.SM4):
            region = bytes.fromhex(self._region or terminal[:6])
            card = CardIdentity(region + _SERIES + bytes(8), bytes(HISTORY_LENGTH), algorithm, 3)
            try:
                levels[algorithm] = self._ask(partial(self._levels_of, card))
            except KeySourceUnavailable as unavailable:
                refused = refused or unavailable
        if refused is not None and not levels:
            raise refused
        return PsamCondition(terminal, levels)

    def _levels_of(self, card: CardIdentity, channel: Channel) -> int:
        """How many levels it diversifies IRK, seen by a cryptogram that it makes."""
        self._cryptogram(channel, card, IRK, bytes(8), bytes(8))
        return self._worked[IRK.name, card.algorithm, IRK.psam_use & 0x1F]

    def close(self) -> None:
        """Let the PSAM go."""
        with self._lock:
            self._drop()

    def _ask(self, question: Callable[[Channel], T]) -> T:
        """:raises KeySourceUnavailable: whatever goes wrong with the PSAM, it is not the fault of the holder's card."""
        with self._lock:
            kept = self._link is not None
            try:
                return self._asked(question)
            except CardError as error:
                # The link of before leads nowhere: another program reset the PSAM, or it was pulled and perhaps another
                # put in. A question is whole in itself, so nothing is lost by asking it anew.
                if not kept or isinstance(error, AnswerError) or error.fault in OF_THE_PSAM:
                    raise self._explained(error) from error
            self._drop()
            try:
                return self._asked(question)
            except CardError as error:
                raise self._explained(error) from error

    def _asked(self, question: Callable[[Channel], T]) -> T:
        with self._channel() as channel:
            return question(channel)

    def _explained(self, error: CardError) -> KeySourceUnavailable:
        """What a fault means for whoever asked. After one of the link the next question opens another."""
        if isinstance(error, AnswerError):
            return self._unavailable(error)
        self._drop()
        return self._unavailable(error if error.fault in OF_THE_PSAM else _missing(error))

    @contextmanager
    def _channel(self) -> Iterator[Channel]:
        self._link = self._link or self._connect()
        with self._link.transaction():
            yield Channel(self._link)

    def _drop(self) -> None:
        link, self._link, self._terminal = self._link, None, None
        self._worked.clear()
        if link is not None:
            link.close()

    def _unavailable(self, cause: Exception) -> KeySourceUnavailable:
        return KeySourceUnavailable(self.name, cause, passing=True)

    def _enter(self, channel: Channel, card: CardIdentity) -> None:
        """Select the environment of the card's cipher, its application, and tell which region the card is from."""
        self._keys_of = self._home(channel)
        name = _ENVIRONMENTS[card.algorithm]
        fci = _select(channel, name)
        if fci is None and name == _WIDE and _is_psam(channel):
            raise _algorithm(card.algorithm)
        if fci is None or _select(channel, _APPLICATION) is None:
            raise _missing(None)
        code = algorithm_code(fci)
        if name == _WIDE and code is not None and code != bytes((card.algorithm.card_code,)):
            raise _algorithm(card.algorithm)
        channel.send(Command(0xBF, 0xEC, 0x00, 0x00, card.card_id[:1]), _INITIALISED)

    def _deliver(
        self, channel: Channel, card: CardIdentity, key: KeyRef, factor: bytes, kinds: tuple[int, ...]
    ) -> None:
        """DELIVERY SESSION KEY with as many levels as this PSAM wants: the declared number first, then the others.

        :raises CardError: PSAM_LEVEL when it has the key and takes no number of levels, PSAM_KEY_MISSING; PSAM_REGION
            for a key that is not of this card's city or province.
        """
        province, city, own = security.factors(card)
        session = factor.ljust(security.block_size(card.algorithm), b"\x00")
        level_wrong = False
        for kind in dict.fromkeys(kinds):
            place = (key.name, card.algorithm, kind)
            for levels in dict.fromkeys((self._worked.get(place, key.psam_use >> 5), key.psam_use >> 5, *_LEVELS)):
                data = b"".join((own, city, province)[:levels]) + session
                command = Command(0xBF, 0xDE, levels << 5 | kind, key.psam_id, data)
                sw = channel.send(command, status.DONE | _NO_SUCH_KEY | _NOT_THIS_LEVEL).sw
                if sw == status.SW.OK:
                    self._worked[place] = levels
                    if self._keys_of is not None and _elsewhere(self._keys_of, card.region, levels):
                        detail = f"{key.name}: of {self._keys_of}, for a card of {card.region}"
                        raise CardError(CardFault.PSAM_REGION, detail)
                    return
                level_wrong = level_wrong or sw in _NOT_THIS_LEVEL
        if level_wrong:
            raise CardError(CardFault.PSAM_LEVEL, key.name, sw=status.SW.DATA_WRONG)
        raise CardError(CardFault.PSAM_KEY_MISSING, key.name, sw=status.SW.NO_KEY)


def _elsewhere(home: str, region: str, levels: int) -> bool:
    """Whether a key of ``home`` with so many levels to go has come down another way than those of ``region``."""
    gone = len(_LEVELS) - levels
    return security.region_factors(home)[:gone] != security.region_factors(region)[:gone]


def _missing(behind: CardError | None) -> CardError:
    fault = CardError(CardFault.PSAM_MISSING, behind.fault.name if behind else "not a PSAM")
    fault.__cause__ = behind
    return fault


def _algorithm(algorithm: Algorithm) -> CardError:
    return CardError(CardFault.PSAM_ALGORITHM, algorithm.value)


def _select(channel: Channel, name: bytes) -> bytes | None:
    """The FCI, or ``None`` where there is no such environment."""
    try:
        return channel.send(Command(0x00, 0xA4, 0x04, 0x00, name, le=MAX_LE)).data
    except UnexpectedStatusError as error:
        if error.sw not in status.NOT_HERE:
            raise
        return None


def _is_psam(channel: Channel) -> bool:
    """Whether it has at least the environment of 3DES that every PSAM has; a holder's card has its name alone."""
    return _select(channel, _NARROW) is not None and _select(channel, _APPLICATION) is not None


def _file(channel: Channel, fid: int, length: int) -> bytes:
    """A transparent file of the MF."""
    channel.send(Command(0x00, 0xA4, 0x00, 0x00, bytes.fromhex("3F00")), status.SELECTED)
    channel.send(Command(0x00, 0xA4, 0x00, 0x00, fid.to_bytes(2)), status.SELECTED)
    data = channel.send(Command(0x00, 0xB0, 0x00, 0x00, le=length)).data
    if len(data) != length:
        raise MalformedAnswerError(f"{len(data)} bytes of {fid:04X}")
    return data


def _cipher(channel: Channel, p1: int, data: bytes | bytearray, lengths: set[int]) -> bytes:
    """CIPHER DATA. :param lengths: what its answer may have."""
    answer = channel.send(Command(0x80, 0xFA, p1, 0x00, data, le=MAX_LE)).data
    if len(answer) not in lengths:
        raise MalformedAnswerError(f"80FA{p1:02X}00 -> {len(answer)} bytes")
    return answer
