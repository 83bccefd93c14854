"""Theme 2: what a card does with each command's parameters (card.md §3; LD/T 6001.2-2023). One row, one case."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Final

from cardio import status
from cardio.apdu import Command, Response
from cardio.channel import Channel
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Theme
from cardio.link import Link
from cardio.profile import BANK_DEBIT, SSSE

SELECT_SSSE: Final = f"00A40400{len(SSSE):02X}{SSSE.hex().upper()}"
SELECT_BANK: Final = f"00A40400{len(BANK_DEBIT):02X}{BANK_DEBIT.hex().upper()}"
SELECT_DF01: Final = "00A4040006D15600000500"
SELECT_EF05: Final = "00A4020002EF05"
SELECT_EF06: Final = "00A4020002EF06"
SELECT_EF16: Final = "00A4020002EF16"

REFUSED: Final = ("6[4-9A-F]??", "9[1-9A-F]??")
"""Any word of an error, where the text leaves open which; 63Cx is none of them: it uses up a try."""

_EF05: Final = (SELECT_SSSE, SELECT_EF05)
_PLAIN: Final = (SELECT_DF01, SELECT_EF16)


@dataclass(frozen=True)
class Row:
    """:param before: commands that have to succeed first. :param words: patterns of the status word.
    :param size: bytes of the answer. :param since: first generation that has what is asked for.
    """

    id: str
    chinese: str
    requirement: str
    before: tuple[str, ...]
    apdu: str
    words: tuple[str, ...]
    size: int | None = None
    since: int = 1
    destructive: bool = False


ROWS: Final = (
    Row(
        "P01",
        "按名称选择社会保障系统环境",
        "SELECT finds the social security environment by its name",
        (),
        SELECT_SSSE,
        ("9000", "61??"),
    ),
    Row(
        "P02",
        "选择不存在的名称为 6A82",
        "SELECT of a name that is not there is 6A82",
        (),
        "00A4040005D15600FFFF",
        ("6A82",),
    ),
    Row(
        "P03",
        "选择不存在的文件为 6A82",
        "SELECT of a file that is not there is 6A82",
        (SELECT_SSSE,),
        "00A4020002EF1D",
        ("6A82",),
    ),
    Row(
        "P04",
        "SELECT 的 P1 P2 未定义时拒绝",
        "SELECT with undefined P1 P2 is refused",
        (SELECT_SSSE,),
        "00A4FFFF02EF05",
        REFUSED,
    ),
    Row(
        "P05",
        "没有当前文件时 READ RECORD 为 6986",
        "READ RECORD without a current file is 6986",
        (SELECT_SSSE,),
        "00B2010012",
        ("6986",),
    ),
    Row(
        "P06",
        "按记录标识 READ RECORD",
        "READ RECORD by identifier gives the record",
        _EF05,
        "00B2010012",
        ("9000",),
        18,
    ),
    Row("P07", "按记录号 READ RECORD", "READ RECORD by number gives the record", _EF05, "00B2010412", ("9000",), 18),
    Row(
        "P08",
        "按短文件标识 READ RECORD",
        "READ RECORD by short file identifier",
        (SELECT_SSSE,),
        "00B2012812",
        ("9000",),
        18,
    ),
    Row(
        "P09",
        "READ RECORD 不存在的标识为 6A83",
        "READ RECORD of an absent identifier is 6A83",
        _EF05,
        "00B27E0012",
        ("6A83",),
    ),
    Row(
        "P10",
        "READ RECORD 不存在的记录号为 6A83",
        "READ RECORD of an absent number is 6A83",
        _EF05,
        "00B2630412",
        ("6A83",),
    ),
    Row(
        "P11",
        "对透明文件 READ RECORD 为 6981",
        "READ RECORD of a transparent file is 6981",
        _PLAIN,
        "00B2010010",
        ("6981",),
        since=2,
    ),
    Row(
        "P12",
        "对记录文件 READ BINARY 为 6981",
        "READ BINARY of a file of records is 6981",
        _EF05,
        "00B0000008",
        ("6981",),
    ),
    Row(
        "P13",
        "READ BINARY 超出文件末尾为 6B00",
        "READ BINARY beyond the end is 6B00",
        _PLAIN,
        "00B07FF008",
        ("6B00",),
        since=2,
    ),
    Row(
        "P14",
        "READ BINARY 返回 Le 个字节",
        "READ BINARY gives as many bytes as Le says",
        _PLAIN,
        "00B0000010",
        ("9000",),
        16,
        since=2,
    ),
    Row("P15", "GET CHALLENGE 4 字节", "GET CHALLENGE of 4 bytes", (SELECT_SSSE,), "0084000004", ("9000",), 4),
    Row("P16", "GET CHALLENGE 8 字节", "GET CHALLENGE of 8 bytes", (SELECT_SSSE,), "0084000008", ("9000",), 8),
    Row("P17", "GET CHALLENGE 16 字节", "GET CHALLENGE of 16 bytes", (SELECT_SSSE,), "0084000010", ("9000",), 16),
    Row(
        "P18",
        "GET CHALLENGE 其他长度拒绝",
        "GET CHALLENGE of another length is refused",
        (SELECT_SSSE,),
        "0084000005",
        ("67??", "6C??", "6A86"),
    ),
    Row(
        "P19",
        "INTERNAL AUTHENTICATE 的 Lc 错为 6700",
        "INTERNAL AUTHENTICATE with a wrong Lc is 6700",
        (SELECT_SSSE,),
        "00880000080102030405060708",
        ("6700",),
    ),
    Row(
        "P20",
        "没有随机数时 EXTERNAL AUTHENTICATE 为 6984",
        "EXTERNAL AUTHENTICATE without a challenge is 6984",
        (SELECT_SSSE,),
        "0082000410" + "00" * 16,
        ("6984",),
        destructive=True,
    ),
    Row(
        "P21",
        "EXTERNAL AUTHENTICATE 的密钥不存在为 6A88",
        "EXTERNAL AUTHENTICATE of a key that is not there is 6A88",
        (SELECT_SSSE, "0084000008"),
        "0082001F10" + "00" * 16,
        ("6A88",),
        destructive=True,
    ),
    Row(
        "P22",
        "EXTERNAL AUTHENTICATE 的 Lc 错为 6700",
        "EXTERNAL AUTHENTICATE with a wrong Lc is 6700",
        (SELECT_SSSE, "0084000008"),
        "00820004080102030405060708",
        ("6700",),
        destructive=True,
    ),
    Row(
        "P24",
        "无数据的 VERIFY 给出剩余次数",
        "VERIFY without data tells the tries left",
        (SELECT_SSSE,),
        "0020000000",
        ("63C?", "9000"),
        destructive=True,
    ),
    Row(
        "P25",
        "1 字节的 VERIFY 为 6700",
        "VERIFY of a single byte is 6700",
        (SELECT_SSSE,),
        "002000000112",
        ("6700",),
        destructive=True,
    ),
    Row(
        "P26",
        "VERIFY 的 P2 错为 6A86 或 6A88",
        "VERIFY with a wrong P2 is 6A86 or 6A88",
        (SELECT_SSSE,),
        "0020000103123456",
        ("6A86", "6A88"),
        destructive=True,
    ),
    Row(
        "P27",
        "CHANGE PIN 过短为 6700",
        "CHANGE PIN that is too short is 6700",
        (SELECT_SSSE,),
        "805E01000212FF",
        ("6700",),
        destructive=True,
    ),
    Row(
        "P28",
        "CHANGE PIN 的 P1 错为 6A86",
        "CHANGE PIN with a wrong P1 is 6A86",
        (SELECT_SSSE,),
        "805E020007123456FF123456",
        ("6A86",),
        destructive=True,
    ),
    Row(
        "P29",
        "未认证密钥时 UPDATE RECORD 为 6982",
        "UPDATE RECORD without the key is 6982",
        _EF05,
        "00DC0600060604" + "20300101",
        ("6982",),
        destructive=True,
    ),
    Row(
        "P30",
        "未认证密钥时 UPDATE BINARY 为 6982",
        "UPDATE BINARY without the key is 6982",
        _PLAIN,
        "00D6000001AA",
        ("6982",),
        since=2,
        destructive=True,
    ),
    Row(
        "P32",
        "没有待取数据时 GET RESPONSE 为 6F00",
        "GET RESPONSE with nothing waiting is 6F00",
        _EF05,
        "00C0000008",
        ("6F00",),
    ),
    Row("P33", "未知指令为 6D00", "an unknown instruction is 6D00", (SELECT_SSSE,), "00FB000000", ("6D00",)),
    Row("P34", "未知类别为 6E00", "an unknown class is 6E00", (SELECT_SSSE,), "F0B2010012", ("6E00",)),
)


def send(link: Link, apdu: str) -> Response:
    """One command with what T=0 adds to it, whatever the status word."""
    return Channel(link).send(Command.decode(bytes.fromhex(apdu)), status.ANY)


def head(apdu: str) -> str:
    """What a report may show of a command."""
    return apdu[:8]


def prepared(link: Link, before: tuple[str, ...]) -> None:
    """:raises NotApplicable: where the card does not come so far."""
    for apdu in before:
        sw = send(link, apdu).sw
        if sw >> 8 not in (0x61, 0x90):
            raise NotApplicable(f"{head(apdu)} -> {sw:04X} beforehand")


def case_of(row: Row) -> Case:
    """The case of a row."""

    def run(bench: Bench) -> str | None:
        if bench.identify().identity.generation < row.since:
            raise NotApplicable(f"from generation {row.since}")
        with bench.opened() as link:
            prepared(link, row.before)
            answer = send(link, row.apdu)
        if not words(answer.sw, row.words):
            return f"{head(row.apdu)} -> {answer.sw:04X}, not {' or '.join(row.words)}"
        if row.size is not None and len(answer.data) != row.size:
            return f"{head(row.apdu)} -> {len(answer.data)} bytes, not {row.size}"
        return None

    return Case(row.id, row.chinese, row.requirement, run, Theme.PARAMETERS, row.destructive)


def words(sw: int, patterns: tuple[str, ...]) -> bool:
    """Whether a status word is one of ``patterns``."""
    return any(fnmatch(f"{sw:04X}", pattern) for pattern in patterns)


def _genuine(bench: Bench) -> str | None:
    """As the key sources here judge; the card alone cannot tell."""
    if bench.proved_by() is None and bench.disproved:
        return f"not the answer of the card's key, says {', '.join(sorted(bench.disproved))}"
    bench.keys()
    return None


GENUINE: Final = Case(
    "P49",
    "INTERNAL AUTHENTICATE 的回答符合卡的密钥",
    "INTERNAL AUTHENTICATE answers as the card's key does",
    _genuine,
    Theme.PARAMETERS,
)

CASES: Final = (*(case_of(row) for row in ROWS), GENUINE)
