"""A simulated PSAM on disk, as :mod:`cardio.simulator.saved` has a card: what it is made of, and its counters.

No key is in the file: all descend from the public toy root.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cardio.simulator.kept import Kept, StateError, read, require, write
from cardio.simulator.psam import BEGIN_PURCHASE, SimulatedPsam
from cardio.simulator.spec import PsamSpec

FORMAT: Final = "simulated-psam"
VERSION: Final = 1


def to_json(psam: SimulatedPsam) -> dict[str, Any]:
    """Everything that outlives a power off, as plain values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        **PsamSpec(psam.contents, psam.t0).to_json(),
        "commands": psam.commands,
        "purchases": psam.purchases,
    }


def from_json(plain: Mapping[str, Any]) -> SimulatedPsam:
    """The PSAM that :func:`to_json` told of.

    :raises StateError: for anything else.
    """
    require(plain, FORMAT, VERSION)
    try:
        psam = PsamSpec.from_json(plain).make()
        psam.age(int(plain["commands"]), int(plain["purchases"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StateError(f"damaged: {type(error).__name__}") from None
    return psam


def save(psam: SimulatedPsam, path: Path) -> None:
    """:raises OSError: where it cannot be written."""
    write(to_json(psam), path)


def load(path: Path) -> SimulatedPsam:
    """:raises StateError: for a file that is no saved PSAM. :raises OSError: for one that cannot be read."""
    return from_json(read(path))


class KeptPsam(Kept):
    """A PSAM whose file is as new as its last answer: no number of a purchase is given twice."""

    def __init__(self, psam: SimulatedPsam, path: Path) -> None:
        super().__init__(psam, lambda: save(psam, path), lambda apdu: tuple(apdu[:2]) == BEGIN_PURCHASE)
