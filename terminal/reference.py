"""What the centre's reference data says to a visit: cards on the watch-list, services that are switched off, the city's
numbers. Kept from a signed snapshot, believed again at each use, and of no use past its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

import msgspec

from offline_cache import caps
from offline_cache.mirror import Document, Mirror
from terminal.centre import causes
from terminal.errors import TerminalError, TerminalFault
from terminal.model.decoding import decoded
from terminal.people import operators

if TYPE_CHECKING:
    from offline_cache.store import Store
    from terminal.centre.identity import Identity

WATCH_LIST, CATALOGUE, CONFIGURATION = "watch-list", "catalogue", "configuration"
"""Names of the documents. Form of each: :class:`WatchList`, :class:`Catalogue`, :class:`CityRules`."""

T = TypeVar("T")


class WatchList(msgspec.Struct, frozen=True):
    """:param cards: SHA-256 of the 卡识别码 of each card that must not be served, lower-case hex."""

    cards: frozenset[str]


class Catalogue(msgspec.Struct, frozen=True):
    """:param off: codes of services that the centre has switched off."""

    off: frozenset[str]


class CityRules(msgspec.Struct, frozen=True):
    """What differs by city. :param loss_hotline: where a loss is reported by telephone."""

    loss_hotline: str


class Why(Enum):
    """Why the reference data refuses something."""

    WATCHED = "watched"
    OFF = "off"
    OLD = "old"


@dataclass(frozen=True)
class Refusals:
    """What the reference data refuses one card.

    :param watched: the card is on the watch-list: nothing is done with it. :param off: services that are switched off.
    :param old: the data is past its end, or not what the centre signed: nothing is left behind on its word.
    """

    watched: bool = False
    off: frozenset[str] = frozenset()
    old: bool = False

    def why(self, *codes: str, leaves_something: bool) -> Why | None:
        """Why what goes by any of these codes is refused."""
        if self.watched:
            return Why.WATCHED
        if not self.off.isdisjoint(codes):
            return Why.OFF
        return Why.OLD if self.old and leaves_something else None

    def require_served(self) -> None:
        """:raises TerminalError: ``CARD_WATCHED``."""
        self.require(leaves_something=False)

    def require(self, *codes: str, leaves_something: bool) -> None:
        """:raises TerminalError: ``CARD_WATCHED``, ``SERVICE_OFF``, ``REFERENCE_OLD``."""
        refused = self.of_service(*codes, leaves_something=leaves_something)
        if refused is not None:
            raise refused

    def of_service(self, *codes: str, leaves_something: bool) -> TerminalError | None:
        """:meth:`why` as the fault that a person is told."""
        why = self.why(*codes, leaves_something=leaves_something)
        return None if why is None else TerminalError(_FAULTS[why])


_FAULTS = {
    Why.WATCHED: TerminalFault.CARD_WATCHED,
    Why.OFF: TerminalFault.SERVICE_OFF,
    Why.OLD: TerminalFault.REFERENCE_OLD,
}


@dataclass(frozen=True)
class Reference:
    """What the documents say, read at one moment.

    :param watched: see :class:`WatchList`; :param off: see :class:`Catalogue`; :param old: see :class:`Refusals`.
    """

    watched: frozenset[str] = field(default=frozenset(), repr=False)
    off: frozenset[str] = frozenset()
    old: bool = False

    def of(self, card_id: bytes) -> Refusals:
        """What they refuse this card."""
        return Refusals(self.name_of(card_id) in self.watched, self.off, self.old)

    @staticmethod
    def name_of(card_id: bytes) -> str:
        """What stands for a card on the watch-list."""
        return hashlib.sha256(card_id).hexdigest()

    @property
    def of_anybody(self) -> Refusals:
        """What they refuse whatever the card."""
        return Refusals(off=self.off, old=self.old)


NOTHING = Refusals()
"""Where there is no reference data yet: a terminal that was never on-line."""


def _of(form: type[T]) -> Callable[[Document], object]:
    return lambda document: decoded(document.body, form)


FORMS: dict[str, Callable[[Document], object]] = {
    operators.DOCUMENT: lambda one: operators.decode(one.body, one.version, one.as_of),
    caps.DOCUMENT: lambda one: caps.parsed(one.body),
    WATCH_LIST: _of(WatchList),
    CATALOGUE: _of(Catalogue),
    CONFIGURATION: _of(CityRules),
}
"""What reads each document; one that it cannot read is not taken in place of one that it could."""


def require_readable(documents: Iterable[Document]) -> None:
    """For what the centre signed, before it is kept.

    :raises CentreError: ``SNAPSHOT_REFUSED``.
    """
    for document in documents:
        if document.name in FORMS and not _readable(document):
            raise causes.snapshot_refused(f"form of {document.name}")


def _readable(document: Document) -> bool:
    try:
        return FORMS[document.name](document) is not None
    except (msgspec.MsgspecError, TerminalError):
        return False


def kept(store: Store, identity: Identity) -> Reference:
    """What the documents in the store say. Blocks for the store.

    :raises StoreError: of a store that cannot be read.
    """
    mirror = Mirror(store)
    past = mirror.past()
    watched, bad_list = _believed(mirror, identity, WATCH_LIST, WatchList)
    catalogue, bad_catalogue = _believed(mirror, identity, CATALOGUE, Catalogue)
    # What the centre once forbade stays forbidden past the end of its word; what it allowed does not stay allowed.
    return _said(watched, catalogue, old=bad_list or bad_catalogue or not past.isdisjoint(FORMS))


def heard(documents: Iterable[Document], *, old: bool) -> Reference:
    """What documents say that were received by this process, where no store keeps them."""
    bodies = {one.name: one.body for one in documents}
    return _said(decoded(bodies[WATCH_LIST], WatchList), decoded(bodies[CATALOGUE], Catalogue), old=old)


def _said(watched: WatchList | None, catalogue: Catalogue | None, *, old: bool) -> Reference:
    nobody: frozenset[str] = frozenset()
    return Reference(watched.cards if watched else nobody, catalogue.off if catalogue else nobody, old)


def refusals(store: Store, identity: Identity, card_id: bytes) -> Refusals:
    """What the documents here refuse a card: :func:`kept`."""
    return kept(store, identity).of(card_id)


def hotline(store: Store, identity: Identity) -> str | None:
    """The city's number for reporting a loss, also an old one: somebody may need it. ``None`` where none is here."""
    rules, _ = _believed(Mirror(store), identity, CONFIGURATION, CityRules)
    return rules.loss_hotline if rules is not None else None


def encoded(form: WatchList | Catalogue | CityRules) -> bytes:
    """The body of a document, for the centre: the same content is the same bytes."""
    plain = msgspec.to_builtins(form, builtin_types=(frozenset,))
    sorted_ = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in plain.items()}
    return json.dumps(sorted_, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def recheck_limits(store: Store, identity: Identity) -> None:
    """At each start of the program: limits that the centre did not sign, as somebody with the store's key can write
    them, are none. In between nobody else has the store open."""
    from terminal.centre.documents import holds  # noqa: PLC0415 - slow

    document = Mirror(store).get(caps.DOCUMENT)
    if document is not None and document.body and not holds(identity, document):
        caps.distrust(store)


def _believed(mirror: Mirror, identity: Identity, name: str, form: type[T]) -> tuple[T | None, bool]:
    """The document, where one is here, and whether what is here is not what the centre signed."""
    from terminal.centre.documents import holds  # noqa: PLC0415 - slow

    document = mirror.get(name)
    if document is None:
        return None, False
    if not holds(identity, document):
        return None, True
    try:
        return decoded(document.body, form), False
    except msgspec.MsgspecError:
        return None, True
