"""DF02 就业与失业: skills, employment, registration, support (card.md §2.4; V2.0 notice)."""

from __future__ import annotations

from typing import Any, Final

from cardio.cardkeys import RK_DF02, UK_DF02
from cardio.codec import Cn, Text
from cardio.files.items import cyclic, digits, group, part, text
from cardio.files.shape import Access, Application, ElementaryFile, Example, Need, Record, Structure
from cardio.keysource import KeyRef

DF02: Final = Application("DF02", bytes.fromhex("D15600000501"), 0xDF02, "就业与失业信息区")

_RULE: Final = Access(Need.PIN_OR_KEY, RK_DF02[0])
_ALL: Final = dict.fromkeys((1, 2, 3), _RULE)
_LATER: Final = {2: _RULE, 3: _RULE}  # generation 1 ends with EF07
_UK = dict(enumerate(UK_DF02, 1))


def _records(fid: int, key: str, title: str, write: KeyRef, *records: Record[Any]) -> ElementaryFile:
    read = _ALL if fid <= 0xEF07 else _LATER
    untold = tuple(generation for generation in read if generation == 1)  # the notice's tables are of V2.0
    return ElementaryFile(fid, key, title, Structure.RECORDS, read, write, records, application=DF02, untold=untold)


_QUALIFICATIONS = group(
    0x43,
    "",
    (part(0x5A, Text(7)), part(0x5B, Text(1)), part(0x5C, Text(0x46)), part(0x5D, Cn(4)), part(0x5E, Text(0x10))),
    (
        Example(
            "5A0736303230313031" + "5B0133" + "5C46" + "CABEC0FDB9A4D6D6" + "00" * 0x3E + "5D0420150601"
            "5E10" + "30303030303031" + "00" * 9,
            {
                "item_5a": "6020101",
                "item_5b": "3",
                "item_5c": "示例工种",
                "item_5d": "20150601",
                "item_5e": "0000001",
            },
            written=True,
        ),
    ),
    count=2,
)
_TITLES = group(
    0x44,
    "",
    (part(0x33, Text(3)), part(0x34, Text(0x46)), part(0x35, Cn(4)), part(0x36, Text(0x10))),
    (
        Example(
            "3303303132" + "3446" + "D6D0BCB6" + "20" * 0x42 + "350420180901" + "3610" + "FF" * 16,
            {"item_33": "012", "item_34": "中级", "item_35": "20180901", "item_36": None},
        ),
        Example(
            "3303303132" + "3446" + "D6D0BCB6" + "00" * 0x42 + "350420180901" + "3610" + "00" * 16,
            {"item_33": "012", "item_34": "中级", "item_35": "20180901", "item_36": None},
            written=True,
        ),
    ),
    count=2,
)

DF02_EF05: Final = _records(
    0xEF05,
    "skills",
    "技能信息",
    _UK[1],
    text(0x42, "", 3, "303131", "011"),
    text(0x41, "", 3, "303132", "012"),
    _QUALIFICATIONS,
    _TITLES,
)
DF02_EF06: Final = _records(
    0xEF06,
    "employment",
    "就业状况信息",
    _UK[2],
    digits(0x4C, "", 4, "20120301"),
    text(0x4B, "", 5, "3031303031", "01001"),
    digits(0x4D, "", 3, "379999"),
    digits(0x60, "", 4, "20120401", elsewhere="DF03EF05"),
    text(0x4F, "", 6, "303130303031", "010001"),
    digits(0x50, "", 3, "379999"),
    text(0x3A, "", 7, "36303230313031", "6020101"),
)
_JOB = {"item_1": "6020101", "item_2": "20120301", "item_3": "20170301", "item_4": "示例单位"}
DF02_EF07: Final = ElementaryFile(
    0xEF07,
    "jobs",
    "就业记录",
    Structure.CYCLIC,
    _ALL,
    _UK[3],
    content=cyclic(
        (
            part(None, Text(7), "item_1"),
            part(None, Cn(4), "item_2"),
            part(None, Cn(4), "item_3"),
            part(None, Text(0x46), "item_4"),
        ),
        Example("36303230313031" + "20120301" + "20170301" + "CABEC0FDB5A5CEBB" + "00" * 0x3E, _JOB, written=True),
        Example("36303230313031" + "20120301" + "20170301" + "CABEC0FDB5A5CEBB" + "20" * 0x3E, _JOB),
        Example(
            "00" * 7 + "20120301" + "FFFFFFFF" + "00" * 0x46,
            {"item_1": None, "item_2": "20120301", "item_3": None, "item_4": None},
            written=True,
        ),
    ),
    application=DF02,
    rows=4,
    untold=(1,),
)
DF02_EF09: Final = _records(
    0xEF09,
    "employment_certificate",
    "登记证信息",
    _UK[4],
    text(0x55, "", 0x10, "33373939393930303030303031", "3799990000001"),
    text(0x56, "", 0x46, "CABEC0FDB5A5CEBB", "示例单位"),
    digits(0x96, "", 4, "20120301"),
    digits(0x97, "", 3, "379999"),
)
DF02_EF15: Final = _records(
    0xEF15,
    "support",
    "就业援助信息",
    _UK[5],
    group(
        0x99,
        "",
        (part(0x10, Text(3)), part(0x11, Cn(4)), part(0x12, Cn(3))),
        (
            Example(
                "1003303031" + "110420190101" + "1203379999",
                {"item_10": "001", "item_11": "20190101", "item_12": "379999"},
                written=True,
            ),
        ),
        count=4,
    ),
    digits(0x0F, "", 4, "20190101"),
    digits(0x1F, "", 3, "379999"),
)
_GRANT = {
    "item_1": "001",
    "item_2": "20190101",
    "item_3": "20190201",
    "item_4": "20200201",
    "item_5": "379999",
}
DF02_EF16: Final = ElementaryFile(
    0xEF16,
    "policies",
    "享受政策记录",
    Structure.CYCLIC,
    _LATER,
    _UK[6],
    content=cyclic(
        (
            part(None, Text(3), "item_1"),
            *(part(None, Cn(4), f"item_{number}") for number in (2, 3, 4)),
            part(None, Cn(3), "item_5"),
        ),
        Example("303031" + "20190101" + "20190201" + "20200201" + "379999", _GRANT, written=True),
    ),
    application=DF02,
    rows=4,
)

FILES: Final = (DF02_EF05, DF02_EF06, DF02_EF07, DF02_EF09, DF02_EF15, DF02_EF16)
