"""What stands in a foreign card: a made-up person, the issuer's data, some files of the applications."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.foreign.crypto import DES, WIDE
from tests.foreign.tree import AllOf, AnyOf, File, Key, Kind, Pin, Rule, tlv

_hex = bytes.fromhex

PHOTO = _hex("FFD8FFE000040000FFDA00040000") + bytes(range(255)) * 9 + _hex("FFD9")
VERSIONS = {1: b"1.00", 2: b"2.00", 3: b"3.00"}
PAN = "6217001234567890123"


@dataclass(frozen=True)
class Person:
    number: str = "379999198506153258"
    name: str = "测试人员"
    sex: str = "1"
    nation: str = "01"
    birth: str = "19850615"
    place: str = "379999"


@dataclass(frozen=True)
class Make:
    """One card, with its quirks.

    :param cipher: id of the cipher; ``None`` for the usual one of the generation.
    :param direct: answers at once, without 61xx and 6Cxx for GET RESPONSE.
    :param pad: what fills up texts. :param version: 规范版本, where it is another than the generation's.
    :param extension: the name's second record is there. :param directory: SFI of the DIR file.
    :param names_cipher: the FCI tells the cipher; ``None``: from the third generation on.
    :param longer: ``number``: a card number of 16 characters; ``value``: texts in longer items; ``filler``: items of
        the second generation in longer ones of the first, filled up with EE.
    :param blank: what unwritten records hold; ``absent`` for records that are not there.
    :param root_first: wants SELECT of the MF before. :param in_root: the files stand in the MF as well.
    :param bank: ``short``, ``full`` (GPO first) or ``none``.
    :param strict_factor: internal authentication wants the last challenge.
    :param lax: READ RECORD takes any Le.
    """

    generation: int = 2
    person: Person = field(default_factory=Person)
    cipher: int | None = None
    direct: bool = False
    pad: bytes = b"\0"
    version: bytes | None = None
    extension: bool = True
    directory: int = 0x0B
    names_cipher: bool | None = None
    longer: str = ""
    blank: bytes | str | None = None
    root_first: bool = False
    in_root: bool = False
    pin: str | None = "123456"
    tries: int = 3
    bank: str = "short"
    city: str = "379999"
    serial: str = "00000001"
    code: str = "12345678"
    strict_factor: bool = False
    lax: bool = False
    photo: bytes = PHOTO
    card_number: str = "X00000019"
    issued: str = "20200101"
    expires: str = "20300101"

    @property
    def cipher_number(self) -> int:
        return self.cipher or (WIDE if self.generation == 3 else DES)

    @property
    def history(self) -> bytes:
        return _hex("0081544B31" + "86493799" + self.serial.rjust(8, "0"))

    @property
    def card_id(self) -> bytes:
        return _hex(self.city) + _hex("D156000005") + _hex(self.serial.rjust(8, "0")) + _hex(self.code)


def _issuer(make: Make) -> list[bytes]:
    version = VERSIONS[make.generation] if make.version is None else make.version
    city = _hex(make.city)
    behind = {"number": b"ABCDEFG", "filler": b"\xee" * 3}.get(make.longer, b"")
    return [
        tlv(1, make.card_id),
        tlv(2, b"3"),
        tlv(3, version.ljust(4, b"\0")),
        tlv(4, _hex("9156000002") + city + city + b"\1"),
        tlv(5, _hex(make.issued)),
        tlv(6, _hex(make.expires)),
        tlv(7, make.card_number.encode() + behind),
    ]


def _holder(make: Make) -> list[bytes]:
    person = make.person

    def text(value: bytes, size: int) -> bytes:
        return value.ljust(size, make.pad)[:size]

    name, number = person.name.encode("gb18030"), person.number.encode()
    first, second = name[:30], name[30:50]
    extension = [tlv(0x4E, text(second, 20))] if make.generation >= 2 and make.extension else []
    records = [
        tlv(8, text(number, 18)),
        tlv(9, text(first, 30)),
        *extension,
        tlv(0x0A, person.sex.encode()),
        tlv(0x0B, _hex(person.nation)),
        tlv(0x0C, _hex(person.place)),
        tlv(0x0D, _hex(person.birth)),
    ]
    if make.longer == "value":
        return [tlv(8, text(number, 24)), tlv(9, text(first, 40)), *records[2:]]
    if make.longer == "filler":
        rest = [each if each[0] == 0x4E else tlv(each[0], each[2:] + b"\xee") for each in records[2:]]
        return [tlv(8, number + b"\xee\xee"), tlv(9, text(first, 30) + b"\xee" * 4), *rest]
    return records


def _social(make: Make) -> dict[int, File]:
    issuer, holder = _issuer(make), _holder(make)
    if make.blank == "absent":
        issuer, holder = issuer[:4], []
    elif isinstance(make.blank, bytes):
        filler = make.blank
        issuer = issuer[:4] + [each[:2] + filler * each[1] for each in issuer[4:]]
        holder = [each[:2] + filler * each[1] for each in holder]
    closed = Key(0x0A) if make.generation == 3 else None
    later = make.generation > 1
    files = {
        0xEF05: File(Kind.LINEAR, None, Key(4), issuer),
        0xEF06: File(Kind.LINEAR, closed, Key(4), holder),
        0xEF07: File(Kind.BINARY, Key(0x0A) if later else None, Key(4), data=bytearray(0x300)),
    }
    if later:
        data = bytearray(make.photo.ljust(0x1000, b"\0"))
        if isinstance(make.blank, bytes):
            data = bytearray(make.blank * 0x1000)
        files[0xEF08] = File(Kind.BINARY, Key(0x0A), Key(4), data=data)
    return files


def _text(value: str, size: int) -> bytes:
    return value.encode("gb18030").ljust(size, b"\0")


def _set(tag: int, *items: tuple[int, bytes]) -> bytes:
    return tlv(tag, b"".join(tlv(inner, value) for inner, value in items))


def _pin_or(key: int) -> Rule:
    return AnyOf((Pin(), Key(key)))


def _linear(read: Rule, write: int, *records: bytes) -> File:
    return File(Kind.LINEAR, read, Key(write), list(records))


SCHOOLS = ((b"61\0", "200307", "第一中学"), (b"21\0", "200707", "某某大学"), (b"11\0", "201007", "研究院"))
JOBS = ((b"0000001", "20200101", "20201231", "甲单位"), (b"0000002", "20190101", "20191231", "乙单位"))


def _public() -> dict[int, File]:
    read = _pin_or(0x88)
    schools = [_set(0x40, (0x57, code), (0x58, _hex(left)), (0x59, _text(name, 40))) for code, left, name in SCHOOLS]
    return {
        0xEF05: _linear(
            read, 0x83, tlv(0x20, b"10"), tlv(0x21, _text("示例市某区某路1号", 0x50)), tlv(0x0E, _hex("379999"))
        ),
        0xEF06: _linear(
            read,
            0x86,
            tlv(0x23, _text("示例市某区某街2号", 0x50)),
            tlv(0x24, _hex("379999")),
            tlv(0x28, _text("000012345678", 15)),
            tlv(0x2C, _text("示例省示例市", 0x32)),
            tlv(0x2D, _text("13800001111", 15)),
        ),
        0xEF08: _linear(read, 0x85, tlv(0x2B, b"2")),
        0xEF0A: _linear(read, 0x87, tlv(0x37, b"CHN"), tlv(0x38, b"01"), tlv(0x39, _hex("20010701"))),
        0xEF15: _linear(read, 0x89, tlv(0x2A, _hex("21")), *schools),
    }


def _work() -> dict[int, File]:
    rows = [code + _hex(start) + _hex(end) + _text(name, 0x46) for code, start, end, name in JOBS]
    return {0xEF07: File(Kind.CYCLIC, _pin_or(0x88), Key(0x86), rows, most=4)}


def _insurance() -> dict[int, File]:
    days = ((0x60, "20150101"), (0x98, "20160101"), (0x62, "20170101"))
    counts = ((0x63, b"001"), (0x64, b"002"), (0x65, b"003"), (0x66, b"004"))
    records = [tlv(0x61, _hex("379999")), *(tlv(tag, _hex(day)) for tag, day in days)]
    return {0xEF05: _linear(_pin_or(0x85), 0x86, *records, *(tlv(tag, count) for tag, count in counts))}


def _medical() -> dict[int, File]:
    purchase = _hex("0001") + b"1" + _hex("379999000001" + "20240102030405" + "00000064" + "0000000A" + "0000005A")
    return {
        0xEF05: _linear(
            _pin_or(0x84),
            0x85,
            tlv(0x81, b"YB000001"),
            tlv(0x84, _hex("379999")),
            tlv(0x87, _text("某医院", 0x11)),
            tlv(0x8C, _hex("01")),
            tlv(0x80, _hex("20200101")),
            tlv(0x8F, b"1"),
        ),
        0xEF06: _linear(
            AllOf((Pin(), Key(0x84))), 0x86, tlv(0x90, b"1"), tlv(0x92, _hex("20200202")), tlv(0x93, b"01")
        ),
        0xEF08: File(Kind.CYCLIC, Pin(), Key(0xFF), [purchase]),
    }


def applications(make: Make) -> dict[str, dict[int, File]]:
    """Every directory with its files."""
    social = _social(make)
    return {
        "MF": social if make.in_root else {},
        "SSSE": social,
        "DF01": _public(),
        "DF02": _work(),
        "DF03": _insurance(),
        "DF04": _medical(),
    }


def bank_records(make: Make) -> dict[int, dict[int, bytes]]:
    """By SFI and number."""
    track = _hex((PAN + "D30122010000000000F")[:38].ljust(38, "F"))
    record = tlv(0x70, tlv(0x5A, _hex(PAN + "F")) + _hex("5F2403301231") + tlv(0x57, track))
    if make.bank == "short":
        return {2: {1: record}}
    return {3: {2: record, 1: tlv(0x70, _hex("5F20045A5A5A5A"))}}
