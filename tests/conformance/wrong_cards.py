"""Cards that break one rule each."""

from __future__ import annotations

from collections.abc import Callable

from cardio.cardkeys import KEYS
from cardio.files import BY_PATH, ElementaryFile
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Trouble
from cardio.simulator.files import FREE, RecordFile, Rule
from cardio.simulator.tree import BANK

OK = b"\x90\x00"
MakeCard = Callable[[CardContents], SimulatedCard]
DF02_EF06, DF03_EF05 = BY_PATH["DF02EF06"], BY_PATH["DF03EF05"]
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


def opened(ef: ElementaryFile, *, write: bool = False, by_pin: bool = False) -> MakeCard:
    """A card that has forgotten one file's rule of reading or writing. :param by_pin: the PIN alone is enough."""

    def make(contents: CardContents) -> SimulatedCard:
        card = SimulatedCard(contents)
        application = next(each for each in card.chip.applications if each.name == ef.application.name)
        file = application.by_fid(ef.fid)
        assert file is not None
        guarded = file.write if write else file.read
        rule = Rule(guarded.key, pin=True) if by_pin else FREE
        if write:
            file.write = rule
        else:
            file.read = rule
        return card

    return make


class Forged(SimulatedCard):
    """Somebody else's chip behind a copied face: it has no right key."""

    def __init__(self, contents: CardContents) -> None:
        super().__init__(contents, [Trouble.FORGED])


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


class FileEndsKeys(SimulatedCard):
    """Selecting a file closes what a key opened."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1] == 0xA4 and apdu[2] == 0x02:
            self._chip.session.opened.clear()
        return answer


class HasTwo(SimulatedCard):
    """Keeps what is written as 60 in both of its places."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        if apdu[1:3] == b"\xdc\x60" and answer == OK:
            for ef in (DF02_EF06, DF03_EF05):
                application = next(each for each in self.chip.applications if each.name == ef.application.name)
                file = application.by_fid(ef.fid)
                assert isinstance(file, RecordFile)
                file.records = [each for each in file.records if each[:1] != b"\x60"] + [apdu[5:]]
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
