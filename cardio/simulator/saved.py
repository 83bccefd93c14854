"""A simulated card on disk: JSON with a version, so that it can be put away, looked at, and taken up again.

No key is in the file: all descend from the public toy root. The PIN is, and so are the made-up holder's data; the file
is made for its owner alone (0600), and only the sandbox reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cardio.simulator.card import SimulatedCard
from cardio.simulator.faults import AT_ANY_TIME, Fault
from cardio.simulator.files import Application, BinaryFile, ElementaryFile
from cardio.simulator.kept import Kept, StateError, read, require, write
from cardio.simulator.purse_state import Purse
from cardio.simulator.spec import CardSpec

FORMAT: Final = "simulated-card"
VERSION: Final = 1


def to_json(card: SimulatedCard) -> dict[str, Any]:
    """Everything that outlives a power off, as plain values."""
    chip = card.chip
    spec = CardSpec(card.contents, card.faults, card.t0).to_json()
    del spec["contents"]["pin"]
    return {
        "format": FORMAT,
        "version": VERSION,
        **spec,
        "commands": card.commands,
        "pin": {"packed": chip.pin.packed.hex() if chip.pin.packed else None, "left": chip.pin.left},
        "keys": [[f"{fid:04X}", f"{key:02X}", left] for (fid, key), left in sorted(chip.keys.counters().items())],
        "blocked": [f"{fid:04X}" for fid in sorted(chip.blocked_directories)],
        "dead": chip.dead,
        "purse": _purse(chip.purse),
        "files": {name: _told(file) for name, file in _files(card)},
    }


def from_json(plain: Mapping[str, Any]) -> SimulatedCard:
    """The card that :meth:`to_json` told of.

    :raises StateError: for anything else.
    """
    require(plain, FORMAT, VERSION)
    try:
        return _restored(plain)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StateError(f"damaged: {type(error).__name__}") from None


def _restored(plain: Mapping[str, Any]) -> SimulatedCard:
    spec = CardSpec.from_json({**plain, "contents": {**plain["contents"], "pin": None}})
    card = spec.make()
    pin = plain["pin"]
    card.chip.pin.restore(bytes.fromhex(pin["packed"]) if pin["packed"] else None, pin["left"])
    card.chip.keys.restore({(int(fid, 16), int(key, 16)): left for fid, key, left in plain["keys"]})
    card.chip.restore_blocks([int(fid, 16) for fid in plain["blocked"]], dead=plain["dead"])
    card.age(int(plain["commands"]))
    for name in _AMOUNTS:
        setattr(card.chip.purse, name, int(plain["purse"][name]))
    card.chip.purse.starting = bytes.fromhex(plain["purse"]["starting"])
    card.chip.purse.proofs = {(kind, count): bytes.fromhex(proof) for kind, count, proof in plain["purse"]["proofs"]}
    there = dict(_files(card))
    if there.keys() != plain["files"].keys():
        raise StateError("other files than this card has")
    for name, told in plain["files"].items():
        _put(there[name], told)
    return card


def with_faults(card: SimulatedCard, faults: Sequence[Fault]) -> SimulatedCard:
    """The same card with other faults; those that were worked in when it was made stay.

    :raises ValueError: for one that can only be worked into a new card, and this one does not have.
    """
    inside = [fault for fault in card.faults if fault.trouble not in AT_ANY_TIME]
    live = [fault for fault in faults if fault not in inside]
    if any(fault.trouble not in AT_ANY_TIME for fault in live):
        raise ValueError("only a new card can have it")
    told = [[fault.trouble.value, fault.at, fault.value] for fault in (*inside, *live)]
    return from_json({**to_json(card), "faults": told})


_AMOUNTS: Final = ("balance", "paid", "pooled", "loads", "purchases")


def _purse(purse: Purse) -> dict[str, Any]:
    """The medical account without what is under way, which ends with the power."""
    return {
        **{name: getattr(purse, name) for name in _AMOUNTS},
        "starting": purse.starting.hex(),
        "proofs": [[kind, count, proof.hex()] for (kind, count), proof in purse.proofs.items()],
    }


def _files(card: SimulatedCard) -> Iterator[tuple[str, ElementaryFile]]:
    """Every file under the name of its application and its identifier."""
    for application in card.chip.applications:
        for file in application.files:
            yield f"{_name(application)}/{file.fid:04X}", file


def _name(application: Application) -> str:
    return application.name.hex().upper()


def _told(file: ElementaryFile) -> str | list[str]:
    """A transparent file is one text in hex, a file of records a list."""
    if isinstance(file, BinaryFile):
        return bytes(file.content).hex().upper()
    return [record.hex().upper() for record in file.records]


def _put(file: ElementaryFile, told: str | list[str]) -> None:
    if isinstance(file, BinaryFile):
        if not isinstance(told, str):
            raise TypeError("records for a transparent file")
        file.content = bytearray.fromhex(told)
        return
    if isinstance(told, str):
        raise TypeError("one text for a file of records")
    file.records = [bytes.fromhex(record) for record in told]


def save(card: SimulatedCard, path: Path) -> None:
    """:raises OSError: where it cannot be written."""
    write(to_json(card), path)


def load(path: Path) -> SimulatedCard:
    """:raises StateError: for a file that is no saved card. :raises OSError: for one that cannot be read."""
    return from_json(read(path))


class KeptCard(Kept):
    """A card whose file is as new as its last answer."""

    def __init__(self, card: SimulatedCard, path: Path) -> None:
        super().__init__(card, lambda: save(card, path), _changes)


_READING: Final = frozenset({0xA4, 0xB0, 0xB2, 0x84, 0x88, 0xC0})
"""SELECT, READ, GET CHALLENGE, INTERNAL AUTHENTICATE, GET RESPONSE: they leave nothing but a count of commands."""


def _changes(apdu: bytes) -> bool:
    return len(apdu) < 2 or apdu[0] == 0xB0 or apdu[1] not in _READING
