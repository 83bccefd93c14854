"""Cards that are wrong in one way about the PIN, or about what gives it back."""

from __future__ import annotations

from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.files import Rule

OK = b"\x90\x00"
_SECOND = b"\x84\x24\x00\x01"
"""Begins a PIN CHANGE; PIN UNBLOCK has P2 00."""


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


class QueryCounts(SimulatedCard):
    """Asking for the tries uses one up."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        pin = self._chip.pin
        if apdu[1] == 0x20 and len(apdu) <= 5 and pin.left:
            pin.restore(pin.packed, pin.left - 1)
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


class ReplacesWithoutPuk(SimulatedCard):
    """PIN CHANGE works without PUK; PIN UNBLOCK wants it."""

    def process(self, apdu: bytes) -> bytes:
        if apdu[:4] == _SECOND:
            self._chip.session.opened.add(0x06)
        return super().process(apdu)


class ReplacesWithAnyMac(SimulatedCard):
    """PIN CHANGE works with a wrong MAC; PIN UNBLOCK wants the right one."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[:4] == _SECOND and answer == b"\x69\x88":
            self._chip.pin.unblock(None)
            return OK
        return answer


class TakesEarlierMac(SimulatedCard):
    """A MAC may be over the challenge before the last."""

    _before: bytes | None = None

    def process(self, apdu: bytes) -> bytes:
        session = self._chip.session
        last = session.challenge
        answer = super().process(apdu)
        if apdu[1] == 0x84:
            self._before = last
        if apdu[:2] == b"\x84\x24" and answer == b"\x69\x88" and self._before:
            session.challenge, self._before = self._before, None
            return super().process(apdu)
        return answer


class MacServesAgain(SimulatedCard):
    """A challenge outlives PIN CHANGE/UNBLOCK."""

    def process(self, apdu: bytes) -> bytes:
        challenge = self._chip.session.challenge
        answer = super().process(apdu)
        if apdu[:2] == b"\x84\x24":
            self._chip.session.challenge = challenge
        return answer


class MacAfterKey(SimulatedCard):
    """A challenge that EXTERNAL AUTHENTICATE used serves for a MAC as well, though for no other key."""

    _used: bytes | None = None

    def process(self, apdu: bytes) -> bytes:
        session = self._chip.session
        if apdu[1] == 0x82:
            self._used = session.challenge
        elif apdu[:2] == b"\x84\x24" and session.challenge is None:
            session.challenge, self._used = self._used, None
        return super().process(apdu)


class PinNeverLocks(SimulatedCard):
    """Without a try left, one more is there."""

    def process(self, apdu: bytes) -> bytes:
        pin = self._chip.pin
        if apdu[1] == 0x20 and len(apdu) > 5 and not pin.left:
            pin.restore(pin.packed, 1)
        return super().process(apdu)


class LockStays(SimulatedCard):
    """PIN UNBLOCK gives tries back as long as there is one left."""

    def process(self, apdu: bytes) -> bytes:
        pin = self._chip.pin
        locked = not pin.left
        answer = super().process(apdu)
        if locked and pin.left:
            pin.restore(pin.packed, 0)
        return answer


class RightPinGivesNothingBack(SimulatedCard):
    """VERIFY with the right PIN leaves the counter where it was."""

    def process(self, apdu: bytes) -> bytes:
        pin = self._chip.pin
        left = pin.left
        answer = super().process(apdu)
        if apdu[1] == 0x20 and answer == OK:
            pin.restore(pin.packed, left)
        return answer


class CountsNoChange(SimulatedCard):
    """CHANGE PIN from a wrong PIN uses up no try."""

    def process(self, apdu: bytes) -> bytes:
        pin = self._chip.pin
        left = pin.left
        answer = super().process(apdu)
        if apdu[1] == 0x5E and answer != OK:
            pin.restore(pin.packed, left)
        return answer


class ChangeGivesNothingBack(SimulatedCard):
    """CHANGE PIN from the right PIN leaves the counter where it was."""

    def process(self, apdu: bytes) -> bytes:
        pin = self._chip.pin
        left = pin.left
        answer = super().process(apdu)
        if apdu[1] == 0x5E and answer == OK:
            pin.restore(pin.packed, left)
        return answer


class WrongPinIsVerified(SimulatedCard):
    """Says 63Cx to a wrong PIN, and opens what the right one opens."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0x20 and len(apdu) > 5 and answer[0] == 0x63:
            self._chip.session.pin_verified = True
        return answer


class PinEndsWithApplication(SimulatedCard):
    """What the PIN opened is closed by selecting SSSE from a directory."""

    def process(self, apdu: bytes) -> bytes:
        before = self._chip.directory
        answer = super().process(apdu)
        if before == 0xDF01 and self._chip.directory == 0xDDF1:
            self._chip.session.pin_verified = False
        return answer


class PinWrites(SimulatedCard):
    """Whoever has shown the PIN may write any file."""

    def __init__(self, contents: CardContents) -> None:
        super().__init__(contents)
        for application in self._chip.applications:
            for file in application.files:
                file.write = Rule(file.write.key, pin=True)


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
