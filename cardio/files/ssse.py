"""The other files of SSSE: fingerprints, photo, and the two that provinces have filled (card.md §2.1)."""

from __future__ import annotations

from typing import Final

from cardio.binary import Opaque, Picture, PictureFile
from cardio.cardkeys import RK_EF0C, UK_EF0C, UK_EF0D
from cardio.files.items import digits, text
from cardio.files.shape import UNSTATED, Access, Content, ElementaryFile, Example, Need, Structure
from cardio.keysource import RK_SSSE, UK_SSSE

_BY_RK: Final = {2: Access(Need.KEY, RK_SSSE), 3: Access(Need.KEY, RK_SSSE)}

FINGERPRINT_SIZE: Final = 0x300
OTHER_FINGERPRINT_SIZE: Final = 0x400
PHOTO_SIZE: Final = 0x1000

_TEMPLATE = "464D5200" + "20323000" + "00" * (FINGERPRINT_SIZE - 8)

EF07: Final = ElementaryFile(
    0xEF07,
    "fingerprints",
    "指纹",
    Structure.TRANSPARENT,
    _BY_RK,
    UK_SSSE,
    size=FINGERPRINT_SIZE,
    sizes=(OTHER_FINGERPRINT_SIZE,),
    content=Content(
        Opaque(FINGERPRINT_SIZE, (OTHER_FINGERPRINT_SIZE,)),
        (
            Example(_TEMPLATE, bytes.fromhex(_TEMPLATE), written=True),
            Example(_TEMPLATE + "FF" * 0x100, bytes.fromhex(_TEMPLATE + "FF" * 0x100), written=True),
            Example("00" * FINGERPRINT_SIZE, None, written=True),
            Example("FF" * OTHER_FINGERPRINT_SIZE, None),
        ),
    ),
    doubt="300h by the V2.0 notice, 400h in one table of generation 2; none can be read in generation 1",
)

# The smallest JPEG that has every part: SOI, one segment with an end-of-image inside, SOS with a scan, EOI.
_JPEG = "FFD8" + "FFE00006FFD9AAAA" + "FFDA0008010100003F00" + "5A5A5A" + "FFD9"
# One white point: file header with the size 58 (3Ah), information header, three bytes of colour and one to fill a row.
_BMP = "424D3A000000" + "00000000" + "36000000" + "28000000" + "01000000" * 2 + "01001800" + "00" * 24 + "FFFFFF00"

_PICTURES: Final = (
    ("image/jpeg", _JPEG, bytes.fromhex(_JPEG)),
    ("image/bmp", _BMP, bytes.fromhex(_BMP)),
)

EF08: Final = ElementaryFile(
    0xEF08,
    "photo",
    "数字相片",
    Structure.TRANSPARENT,
    _BY_RK,
    UK_SSSE,
    size=PHOTO_SIZE,
    content=Content(
        PictureFile(PHOTO_SIZE),
        (
            *(
                Example(bytes.fromhex(head).ljust(PHOTO_SIZE, bytes((filler,))).hex(), Picture(kind, data), filler == 0)
                for kind, head, data in _PICTURES
                for filler in b"\x00\x20\xff"
            ),
            Example("00" * PHOTO_SIZE, None, written=True),
            Example("FF" * PHOTO_SIZE, None),
            Example("20" * PHOTO_SIZE, None),
        ),
    ),
)

EF0C: Final = ElementaryFile(
    0xEF0C,
    "local_0c",
    "省级自定义信息（0C）",
    Structure.RECORDS,
    {generation: Access(Need.KEY, RK_EF0C) for generation in (1, 2, 3)},
    UK_EF0C,
    doubt="structure and keys are the province's; the key was met in one",
    untold=(1, 2, 3),
)

EF0D: Final = ElementaryFile(
    0xEF0D,
    "local_0d",
    "省级自定义信息（0D）",
    Structure.RECORDS,
    dict.fromkeys((1, 2, 3), UNSTATED),
    UK_EF0D,
    (
        text(0xEA, "人员识别号", 0x0C, "303132333435363738394142", "0123456789AB", key="person_id"),
        digits(0xEB, "初次申领地", 3, "379999", key="first_region"),
        text(0xEC, "", 1, "31", "1"),
        text(0xED, "", 1, "30", "0"),
    ),
    doubt="met in two provinces; who may read it is not told",
    untold=(1,),
)

FILES: Final = (EF07, EF08, EF0C, EF0D)
