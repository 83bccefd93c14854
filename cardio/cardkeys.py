"""Every key of a user card and where its root is kept (card.md §4.1; key lists of the V2.0 notice and spec part 9).

The use byte of the PSAM is told for the keys of SSSE alone. Those of the applications are taken to be of the same kind
(low five bits: 8 for writing, 7 for reading); how many levels a PSAM still has to diversify is tried, whatever the high
bits say.
"""

from __future__ import annotations

from typing import Final

from cardio.keysource import BK, IRK, PUK, RK_SSSE, STK, UK_SSSE, KeyRef

_WRITE, _READ, _LOCK = 0x28, 0x47, 0x28

RK_EF0C: Final = KeyRef("RKEF0C", 0x07, _READ, 0x5D, None, "met in one province")
UK_EF0C: Final = KeyRef("UKEF0C", None, None, None, None, "the province's own")
UK_EF0D: Final = KeyRef("UKEF0D", 0x0D, _WRITE, 0x13, None, "met in two provinces")


def _numbered(name: str, use: int, ids: str, psam: str, hsm: str) -> tuple[KeyRef, ...]:
    """Keys of one application: hex lists of card ids, PSAM ids and HSM addresses, in the order of their numbers."""
    rows = zip(bytes.fromhex(ids), bytes.fromhex(psam), hsm.split(), strict=True)
    return tuple(
        KeyRef(name.format(f"{number:X}"), card, use, sam, address)
        for number, (card, sam, address) in enumerate(rows, 1)
    )


UK_DF01: Final = _numbered(
    "UK{}DF01",
    _WRITE,
    "83 84 85 86 87 89 8A 8B 8C 8D 8E",
    "42 43 24 25 44 2F 30 31 32 33 34",
    "0097 009A 0176 0179 009D 0052 0055 0058 005B 005E 0061",
)
UK_DF02: Final = _numbered(
    "UK{}DF02", _WRITE, "83 84 85 86 87 89", "26 45 46 27 28 36", "0187 00A0 00A3 018A 018D 0067"
)
UK_DF03: Final = _numbered(
    "UK{}DF03",
    _WRITE,
    "86 87 88 89 8A 8B 8C 8D",
    "47 29 48 37 38 39 3A 3B",
    "00A6 0190 00A9 006A 006D 0070 0073 0076",
)
UK_DF04: Final = _numbered("UK{}DF04", _WRITE, "85 86", "49 2A", "00AC 017C")
RK_DF03: Final = _numbered("RK{}DF03", _READ, "84 85", "2B 2C", "0193 0196")
RK_DF04: Final = _numbered("RK{}DF04", _READ, "84", "2D", "0182")

_GAP = "id on the card inferred: the gap in the ids"
RK_DF01: Final = (KeyRef("RK1DF01", 0x88, _READ, 0x2E, "004F", _GAP),)
RK_DF02: Final = (KeyRef("RK1DF02", 0x88, _READ, 0x35, "0064", _GAP),)

_NOT_FOUND = "id on the card not found"
RK_DF07: Final = tuple(
    KeyRef(f"RK{number}DF07", None, _READ, psam, hsm, _NOT_FOUND)
    for number, psam, hsm in ((1, 0x3D, "007A"), (2, 0x3F, "0080"), (3, 0xB1, "0086"))
)
UK_DF07: Final = tuple(
    KeyRef(f"UK{number}DF07", None, _WRITE, psam, hsm, _NOT_FOUND)
    for number, psam, hsm in ((1, 0x3E, "007D"), (2, 0xB0, "0083"), (3, 0xB2, "0089"))
)

_ONE = "id on the card by one implementation; the rest not found"
UK_DF05: Final = (KeyRef("UK1DF05", 0x83, None, None, None, _ONE),)
UK_DF06: Final = (KeyRef("UK1DF06", 0x85, None, None, None, _ONE), KeyRef("UK2DF06", 0x86, None, None, None, _ONE))

LK_DF03: Final = KeyRef("LKDF03", 0x83, _LOCK, 0x40, "0092")
LK_DF04: Final = KeyRef("LKDF04", 0x83, _LOCK, 0x41, "0093")

# Of the medical purse; only the simulator runs its commands, and their ids in the card are not told. Use 22 is told for
# DPK; the kinds are told of the others too (09 load, 0C TAC; 06, a MAC, for the starting day is inferred), their levels
# are taken to be those of DPK.
_LIKE_DPK = "PSAM use inferred: the kind, at the level of DPK"
DPK: Final = tuple(
    KeyRef(f"DPK{number}", None, 0x22, number, hsm) for number, hsm in ((1, "017F"), (2, "0199"), (3, "019C"))
)
DLK: Final = KeyRef("DLK", None, 0x29, 0x4B, "00B2", _LIKE_DPK)
DTK: Final = KeyRef("DTK", None, 0x2C, 0x4C, "00B5", _LIKE_DPK)
DSK: Final = KeyRef("DSK", None, 0x26, 0x4A, "00AF", _LIKE_DPK)

BY_CARD: Final = KeyRef("COS", None, None, None, None, "the card itself, by its own commands")
"""Stands for the write rule of what no UPDATE ever opens."""

UNTOLD: Final = KeyRef("?", None, None, None, None, "not told by any source")
"""Stands for a key that no source names."""

KEYS: Final = (
    *(IRK, STK, UK_SSSE, BK, PUK, RK_SSSE, RK_EF0C, UK_EF0C, UK_EF0D),
    *(*RK_DF01, *UK_DF01),
    *(*RK_DF02, *UK_DF02),
    *(*RK_DF03, *UK_DF03, LK_DF03),
    *(*RK_DF04, *UK_DF04, LK_DF04),
    *(*RK_DF07, *UK_DF07),
    *(*DPK, DLK, DTK, DSK),
)
"""Every key of an application that can be selected, for the table in the documentation and for simulators."""

UNREACHABLE: Final = (*UK_DF05, *UK_DF06)
"""Keys of applications of which no AID and no file is told: nothing here selects them, so nothing uses these."""
