"""Codes of the reader interface (card.md §6.1), and the one place where a fault of the driver becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from cardio.errors import CardError, CardFault
from cardio.keysource import RK_SSSE
from cardio.status import SW


class Code(IntEnum):
    """What a function gives: 0, one of these, or a card's status word as a negative number (:func:`of_status`)."""

    OK = 0
    CARD_KIND = -1
    NO_CARD = -2
    NOT_POWERED = -3
    MUTE = -4
    LIBRARY = -5
    READER = -11
    NOT_CONNECTED = -12
    NOT_SUPPORTED = -13
    ARGUMENT = -14
    CHECKSUM = -15
    CARD_ID_FORMAT = -20
    NOT_GENUINE = -21
    OTHER_CARD = -22
    DATA = -23
    PSAM_LEVEL = -24
    HSM_DISAGREES = -25
    PIN_CANCELLED = -31
    PIN_TIMEOUT = -32
    PIN_LENGTH = -33
    PIN_DIFFERENT = -34
    INITIAL_PIN_CLOSED = -35
    INITIAL_PIN_AGAIN = -36
    OPERAND_CHARACTERS = -41
    OPERAND_LENGTH = -42
    PIN_WRONG = -51
    PIN_LOCKED = -52
    NO_PSAM = -2201
    PSAM_ALGORITHM = -2202
    PSAM_NO_RK = -2203
    NO_HSM_NEEDED = -2204


MEANING: Final[Mapping[int, str]] = {
    Code.OK: "成功",
    Code.CARD_KIND: "卡类型不对",
    Code.NO_CARD: "无卡",
    Code.NOT_POWERED: "有卡未上电",
    Code.MUTE: "卡无应答",
    Code.LIBRARY: "加载动态库错",
    Code.READER: "读卡器连接错",
    Code.NOT_CONNECTED: "未建立连接",
    Code.NOT_SUPPORTED: "动态库不支持该命令",
    Code.ARGUMENT: "命令参数错",
    Code.CHECKSUM: "信息校验和出错",
    Code.CARD_ID_FORMAT: "卡识别码格式错",
    Code.NOT_GENUINE: "内部认证失败",
    Code.OTHER_CARD: "传入数据与卡内不符",
    Code.DATA: "传入数据不合法",
    Code.PSAM_LEVEL: "PSAM密钥级别不够",
    Code.HSM_DISAGREES: "内部认证与加密机不一致",
    Code.PIN_CANCELLED: "用户取消密码输入",
    Code.PIN_TIMEOUT: "密码输入超时",
    Code.PIN_LENGTH: "密码长度错",
    Code.PIN_DIFFERENT: "两次密码不一致",
    Code.INITIAL_PIN_CLOSED: "初始密码不能交易",
    Code.INITIAL_PIN_AGAIN: "不能改为初始密码",
    Code.OPERAND_CHARACTERS: "运算数据含非法字符",
    Code.OPERAND_LENGTH: "运算数据长度错",
    Code.PIN_WRONG: "PIN校验失败",
    Code.PIN_LOCKED: "PIN锁定",
    Code.NO_PSAM: "无PSAM卡",
    Code.PSAM_ALGORITHM: "PSAM不支持该算法",
    Code.PSAM_NO_RK: "PSAM无RKSSSE",
    Code.NO_HSM_NEEDED: "不需要加密机认证",
}
"""The standard's words."""

FALL_BACK: Final = frozenset({Code.NO_PSAM, Code.PSAM_ALGORITHM, Code.PSAM_NO_RK, Code.PSAM_LEVEL, -0x6A88})
"""Codes after which a caller leaves the PSAM for the HSM functions (reader interface 10.5)."""


def of_status(sw: int) -> int:
    """A card's status word as the interface writes it: 6A82 is -27266."""
    return -sw


class Refused(Exception):  # noqa: N818 - an answer, not a mistake of the program
    """Why a call ends without success.

    :param code: what the function gives.
    :param detail: for the log; never anything of the caller's data, a PIN or a key.
    """

    def __init__(self, code: int, detail: str = "", *, tries_left: int | None = None) -> None:
        super().__init__(f"{int(code)}" + (f": {detail}" if detail else ""))
        self.code = int(code)
        self.tries_left = tries_left


_OF_FAULT: Final[Mapping[CardFault, int]] = {
    CardFault.SERVICE_STOPPED: Code.READER,
    CardFault.NO_READER: Code.READER,
    CardFault.SEVERAL_READERS: Code.ARGUMENT,
    CardFault.READER_UNKNOWN: Code.READER,
    CardFault.READER_BUSY: Code.NOT_CONNECTED,
    CardFault.READER_GONE: Code.READER,
    CardFault.READER_STUCK: Code.MUTE,
    CardFault.NO_CARD: Code.NO_CARD,
    CardFault.CARD_MUTE: Code.MUTE,
    CardFault.CARD_REMOVED: Code.NO_CARD,
    CardFault.CARD_CHANGED: Code.OTHER_CARD,
    CardFault.READER_OTHER: Code.READER,
    CardFault.CARD_RESET: Code.NOT_POWERED,
    CardFault.SUPPORT_MISSING: Code.LIBRARY,
    CardFault.NOT_SOCIAL_SECURITY: Code.CARD_KIND,
    CardFault.UNKNOWN_GENERATION: Code.CARD_KIND,
    CardFault.APPLICATION_BLOCKED: Code.CARD_KIND,
    CardFault.CARD_BLOCKED: Code.CARD_KIND,
    CardFault.ANSWER_MALFORMED: Code.CHECKSUM,
    CardFault.STATUS_UNEXPECTED: Code.CHECKSUM,
    CardFault.FIELD_UNREADABLE: Code.CHECKSUM,
    CardFault.NAME_UNWRITABLE: Code.DATA,
    CardFault.FIELD_UNWRITABLE: Code.DATA,
    CardFault.COMMAND_MALFORMED: Code.ARGUMENT,
    CardFault.FILE_ABSENT: of_status(SW.NO_FILE),
    CardFault.FILE_CLOSED: of_status(SW.SECURITY),
    CardFault.RECORD_ABSENT: of_status(SW.NO_RECORD),
    CardFault.KEY_UNKNOWN: of_status(SW.NO_KEY),
    CardFault.PSAM_MISSING: Code.NO_PSAM,
    CardFault.PSAM_ALGORITHM: Code.PSAM_ALGORITHM,
    CardFault.PSAM_KEY_MISSING: of_status(SW.NO_KEY),
    CardFault.PSAM_LEVEL: Code.PSAM_LEVEL,
    CardFault.PSAM_REGION: Code.PSAM_LEVEL,
    CardFault.KEY_ANSWER: Code.CHECKSUM,
    CardFault.NOT_GENUINE: Code.NOT_GENUINE,
    CardFault.KEY_REFUSED: Code.NOT_GENUINE,
    CardFault.KEY_LOCKED: Code.NOT_GENUINE,
    CardFault.NO_KEY_SOURCE: Code.NO_PSAM,
    CardFault.CARD_NOT_PLANNED: Code.OTHER_CARD,
    CardFault.CARD_NOT_BLANK: Code.OTHER_CARD,
    CardFault.ISSUE_INCOMPLETE: Code.DATA,
    CardFault.PLAN_MALFORMED: Code.DATA,
    CardFault.WRITE_NOT_KEPT: Code.CHECKSUM,
    CardFault.PIN_WRONG: Code.PIN_WRONG,
    CardFault.PIN_LOCKED: Code.PIN_LOCKED,
    CardFault.PIN_FORMAT: Code.PIN_LENGTH,
    CardFault.PIN_UNSET: Code.PIN_WRONG,
}

_STATUS_SAYS_MORE: Final = frozenset(
    {
        CardFault.APPLICATION_BLOCKED,
        CardFault.CARD_BLOCKED,
        CardFault.STATUS_UNEXPECTED,
        CardFault.FIELD_UNREADABLE,
        CardFault.FILE_ABSENT,
        CardFault.FILE_CLOSED,
        CardFault.KEY_REFUSED,
        CardFault.KEY_LOCKED,
        CardFault.PIN_UNSET,
    }
)
"""Faults whose code is the card's own word, where the card said one."""


def code_of(error: CardError) -> int:
    """The interface's code for a fault of the driver."""
    if error.fault is CardFault.PSAM_KEY_MISSING and error.detail == RK_SSSE.name:
        return Code.PSAM_NO_RK
    if error.fault in _STATUS_SAYS_MORE and error.sw is not None:
        return of_status(error.sw)
    return _OF_FAULT[error.fault]


def message(code: int, tries_left: int | None = None) -> str:
    """The standard's words for a code, with the tries left where the card said them."""
    words = MEANING.get(code)
    if words is None:
        return f"卡返回 {-code:04X}"
    return f"{words}，剩余{tries_left}次" if tries_left is not None and code == Code.PIN_WRONG else words
