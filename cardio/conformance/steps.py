"""Theme 1: the functions in HSM steps, with an HSM that really computes (LD/T 33; 38号文 10.5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cardio import status
from cardio.apps import pin
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Theme
from cardio.conformance.functions import eleven
from cardio.conformance.given import Digits
from cardio.conformance.pins import given_again, replaced, spent
from cardio.conformance.replies import EXPIRES, WRITTEN, expiry, not_code, read
from cardio.errors import CardError
from cardio.interface33 import Code, Reply
from cardio.keysource import IRK, PUK, STK, UK_SSSE, KeyRef, KeySourceUnavailable
from cardio.wiping import wiped

_HEADS: Final = {"iUnblockPIN": ("8424000004",), "iReloadPIN": ("842400010C", "8424000114")}


def pair(bench: Bench, key: KeyRef, factor: str, raw: str) -> str:
    """pKey of a second step."""
    hsm = bench.the_hsm_now()
    try:
        made = hsm.external(bench.identify().identity, key, bytes.fromhex(factor), bytes.fromhex(raw))
    except (KeySourceUnavailable, CardError):
        raise NotApplicable(f"the HSM has no {key.name} for us") from None
    return made.hex().upper() + raw


def first_step(bench: Bench, name: str, key: KeyRef, *rest: str) -> list[str] | str:
    """The four fields of a first step, or what is wrong with it."""
    bench.the_hsm(key)
    reply = bench.interface.call(f"{name}_HSM_Step1", 1, bench.info, *rest)
    if reply.code:
        return f"step 1: {reply.code}"
    fields = reply.text.split("|")
    if len(fields) != 5 or fields[1] != key.hsm_address:
        return "step 1: not four fields with the key's address"
    return fields


def _basic(bench: Bench) -> str | None:
    key = bench.identify().profile.holder_key
    bench.the_hsm(key or IRK)
    first = bench.interface.call("iReadCardBas_HSM_Step1", 1)
    if first.code:
        return f"step 1: {first.code}"
    fields = first.text.split("|")
    if len(fields) != 9:
        return f"step 1: {len(fields) - 1} fields"
    if bool(fields[6]) != (key is not None) or bool(fields[7]) != (key is not None):
        return "step 1: fields of the external authentication"
    proof = pair(bench, IRK, fields[4], fields[5])
    opening = pair(bench, key, fields[6], fields[7]) if key else ""
    second = bench.interface.call("iReadCardBas_HSM_Step2", f"{proof}|{opening}|")
    bench.note_refusal(key or IRK, -second.code)
    return not_code(second, 0) or eleven(bench, second)


def _disagrees(bench: Bench) -> str | None:
    """The right raw value, and a cryptogram that is not the card's."""
    key = bench.identify().profile.holder_key
    bench.the_hsm(key or IRK)
    first = bench.interface.call("iReadCardBas_HSM_Step1", 1)
    fields = first.text.split("|")
    if first.code or len(fields) != 9:
        return "no first step; see F14"
    proof = bytearray.fromhex(pair(bench, IRK, fields[4], fields[5]))
    proof[0] ^= 1
    opening = pair(bench, key, fields[6], fields[7]) if key else ""
    second = bench.interface.call("iReadCardBas_HSM_Step2", f"{proof.hex().upper()}|{opening}|")
    return not_code(second, Code.HSM_DISAGREES)


def _file(bench: Bench) -> str | None:
    key = bench.identify().profile.holder_key
    if key is None:
        first = bench.interface.call("iReadCard_HSM_Step1", 1, bench.info, "SSSEEF06|08|$")
        return not_code(first, Code.NO_HSM_NEEDED)
    fields = first_step(bench, "iReadCard", key, "SSSEEF06|08|$")
    if isinstance(fields, str):
        return fields
    second = bench.interface.call("iReadCard_HSM_Step2", pair(bench, key, fields[2], fields[3]))
    bench.note_refusal(key, -second.code)
    if found := not_code(second, 0):
        return found
    return (
        None if second.text.startswith("SSSEEF06|") and second.text.endswith("|$") else "not the layout of the address"
    )


def _write(bench: Bench, values: str) -> str | None:
    fields = first_step(bench, "iWriteCard", UK_SSSE, EXPIRES)
    if isinstance(fields, str):
        return fields
    key = pair(bench, UK_SSSE, fields[2], fields[3])
    return not_code(bench.interface.call("iWriteCard_HSM_Step2", key, values), 0)


def _written(bench: Bench) -> str | None:
    before = expiry(bench)
    if found := _write(bench, WRITTEN):
        return found
    after = read(bench, EXPIRES)
    if found := _write(bench, before):
        return f"not put back as it was: {found}"
    return None if after.text == WRITTEN else "not what was written"


@dataclass(frozen=True)
class ToSeal:
    """What a second step gave out for the HSM. :param digits: of the new PIN as characters; empty for unblocking."""

    factor: bytes
    head: bytes
    digits: bytearray = field(repr=False)


def _second(bench: Bench, name: str) -> ToSeal | str:
    """What the second step gives out, or what is wrong with it."""
    fields = first_step(bench, name, PUK)
    if isinstance(fields, str):
        return fields
    second = bench.interface.call(f"{name}_HSM_Step2", pair(bench, PUK, fields[2], fields[3]))
    bench.note_refusal(PUK, -second.code)
    if second.code:
        return f"step 2: {second.code}"
    return to_seal(name, second) or "step 2: not five fields with the header of PIN CHANGE/UNBLOCK"


def to_seal(name: str, second: Reply) -> ToSeal | None:
    """The fields of a second step, whose string is wiped: a new PIN stands in it."""
    with wiped(second.out):
        parts = second.out.split(b"|")
        words = [part.decode("ascii", "replace") for part in (*parts[:4], *parts[5:])]
        new_pin = name.startswith("iReloadPIN")
        if len(parts) != 6 or words[1] != STK.hsm_address or words[3] not in _HEADS[name] or bool(parts[4]) != new_pin:
            return None
        return ToSeal(bytes.fromhex(words[2]), bytes.fromhex(words[3]), parts[4])


def sealed(bench: Bench, given: ToSeal) -> str:
    """The whole command in hex, as the HSM makes it from what the second step gave out."""
    hsm = bench.the_hsm_now()
    digits = bytearray(each - 0x30 for each in given.digits)
    packed = pin.block(digits) if digits else bytearray()
    with wiped(digits, packed, given.digits):
        try:
            made = hsm.maintenance(bench.identify().identity, STK, given.factor, given.head, packed or None)
        except (KeySourceUnavailable, CardError):
            raise NotApplicable("the HSM makes no such command for us") from None
    whole = bytes(made)
    return (whole if whole[:5] == given.head else given.head + whole).hex().upper()


def complete(bench: Bench, name: str) -> str | None:
    """All three steps, the third with the right command."""
    fields = _second(bench, name)
    if isinstance(fields, str):
        return fields
    return not_code(bench.interface.call(f"{name}_HSM_Step3", sealed(bench, fields)), 0)


def _unblocked(bench: Bench) -> str | None:
    """With a wrong MAC nothing changes; with the right one the try is back."""
    most = spent(bench)
    fields = _second(bench, "iUnblockPIN")
    if isinstance(fields, str):
        return fields
    wrong = bytearray.fromhex(sealed(bench, fields))
    wrong[-1] ^= 1
    reply = bench.interface.call("iUnblockPIN_HSM_Step3", wrong.hex().upper())
    if found := not_code(reply, -status.SW.MAC_WRONG):
        return f"wrong MAC: {found}"
    if (left := bench.tries()) != most - 1:
        return f"{left} tries left after a wrong MAC, not {most - 1}"
    if found := complete(bench, "iUnblockPIN"):
        return found
    if (left := bench.tries()) != most:
        return f"{left} tries left after unblocking, not {most}"
    return given_again(bench, most)


def _reloaded(bench: Bench) -> str | None:
    most = spent(bench)
    with bench.keypad.types(new=Digits.OTHER):
        found = complete(bench, "iReloadPIN")
    return found or replaced(bench, most) or complete(bench, "iReloadPIN") or given_again(bench, most)


def _alone(bench: Bench) -> str | None:
    early = bench.interface.call("iReadCard_HSM_Step2", "0" * 32)
    return not_code(early, Code.NOT_CONNECTED)


def _order(bench: Bench) -> str | None:
    first = bench.interface.call("iUnblockPIN_HSM_Step1", 1, bench.info)
    if first.code:
        return f"step 1: {first.code}"
    mixed = bench.interface.call("iReloadPIN_HSM_Step2", "0" * 32)
    if found := not_code(mixed, Code.NOT_CONNECTED):
        return f"the second step of another function: {found}"
    late = bench.interface.call("iUnblockPIN_HSM_Step2", "0" * 32)
    return (found := not_code(late, Code.NOT_CONNECTED)) and f"the second step after that: {found}"


def _swapped(bench: Bench) -> str | None:
    if bench.hand is None:
        raise NotApplicable("nobody takes the card out")
    first = bench.interface.call("iUnblockPIN_HSM_Step1", 1, bench.info)
    if first.code:
        return f"step 1: {first.code}"
    bench.hand.out()
    bench.hand.again()
    return not_code(bench.interface.call("iUnblockPIN_HSM_Step2", "0" * 32), Code.OTHER_CARD)


_case: Final = partial(Case, theme=Theme.FUNCTIONS, destructive=True, clause="38号文 10.5")

CASES: Final = (
    _case(
        "F14",
        "iReadCardBas 加密机两步给出与卡一致的十一个字段",
        "iReadCardBas in HSM steps gives eleven fields, and those that the card tells openly are the card's",
        _basic,
        destructive=False,
    ),
    _case(
        "F15",
        "iReadCard 加密机两步读出 EF06；不需加密机时为 -2204",
        "iReadCard in HSM steps reads EF06, or is -2204 where no HSM is needed",
        _file,
        destructive=False,
    ),
    _case(
        "F16",
        "iUnblockPIN 加密机三步：错误 MAC 为 -27016 且次数不变；正确的恢复次数",
        "iUnblockPIN in HSM steps: a wrong MAC is -27016 and changes nothing; the right one gives a used try back",
        _unblocked,
        pin=True,
    ),
    _case(
        "F17",
        "第一步成功后，别的功能的第二步为 -12，原功能随之结束",
        "after a good first step the second step of another function is -12, and ends the first",
        _order,
    ),
    _case("F29", "没有第一步的第二步为 -12", "a second step without a first is -12", _alone, destructive=False),
    _case(
        "F18",
        "两步之间取出过卡，第二步为 -22",
        "after the card was out between two steps the second one is -22",
        _swapped,
    ),
    _case(
        "F30",
        "iReloadPIN 加密机三步重置为另一密码：新密码有效、旧密码无效；再重置回",
        "iReloadPIN in HSM steps to another PIN: the new one is taken, the old one is not; and back again",
        _reloaded,
        pin=True,
    ),
    _case(
        "F31",
        "iWriteCard 加密机两步写入的有效期可由 iReadCard 读出，并能写回",
        "iWriteCard in HSM steps writes an expiry date that iReadCard then reads, and puts the old one back",
        _written,
    ),
    _case(
        "F35",
        "iReadCardBas 加密机第二步：伪随机数正确而密文不是卡片的，为 -25",
        "iReadCardBas in HSM steps: the right raw value with a cryptogram that is not the card's is -25",
        _disagrees,
        destructive=False,
    ),
)
