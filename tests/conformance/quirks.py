"""Cards that do one thing wrong."""

from __future__ import annotations

from cardio.simulator.card import CardGone, SimulatedCard
from cardio.simulator.faults import Trouble


class UnknownIsFine(SimulatedCard):
    """Says 9000 to an instruction that it does not know."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return b"\x90\x00" if answer == b"\x6d\x00" else answer


class AbsentIsNoFile(SimulatedCard):
    """Takes an absent record for an absent file."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return b"\x6a\x82" if answer == b"\x6a\x83" else answer


class SameChallenge(SimulatedCard):
    """Draws the same number every time."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0x84 and answer[-2:] == b"\x90\x00":
            drawn = b"\x5a" * (len(answer) - 2)
            self._chip.session.challenge = drawn
            return drawn + b"\x90\x00"
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


class PersonalIsOpen(SimulatedCard):
    """Shows the holder to everybody."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0xB2 and answer == b"\x69\x82" and apdu[4] == 0x14:
            return b"\x08\x12" + b"1" * 18 + b"\x90\x00"
        return answer


class TearsWrites(SimulatedCard):
    """Pulled while it writes, it keeps half of the new and half of nothing."""

    def process(self, apdu: bytes) -> bytes:
        try:
            return super().process(apdu)
        except CardGone:
            cut = any(fault.trouble is Trouble.REMOVED_AFTER for fault in self.faults)
            if cut and apdu[1] == 0xDC:
                half = apdu[: 5 + apdu[4] - 2] + b"\x01\x01"
                self._answer(half)
            raise


QUIRKS = {
    UnknownIsFine: {"P33"},
    AbsentIsNoFile: {"P09", "P10"},
    SameChallenge: {"P35"},
    PinOutlivesPower: {"W11"},
    PersonalIsOpen: {"W05"},
    TearsWrites: {"A5b"},
}
"""What each must fail, and nothing else."""
