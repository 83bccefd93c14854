"""A simulated card as JSON, to hand it to the process that serves it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from cardio.keysource import Algorithm
from cardio.simulator.card import PoweredCard, SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents

_BYTES = frozenset({"history", "card_id", "version", "issuer"})
_DATES = frozenset({"issued_on", "expires_on", "birth_date"})


@dataclass(frozen=True)
class CardSpec:
    """What a :class:`SimulatedCard` is made of."""

    contents: CardContents
    faults: tuple[Fault, ...] = ()
    t0: bool = True

    def make(self) -> SimulatedCard:
        """A fresh card."""
        return SimulatedCard(self.contents, self.faults, self.t0)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``. They hold the toy PIN: for a pipe, not for a log."""
        return {
            "contents": {each.name: _plain(getattr(self.contents, each.name)) for each in fields(CardContents)},
            "faults": [[fault.trouble.value, fault.at, fault.value] for fault in self.faults],
            "t0": self.t0,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> CardSpec:
        """What :meth:`to_json` gave.

        :raises ValueError, KeyError, TypeError: for anything else; the other end of the pipe is ours.
        """
        contents = CardContents(**{name: _value(name, value) for name, value in plain["contents"].items()})
        faults = tuple(Fault(Trouble(trouble), at, value) for trouble, at, value in plain["faults"])
        return cls(contents, faults, plain["t0"])


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if value is None:
        return None
    if name in _BYTES:
        return bytes.fromhex(value)
    return date.fromisoformat(value) if name in _DATES else value


@dataclass(frozen=True)
class PsamSpec:
    """What a :class:`SimulatedPsam` is made of."""

    contents: PsamContents = field(default_factory=PsamContents)
    t0: bool = True

    def make(self) -> SimulatedPsam:
        """A fresh PSAM."""
        return SimulatedPsam(self.contents, self.t0)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        psam = self.contents
        return {
            "psam": {
                "serial": psam.serial.hex(),
                "terminal": psam.terminal,
                "algorithms": sorted(each.value for each in psam.algorithms),
                "keys": [[use, key_id, diversified] for (use, key_id), diversified in psam.keys.items()],
                "region": psam.region,
            },
            "t0": self.t0,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> PsamSpec:
        """What :meth:`to_json` gave."""
        psam = plain["psam"]
        contents = PsamContents(
            bytes.fromhex(psam["serial"]),
            psam["terminal"],
            frozenset(Algorithm(each) for each in psam["algorithms"]),
            {(use, key_id): diversified for use, key_id, diversified in psam["keys"]},
            psam["region"],
        )
        return cls(contents, plain["t0"])


@dataclass(frozen=True)
class OtherSpec:
    """A card of somebody else's making, which a reader can power all the same.

    :param maker: ``module:function``, which gives the card.
    :param arguments: named, of plain values.
    """

    maker: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def make(self) -> PoweredCard:
        """A fresh card."""
        module, _, function = self.maker.partition(":")
        card: PoweredCard = getattr(importlib.import_module(module), function)(**self.arguments)
        return card

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        return {"maker": self.maker, "arguments": dict(self.arguments)}


def spec_from_json(plain: Mapping[str, Any]) -> CardSpec | PsamSpec | OtherSpec:
    """A card or a PSAM, as the ``to_json`` of its spec gave it."""
    if "maker" in plain:
        return OtherSpec(**plain)
    return PsamSpec.from_json(plain) if "psam" in plain else CardSpec.from_json(plain)
