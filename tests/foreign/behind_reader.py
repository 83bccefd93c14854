"""A foreign card where the product's readers want one of their own (:class:`cardio.simulator.card.PoweredCard`)."""

from __future__ import annotations

from cardio.simulator.card import CardGone
from tests.foreign.card import ForeignCard
from tests.foreign.contents import Make


class Powered:
    """:param card: gets the commands. Its pull is the reader's."""

    def __init__(self, card: ForeignCard) -> None:
        self._card = card
        self.atr = card.atr

    def power_on(self) -> bytes:
        self._card.reset()
        return self.atr

    def power_off(self) -> None:
        self._card.reset()

    def reset(self) -> bytes:
        return self.power_on()

    def release(self) -> None:
        """Nothing hangs here."""

    def process(self, apdu: bytes) -> bytes:
        answer = self._card.apdu(apdu)
        if answer is None:
            raise CardGone("pulled")
        return answer


def made(generation: int, *, blank: bool = False) -> Powered:
    """For :class:`cardio.simulator.spec.OtherSpec`."""
    return Powered(ForeignCard(Make(generation, blank=b"\xff" if blank else None)))
