"""Cards that break one rule each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cardio.cardkeys import KEYS
from cardio.files import ElementaryFile
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.files import FREE
from cardio.simulator.tree import BANK

OK = b"\x90\x00"
MakeCard = Callable[[CardContents], SimulatedCard]
RKSSSE = next(key.card_key for key in KEYS if key.name == "RKSSSE")


class Answers(SimulatedCard):
    """One command is answered by itself. :param apdu: its beginning, or all of it."""

    apdu = b""
    answer = OK
    in_bank = False

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        application = self._chip.session.application
        there = not self.in_bank or (application is not None and application.ring == BANK)
        return self.answer if there and apdu.startswith(self.apdu) else answer


def answers(apdu: str, answer: str, *, in_bank: bool = False) -> MakeCard:
    """A card that answers ``apdu`` in its own way."""
    values = {"apdu": bytes.fromhex(apdu), "answer": bytes.fromhex(answer), "in_bank": in_bank}
    return type("Answers", (Answers,), values)


def opened(ef: ElementaryFile, *, write: bool = False, pin_alone: bool = False) -> MakeCard:
    """A card that has forgotten the rule of one file."""

    def make(contents: CardContents) -> SimulatedCard:
        card = SimulatedCard(contents)
        application = next(each for each in card.chip.applications if each.name == ef.application.name)
        file = application.by_fid(ef.fid)
        assert file is not None
        if write:
            file.write = FREE
        else:
            file.read = replace(file.read, both=False) if pin_alone else FREE
        return card

    return make


class UnknownIsFine(SimulatedCard):
    """Says 9000 to an instruction that it does not know."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return OK if answer == b"\x6d\x00" else answer


class AbsentIsNoFile(SimulatedCard):
    """Takes an absent record for an absent file."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return b"\x6a\x82" if answer == b"\x6a\x83" else answer


class SameChallenge(SimulatedCard):
    """Draws the same number every time."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0x84 and answer[-2:] == OK:
            drawn = b"\x5a" * (len(answer) - 2)
            self._chip.session.challenge = drawn
            return drawn + OK
        return answer


# --- PIN and keys


class ReloadsNothing(SimulatedCard):
    """Says 9000 to PIN CHANGE/UNBLOCK and does nothing."""

    def process(self, apdu: bytes) -> bytes:
        pin = self._chip.pin
        left, packed = pin.left, pin.packed
        answer = super().process(apdu)
        if apdu[:2] == b"\x84\x24" and answer == OK:
            pin.restore(packed, left)
        return answer


class ChangesNothing(SimulatedCard):
    """Says 9000 to CHANGE PIN and keeps the old one."""

    def process(self, apdu: bytes) -> bytes:
        packed = self._chip.pin.packed
        answer = super().process(apdu)
        if apdu[:2] == b"\x80\x5e" and answer == OK:
            self._chip.pin.restore(packed, self._chip.pin.left)
        return answer


class CountsNoPin(SimulatedCard):
    """A wrong PIN uses up no try."""

    def process(self, apdu: bytes) -> bytes:
        left = self._chip.pin.left
        answer = super().process(apdu)
        if apdu[1] == 0x20:
            self._chip.pin.restore(self._chip.pin.packed, left)
        return answer


class CountsNoKey(SimulatedCard):
    """A wrong key uses up no try."""

    def process(self, apdu: bytes) -> bytes:
        before = dict(self._chip.keys.counters())
        answer = super().process(apdu)
        if apdu[1] == 0x82:
            self._chip.keys.restore(before)
        return answer


class QueryCounts(SimulatedCard):
    """Asking for the tries uses one up."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        pin = self._chip.pin
        if apdu[1] == 0x20 and len(apdu) <= 5 and pin.left:
            pin.restore(pin.packed, pin.left - 1)
        return answer


class ChallengeStays(SimulatedCard):
    """A challenge outlives EXTERNAL AUTHENTICATE."""

    def process(self, apdu: bytes) -> bytes:
        challenge = self._chip.session.challenge
        answer = super().process(apdu)
        if apdu[1] == 0x82:
            self._chip.session.challenge = challenge
        return answer


class NeedsNoPuk(SimulatedCard):
    """PIN CHANGE/UNBLOCK works without PUK."""

    def process(self, apdu: bytes) -> bytes:
        if apdu[:2] == b"\x84\x24":
            self._chip.session.opened.add(0x06)
        return super().process(apdu)


class TakesAnyMac(SimulatedCard):
    """PIN CHANGE/UNBLOCK works with a wrong MAC."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[:2] == b"\x84\x24" and answer == b"\x69\x88":
            self._chip.pin.unblock(None)
            return OK
        return answer


# --- access and firewall


class PhotoIsOpen(SimulatedCard):
    """EF08 is read without any key."""

    def process(self, apdu: bytes) -> bytes:
        if apdu[1] == 0xB0:
            self._chip.session.opened.add(RKSSSE)
        return super().process(apdu)


class DirectoriesAreOpen(SimulatedCard):
    """DF02 to DF04 are read without the PIN."""

    def process(self, apdu: bytes) -> bytes:
        if apdu[1] == 0xB2 and self._chip.directory in {0xDF02, 0xDF03, 0xDF04}:
            self._chip.session.pin_verified = True
        return super().process(apdu)


class ShortIdentifierIsOpen(SimulatedCard):
    """Shows the holder and his address to whoever asks by short identifier."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0xB2 and apdu[3] >> 3 and answer == b"\x69\x82":
            return b"\x08\x12" + b"1" * 18 + OK
        return answer


class PinOutlivesPower(SimulatedCard):
    """Once verified, always verified."""

    _was = False

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        self._was = self._was or self._chip.session.pin_verified
        return answer

    def power_on(self) -> bytes:
        answer = super().power_on()
        self._chip.session.pin_verified = self._was
        return answer


class KeysOutlivePower(SimulatedCard):
    """What a key opened is open again when the application is selected after a loss of power."""

    def power_off(self) -> None:
        self._kept = set(self._chip.session.opened)
        super().power_off()

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0xA4:
            self._chip.session.opened |= getattr(self, "_kept", set())
            self._kept = set()
        return answer


class KeysOutliveApplication(SimulatedCard):
    """What a key opened stays open in another application."""

    def process(self, apdu: bytes) -> bytes:
        before = set(self._chip.session.opened)
        answer = super().process(apdu)
        if apdu[1] == 0xA4:
            self._chip.session.opened |= before
        return answer


class FileEndsKeys(SimulatedCard):
    """Selecting a file closes what a key opened."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0xA4 and apdu[2] == 0x02:
            self._chip.session.opened.clear()
        return answer


# --- pulled


class TearsWrites(SimulatedCard):
    """Without power right after a write, it keeps something that is neither the old nor the new."""

    _last = b""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        self._last = apdu
        return answer

    def reset(self) -> bytes:
        self._last = b""  # the reader lets go in good order
        return super().reset()

    def power_off(self) -> None:
        apdu, self._last = self._last, b""
        if apdu[1:2] == b"\xdc" and self._powered:
            self._answer(apdu[: 5 + apdu[4] - 2] + b"\x01\x01")
        super().power_off()


class TearsPins(SimulatedCard):
    """Without power right after a new PIN, it keeps one that nobody knows."""

    _last = b""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        self._last = apdu if answer == OK else b""
        return answer

    def reset(self) -> bytes:
        self._last = b""  # the reader lets go in good order
        return super().reset()

    def power_off(self) -> None:
        apdu, self._last = self._last, b""
        if apdu[:2] == b"\x80\x5e" or apdu[:4] == b"\x84\x24\x00\x01":
            self._chip.pin.restore(b"\x99\x99\x99", self._chip.pin.left)
        super().power_off()
