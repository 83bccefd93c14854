"""What callers hand in, as the reader interface writes it (card.md §6): numbers, and texts in GBK.

Everything here comes from another program and is hostile: what is not exactly of the grammar is refused with a code,
and nothing of it is repeated in a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Final, TypeVar

from cardio.interface33.errors import Code, Refused

LONGEST: Final = 20480
"""Bytes of an argument; no call of the interface has use for more."""

FIELD, FILE, PART = "|", "$", "^"
"""What ends a field, what ends a file, and what stands between the fields of one record."""

_ADDRESS = re.compile(r"(SSSE|DF0[1-9A-F]|DF1[0-9A-F])EF([01][0-9A-F])")
_ITEM = re.compile(r"([0-9A-F]{2})(?::([1-9][0-9]?))?|([1-9][0-9]{0,2})")
_MOST_FEN: Final = 0xFFFFFFFF
_HEX = re.compile(r"[0-9A-Fa-f]*")


class LinkKind(IntEnum):
    """iType: by which way the card is sought."""

    CONTACT = 1
    CONTACTLESS = 2
    CONTACT_FIRST = 3
    CONTACTLESS_FIRST = 4


class AuthKind(IntEnum):
    """iAuthType: what opens a file whose rule is PIN *or* key."""

    PIN = 1
    KEY = 2


@dataclass(frozen=True)
class CardInfo:
    """pCardInfo: which card the caller means."""

    card_id: bytes
    number: str = field(repr=False)

    def written(self) -> str:
        return f"{self.card_id.hex().upper()}|{self.number}|"


@dataclass(frozen=True)
class Item:
    """One item of a file: a tag and which of its records, or the number of a record of a cyclic file."""

    tag: int | None
    number: int | None = None

    def written(self) -> str:
        if self.tag is None:
            return str(self.number)
        return f"{self.tag:02X}" + (f":{self.number}" if self.number is not None else "")


@dataclass(frozen=True)
class FileAddress:
    """One file of pFileAddr. :param application: ``SSSE`` or ``DFnn``. :param fid: ``EFnn`` as a number."""

    application: str
    fid: int
    items: tuple[Item, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.application}EF{self.fid & 0xFF:02X}"

    def written(self) -> str:
        return FIELD.join([self.name, *(item.written() for item in self.items), ""]) + FILE


@dataclass(frozen=True)
class Payment:
    """pPayInfo: 总额, 个人账户+统筹 and the time of the terminal. Amounts as the caller wrote them."""

    total: str
    parts: str
    time: str

    @property
    def amounts(self) -> bytes:
        """Total, from the account, from the pooled fund: four bytes each."""
        return b"".join(int(amount).to_bytes(4) for amount in (self.total, *self.parts.split("+")))


def text(value: object) -> str:
    """A text argument: ``bytes`` in GBK as a C program has it, with or without its final zero, or ``str``.

    :raises Refused: ARGUMENT for anything else, DATA for bytes that are no GBK, a zero inside, or more than
        20480 bytes.
    """
    if isinstance(value, str):
        size = len(value)
        text_ = value
    elif isinstance(value, bytes | bytearray):
        size = len(value)
        try:
            text_ = bytes(value).decode("gb18030") if size <= LONGEST else ""
        except UnicodeDecodeError:
            raise Refused(Code.DATA, "not GBK") from None
    else:
        raise Refused(Code.ARGUMENT, "not a text")
    text_ = text_.removesuffix("\x00")
    if size > LONGEST or "\x00" in text_ or any(0xD800 <= ord(char) < 0xE000 for char in text_):
        raise Refused(Code.DATA, f"a text of {size}")
    return text_


_Kind = TypeVar("_Kind", LinkKind, AuthKind)


def _kind(value: object, kinds: type[_Kind]) -> _Kind:
    if isinstance(value, int) and not isinstance(value, bool) and value in {int(kind) for kind in kinds}:
        return kinds(value)
    raise Refused(Code.ARGUMENT, f"no {kinds.__name__}")


def link_kind(value: object) -> LinkKind:
    """:raises Refused: ARGUMENT unless it is 1 to 4."""
    return _kind(value, LinkKind)


def auth_kind(value: object) -> AuthKind:
    """:raises Refused: ARGUMENT unless it is 1 or 2."""
    return _kind(value, AuthKind)


def fields(value: object, count: int) -> list[str]:
    """Exactly ``count`` fields, each ended by ``|``.

    :raises Refused: as :func:`text`; DATA for another count.
    """
    parts = text(value).split(FIELD)
    if len(parts) != count + 1 or parts[-1]:
        raise Refused(Code.DATA, f"not {count} fields")
    return parts[:-1]


def card_info(value: object) -> CardInfo:
    """pCardInfo, ``卡识别码|卡号|``.

    :raises Refused: DATA; CARD_ID_FORMAT unless the first field is 32 hex digits.
    """
    card_id, number = fields(value, 2)
    if len(card_id) != 32 or not _HEX.fullmatch(card_id):
        raise Refused(Code.CARD_ID_FORMAT)
    if len(number) > 9 or not number.isascii() or not number.isprintable():
        raise Refused(Code.DATA, "no card number")
    return CardInfo(bytes.fromhex(card_id), number)


def _files(value: object) -> list[list[str]]:
    """Files, each ended by ``$``, with their fields, each ended by ``|``; a file without fields may leave it out."""
    parts = text(value).split(FILE)
    if len(parts) < 2 or parts[-1]:
        raise Refused(Code.DATA, "a file without its end")
    found = []
    for part in parts[:-1]:
        row = part.split(FIELD)
        if len(row) > 1:
            if row[-1]:
                raise Refused(Code.DATA, "a field without its end")
            row.pop()
        found.append(row)
    return found


def file_addresses(value: object, *, one: bool = False) -> tuple[FileAddress, ...]:
    """pFileAddr: ``DF01EF0A|37|$DF01EF15|2A|40:2|$``.

    :param one: whether more than one file is refused, as in the HSM functions.
    :raises Refused: DATA for anything that is not of the grammar, and for a file or an item that is named twice.
    """
    rows = _files(value)
    if one and len(rows) != 1:
        raise Refused(Code.DATA, "one file only")
    found = tuple(_address(row) for row in rows)
    if len({address.name for address in found}) != len(found):
        raise Refused(Code.DATA, "a file twice")
    return found


def _address(row: list[str]) -> FileAddress:
    head = _ADDRESS.fullmatch(row[0])
    if head is None:
        raise Refused(Code.DATA, "no file name")
    items = tuple(_item(word) for word in row[1:])
    if len(set(items)) != len(items):
        raise Refused(Code.DATA, "an item twice")
    return FileAddress(head[1], 0xEF00 | int(head[2], 16), items)


def _item(word: str) -> Item:
    found = _ITEM.fullmatch(word)
    if found is None:
        raise Refused(Code.DATA, "no item")
    tag, nth, number = found.groups()
    if tag is not None:
        return Item(int(tag, 16), None if nth is None else int(nth))
    return Item(None, int(number))


def write_data(value: object, addresses: tuple[FileAddress, ...]) -> tuple[tuple[str, ...], ...]:
    """pWriteData: the layout of pFileAddr with values in place of items.

    :returns: the values of each file, in the order of its items; a file addressed by name alone has one.
    :raises Refused: DATA where names or counts do not mirror ``addresses``.
    """
    rows = _files(value)
    if len(rows) != len(addresses):
        raise Refused(Code.DATA, "not the files of the address")
    found = []
    for row, address in zip(rows, addresses, strict=True):
        if row[0] != address.name or len(row) - 1 != max(1, len(address.items)):
            raise Refused(Code.DATA, "not the items of the address")
        found.append(tuple(row[1:]))
    return tuple(found)


def operand(value: str, size: int) -> bytes:
    """``size`` bytes that a key system computed, in hex.

    :raises Refused: OPERAND_CHARACTERS, OPERAND_LENGTH.
    """
    if not value.isascii() or not _HEX.fullmatch(value):
        raise Refused(Code.OPERAND_CHARACTERS)
    if len(value) != 2 * size:
        raise Refused(Code.OPERAND_LENGTH)
    return bytes.fromhex(value)


def pair(value: object) -> tuple[bytes, bytes]:
    """pKey of a second step: cryptogram and raw value, 16 hex digits each; a final ``|`` is allowed.

    :raises Refused: as :func:`operand`.
    """
    both = operand(text(value).removesuffix(FIELD), 16)
    return both[:8], both[8:]


def basic_key(value: object) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes] | None]:
    """pKey of iReadCardBas_HSM_Step2: the pair of the internal and, where the card is of generation 3, of the external
    authentication.

    :raises Refused: as :func:`pair`; DATA for another count of fields.
    """
    internal, external = fields(value, 2)
    return pair(internal), pair(external) if external else None


def command(value: object, head: bytes, sizes: tuple[int, ...]) -> bytes:
    """pKey of a third step: the whole command ``head`` with its data, in hex, or the data alone: some key systems leave
    the header to the terminal.

    :param head: CLA INS P1 P2 Lc that the second step gave out; nothing else may reach the card through this.
    :param sizes: bytes of data that the command may have.
    :returns: the data.
    :raises Refused: as :func:`operand`; DATA for another header.
    """
    written = text(value).removesuffix(FIELD)
    if not written.isascii() or not _HEX.fullmatch(written):
        raise Refused(Code.OPERAND_CHARACTERS)
    whole = {2 * (len(head) + size) for size in sizes}
    if len(written) not in whole | {2 * size for size in sizes}:
        raise Refused(Code.OPERAND_LENGTH)
    raw = bytes.fromhex(written)
    if len(written) not in whole:
        return raw
    if raw[: len(head)] != head:
        raise Refused(Code.DATA, "not the command of this exchange")
    return raw[len(head) :]


def payment(value: object) -> Payment:
    """pPayInfo, ``总额|个人账户+统筹|YYYYMMDDHHMMSS|``: amounts in fen.

    :raises Refused: DATA, also where the parts are more than the total.
    """
    total, parts, time = fields(value, 3)
    amounts = [total, *parts.split("+")]
    if len(amounts) != 3 or any(not re.fullmatch(r"[0-9]{1,10}", amount) for amount in amounts):
        raise Refused(Code.DATA, "no amounts")
    whole, account, pooled = (int(amount) for amount in amounts)
    if whole > _MOST_FEN or account + pooled > whole:
        raise Refused(Code.DATA, "amounts that do not add up")
    return Payment(total, parts, moment(time))


def moment(value: str) -> str:
    """A time as YYYYMMDDHHMMSS.

    :raises Refused: DATA.
    """
    try:
        datetime.strptime(value, "%Y%m%d%H%M%S")  # noqa: DTZ007 - the text tells no zone
    except ValueError:
        raise Refused(Code.DATA, "no time") from None
    if not re.fullmatch(r"[0-9]{14}", value):  # strptime takes fewer digits too
        raise Refused(Code.DATA, "no time")
    return value


def purchase_key(value: object) -> tuple[bytes, str, bytes]:
    """pKey of iDoDebit_HSM_Step2, ``终端交易序号|交易时间|MAC1|``: 8 hex digits, the time, 8 hex digits.

    :raises Refused: as :func:`operand`; DATA for another count of fields.
    """
    sequence, time, code = fields(value, 3)
    return operand(sequence, 4), moment(time), operand(code, 4)
