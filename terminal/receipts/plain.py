"""A sheet as plain text, for a printer that knows letters only, for the log of a demo, and for people who listen."""

from __future__ import annotations

import unicodedata

from terminal.receipts.sheet import Line, Sheet
from terminal.receipts.wrap import wrap


def columns(text: str) -> int:
    """Width of a text in columns of a fixed-width printer: Chinese takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def text(sheet: Sheet, width: int = 48) -> str:
    """The sheet in lines of ``width`` columns: 48 on an 80 mm slip, 32 on one of 58 mm."""
    rule = "-" * width
    out: list[str] = []

    def centre(*texts: str | None) -> None:
        for each in texts:
            for line in wrap(each or "", width, columns) if each else ():
                out.append(" " * ((width - columns(line)) // 2) + line)

    def flow(content: str, indent: int = 0) -> None:
        out.extend(" " * indent + line for line in wrap(content, width - indent, columns))

    def pair(line: Line) -> None:
        value = line.value if line.old is None else f"{line.old} → {line.value}"
        joined = f"{line.label}  {value}"
        if columns(joined) <= width:
            out.append(joined)
        else:
            out.append(line.label)
            flow(value, 2)

    centre(sheet.mark, sheet.header, sheet.title, sheet.reprint)
    out.append(rule)
    centre(f"【{sheet.word}】")
    flow(sheet.sentence)
    out.append(rule)
    for line in (*sheet.lines, *sheet.facts):
        pair(line)
    out.append(rule)
    for line in filter(None, (sheet.reason, sheet.next_step)):
        out.append(f"{line.label}:" if sheet.language == "en" else f"{line.label}：")
        flow(line.value)
    out.append(rule)
    if sheet.telephone:
        pair(sheet.telephone)
    out.extend(sheet.hotlines)
    centre(sheet.mark)
    out.append(rule)
    centre(sheet.ending)
    return "\n".join(out) + "\n"
