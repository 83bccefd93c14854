"""The place of the matrix behind a real pcscd: the same cases over real pyscard, a real service and virtual readers."""

from __future__ import annotations

from contextlib import suppress

from cardio.errors import CardError
from cardio.link import Link
from cardio.pcsc import PcscReaders
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import Trouble
from cardio.simulator.pcscd import PrivatePcscd, RemoteCard
from cardio.simulator.spec import OtherSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.cardio.pulls.bench import VARIANTS, Picture, Planned, Strike, TappedLink, Variant, stranger
from tests.cardio.pulls.flows import FLOWS, Flow

_NOT_KEPT = frozenset({"commands", "faults"})
"""Of a saved card: what counts its life and not its contents."""


def card_of(flow: str, variant: int, planned: tuple[str, int, int] | None) -> SimulatedCard:
    """Made in the process of the cards: the flow's card, and what it will do wrong."""
    card = FLOWS[flow].card(VARIANTS[variant])
    if planned is not None:
        trouble, at, value = planned
        Planned(Trouble(trouble), at, value).befalls(card)
    return card


def stranger_of(variant: int) -> SimulatedCard:
    return stranger(VARIANTS[variant])


class RemoteBench:
    """One slot of a private pcscd, for one kind of card; :meth:`fresh` makes it the place of the next case."""

    def __init__(self, service: PrivatePcscd, variant: Variant) -> None:
        self._service = service
        self._variant = VARIANTS.index(variant)
        self._readers = PcscReaders()
        self._links: list[Link] = []
        self._card: RemoteCard | None = None
        self._other: RemoteCard | None = None
        self._in = False  # whether the card is certainly in its reader, and the service runs

    def fresh(self, flow: Flow, variant: Variant, planned: Planned | None = None) -> RemoteBench:
        """The flow's card is in the reader, as new."""
        plain = (planned.trouble.value, planned.at, planned.value) if planned is not None else None
        spec = OtherSpec(f"{__name__}:card_of", {"flow": flow.name, "variant": self._variant, "planned": plain})
        self._let_go()
        self._other = None
        if self._card is None or not self._in:
            self._service.start_service()
            self._card = self._service.insert(0, spec)
        else:
            self._service.renew(self._card, spec)
        self._in = planned is None
        return self

    @property
    def card(self) -> RemoteCard:
        assert self._card is not None
        return self._card

    def pull(self) -> None:
        self._in = False
        self._service.eject(0)

    def swap(self) -> None:
        self._in = False
        self._other = self._service.insert(0, OtherSpec(f"{__name__}:stranger_of", {"variant": self._variant}))

    def unplug(self) -> None:
        self._in = False
        self._service.unplug()

    def stop_service(self) -> None:
        self._in = False
        self._service.kill_service()

    def session(self, at: int = -1, strike: Strike | None = None) -> tuple[CardSession, TappedLink]:
        link = self._readers.connect(self._service.reader_names[0])
        self._links.append(link)
        tapped = TappedLink(self, link, at, strike)
        return CardSession(tapped, [ToyKeySource()]), tapped

    def next_insertion(self) -> None:
        self._let_go()
        self._service.start_service()
        self._service.insert(0, self.card)
        self._in = True

    def picture(self) -> Picture:
        return {name: value for name, value in self._service.saved(self.card).items() if name not in _NOT_KEPT}

    def strange_commands(self) -> int:
        return self._service.state(self._other).commands if self._other is not None else 0

    def _let_go(self) -> None:
        """A service has places for some 200 clients."""
        for link in self._links:
            with suppress(CardError):  # of a service that is gone
                link.close()
        self._links.clear()

    def close(self) -> None:
        self._let_go()
        self._service.start_service()
        self._readers.close()
