"""Cards that are wrong in one way about one of their keys, or about all of them."""

from __future__ import annotations

from cardio.simulator.card import SimulatedCard

OK = b"\x90\x00"
Spot = tuple[int, int]
"""FID of the directory whose own key it is (0: of the whole card), and the key's id."""


class WrongKey(SimulatedCard):
    """:cvar only: the one key about which the card is wrong; ``None`` for every key."""

    only: Spot | None = None

    def process(self, apdu: bytes) -> bytes:
        if apdu[1] != 0x82:
            return self.other(apdu)
        spot = (self._chip.directory if apdu[3] & 0x80 else 0, apdu[3])
        wrong = self.only in {None, spot} and spot in self._chip.keys.counters()
        return self.shown(apdu, spot) if wrong else self.shown_another(apdu)

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        """EXTERNAL AUTHENTICATE with a key about which the card is wrong."""
        return super().process(apdu)

    def shown_another(self, apdu: bytes) -> bytes:
        """With any other."""
        return super().process(apdu)

    def other(self, apdu: bytes) -> bytes:
        """Any other command."""
        return super().process(apdu)

    def left(self, spot: Spot) -> int:
        return self._chip.keys.counters()[spot]

    def set_left(self, spot: Spot, left: int) -> None:
        self._chip.keys.restore({spot: left})

    def spots(self) -> list[Spot]:
        """The keys about which it is wrong."""
        return [spot for spot in self._chip.keys.counters() if self.only in {None, spot}]


def only(card: type[WrongKey], spot: Spot) -> type[WrongKey]:
    """A card that is wrong about this key alone."""
    return type(card.__name__, (card,), {"only": spot})


# --- tries


class CountsNothing(WrongKey):
    """A wrong cryptogram uses up no try."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        left = self.left(spot)
        answer = super().shown(apdu, spot)
        self.set_left(spot, left)
        return answer


class GivesNothingBack(WrongKey):
    """The right cryptogram leaves the counter where it was."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        left = self.left(spot)
        answer = super().shown(apdu, spot)
        if answer == OK:
            self.set_left(spot, left)
        return answer


class NeverLocks(WrongKey):
    """Without a try left, one more is there."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        self.set_left(spot, self.left(spot) or 1)
        return super().shown(apdu, spot)


class LocksForWrongOnes(WrongKey):
    """Without a try left a wrong cryptogram is 6983, but the right one is taken."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        if self.left(spot):
            return super().shown(apdu, spot)
        self.set_left(spot, 1)
        answer = super().shown(apdu, spot)
        return answer if answer == OK else b"\x69\x83"


class TakesTriesOfOthers(WrongKey):
    """A wrong cryptogram uses up a try of every other key as well."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        answer = super().shown(apdu, spot)
        if answer[0] == 0x63:
            for other, left in self._chip.keys.counters().items():
                if other != spot and left:
                    self.set_left(other, left - 1)
        return answer


class GivenBackByOthers(WrongKey):
    """The right cryptogram of any other key gives the tries back."""

    def shown_another(self, apdu: bytes) -> bytes:
        answer = super().shown_another(apdu)
        if answer == OK:
            for spot in self.spots():
                self.set_left(spot, self.contents.key_tries)
        return answer

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        return super().shown(apdu, spot) if self.only else self.shown_another(apdu)


# --- what a key opens


class WrongOneOpens(WrongKey):
    """Says 63Cx to a wrong cryptogram, and opens what the right one opens."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        answer = super().shown(apdu, spot)
        if answer[0] == 0x63:
            self._chip.session.opened.add(spot[1])
        return answer


class OpensNothing(WrongKey):
    """Says 9000 to the right cryptogram, and opens nothing."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        answer = super().shown(apdu, spot)
        self._chip.session.opened.discard(spot[1])
        return answer


class OpensEverything(WrongKey):
    """The key opens what the other keys of its directory guard."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        answer = super().shown(apdu, spot)
        if answer == OK:
            self._chip.session.opened |= {key for _, key in self._chip.keys.counters()}
        return answer


class OutlivesApplication(WrongKey):
    """What the key opened stays open in other applications, and after them."""

    _kept: frozenset[int] = frozenset()

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        answer = super().shown(apdu, spot)
        self._kept = self._kept - {spot[1]} if answer != OK else self._kept | {spot[1]}
        return answer

    def other(self, apdu: bytes) -> bytes:
        answer = super().other(apdu)
        if apdu[1] == 0xA4:
            self._chip.session.opened |= self._kept
        return answer

    def power_off(self) -> None:
        self._kept = frozenset()
        super().power_off()


class OutlivesPower(WrongKey):
    """What the key opened is open again when its application is selected after a reset."""

    _kept: frozenset[Spot] = frozenset()

    def other(self, apdu: bytes) -> bytes:
        answer = super().other(apdu)
        if apdu[1] == 0xA4:
            here = {spot for spot in self._kept if spot[0] in {0, self._chip.directory}}
            self._chip.session.opened |= {key for _, key in here}
            self._kept -= here
        return answer

    def power_off(self) -> None:
        opened, places = self._chip.session.opened, {0, self._chip.directory}
        self._kept = frozenset(spot for spot in self.spots() if spot[1] in opened and spot[0] in places)
        super().power_off()


# --- challenges


class ChallengeStays(WrongKey):
    """A challenge outlives EXTERNAL AUTHENTICATE."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        challenge = self._chip.session.challenge
        answer = super().shown(apdu, spot)
        self._chip.session.challenge = challenge
        return answer


class ChallengeStaysAfterWrong(WrongKey):
    """A challenge outlives a wrong cryptogram."""

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        challenge = self._chip.session.challenge
        answer = super().shown(apdu, spot)
        if answer[0] == 0x63:
            self._chip.session.challenge = challenge
        return answer


class TakesEarlierChallenge(WrongKey):
    """The challenge before the last one serves as well, in the same application."""

    _before: bytes | None = None

    def other(self, apdu: bytes) -> bytes:
        last = self._chip.session.challenge
        answer = super().other(apdu)
        if apdu[1] in {0x84, 0xA4}:
            self._before = last if apdu[1] == 0x84 else None
        return answer

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        left, before = self.left(spot), self._before
        self._before = None
        answer = super().shown(apdu, spot)
        if answer[0] != 0x63 or before is None:
            return answer
        self.set_left(spot, left)
        self._chip.session.challenge = before
        return super().shown(apdu, spot)


class ChallengeOutlivesApplication(WrongKey):
    """A challenge of another application serves for the key."""

    _kept: bytes | None = None

    def other(self, apdu: bytes) -> bytes:
        challenge = self._chip.session.challenge
        answer = super().other(apdu)
        if apdu[1] == 0xA4 and challenge:
            self._kept = challenge
        return answer

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        if self._chip.session.challenge is None:
            self._chip.session.challenge = self._kept
        self._kept = None
        return super().shown(apdu, spot)

    def power_off(self) -> None:
        self._kept = None
        super().power_off()


class ChallengeOutlivesPower(WrongKey):
    """A challenge from before a reset serves for the key."""

    _kept: bytes | None = None

    def shown(self, apdu: bytes, spot: Spot) -> bytes:
        if self._chip.session.challenge is None:
            self._chip.session.challenge = self._kept
        self._kept = None
        return super().shown(apdu, spot)

    def power_off(self) -> None:
        self._kept = self._chip.session.challenge
        super().power_off()


# --- commands that block


class BlocksWithAnyMac(SimulatedCard):
    """APPLICATION BLOCK and CARD BLOCK work with a wrong MAC."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if answer == b"\x69\x88" and apdu[1] in {0x1E, 0x16}:
            block = {0x1E: self._chip.block_application, 0x16: self._chip.block_card}
            block[apdu[1]]()
            return OK
        return answer


class BlocksAndRefuses(SimulatedCard):
    """They say 6988 to a wrong MAC, and block."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if answer == b"\x69\x88" and apdu[1] in {0x1E, 0x16}:
            self._chip.block_card()
        return answer


class WrongMacLocksKey(SimulatedCard):
    """A wrong MAC in them leaves no try of the key that lets them."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if answer == b"\x69\x88" and apdu[1] in {0x1E, 0x16}:
            spot = (self._chip.directory, 0x83) if apdu[1] == 0x1E else (0, 0x05)
            self._chip.keys.restore({spot: 0})
        return answer
