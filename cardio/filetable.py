"""The page ``docs/card-files.md``, made from the declarations: ``python -m cardio.filetable > docs/card-files.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from cardio.files import FILES, ElementaryFile, Record
from cardio.profile import PROFILES

_HEAD = """# Files on the card

Made by `python -m cardio.filetable` from `cardio/files.py` and `cardio/profile.py`; do not edit. How they are read
stands in [cards.md](cards.md).

Every record is one byte of tag, one of length, and the value. Type `an` is text, left aligned, padded with 00; `cn` is
digits, two to a byte, filled up with nibble F; `b` is bytes. A reader strips 00, 20 and FF whatever the type.

## Generations

| generation | 规范版本 begins with | ciphers | 持卡人基本信息 opens with |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    generations = "".join(
        f"| {one.generation} | {', '.join(one.versions)} | {', '.join(sorted(each.value for each in one.algorithms))} "
        f"| {one.holder_key.name if one.holder_key else 'nothing'} |\n"
        for one in PROFILES.values()
    )
    return _HEAD + generations + "".join(_section(ef) for ef in FILES)


def _section(ef: ElementaryFile) -> str:
    access = ", ".join(
        f"generation {generation} {rule.key.name if rule.key else rule.need.value}"
        for generation, rule in ef.read.items()
    )
    return (
        f"\n## EF{ef.fid & 0xFF:02X} {ef.title}\n\n"
        f"SFI {ef.sfi:02X}, {ef.structure.value}. Read: {access}. Write: {ef.write.name}.\n\n"
        "| tag | name in this product | item | type | bytes | since generation | on the card, for example |\n"
        "|---|---|---|---|---|---|---|\n" + "".join(_rows(ef))
    )


def _rows(ef: ElementaryFile) -> Iterator[str]:
    for record in ef.records:
        yield (
            f"| {record.tag:02X} | `{record.key}` | {record.title} | {record.codec.kind} | {record.codec.length} "
            f"| {record.since} | `{_example(record)}` |\n"
        )


def _example(record: Record[Any]) -> str:
    return record.encode(next(one.value for one in record.examples if one.value is not None)).hex().upper()


if __name__ == "__main__":
    sys.stdout.write(page())
