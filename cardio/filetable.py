"""The page ``docs/cards.md``, made from the declarations: ``python -m cardio.filetable > docs/cards.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from cardio.cardkeys import KEYS, UNREACHABLE
from cardio.codec import Codec
from cardio.composite import Composite
from cardio.files import APPLICATIONS, FILES, Access, Application, ElementaryFile, Record, Structure
from cardio.keysource import KeyRef
from cardio.profile import PROFILES

_HEAD = """# Files on the card

Made by `python -m cardio.filetable` from `cardio/files/`, `cardio/cardkeys.py` and `cardio/profile.py`; do not edit.
How they are read stands in [driver.md](driver.md).

Every record is one byte of tag, one of length, and the value; records of cyclic files and transparent files have
neither. Type `an` is text, left aligned, padded with 00; `cn` is digits, two to a byte, filled up with nibble F; `b` is
bytes; `B` is an item made of tagged items. A reader strips 00, 20 and FF whatever the type, and takes EE behind the
length of an item for the rest of a longer, older one.

Where no source at hand gives the words for an item, it has a dash here and its tag for a name in the data. "Not stated"
as a rule means that nothing is shown to the card, which decides. A key with a part "?" is refused before anything goes
to the card. The records of DF01 to DF07 are those of V2.0: in generation 1 several of their tags mean something else,
so there the driver gives the bytes as they stand. The words for 20, 29, 2A, 2B, 38 and 40 are inferred from the names
of their files and from the notice's lists of codes.
"""

_LONGEST = 64  # hex digits of an example

_GENERATIONS = """
## Generations

| generation | 规范版本 begins with | ciphers | 持卡人基本信息 opens with |
|---|---|---|---|
"""

_KEYS = """
## Keys

Id for EXTERNAL AUTHENTICATE on the card, use and id in a PSAM, addresses in the centre's HSM by groups, which are
versions of the key; the first is used unless the setting `hsm_addresses` names another for a file. The use of keys of
DF01 to DF07 is inferred from those of SSSE. Those of DF05 and DF06 are listed alone: no name of either
application is told, so neither can be selected.

| key | id on the card | PSAM use | PSAM id | HSM address | not certain |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    generations = "".join(
        f"| {one.generation} | {', '.join(one.versions)} | {', '.join(sorted(each.value for each in one.algorithms))} "
        f"| {one.holder_key.name if one.holder_key else 'nothing'} |\n"
        for one in PROFILES.values()
    )
    return "".join((_HEAD, _GENERATIONS, generations, *_applications(), _KEYS, *map(_key, (*KEYS, *UNREACHABLE))))


def _applications() -> Iterator[str]:
    """Each application with its files, in the order of the declarations."""
    declared = []
    for application, files in groupby(FILES, key=lambda ef: ef.application):
        declared.append(application)
        yield _application(application)
        yield from map(_section, files)
    yield from (_application(application) for application in APPLICATIONS if application not in declared)


def _application(application: Application) -> str:
    name = application.name.hex().upper()
    parts = (
        f"Name `{name}`" if name else "No name told",
        f"FID {application.fid:04X}" if application.fid else "no FID told",
        f"from generation {application.since} on",
    )
    title = f"{application.path} {application.label}".strip()
    return f"\n## {title}\n\n{', '.join(parts)}.\n"


def _section(ef: ElementaryFile) -> str:
    where = (
        "no file identifier"
        if ef.structure is Structure.INTERNAL
        else f"SFI {ef.sfi:02X}"
        + (" (the FID is not told)" if ef.sfi_only else "" if ef.fid >> 8 == 0xEF else f", FID {ef.fid:04X}")
    )
    open_size = ", size not told" if ef.structure is Structure.TRANSPARENT else ""
    size = f", {ef.size} bytes" if ef.size else open_size
    size += "".join(f" (also {other})" for other in ef.sizes)
    rows = f", at least {ef.rows} records" if ef.rows else ""
    access = ", ".join(f"generation {generation} {_rule(rule)}" for generation, rule in ef.read.items())
    doubt = f"\n\nNot certain: {ef.doubt}." if ef.doubt else ""
    for record in ef.records:
        if record.elsewhere:
            doubt += f"\n\n{record.tag:02X} stands here or in {record.elsewhere}, never in both."
    if ef.untold:
        doubt += f"\n\nWhat stands in it is not told for generation {', '.join(map(str, ef.untold))}."
    name = "Amounts" if ef.structure is Structure.INTERNAL else f"EF{ef.fid & 0xFF:02X}"
    return (
        f"\n### {name} {ef.title or '–'}\n\n"
        f"`{ef.key}`: {where}, {ef.structure.value}{size}{rows}. Read: {access}. Write: {ef.write.name}.{doubt}\n"
        + _table(ef)
    )


def _rule(rule: Access) -> str:
    if rule.key is None:
        return rule.need.value
    return rule.key.name if rule.need.value == "key" else rule.need.value.replace("key", rule.key.name)


def _table(ef: ElementaryFile) -> str:
    rows = list(_rows(ef))
    if not rows:
        return ""
    return (
        "\n| tag | name in this product | item | type | bytes | since generation | on the card, for example |\n"
        "|---|---|---|---|---|---|---|\n" + "".join(rows)
    )


def _rows(ef: ElementaryFile) -> Iterator[str]:
    for record in ef.records:
        count = f" ×{record.count}" if record.count > 1 else ""
        yield _row((f"{record.tag:02X}{count}", record.key, record.title), record.codec, record.since, _example(record))
        yield from _parts(record.codec, record.since)
    if ef.content is not None:
        since = min(generation for generation in ef.read if generation not in ef.untold)
        if not isinstance(ef.content.codec, Composite):
            yield _row(("", ef.key, ef.title), ef.content.codec, since)
        yield from _parts(ef.content.codec, since)


def _parts(codec: Codec[Any], since: int) -> Iterator[str]:
    """What a constructed item, or a record without tags, is made of."""
    if isinstance(codec, Composite):
        for part in codec.parts:
            tag = "" if part.tag is None else f"· {part.tag:02X}"
            yield _row((tag, part.key, part.title), part.codec, since)


def _row(words: tuple[str, str, str], codec: Codec[Any], since: int, example: str = "") -> str:
    tag, key, title = words
    shown = f"`{example}`" if example else ""
    length = codec.length or "not told"
    return f"| {tag} | `{key}` | {title or '–'} | {codec.kind} | {length} | {since} | {shown} |\n"


def _example(record: Record[Any]) -> str:
    told = record.encode(next(one.value for one in record.examples if one.value is not None)).hex().upper()
    # A long text is nearly all padding.
    return told if len(told) <= _LONGEST else told.rstrip("0") + "0…"


def _key(key: KeyRef) -> str:
    cells: Iterable[str] = (
        key.name,
        *(_hex(each) for each in (key.p2, key.use, key.sam)),
        "-".join((key.address or "?", *key.more)),
        key.doubt,
    )
    return f"| {' | '.join(cells)} |\n"


def _hex(value: int | None) -> str:
    return "?" if value is None else f"{value:02X}"


if __name__ == "__main__":
    sys.stdout.write(page())
