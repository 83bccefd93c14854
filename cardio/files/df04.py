"""DF04 社会保险信息区2: the medical account (card.md §2.4; V2.0 notice)."""

from __future__ import annotations

from typing import Any, Final

from cardio.cardkeys import BY_CARD, RK_DF04, UK_DF04, UNTOLD
from cardio.codec import Cn, Number, Text
from cardio.files.items import cyclic, digits, part, text
from cardio.files.shape import NEVER, UNSTATED, Access, Application, ElementaryFile, Example, Need, Record, Structure
from cardio.keysource import KeyRef

DF04: Final = Application("DF04", bytes.fromhex("D15600000503"), 0xDF04, "社会保险信息区2")

_ALL: Final = (1, 2, 3)
_OR: Final = Access(Need.PIN_OR_KEY, RK_DF04[0])
_AND: Final = Access(Need.PIN_AND_KEY, RK_DF04[0])


def _records(fid: int, key: str, title: str, rule: Access, write: KeyRef, *records: Record[Any]) -> ElementaryFile:
    read = dict.fromkeys(_ALL, rule)
    return ElementaryFile(fid, key, title, Structure.RECORDS, read, write, records, application=DF04, untold=(1,))


DF04_EF05: Final = _records(
    0xEF05,
    "medical",
    "医疗保险基本信息",
    _OR,
    UK_DF04[0],
    text(0x81, "", 8, "3337393939393031", "37999901"),
    digits(0x84, "", 3, "379999"),
    text(0x87, "", 0x11, "3337393939393030303030303031", "37999900000001"),
    digits(0x8C, "", 1, "11"),
    digits(0x80, "", 4, "20100101"),
    text(0x8B, "", 0x1D, "CABEC0FD", "示例"),
    text(0x8A, "", 0x0F, "3030303030303030303030", "00000000000"),
    *(text(tag, "", 9, "303030303030303031", "000000001") for tag in bytes.fromhex("83 86 89 7D 7E 7F 8D 8E")),
    text(0x8F, "联网标志", 1, "31", "1", key="online"),  # 1 on-line, 2 off-line
)
DF04_EF06: Final = _records(
    0xEF06,
    "off_line",
    "临时脱网信息",
    _AND,
    UK_DF04[1],
    text(0x90, "", 1, "31", "1"),
    digits(0x92, "", 4, "20240101"),
    text(0x93, "", 2, "3031", "01"),
)
DF04_EF08: Final = ElementaryFile(
    0xEF08,
    "transactions",
    "交易明细",
    Structure.CYCLIC,
    dict.fromkeys(_ALL, Access(Need.PIN)),
    BY_CARD,
    content=cyclic(
        (
            part(None, Number(2), "number"),
            part(None, Text(1), "item_2"),
            part(None, Cn(6), "item_3"),
            part(None, Cn(7), "item_4"),
            *(part(None, Number(4), f"item_{number}") for number in (5, 6, 7)),
        ),
        Example(
            "0001" + "36" + "379999000001" + "20240506101112" + "00000BB8" + "000003E8" + "000007D0",
            {
                "number": 1,
                "item_2": "6",
                "item_3": "379999000001",
                "item_4": "20240506101112",
                "item_5": 3000,
                "item_6": 1000,
                "item_7": 2000,
            },
            written=True,
        ),
    ),
    application=DF04,
    rows=30,
    untold=(1,),
)
DF04_EF15: Final = ElementaryFile(
    0xEF15,
    "settlements",
    "特殊结算信息",
    Structure.CYCLIC,
    {2: _OR, 3: _OR},
    UK_DF04[1],
    content=cyclic(
        (part(None, Number(2), "number"), part(None, Text(1), "item_2")),
        Example("000131", {"number": 1, "item_2": "1"}, written=True),
        Example("0020" + "00", {"number": 32, "item_2": None}, written=True),
        Example("0000" + "00", None),
    ),
    application=DF04,
    rows=8,
)
AMOUNTS: Final = ElementaryFile(
    0x0000,
    "amounts",
    "金额信息（卡内部）",
    Structure.INTERNAL,
    dict.fromkeys(_ALL, NEVER),
    BY_CARD,
    content=cyclic(
        (
            part(None, Number(2), "load_counter"),
            part(None, Number(2), "purchase_counter"),
            *(part(None, Number(4), key) for key in ("balance", "self_paid", "pooled")),
            part(None, Cn(2), "year"),
            part(None, Cn(2), "starting_day"),
        ),
        Example(
            "0001" + "0002" + "00002710" + "00000064" + "000000C8" + "2024" + "0101",
            {
                "load_counter": 1,
                "purchase_counter": 2,
                "balance": 10000,
                "self_paid": 100,
                "pooled": 200,
                "year": "2024",
                "starting_day": "0101",
            },
            written=True,
        ),
    ),
    application=DF04,
    doubt="one source; which counter stands first, and the type of year and day, are inferred",
)
FIRST_GENERATION: Final = ElementaryFile(
    0xEF09,
    "first_generation_09",
    "",
    Structure.RECORDS,
    {1: UNSTATED},
    UNTOLD,
    application=DF04,
    doubt="generation 1 alone has it",
    untold=(1,),
)

FILES: Final = (DF04_EF05, DF04_EF06, DF04_EF08, DF04_EF15, AMOUNTS, FIRST_GENERATION)
