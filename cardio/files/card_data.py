"""EF05 发卡机构数据: what the card says of itself (card.md §2.2; V2.0 notice table 3, card specification part 6)."""

from __future__ import annotations

from datetime import date
from typing import Final

from cardio.codec import An, CardId, Day, Hex
from cardio.files.shape import FREE, ElementaryFile, Example, Record, Structure
from cardio.keysource import UK_SSSE

CARD_ID: Final = Record(
    0x01,
    "card_id",
    "卡的识别码",
    CardId(),
    (
        Example("639900D15600000500BF7C7A48FB4966", bytes.fromhex("639900D15600000500BF7C7A48FB4966"), True),
        Example("519900D15600000510000B26FFFFFFFF", bytes.fromhex("519900D15600000510000B26FFFFFFFF"), True),
        Example("FF" * 16, None, True),
        Example("00" * 16, None),
    ),
)
CARD_CLASS: Final = Record(
    0x02,
    "card_class",
    "卡的类别",
    An(1),
    (Example("33", "3", True), Example("00", None, True), Example("20", None), Example("FF", None)),
)
VERSION: Final = Record(
    0x03,
    "version",
    "规范版本",
    An(4),
    (
        Example("332E3030", "3.00", True),
        Example("322E3000", "2.0", True),
        Example("322E3020", "2.0"),
        Example("312E30FF", "1.0"),
        Example("00000000", None, True),
        Example("20202020", None),
        Example("FFFFFFFF", None),
        Example("", None),
    ),
)
ISSUER: Final = Record(
    0x04,
    "issuer",
    "初始化机构编号",
    Hex(12),
    (
        Example("915600000237999937999901", "915600000237999937999901", True),
        Example("FF" * 12, None, True),
        Example("00" * 12, None),
    ),
)
ISSUED_ON: Final = Record(
    0x05,
    "issued_on",
    "发卡日期",
    Day(),
    (
        Example("20240506", date(2024, 5, 6), True),
        Example("FFFFFFFF", None, True),
        Example("00000000", None),
        Example("20202020", None),
    ),
)
EXPIRES_ON: Final = Record(
    0x06,
    "expires_on",
    "卡有效期",
    Day(),
    (Example("20340506", date(2034, 5, 6), True), Example("99991231", date(9999, 12, 31), True)),
)
CARD_NUMBER: Final = Record(
    0x07,
    "card_number",
    "卡号",
    An(9),
    (
        Example("443231343335363958", "D2143569X", True),
        # Some cards keep more here; nine characters are the number.
        Example("4432313433353639584142", "D2143569X"),
        Example("00" * 9, None, True),
        Example("20" * 9, None),
        Example("FF" * 9, None),
    ),
    cut=True,
)

EF05: Final = ElementaryFile(
    0xEF05,
    "issuer_data",
    "发卡机构数据",
    Structure.RECORDS,
    {1: FREE, 2: FREE, 3: FREE},
    UK_SSSE,
    (CARD_ID, CARD_CLASS, VERSION, ISSUER, ISSUED_ON, EXPIRES_ON, CARD_NUMBER),
)
