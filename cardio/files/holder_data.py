"""EF06 持卡人基本信息: whose card it is (card.md §2.2; V2.0 notice table 3, card specification part 6)."""

from __future__ import annotations

from datetime import date
from typing import Final

from cardio.codec import An, Cn, Day, NamePart
from cardio.files.shape import FREE, Access, ElementaryFile, Example, Need, Record, Structure
from cardio.keysource import RK_SSSE, UK_SSSE
from cardio.names import EXTENSION_LENGTH, FIRST_LENGTH

NUMBER: Final = Record(
    0x08,
    "social_security_number",
    "社会保障号码",
    An(18),
    (
        Example("313131313131313938313031303131313130", "111111198101011110", True),
        Example("00" * 18, None, True),
        Example("20" * 18, None),
        Example("FF" * 18, None),
        # A fifteen-digit number of the first generation.
        Example("333739393939393030313031303031000000", "379999900101001", True),
        Example("333739393939393030313031303031202020", "379999900101001"),
    ),
)
NAME: Final = Record(
    0x09,
    "name",
    "姓名",
    NamePart(FIRST_LENGTH),
    (
        Example("D5C5C8FD" + "00" * 26, bytes.fromhex("D5C5C8FD" + "00" * 26), True),
        Example("C0EE" + "00" * 28 + "EE" * 4, bytes.fromhex("C0EE" + "00" * 28)),
        Example("C0EE" * 15 + "EE" * 4, bytes.fromhex("C0EE" * 15)),
        Example("D5C5C8FD" + "20" * 26, bytes.fromhex("D5C5C8FD" + "20" * 26), True),
        Example("D5C5C8FD" + "FF" * 26, bytes.fromhex("D5C5C8FD" + "FF" * 26), True),
        Example("00" * 30, None, True),
        Example("20" * 30, None),
        Example("FF" * 30, None),
    ),
)
NAME_EXTENSION: Final = Record(
    0x4E,
    "name_extension",
    "姓名扩展",
    NamePart(EXTENSION_LENGTH),
    (
        Example("C8FD" + "00" * 18, bytes.fromhex("C8FD" + "00" * 18), True),
        Example("00" * 20, None, True),
        Example("20" * 20, None),
        Example("FF" * 20, None),
    ),
    since=2,
)
SEX: Final = Record(
    0x0A,
    "sex",
    "性别",
    An(1),
    (Example("31", "1", True), Example("39", "9", True), Example("00", None, True), Example("FF", None)),
)
NATION: Final = Record(
    0x0B,
    "nation",
    "民族",
    Cn(1, exact=True),
    (
        Example("01", "01", True),
        Example("20", "20", True),
        Example("99", "99", True),
        Example("FF", None, True),
        Example("00", None),
    ),
)
BIRTH_PLACE: Final = Record(
    0x0C,
    "birth_place",
    "出生地",
    Cn(3),
    (
        Example("379999", "379999", True),
        Example("3799FF", "3799", True),
        Example("379999EEEE", "379999"),
        Example("FFFFFF", None, True),
        Example("000000", None),
        Example("202020", None),
    ),
)
BIRTH_DATE: Final = Record(
    0x0D,
    "birth_date",
    "出生日期",
    Day(),
    (
        Example("19810101", date(1981, 1, 1), True),
        Example("FFFFFFFF", None, True),
        Example("00000000", None),
        Example("19810101EE", date(1981, 1, 1)),
    ),
)

EF06: Final = ElementaryFile(
    0xEF06,
    "holder_data",
    "持卡人基本信息",
    Structure.RECORDS,
    {1: FREE, 2: FREE, 3: Access(Need.KEY, RK_SSSE)},
    UK_SSSE,
    (NUMBER, NAME, NAME_EXTENSION, SEX, NATION, BIRTH_PLACE, BIRTH_DATE),
)
