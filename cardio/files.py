"""Files of the social security card declared as data: every record with its tag, type, length and worked examples.

One test walks all declarations and checks the examples both ways; the table in ``docs/card-files.md`` is made from
them. EF05 and EF06 are here (V2.0 notice table 3, card specification part 6); the shape also holds the files of the
applications DF01 to DF07.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, Generic, TypeVar

from cardio.answers import FieldUnreadableError
from cardio.codec import An, CardId, Cn, Codec, CodecError, Day, Hex, NamePart
from cardio.errors import CardError, CardFault
from cardio.keysource import RK_SSSE, UK_SSSE, KeyRef
from cardio.names import EXTENSION_LENGTH, FIRST_LENGTH
from cardio.tlv import encode_simple, one_simple

T = TypeVar("T")


class Structure(Enum):
    """How an elementary file is laid out (card specification part 3)."""

    RECORDS = "variable-length linear records"
    TRANSPARENT = "transparent"
    CYCLIC = "cyclic records"


class Need(Enum):
    """What must be proven before a file opens."""

    FREE = "free"
    KEY = "key"
    PIN = "PIN"
    PIN_OR_KEY = "PIN or key"
    PIN_AND_KEY = "PIN and key"


@dataclass(frozen=True)
class Access:
    """:param key: the key of ``need``, where it names one."""

    need: Need
    key: KeyRef | None = None


FREE: Final = Access(Need.FREE)


@dataclass(frozen=True)
class Example(Generic[T]):
    """Bytes as some card holds them, in hex, and the value they mean.

    :param written: whether this driver writes ``value`` as exactly these bytes; other paddings are only read.
    """

    raw: str
    value: T | None
    written: bool = False


@dataclass(frozen=True)
class Record(Generic[T]):
    """One record: a simple TLV.

    :param key: the word for it in this product's data.
    :param title: the standard's word.
    :param since: first generation that has it.
    """

    tag: int
    key: str
    title: str
    codec: Codec[T]
    examples: tuple[Example[T], ...]
    since: int = 1

    @property
    def le(self) -> int:
        """Bytes of the whole record: tag, length and value."""
        return self.codec.length + 2

    @property
    def label(self) -> str:
        """For faults and logs."""
        return f"{self.key} ({self.tag:02X})"

    def decode(self, answer: bytes) -> T | None:
        """The value in the answer to READ RECORD; ``None`` when it is blank.

        :raises CardError: ANSWER_MALFORMED for another structure or tag, FIELD_UNREADABLE for bytes that are no value.
        """
        try:
            return self.codec.decode(one_simple(answer, self.tag))
        except CodecError as error:
            raise FieldUnreadableError(self.label, str(error)) from None

    def encode(self, value: T | None) -> bytes:
        """The whole record, ready to be written.

        :raises CardError: FIELD_UNWRITABLE when the value does not fit.
        """
        try:
            return encode_simple(self.tag, self.codec.encode(value))
        except CodecError as error:
            raise CardError(CardFault.FIELD_UNWRITABLE, f"{self.label}: {error}") from None


@dataclass(frozen=True)
class ElementaryFile:
    """:param fid: file identifier. :param size: bytes of a transparent file.
    :param read: access rule for each generation that has the file. :param write: key that opens it for UPDATE.
    """

    fid: int
    key: str
    title: str
    structure: Structure
    read: Mapping[int, Access]
    write: KeyRef
    records: tuple[Record[Any], ...] = ()
    size: int | None = None

    @property
    def sfi(self) -> int:
        """Short file identifier: the low five bits of the FID."""
        return self.fid & 0x1F

    def of(self, generation: int) -> tuple[Record[Any], ...]:
        """The records that a card of ``generation`` has."""
        return tuple(record for record in self.records if record.since <= generation)


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
    An(9, cut=True),
    (
        Example("443231343335363958", "D2143569X", True),
        # Some cards keep more here; nine characters are the number.
        Example("4432313433353639584142", "D2143569X"),
        Example("00" * 9, None, True),
        Example("20" * 9, None),
        Example("FF" * 9, None),
    ),
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

FILES: Final = (EF05, EF06)
"""Every declared file, for the test that walks them and the generated table."""
