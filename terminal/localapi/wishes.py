"""What a call is about, for the person who is asked: the function, the files and items it names, the values masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cardio import files
from cardio.files import ElementaryFile
from cardio.interface33 import Effect, Function
from cardio.interface33 import arguments as given
from cardio.interface33.arguments import FileAddress, Item
from terminal.model import masks
from terminal.text import Text
from terminal.views.common import Fact

ACTIONS: Final = {
    "iReadCardBas": Text("读取卡片基本信息", "read the card's basic information"),
    "iReadCard": Text("读取卡内信息", "read files of the card"),
    "iWriteCard": Text("写入卡内信息", "write into the card"),
    "iVerifyPIN": Text("核验社保密码", "check the social security PIN"),
    "iChangePIN": Text("修改社保密码", "change the social security PIN"),
    "iReloadPIN": Text("重置社保密码", "set a new social security PIN"),
    "iUnblockPIN": Text("解锁社保密码", "unblock the social security PIN"),
    "iDoDebit": Text("卡内账户扣款", "pay from the account in the card"),
    "iReadDebitRecord": Text("读取卡内交易明细", "read the payments kept in the card"),
}
"""By the family of the function."""

TWO_PEOPLE: Final = frozenset({"iReloadPIN", "iUnblockPIN"})
"""A16 takes two people at the counter; another program is no way round that."""

_FUNCTION, _CARD = Text("功能", "Function"), Text("卡号", "Card number")
_LATER = Text("（数值在下一步给出，不再询问）", "(the values come in the next step, which is not asked about)")
_TOTAL, _PARTS = Text("总额（分）", "Total (fen)"), Text("个人账户+统筹（分）", "Account + pooled fund (fen)")
_WHOLE = Text("整个文件", "the whole file")


def _year(day: str) -> str:
    return day[:4] + "****"


_MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    files.NUMBER.key: masks.number,
    files.NAME.key: masks.name,
    files.BIRTH_DATE.key: _year,
}


@dataclass(frozen=True)
class Wish:
    """:param lines: what the function would do, for a person to judge. :param asks: whether somebody has to consent.
    :param two: whether a second person has to as well.
    """

    action: Text
    lines: tuple[Fact, ...] = ()
    asks: bool = False
    two: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The action as a line."""
        return (Fact(Text("另一个程序请求", "Another program asks to"), self.action),)


def wish_of(function: Function, arguments: tuple[object, ...]) -> Wish:
    """:raises Refused: for arguments that are not of the interface's grammar: nobody is asked about those."""
    name = family_of(function)
    writes = function.effect is Effect.WRITE
    lines = _lines(function, dict(zip(function.parameters, arguments, strict=True))) if writes else ()
    return Wish(ACTIONS[name], lines, asks=writes, two=name in TWO_PEOPLE)


def family_of(function: Function) -> str:
    """The function's name without its steps."""
    return function.family.removesuffix("_HSM")


def _lines(function: Function, by_name: Mapping[str, object]) -> tuple[Fact, ...]:
    lines = [Fact(_FUNCTION, Text(function.name, function.name))]
    card = masks.card_number(given.card_info(by_name["pCardInfo"]).number)
    lines.append(Fact(_CARD, Text(card, card)))
    if "pPayInfo" in by_name:
        paid = given.payment(by_name["pPayInfo"])
        lines += [Fact(_TOTAL, Text(paid.total, paid.total)), Fact(_PARTS, Text(paid.parts, paid.parts))]
    if "pFileAddr" in by_name:
        addresses = given.file_addresses(by_name["pFileAddr"])
        data = given.write_data(by_name["pWriteData"], addresses) if "pWriteData" in by_name else None
        for nth, address in enumerate(addresses):
            lines += _file_lines(address, None if data is None else data[nth])
    return tuple(lines)


def _file_lines(address: FileAddress, values: tuple[str, ...] | None) -> list[Fact]:
    ef = next((each for each in files.FILES if each.path == address.name), None)
    if ef is None:
        return [Fact(Text(address.name, address.name), _WHOLE)]
    if not address.items:
        return [Fact(file_title(ef), _WHOLE if values is None else _shown(None, values[0]))]
    lines = []
    for nth, item in enumerate(address.items):
        title = item_title(ef, item)
        lines.append(Fact(title, _LATER if values is None else _shown(_record_key(ef, item), values[nth])))
    return lines


def file_title(ef: ElementaryFile) -> Text:
    """As declared: the standard's word, and ours in English."""
    return Text(f"{ef.title}（{ef.path}）", f"{_words(ef.key)} ({ef.path})")


def item_title(ef: ElementaryFile, item: Item) -> Text:
    record = next((each for each in ef.records if each.tag == item.tag), None)
    file = file_title(ef)
    if record is None:
        return Text(f"{file.zh} {item.written()}", f"{file.en} {item.written()}")
    nth = f" {item.number}" if item.number else ""
    zh = record.title or item.written()
    return Text(f"{file.zh} {zh}{nth}", f"{file.en} {_words(record.key)}{nth}")


def _record_key(ef: ElementaryFile, item: Item) -> str | None:
    record: Any = next((each for each in ef.records if each.tag == item.tag), None)
    return None if record is None else str(record.key)


def _words(key: str) -> str:
    return key.replace("_", " ")


def _shown(key: str | None, value: str) -> Text:
    """Masked: enough to see that something is there and how it ends, not what it is."""
    mask = _MASKS.get(key or "", _half)
    shown = mask(value) if value else ""
    return Text(shown or "（空）", shown or "(blank)")


def _half(value: str) -> str:
    """The last two of what is longer than four; a picture is only counted."""
    if len(value) > 64:
        return f"*** ({len(value)})"
    return "*" * max(0, len(value) - 2) + value[-2:] if len(value) > 4 else "*" * len(value)
