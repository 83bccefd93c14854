"""Theme 1: the functions of the terminal interface (LD/T 6001.5-2023's list; card.md §6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cardio import status
from cardio.conformance.bench import Bench
from cardio.conformance.case import Case, NotApplicable, Theme
from cardio.conformance.commands import SELECT_EF05, SELECT_SSSE, prepared, send
from cardio.errors import CardError
from cardio.interface33 import FUNCTIONS, Code, Reply
from cardio.keysource import IRK, PUK, KeyRef, KeySourceUnavailable

Run = Callable[[Bench], str | None]


def _info(bench: Bench) -> str:
    found = bench.identify()
    return f"{found.identity.card_id.hex().upper()}|{found.card_number or ''}|"


def _keys(bench: Bench) -> None:
    if not bench.sources:
        raise NotApplicable("no PSAM and no other key source")


def _code(reply: Reply, wanted: int) -> str | None:
    return None if reply.code == wanted else f"{reply.code}, not {int(wanted)}"


def _gives(name: str, code: int, *arguments: object) -> Run:
    """A call that has to end with this code."""
    return lambda bench: _code(bench.interface.call(name, *arguments), code)


def _basic(bench: Bench) -> str | None:
    _keys(bench)
    reply = bench.interface.call("iReadCardBas", 1)
    return _code(reply, 0) or _eleven(bench, reply)


def _eleven(bench: Bench, reply: Reply) -> str | None:
    """Eleven fields, and those that the card tells by itself agree with what it tells."""
    fields = reply.text.split("|")
    if len(fields) != 12 or fields[11]:
        return f"{len(fields) - 1} fields"
    found = bench.identify()
    with bench.opened() as link:
        prepared(link, (SELECT_SSSE, SELECT_EF05))
        version = send(link, "00B2030006").data[2:].rstrip(b"\x00\x20\xff").decode("ascii", "replace")
    identity = found.identity
    own = [identity.region, found.card_number or "", identity.card_id.hex().upper(), identity.history.hex().upper()]
    if [fields[0], fields[2], fields[3], fields[5]] != own or fields[6] != version:
        return "a field is not what the card holds"
    if not all(len(day) in (0, 8) and (day or "0").isdecimal() for day in fields[7:9]):
        return "a date is none"
    return None if len(fields[9]) == 12 and fields[9].isdecimal() else "no terminal number"


def _no_card(bench: Bench) -> str | None:
    if bench.hand is None:
        raise NotApplicable("nobody takes the card out")
    bench.hand.out()
    reply = bench.interface.call("iReadCardBas", 1)
    bench.hand.fresh()
    return _code(reply, Code.NO_CARD)


def _other_card(name: str, *rest: str) -> Run:
    def run(bench: Bench) -> str | None:
        card_id = bytearray(bench.identify().identity.card_id)
        card_id[11] ^= 1
        start: tuple[object, ...] = (1, 2) if name == "iReadCard" else (1,)
        return _code(bench.interface.call(name, *start, f"{card_id.hex()}|X|", *rest), Code.OTHER_CARD)

    return run


def _file(bench: Bench) -> str | None:
    reply = bench.interface.call("iReadCard", 1, 2, _info(bench), "SSSEEF05|07|06|$")
    if reply.code:
        return f"{reply.code}"
    name, number, day, end = reply.text.split("|")
    good = name == "SSSEEF05" and number == (bench.identify().card_number or "") and end == "$" and len(day) in (0, 8)
    return None if good else "not the layout of the address"


def _unknown_file(bench: Bench) -> str | None:
    return _code(bench.interface.call("iReadCard", 1, 2, _info(bench), "DF1FEF1F|01|$"), -status.SW.NO_FILE)


def _unknown_item(bench: Bench) -> str | None:
    return _code(bench.interface.call("iReadCard", 1, 2, _info(bench), "SSSEEF05|7E|$"), -status.SW.NO_RECORD)


def _written(bench: Bench) -> str | None:
    """Written, read back, and put back as it was."""
    _keys(bench)
    address = "SSSEEF05|06|$"
    before = bench.interface.call("iReadCard", 1, 2, _info(bench), address)
    if before.code:
        return f"{before.code} before"
    reply = bench.interface.call("iWriteCard", 1, _info(bench), address, "SSSEEF05|20991231|$")
    after = bench.interface.call("iReadCard", 1, 2, _info(bench), address)
    back = bench.interface.call("iWriteCard", 1, _info(bench), address, before.text)
    if reply.code or back.code:
        return f"{reply.code or back.code}"
    return None if after.text == "SSSEEF05|20991231|$" else "not what was written"


def _pin(wrong: bool) -> Run:
    def run(bench: Bench) -> str | None:
        if bench.pin is None:
            raise NotApplicable("no PIN was given")
        bench.keypad.wrong = wrong
        try:
            reply = bench.interface.call("iVerifyPIN", 1)
        finally:
            bench.keypad.wrong = False
        if wrong and not _code(reply, Code.PIN_WRONG):
            return _code(bench.interface.call("iVerifyPIN", 1), 0)  # and all tries are back
        return _code(reply, Code.PIN_WRONG if wrong else 0)

    return run


def _cancelled(name: str) -> Run:
    def run(bench: Bench) -> str | None:
        bench.keypad.cancels = True
        try:
            return _code(bench.interface.call(name, 1), Code.PIN_CANCELLED)
        finally:
            bench.keypad.cancels = False

    return run


def _changed(bench: Bench) -> str | None:
    """To the same PIN, so that the card is as before."""
    if bench.pin is None:
        raise NotApplicable("no PIN was given")
    return _code(bench.interface.call("iChangePIN", 1), 0)


def _by_psam(name: str) -> Run:
    def run(bench: Bench) -> str | None:
        _keys(bench)
        if bench.pin is None:
            raise NotApplicable("no PIN was given")
        return _code(bench.interface.call(name, 1, _info(bench)), 0) or _pin(False)(bench)

    return run


# --- in HSM steps


def _pair(bench: Bench, key: KeyRef, factor: str, raw: str) -> str:
    if bench.hsm is None:
        raise NotApplicable("no HSM")
    try:
        made = bench.hsm.external(bench.identify().identity, key, bytes.fromhex(factor), bytes.fromhex(raw))
    except (KeySourceUnavailable, CardError):
        raise NotApplicable("the HSM does not answer") from None
    return made.hex().upper() + raw


def _basic_steps(bench: Bench) -> str | None:
    if bench.hsm is None:
        raise NotApplicable("no HSM")
    first = bench.interface.call("iReadCardBas_HSM_Step1", 1)
    if first.code:
        return f"step 1: {first.code}"
    fields = first.text.split("|")
    if len(fields) != 9:
        return f"step 1: {len(fields) - 1} fields"
    key = bench.identify().profile.holder_key
    if bool(fields[6]) != (key is not None) or bool(fields[7]) != (key is not None):
        return "step 1: fields of the external authentication"
    pair = _pair(bench, IRK, fields[4], fields[5])
    opening = _pair(bench, key, fields[6], fields[7]) if key else ""
    second = bench.interface.call("iReadCardBas_HSM_Step2", f"{pair}|{opening}|")
    return _code(second, 0) or _eleven(bench, second)


def _file_steps(bench: Bench) -> str | None:
    key = bench.identify().profile.holder_key
    first = bench.interface.call("iReadCard_HSM_Step1", 1, _info(bench), "SSSEEF06|08|$")
    if key is None:
        return _code(first, Code.NO_HSM_NEEDED)
    if first.code:
        return f"step 1: {first.code}"
    fields = first.text.split("|")
    if len(fields) != 5 or fields[1] != key.hsm_address:
        return "step 1: not four fields with the key's address"
    return _code(bench.interface.call("iReadCard_HSM_Step2", _pair(bench, key, fields[2], fields[3])), 0)


def _unblock_steps(bench: Bench) -> str | None:
    first = bench.interface.call("iUnblockPIN_HSM_Step1", 1, _info(bench))
    if first.code:
        return f"step 1: {first.code}"
    fields = first.text.split("|")
    second = bench.interface.call("iUnblockPIN_HSM_Step2", _pair(bench, PUK, fields[2], fields[3]))
    if second.code:
        return f"step 2: {second.code}"
    fields = second.text.split("|")
    if len(fields) != 6 or fields[3] != "8424000004" or fields[4]:
        return "step 2: not five fields with the header of UNBLOCK"
    wrong = bench.interface.call("iUnblockPIN_HSM_Step3", "8424000004" + "00" * 4)
    return None if wrong.code < 0 else "a wrong MAC was taken"


def _order(bench: Bench) -> str | None:
    early = bench.interface.call("iReadCard_HSM_Step2", "0" * 32)
    if early.code != Code.NOT_CONNECTED:
        return f"{early.code} for a second step without a first"
    bench.interface.call("iUnblockPIN_HSM_Step1", 1, _info(bench))
    mixed = bench.interface.call("iReloadPIN_HSM_Step2", "0" * 32)
    return _code(mixed, Code.NOT_CONNECTED)


def _swapped(bench: Bench) -> str | None:
    if bench.hand is None:
        raise NotApplicable("nobody takes the card out")
    bench.interface.call("iUnblockPIN_HSM_Step1", 1, _info(bench))
    bench.hand.fresh()
    return _code(bench.interface.call("iUnblockPIN_HSM_Step2", "0" * 32), Code.OTHER_CARD)


def _case(number: str, requirement: str, run: Run, *, destructive: bool = False) -> Case:
    return Case(number, Theme.FUNCTIONS, requirement, run, destructive)


_WRONG: Final = ("iReadCard", "iWriteCard", "iReloadPIN", "iUnblockPIN", "iReadCard_HSM_Step1", "iWriteCard_HSM_Step1")
_REST: Final = {
    "iReadCard": ("SSSEEF05|07|$",),
    "iWriteCard": ("SSSEEF05|06|$", "SSSEEF05|20991231|$"),
    "iReadCard_HSM_Step1": ("SSSEEF06|08|$",),
    "iWriteCard_HSM_Step1": ("SSSEEF05|06|$",),
}


def _blank(name: str) -> tuple[str, ...]:
    """Something for every parameter but the first."""
    return ("x",) * (len(FUNCTIONS[name].parameters) - 1)


_FIRST: Final = tuple(name for name, function in FUNCTIONS.items() if function.step < 2)

CASES: Final = (
    _case("F01", "iReadCardBas gives exactly eleven fields, as the card holds them", _basic),
    _case("F02", "without a card every function gives -2", _no_card),
    _case("F03", "iReadCard gives values in the layout of its address", _file),
    _case("F04", "a file that the card does not have is -27266", _unknown_file),
    _case("F05", "an item that the file does not have is -27267", _unknown_item),
    _case("F06", "iWriteCard writes what iReadCard then reads", _written, destructive=True),
    _case("F07", "iVerifyPIN takes the right PIN from the keypad", _pin(False)),
    _case("F08", "iVerifyPIN tells a wrong PIN by -51, and the right one then counts", _pin(True), destructive=True),
    _case("F09", "iVerifyPIN that is cancelled is -31", _cancelled("iVerifyPIN")),
    _case("F10", "iChangePIN that is cancelled is -31", _cancelled("iChangePIN")),
    _case("F11", "iChangePIN changes the PIN", _changed, destructive=True),
    _case("F12", "iReloadPIN sets a PIN", _by_psam("iReloadPIN"), destructive=True),
    _case("F13", "iUnblockPIN gives all tries back", _by_psam("iUnblockPIN"), destructive=True),
    _case("F14", "iReadCardBas in HSM steps gives the same eleven fields", _basic_steps),
    _case("F15", "iReadCard in HSM steps, or -2204 where no HSM is needed", _file_steps),
    _case("F16", "PIN unblock in HSM steps, refused with a wrong MAC", _unblock_steps, destructive=True),
    _case("F17", "steps out of order are refused", _order),
    _case("F18", "a card that was taken out between two steps is refused", _swapped),
    *(
        _case(f"F{20 + number}", f"{name} for another card is -22", _other_card(name, *_REST.get(name, ())))
        for number, name in enumerate(_WRONG)
    ),
    *(
        _case(f"F{40 + number}", f"{name} with a wrong iType is -14", _gives(name, Code.ARGUMENT, 7, *_blank(name)))
        for number, name in enumerate(_FIRST)
    ),
)
