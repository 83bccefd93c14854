"""Theme 1: reading and writing functions of the terminal interface (LD/T 6001.5-2023's list; card.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from cardio import status
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Theme
from cardio.conformance.commands import SELECT_EF05, SELECT_SSSE, prepared, send
from cardio.conformance.replies import EXPIRES, WRITTEN, expiry, not_code, not_done, read
from cardio.files import BY_PATH, FILES
from cardio.interface33 import Code, Reply
from cardio.interface33.flows import NO_TERMINAL
from cardio.interface33.functions import terminal_number

PIN_FILE: Final = "DF01EF05|20|$"
"""Opened by the PIN, or by a key."""

PIN_FILE_SINCE: Final = 2
"""The first generation whose records of that file are told."""


SHARED: Final = tuple(
    (ef.path, record) for ef in FILES for record in ef.records if record.elsewhere and ef.path < record.elsewhere
)
"""Items that a card has in one of two files, with the first of both."""

_OTHER_DAYS: Final = ("20190203", "20180504")


def since(bench: Bench, generation: int) -> None:
    """:raises NotApplicable: for a card of an earlier generation."""
    if bench.identify().identity.generation < generation:
        raise NotApplicable(f"from generation {generation}")


def basic(bench: Bench) -> str | None:
    """iReadCardBas with the terminal's own keys."""
    bench.keys()
    reply = bench.interface.call("iReadCardBas", 1)
    return not_done(reply) or eleven(bench, reply)


def eleven(bench: Bench, reply: Reply) -> str | None:
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


def _file(bench: Bench) -> str | None:
    reply = read(bench, "SSSEEF05|07|06|$")
    if reply.code:
        return f"{reply.code}"
    fields = reply.text.split("|")
    number = bench.identify().card_number or ""
    good = len(fields) == 4 and fields[:2] == ["SSSEEF05", number] and fields[3] == "$" and len(fields[2]) in (0, 8)
    return None if good else "not the layout of the address"


def _unknown_file(bench: Bench) -> str | None:
    return not_code(read(bench, "DF1FEF1F|01|$"), -status.SW.NO_FILE)


def _unknown_item(bench: Bench) -> str | None:
    return not_code(read(bench, "SSSEEF05|7E|$"), -status.SW.NO_RECORD)


def _written(bench: Bench) -> str | None:
    """Written, read back, and put back as it was."""
    bench.keys()
    before = expiry(bench)
    reply = bench.interface.call("iWriteCard", 1, bench.info, EXPIRES, WRITTEN)
    if found := not_done(reply):
        return found
    after = read(bench, EXPIRES)
    back = bench.interface.call("iWriteCard", 1, bench.info, EXPIRES, before)
    if back.code or read(bench, EXPIRES).text != before:
        return f"not put back as it was ({back.code})"
    return None if after.text == WRITTEN else "not what was written"


def _by_pin(bench: Bench) -> str | None:
    since(bench, PIN_FILE_SINCE)
    reply = bench.interface.call("iReadCard", 1, 1, bench.info, PIN_FILE)
    if found := not_code(reply, 0):
        return found
    return None if reply.text.startswith("DF01EF05|") and reply.text.endswith("|$") else "not the layout of the address"


def _debits(bench: Bench) -> str | None:
    """Every row of 交易明细, each with as many fields as its declaration has."""
    file = BY_PATH["DF04EF08"]
    with bench.session() as session:
        held = len(session.read_file(file, pin_digits=bench.pin.typed()).rows)
    reply = bench.interface.call("iReadDebitRecord", 1)
    if found := not_code(reply, 0):
        return found
    content = file.content_of(bench.identify().identity.generation)
    fields = len(getattr(content.codec, "parts", "1")) if content else 0
    rows = reply.text.split("|")
    if rows.pop() or any(row and row.count("^") != fields - 1 for row in rows):
        return "not the layout of the records"
    return None if len(rows) == held else f"{len(rows)} records, the card has {held}"


def _not_supported(bench: Bench) -> str | None:
    reply = bench.interface.call("iDoDebit", 1, bench.info, "1|1+0|20240506070809|")
    if reply.code != Code.NO_PSAM:
        return not_code(reply, Code.NOT_SUPPORTED)
    return None if terminal_number(bench.sources) == NO_TERMINAL else f"{reply.code}, and there is a PSAM that works"


def _one_place(bench: Bench) -> str | None:
    """An item that stands here or there: written by either name, it stands where it stood. Put back as it was."""
    bench.keys()
    generation = bench.identify().identity.generation
    for here, record in SHARED:
        if generation >= record.since:
            return _stays(bench, [f"{path}|{record.tag:02X}|$" for path in (here, record.elsewhere)])
    raise NotApplicable("no item of this generation has two places")


def _values(bench: Bench, places: Sequence[str]) -> list[str]:
    """What stands in each place. :raises NotApplicable: for a key that is not here."""
    replies = [read(bench, place) for place in places]
    for reply in replies:
        not_done(reply)
    return [reply.text.split("|")[1] if reply.code == Code.OK else "" for reply in replies]


def _stays(bench: Bench, places: Sequence[str]) -> str | None:
    before = _values(bench, places)
    if not any(before):
        raise NotApplicable("the card has the item in neither of its places")
    if all(before):
        return "the card has the item twice"
    home = 0 if before[0] else 1
    for place, value in zip(places, _OTHER_DAYS, strict=True):
        reply = _write(bench, place, value)
        if found := not_done(reply):
            return found
        now = _values(bench, places)
        back = _write(bench, places[home], before[home])
        if now[1 - home]:
            return f"after {place} the card has the item twice"
        if now[home] != value:
            return f"{place}: not what was written"
        if back.code or _values(bench, places) != before:
            return f"not put back as it was ({back.code})"
    return None


def _write(bench: Bench, place: str, value: str) -> Reply:
    name, _, _ = place.partition("|")
    return bench.interface.call("iWriteCard", 1, bench.info, place, f"{name}|{value}|$")


_case: Final = partial(Case, theme=Theme.FUNCTIONS)

CASES: Final = (
    _case(
        "F01",
        "iReadCardBas 给出十一个字段，卡内可直接读出的与卡一致",
        "iReadCardBas gives eleven fields, and those that the card tells openly are the card's",
        basic,
    ),
    _case("F03", "iReadCard 按地址的格式给出卡号和有效期", "iReadCard gives number and expiry as addressed", _file),
    _case(
        "F04", "iReadCard 读卡内没有的文件为 -27266", "iReadCard of a file that no card has is -27266", _unknown_file
    ),
    _case(
        "F05", "iReadCard 读文件没有的数据项为 -27267", "iReadCard of an item not in the file is -27267", _unknown_item
    ),
    _case(
        "F06",
        "iWriteCard 写入的有效期可由 iReadCard 读出，并能写回",
        "iWriteCard writes an expiry date that iReadCard then reads, and puts the old one back",
        _written,
        destructive=True,
    ),
    _case(
        "F34",
        "可在两个文件之一的数据项，无论以哪个文件写入，都只在卡内原有的位置",
        "iWriteCard of an item that stands in one of two files, by either name: it stays in the one that has it",
        _one_place,
        destructive=True,
    ),
    _case(
        "F19",
        "iDoDebit 不支持凭 PSAM 卡支付，为 -13；无 PSAM 卡为 -2201",
        "iDoDebit is -13: payment by the PSAM is not supported; -2201 without a PSAM",
        _not_supported,
        destructive=True,
    ),
)

BY_PIN: Final = (
    _case(
        "F32",
        "iReadDebitRecord 凭密码给出卡内全部记录",
        "iReadDebitRecord gives every record by the PIN",
        _debits,
        pin=True,
    ),
    _case(
        "F33",
        "iReadCard 凭密码读出受密码保护的文件",
        "iReadCard by PIN reads a file that the PIN opens",
        _by_pin,
        pin=True,
    ),
)
