"""Status words: what a card says at the end of every answer (card specification part 5, table 5; ISO/IEC 7816-4)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class SW(IntEnum):
    """The words of the national list that have one meaning each. 61xx, 63Cx and 6Cxx carry a number; see below."""

    OK = 0x9000
    REFUSED = 0x6300
    INVALIDATED = 0x6283
    MEMORY = 0x6581
    WRONG_LENGTH = 0x6700
    WRONG_STATE = 0x6901
    WRONG_STRUCTURE = 0x6981
    SECURITY = 0x6982
    LOCKED = 0x6983
    REFERENCE_INVALID = 0x6984
    CONDITIONS = 0x6985
    NO_CURRENT_FILE = 0x6986
    MAC_MISSING = 0x6987
    MAC_WRONG = 0x6988
    DATA_WRONG = 0x6A80
    NOT_SUPPORTED = 0x6A81
    NO_FILE = 0x6A82
    NO_RECORD = 0x6A83
    NO_SPACE = 0x6A84
    LENGTH_AND_TLV = 0x6A85
    WRONG_P1P2 = 0x6A86
    NO_KEY = 0x6A88
    WRONG_OFFSET = 0x6B00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00
    NO_ANSWER_WAITS = 0x6F00
    MAC_INVALID = 0x9302
    BLOCKED = 0x9303
    FUNDS = 0x9401
    COUNTER_END = 0x9402
    KEY_INDEX = 0x9403
    MAC_UNAVAILABLE = 0x9406


OK: Final = int(SW.OK)
"""The same as a plain number, for what is compared at every command."""

_MEANING: Final[dict[int, str]] = {
    SW.OK: "done",
    SW.REFUSED: "authentication failed",
    SW.INVALIDATED: "selected file or application is invalidated",
    SW.MEMORY: "memory failure",
    SW.WRONG_LENGTH: "wrong length",
    SW.WRONG_STATE: "not allowed in this state",
    SW.WRONG_STRUCTURE: "wrong file structure for the command",
    SW.SECURITY: "security condition not met",
    SW.LOCKED: "PIN or key locked",
    SW.REFERENCE_INVALID: "no challenge, or reference data invalid",
    SW.CONDITIONS: "conditions of use not met",
    SW.NO_CURRENT_FILE: "no current file",
    SW.MAC_MISSING: "MAC missing",
    SW.MAC_WRONG: "MAC or secured data wrong",
    SW.DATA_WRONG: "wrong data",
    SW.NOT_SUPPORTED: "not supported, or card blocked",
    SW.NO_FILE: "file not found",
    SW.NO_RECORD: "record not found",
    SW.NO_SPACE: "no space in the file",
    SW.LENGTH_AND_TLV: "length and TLV do not agree",
    SW.WRONG_P1P2: "wrong P1 P2",
    SW.NO_KEY: "key not found",
    SW.WRONG_OFFSET: "offset outside the file",
    SW.UNKNOWN_INS: "unknown instruction",
    SW.UNKNOWN_CLA: "unknown class",
    SW.NO_ANSWER_WAITS: "no answer waits, or no precise diagnosis",
    SW.MAC_INVALID: "MAC invalid",
    SW.BLOCKED: "application blocked for good",
    SW.FUNDS: "not enough funds",
    SW.COUNTER_END: "counter at its end",
    SW.KEY_INDEX: "key index not supported",
    SW.MAC_UNAVAILABLE: "MAC not available",
}

DONE: Final[frozenset[int]] = frozenset({SW.OK})

SELECTED: Final[frozenset[int]] = frozenset({SW.OK, *range(0x6100, 0x6200)})
"""SELECT where nobody wants the description that some cards offer with 61xx: it is done all the same."""

REFUSALS: Final[frozenset[int]] = frozenset({*range(0x6300, 0x6400), SW.LOCKED})
"""What a wrong or locked PIN is answered with; see :func:`tries_left`."""

ANY: Final = range(0x10000)
"""For a caller that sorts every word itself."""

ABSENT: Final[frozenset[int]] = frozenset({SW.NO_RECORD})
"""READ RECORD of something this card does not have, such as tag 4E on a generation 1 card."""

NOT_HERE: Final[frozenset[int]] = frozenset(
    {
        SW.WRONG_LENGTH,
        SW.WRONG_STATE,
        SW.CONDITIONS,
        SW.NO_CURRENT_FILE,
        SW.DATA_WRONG,
        SW.NOT_SUPPORTED,
        SW.NO_FILE,
        SW.WRONG_P1P2,
        SW.NO_KEY,
        SW.UNKNOWN_INS,
        SW.UNKNOWN_CLA,
        SW.NO_ANSWER_WAITS,
    }
)
"""What cards of all kinds answer to the SELECT of an application that they do not carry."""

BLOCKED: Final[frozenset[int]] = frozenset({SW.BLOCKED, SW.INVALIDATED})


def meaning(sw: int) -> str:
    """Technical words for a status word, for logs and the health page."""
    if sw >> 8 == 0x61:
        return f"{sw & 0xFF or 256} bytes wait"
    if sw >> 8 == 0x6C:
        return f"ask for {sw & 0xFF or 256} bytes"
    if sw >> 4 == 0x63C:
        return f"refused, {sw & 0xF} tries left"
    return _MEANING.get(sw, "not in the national list")


def tries_left(sw: int) -> int | None:
    """What the card says is left after a refused PIN or key: the one place that folds the words into a number.

    63Cx says x. A locked PIN or key (6983) has none. Some older systems write the number without the C (630x); 6300
    says that it was wrong and nothing more. Every other word gives ``None``.
    """
    if sw == SW.LOCKED:
        return 0
    if sw >> 4 == 0x63C:
        return sw & 0xF
    if 0x6301 <= sw <= 0x630F:
        return sw & 0xF
    return None


def plausible(sw: int) -> bool:
    """Whether ``sw`` can be a status word at all: 6x or 9x, but not 60 (ISO/IEC 7816-3 clause 10.3.3)."""
    return 0x9000 <= sw < 0xA000 or 0x6100 <= sw < 0x7000
