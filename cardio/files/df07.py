"""DF07 人事人才, from V2.0 on (card.md §2.4). The ids of its keys on the card were not found, so it stays closed.

DF05 生命与健康 and DF06 社会救助与优抚 are optional and have a label, but no AID and no told file; the ids of three of
their keys stand in :mod:`cardio.cardkeys`, and open nothing here.
"""

from __future__ import annotations

from typing import Any, Final

from cardio.cardkeys import RK_DF07, UK_DF07
from cardio.files.items import digits, text
from cardio.files.shape import Access, Application, ElementaryFile, Need, Record, Structure

DF05: Final = Application("DF05", b"", 0xDF05, "生命与健康信息区")
DF06: Final = Application("DF06", b"", 0xDF06, "救助与优抚信息区")
DF07: Final = Application("DF07", bytes.fromhex("D15600000504"), 0xDF07, "人事人才信息区", 2)


def _records(number: int, key: str, *records: Record[Any]) -> ElementaryFile:
    rule = Access(Need.KEY, RK_DF07[number])
    return ElementaryFile(
        0xEF05 + number,
        key,
        "",
        Structure.RECORDS,
        {2: rule, 3: rule},
        UK_DF07[number],
        records,
        application=DF07,
        doubt="ids of the keys on the card not found",
    )


DF07_EF05: Final = _records(
    0,
    "personnel_05",
    text(0xF0, "", 2, "3031", "01"),
    text(0xF1, "", 1, "31", "1"),
    digits(0xF2, "", 4, "20190301"),
    text(0xF3, "", 3, "303131", "011"),
    digits(0xF4, "", 4, "20190301"),
)
DF07_EF06: Final = _records(
    1,
    "personnel_06",
    text(0xF5, "", 3, "303131", "011"),
    digits(0xF6, "", 4, "20190301"),
    text(0xF7, "", 0x46, "CABEC0FDB5A5CEBB", "示例单位"),
)
DF07_EF07: Final = _records(
    2,
    "personnel_07",
    digits(0xF8, "", 4, "20190301"),
    text(0xF9, "", 1, "31", "1"),
)

FILES: Final = (DF07_EF05, DF07_EF06, DF07_EF07)
