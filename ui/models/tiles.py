"""Rows of the two choices outside of a service: which service, and which reader."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.text import Language
from terminal.views import ServiceTile
from ui.models.words import say


@dataclass(frozen=True)
class ServiceRow:
    code: str
    title: str
    summary: str
    shortcut: str
    refused: bool
    refusal: str
    remedy: str
    faultCode: str  # noqa: N815 - role names, seen from QML


@dataclass(frozen=True)
class ReaderRow:
    """:param status: ``empty``, ``card``, ``mute``, ``busy`` or ``stuck``."""

    name: str
    status: str


def service_row(tile: ServiceTile, language: Language) -> ServiceRow:
    fault = tile.refused
    return ServiceRow(
        code=tile.code,
        title=say(tile.title, language),
        summary=say(tile.summary, language),
        shortcut=tile.shortcut,
        refused=fault is not None,
        refusal=say(fault.message, language) if fault else "",
        remedy=say(fault.remedy, language) if fault else "",
        faultCode=fault.code if fault else "",
    )
