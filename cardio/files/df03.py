"""DF03 社会保险信息区1: unemployment, capacity for work, pension (card.md §2.4; V2.0 notice)."""

from __future__ import annotations

from typing import Any, Final

from cardio.binary import Opaque
from cardio.cardkeys import RK_DF03, UK_DF03, UNTOLD
from cardio.files.items import digits, text
from cardio.files.shape import UNSTATED, Access, Application, ElementaryFile, Example, Need, Record, Structure
from cardio.keysource import KeyRef

DF03: Final = Application("DF03", bytes.fromhex("D15600000502"), 0xDF03, "社会保险信息区1")

_RULE: Final = Access(Need.PIN_OR_KEY, RK_DF03[0])
_ALL: Final = dict.fromkeys((1, 2, 3), _RULE)
_LATER: Final = {2: _RULE, 3: _RULE}
_UK = dict(enumerate(UK_DF03, 1))


def _records(fid: int, key: str, title: str, write: KeyRef, *records: Record[Any]) -> ElementaryFile:
    read = _ALL if fid <= 0xEF07 else _LATER
    untold = tuple(generation for generation in read if generation == 1)  # the notice's tables are of V2.0
    return ElementaryFile(fid, key, title, Structure.RECORDS, read, write, records, application=DF03, untold=untold)


def _opaque(tag: int, length: int, count: int) -> Record[bytes]:
    """A constructed item whose parts no source tells: its bytes as they stand."""
    raw = bytes((0x01, 0x01, 0x31)).ljust(length, b"\x00")
    return Record(
        tag,
        f"item_{tag:02x}",
        "",
        Opaque(length),
        (
            Example(raw.hex(), raw, written=True),
            Example("00" * length, None, written=True),
            Example("FF" * length, None),
            Example("20" * length, None),
        ),
        since=2,
        count=count,
    )


DF03_EF05: Final = ElementaryFile(
    0xEF05,
    "unemployment",
    "失业信息",
    Structure.RECORDS,
    dict.fromkeys((1, 2, 3), Access(Need.PIN_OR_KEY, RK_DF03[1])),
    _UK[1],
    (
        digits(0x61, "", 3, "379999"),
        digits(0x60, "", 4, "20210101", elsewhere="DF02EF06"),
        digits(0x98, "", 4, "20210201"),
        digits(0x62, "", 4, "20220201"),
        *(text(tag, "", 3, "303132", "012") for tag in (0x63, 0x64, 0x65, 0x66)),
    ),
    application=DF03,
    untold=(1,),
)
DF03_EF06: Final = _records(
    0xEF06,
    "capacity",
    "劳动能力鉴定信息",
    _UK[2],
    text(0x45, "", 0x14, "3337393939393030303030303031", "37999900000001"),
    text(0x46, "", 2, "3031", "01"),
    text(0x47, "", 2, "3032", "02"),
    text(0x48, "", 1, "31", "1"),
    text(0x49, "", 1, "30", "0"),
    digits(0x67, "", 4, "20190301"),
    text(0x6B, "", 0x3C, "CBB5C3F7", "说明"),
    _opaque(0x4A, 0x61, 3),
)
DF03_EF07: Final = _records(
    0xEF07,
    "pension",
    "养老保险信息",
    _UK[3],
    text(0x70, "", 3, "303131", "011"),
    digits(0x71, "", 3, "379999"),
    *(digits(tag, "", 4, "20100101") for tag in (0x6E, 0x6C, 0x6F, 0x73)),
)
DF03_EF15: Final = _records(
    0xEF15,
    "insurance_15",
    "",
    _UK[4],
    digits(0x7A, "", 3, "379999"),
    *(digits(tag, "", 4, "20100101") for tag in (0x7B, 0x7C)),
)
DF03_EF16: Final = _records(
    0xEF16, "insurance_16", "", _UK[5], digits(0x51, "", 3, "379999"), text(0x5F, "", 1, "31", "1")
)
DF03_EF17: Final = _records(
    0xEF17,
    "insurance_17",
    "",
    _UK[6],
    text(0x3B, "", 0x14, "3337393939393030303030303031", "37999900000001"),
    text(0x3C, "", 0x46, "CABEC0FDB5A5CEBB", "示例单位"),
    text(0x3D, "", 1, "31", "1"),
    digits(0x3E, "", 4, "20190301"),
    text(0x3F, "", 0x3C, "CBB5C3F7", "说明"),
)
DF03_EF18: Final = _records(
    0xEF18,
    "insurance_18",
    "",
    _UK[7],
    text(0x74, "", 3, "303131", "011"),
    digits(0x75, "", 3, "379999"),
    digits(0x76, "", 1, "12"),
    digits(0x77, "", 4, "20190301"),
    digits(0x78, "", 4, "20200301"),
)
DF03_EF19: Final = _records(0xEF19, "insurance_19", "", _UK[8], _opaque(0x79, 0x27, 4))

FIRST_GENERATION: Final = tuple(
    ElementaryFile(
        fid,
        f"first_generation_{fid & 0xFF:02x}",
        "",
        Structure.RECORDS,
        {1: UNSTATED},
        UNTOLD,
        application=DF03,
        doubt="generation 1 alone has it",
        untold=(1,),
    )
    for fid in (0xEF08, 0xEF09, 0xEF0A)
)

FILES: Final = (
    *(DF03_EF05, DF03_EF06, DF03_EF07, DF03_EF15, DF03_EF16, DF03_EF17, DF03_EF18, DF03_EF19),
    *FIRST_GENERATION,
)
