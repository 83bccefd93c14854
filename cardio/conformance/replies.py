"""What cases say about the answer of a function."""

from __future__ import annotations

from typing import Final

from cardio.conformance.bench import Bench, NotApplicable
from cardio.interface33 import Code, Reply
from cardio.interface33.errors import FALL_BACK

EXPIRES: Final = "SSSEEF05|06|$"
"""卡有效期: what the suite writes, and puts back."""

NEW_DATE: Final = "20991231"
WRITTEN: Final = f"SSSEEF05|{NEW_DATE}|$"


def not_code(reply: Reply, wanted: int) -> str | None:
    """``None`` when the function gave the code."""
    return None if reply.code == wanted else f"{reply.code}, not {int(wanted)}"


def not_done(reply: Reply) -> str | None:
    """``None`` when the function succeeded.

    :raises NotApplicable: where PSAM or HSM lacks the key, which says nothing about card and reader.
    """
    if reply.code in FALL_BACK:
        raise NotApplicable(f"the key source has no such key ({reply.code})")
    return not_code(reply, Code.OK)


def read(bench: Bench, address: str) -> Reply:
    """iReadCard by key."""
    return bench.interface.call("iReadCard", 1, 2, bench.info, address)


def expiry(bench: Bench) -> str:
    """卡有效期 as iReadCard gives it. :raises NotApplicable: where it cannot be read."""
    reply = read(bench, EXPIRES)
    if reply.code:
        raise NotApplicable(f"{EXPIRES} cannot be read ({reply.code})")
    if reply.text == WRITTEN:
        raise NotApplicable("the card holds already what would be written")
    return reply.text
