"""What a key guards, and whether that is closed: made from the declarations of :mod:`cardio.files`."""

from __future__ import annotations

from collections.abc import Iterator

from cardio.apps.maintenance import UNBLOCK
from cardio.cardkeys import UNTOLD
from cardio.conformance.access import ABSENT, CLOSED, read_command, update_command
from cardio.conformance.bench import Bench
from cardio.conformance.commands import head, send, words
from cardio.conformance.openings import CHALLENGE, Place
from cardio.conformance.securing import secured
from cardio.files import FILES, ElementaryFile, Need, Structure
from cardio.keysource import PUK
from cardio.link import Link

_BY_KEY_ALONE = frozenset({Need.KEY, Need.PIN_OR_KEY})
_RULED = frozenset({*_BY_KEY_ALONE, Need.PIN, Need.PIN_AND_KEY})


def guards(place: Place) -> bool:
    """Whether the key opens any file, or the PIN's command. Of the keys that let a command block, no text says so."""
    return place.key == PUK or any(
        place.key in (ef.write, *(rule.key for rule in ef.read.values()))
        for ef in FILES
        if ef.application is place.application
    )


def _files(place: Place, generation: int) -> Iterator[ElementaryFile]:
    """Files of the application that a card of this generation has."""
    for ef in FILES:
        if ef.application is place.application and ef.structure is not Structure.INTERNAL and generation in ef.read:
            yield ef


def _reads(place: Place, generation: int, *, own: bool) -> Iterator[tuple[ElementaryFile, str]]:
    """Reading what the key alone opens (``own``), or what it does not."""
    for ef in _files(place, generation):
        rule = ef.read[generation]
        if rule.need in _RULED and own is (rule.need in _BY_KEY_ALONE and rule.key == place.key):
            yield ef, read_command(ef)


def _updates(place: Place, generation: int, *, own: bool) -> Iterator[tuple[ElementaryFile, str]]:
    """Writing what the key opens (``own``), or what it does not."""
    for ef in _files(place, generation):
        if ef.write is not UNTOLD and own is (ef.write == place.key):
            yield ef, update_command(ef)


def _answer(link: Link, ef: ElementaryFile, apdu: str) -> int | None:
    """The status word of a command to a file of the selected application; ``None`` where nothing is there."""
    if words(send(link, f"00A4020002{ef.fid:04X}").sw, ABSENT):
        return None
    sw = send(link, apdu).sw
    return None if words(sw, ABSENT) else sw


def _opened(link: Link, ef: ElementaryFile, apdu: str) -> str | None:
    sw = _answer(link, ef, apdu)
    return None if sw is None or words(sw, CLOSED) else f"{ef.path} {head(apdu)} -> {sw:04X}, not {CLOSED[0]}"


def _unblocks(bench: Bench, link: Link) -> str | None:
    """PIN UNBLOCK with a right MAC; where it is done by mistake, the PIN has its tries back and no harm is done."""
    sw = send(link, secured(bench, UNBLOCK, send(link, CHALLENGE).data)).sw
    return None if words(sw, CLOSED) else f"8424 0000 -> {sw:04X}, not {CLOSED[0]}"


def closed(bench: Bench, link: Link, place: Place) -> str | None:
    """``None`` where everything that the key guards is closed; its application is selected."""
    generation = bench.identify().identity.generation
    if place.key == PUK and (found := _unblocks(bench, link)):
        return found
    for ef, apdu in (*_reads(place, generation, own=True), *_updates(place, generation, own=True)):
        if found := _opened(link, ef, apdu):
            return found
    return None


def only_its_own(bench: Bench, link: Link, place: Place) -> str | None:
    """``None`` where the key, proven by itself, opens for reading what it guards, and nothing else for anything."""
    generation = bench.identify().identity.generation
    for ef, apdu in _reads(place, generation, own=True):
        sw = _answer(link, ef, apdu)
        if sw is not None and words(sw, CLOSED):
            return f"{ef.path} {head(apdu)} -> {sw:04X}, although the key is proven"
    for ef, apdu in (*_reads(place, generation, own=False), *_updates(place, generation, own=False)):
        if found := _opened(link, ef, apdu):
            return found
    return None
