"""What the centre's reference data says to a visit: cards on the watch-list, services that are switched off, the city's
numbers. Kept from a signed snapshot, believed again at each use, and of no use past its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Refusals:
    """What the reference data refuses one card.

    :param watched: the card is on the watch-list: nothing is done with it. :param off: services that are switched off.
    :param old: the data is past its end, or not what the centre signed: nothing is left behind on its word.
    """

    watched: bool = False
    off: frozenset[str] = frozenset()
    old: bool = False

    def require_served(self) -> None:
        """:raises TerminalError: ``CARD_WATCHED``."""
        if self.watched:
            raise TerminalError(TerminalFault.CARD_WATCHED)

    def of_service(self, code: str, *, leaves_something: bool) -> TerminalError | None:
        """Why a service is refused."""
        if code in self.off:
            return TerminalError(TerminalFault.SERVICE_OFF)
        return TerminalError(TerminalFault.REFERENCE_OLD) if self.old and leaves_something else None


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


NOTHING = Refusals()
"""Where there is no reference data yet: a terminal that was never on-line."""


def refusals(store: Store, identity: Identity, card_id: bytes) -> Refusals:
    """What the documents here say of a card. Blocks for the store.

    :raises StoreError: of a store that cannot be read.
    """
    watched, old_list = _read(store, identity, WATCH_LIST, WatchList)
    catalogue, old_catalogue = _read(store, identity, CATALOGUE, Catalogue)
    name = hashlib.sha256(card_id).hexdigest()
    # What the centre once forbade stays forbidden past the end of its word; what it allowed does not stay allowed.
    on_list = watched is not None and name in watched.cards
    return Refusals(on_list, catalogue.off if catalogue else frozenset(), old_list or old_catalogue)


def hotline(store: Store, identity: Identity) -> str | None:
    """The city's number for reporting a loss, also an old one: somebody may need it. ``None`` where none is here."""
    rules, _ = _read(store, identity, CONFIGURATION, CityRules)
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


def _read(store: Store, identity: Identity, name: str, form: type[T]) -> tuple[T | None, bool]:
    """The document, where one is here, and whether its word counts no longer."""
    from terminal.centre.documents import holds  # noqa: PLC0415 - slow

    mirror = Mirror(store)
    document: Document | None = mirror.get(name)
    if document is None:
        return None, False
    if not holds(identity, document):
        return None, True
    try:
        return decoded(document.body, form), mirror.is_past(document)
    except msgspec.MsgspecError:
        return None, True
