"""DF01 公共应用: registration, residence, family, employer, education (card.md §2.4; V2.0 notice tables 4 to 9)."""

from __future__ import annotations

from typing import Any, Final

from cardio.binary import Opaque
from cardio.cardkeys import RK_DF01, UK_DF01
from cardio.codec import Cn, Text
from cardio.files.items import digits, group, part, text
from cardio.files.shape import FREE, Access, Application, Content, ElementaryFile, Example, Need, Record, Structure
from cardio.keysource import KeyRef

DF01: Final = Application("DF01", bytes.fromhex("D15600000500"), 0xDF01, "公共应用信息区")

_READ: Final = dict.fromkeys((1, 2, 3), Access(Need.PIN_OR_KEY, RK_DF01[0]))
_UK = dict(enumerate(UK_DF01, 1))


def _records(fid: int, key: str, title: str, write: KeyRef, *records: Record[Any]) -> ElementaryFile:
    return ElementaryFile(fid, key, title, Structure.RECORDS, _READ, write, records, application=DF01, untold=(1,))


_STUDIES = group(
    0x40,
    "学历记录",
    (part(0x57, Text(3)), part(0x58, Cn(3)), part(0x59, Text(0x28))),
    (
        Example(
            "5703303131" + "5803199807" + "5928" + "CABEC0FDD1A7D4BA" + "00" * 0x20,
            {"item_57": "011", "item_58": "199807", "item_59": "示例学院"},
            written=True,
        ),
        # As some write it: a part left out, spaces for padding.
        Example(
            "5703303131" + "5928" + "CABEC0FDD1A7D4BA" + "20" * 0x20,
            {"item_57": "011", "item_58": None, "item_59": "示例学院"},
        ),
    ),
    count=3,
    key="studies",
)

DF01_EF05: Final = _records(
    0xEF05,
    "registration",
    "户籍信息",
    _UK[1],
    text(0x20, "户口类别", 2, "3130", "10", key="registration_kind"),
    text(0x21, "户籍地址", 0x50, "BBA7BCAEB5D8D6B7CABEC0FD", "户籍地址示例", key="registered_address"),
    digits(0x0E, "", 3, "379999"),
)
DF01_EF06: Final = _records(
    0xEF06,
    "residence",
    "常住地信息",
    _UK[4],
    text(0x23, "", 0x50, "CABEC0FDD0A1C7F8B6FEBAC5C2A5", "示例小区二号楼"),
    digits(0x24, "", 3, "379999"),
    text(0x28, "电话", 0x0F, "3037333130303030303030", "07310000000", key="telephone"),
    text(0x2C, "", 0x32, "CABEC0FDC2B7C8FDBAC5", "示例路三号"),
    text(0x2D, "", 0x0F, "3030303030303030303030", "00000000000"),
)
DF01_EF07: Final = _records(0xEF07, "condition", "个人状况信息", _UK[2], text(0x29, "个人状况", 1, "31", "1"))
DF01_EF08: Final = _records(
    0xEF08, "marriage", "婚姻信息", _UK[3], text(0x2B, "婚姻状况", 1, "32", "2", key="marital_status")
)
DF01_EF09: Final = _records(
    0xEF09,
    "employer",
    "单位信息",
    _UK[2],
    text(0x2E, "", 0x46, "CABEC0FDC8CBC1A6D7CAD4B4D3D0CFDEB9ABCBBE", "示例人力资源有限公司"),
    text(0x30, "", 9, "303030303030303058", "00000000X"),
    text(0x32, "", 2, "3131", "11"),
)
DF01_EF0A: Final = _records(
    0xEF0A,
    "nationality",
    "国籍、政治面貌信息",
    _UK[5],
    text(0x37, "国籍", 3, "43484E", "CHN", key="nationality"),
    text(0x38, "政治面貌", 2, "3133", "13", key="political_status"),
    digits(0x39, "", 4, "20010101"),
)
DF01_EF15: Final = _records(
    0xEF15, "education", "学历信息", _UK[6], digits(0x2A, "学历", 1, "31", key="education_level", exact=True), _STUDIES
)

RESERVED_SIZE: Final = 0x128
_RESERVED = "0102030405" + "00" * (RESERVED_SIZE - 5)

RESERVED: Final = tuple(
    ElementaryFile(
        fid,
        f"reserved_{fid & 0xFF:02x}",
        "预留信息",
        Structure.TRANSPARENT,
        dict.fromkeys((1, 2, 3), FREE),
        _UK[number],
        size=RESERVED_SIZE,
        content=Content(
            Opaque(RESERVED_SIZE),
            (
                Example(_RESERVED, bytes.fromhex(_RESERVED), written=True),
                Example("00" * RESERVED_SIZE, None, written=True),
                Example("FF" * RESERVED_SIZE, None),
            ),
        ),
        application=DF01,
        untold=(1,),
    )
    for number, fid in enumerate(range(0xEF16, 0xEF1B), 7)
)

FILES: Final = (
    *(DF01_EF05, DF01_EF06, DF01_EF07, DF01_EF08, DF01_EF09, DF01_EF0A, DF01_EF15),
    *RESERVED,
)
