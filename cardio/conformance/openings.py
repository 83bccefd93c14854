"""Keys of the card as the suite opens them, with bytes of its own: EXTERNAL AUTHENTICATE, right or wrong.

A wrong cryptogram uses up a try that nobody can ask for beforehand. So each key is shown right first, which proves that
the key source can give every try back, and is shown right once more at the end. A key that the card refuses then is not
shown to it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cardio import status
from cardio.cardkeys import KEYS
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.commands import SELECT_DF01, SELECT_SSSE, prepared, send
from cardio.errors import CardError
from cardio.files import APPLICATIONS, SSSE_APPLICATION
from cardio.files.shape import Application
from cardio.keysource import IRK, STK, KeyRef, KeySourceUnavailable
from cardio.link import Link

RAW: Final = bytes(range(8))
CHALLENGE: Final = "0084000008"


@dataclass(frozen=True)
class Place:
    """A key and the application in which it is proven: its own directory, or SSSE for a key of the whole card."""

    key: KeyRef
    application: Application

    @property
    def way(self) -> tuple[str, ...]:
        """Commands that select the application."""
        return way_to(self.application)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Commands that select another one."""
        return (SELECT_SSSE, SELECT_DF01) if self.application is SSSE_APPLICATION else (SELECT_SSSE,)


def way_to(application: Application) -> tuple[str, ...]:
    """Commands that select an application."""
    name = application.name
    own = () if application is SSSE_APPLICATION else (f"00A40400{len(name):02X}{name.hex()}",)
    return (SELECT_SSSE, *own)


def _home(key: KeyRef) -> Application:
    return next((each for each in APPLICATIONS[1:] if key.name.endswith(each.path)), SSSE_APPLICATION)


PLACES: Final = tuple(Place(key, _home(key)) for key in KEYS if key.p2 is not None and key not in (IRK, STK))
"""Every declared key that EXTERNAL AUTHENTICATE opens. IRK proves the card, and STK makes MACs."""

PLACE: Final = {place.key.name: place for place in PLACES}


def wrong(opening: str) -> str:
    """The same with one bit of the cryptogram wrong."""
    raw = bytearray.fromhex(opening)
    raw[5] ^= 1
    return raw.hex()


@contextmanager
def known(bench: Bench) -> Iterator[Link]:
    """The card freshly powered, when all is known that an :class:`Opening` wants to know: finding that out powers the
    card anew, and a card on which it happened in between is one that was reset.

    :raises NotApplicable: where no source proved the card.
    """
    bench.keys()
    bench.identify()
    with bench.opened() as link:
        yield link


class Opening:
    """One key on a powered card.

    :raises NotApplicable: where no source proved the card, or it refused this key before.
    """

    def __init__(self, bench: Bench, link: Link, place: Place) -> None:
        self.place, self.link, self.bench = place, link, bench
        self._source = bench.keys()
        self._identity = bench.identify().identity
        refused = bench.refusals.standing(self._identity, place.key, self._source.name)
        if refused is not None or place.key.name in bench.refused_keys:
            raise NotApplicable(f"the card refused the key {place.key.name} before")

    def enter(self) -> None:
        """Select the key's application."""
        prepared(self.link, self.place.way)

    def leave(self) -> None:
        """Select another application."""
        prepared(self.link, self.place.elsewhere)

    def challenge(self) -> bytes:
        return send(self.link, CHALLENGE).data

    def right(self, factor: bytes) -> str:
        """The right command for a challenge. :raises NotApplicable: where the source makes none."""
        key = self.place.key
        try:
            made = self._source.external(self._identity, key, factor, RAW)
        except (KeySourceUnavailable, CardError):
            raise NotApplicable(f"the key source has no {key.name} for us") from None
        return f"008200{key.card_key:02X}10" + (made + RAW).hex()

    def open(self) -> int:
        """In its application, over a fresh challenge; gives the status word."""
        self.enter()
        return send(self.link, self.right(self.challenge())).sw

    def fail(self) -> int:
        """The same with a wrong cryptogram."""
        self.enter()
        return send(self.link, wrong(self.right(self.challenge()))).sw

    def afresh(self) -> None:
        """In its application, with nothing proven."""
        self.link.reset()
        self.enter()

    def proven(self) -> str | None:
        """The key shown right for the first time: what is wrong, if it is not taken.

        :raises NotApplicable: where the card does not have it.
        """
        sw = self.open()
        if sw == status.SW.NO_KEY:
            raise NotApplicable(f"the card has no key {self.place.key.name}")
        if sw == status.SW.OK:
            return None
        self.bench.refused_keys.add(self.place.key.name)
        return f"the right key -> {sw:04X}"


@contextmanager
def given_back(key: Opening) -> Iterator[list[str]]:
    """Wrong cryptograms may be shown within this: the right one in the end gives the tries back.

    :returns: empty; holds what is wrong where the right one was refused then.
    """
    refused: list[str] = []
    try:
        yield refused
    finally:
        sw = key.open()
        if sw != status.SW.OK:
            key.bench.refused_keys.add(key.place.key.name)
            refused.append(f"the right key is refused at the end ({sw:04X})")
