"""What is said of copies of the store: of those beside it, and of one that was put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.aside import Copy
    from offline_cache.backup import Restored
    from terminal.cli.app import Context

_RESTORED = Text(
    "已恢复 {operations} 笔业务；下次联网时由中心核对。",
    "{operations} operations restored; the centre checks at the next contact.",
)
_OLDER = Text(
    "这是旧副本：中心核准新的记录序列之前，本机不收新业务（S158）。",
    "It is an older copy: nothing new is taken in (S158) until the centre has agreed to a new life of the log.",
)
_GONE = Text(
    "原数据库不在，不知道其中有没有未送的业务。",
    "No store was there; whether there was unsent work in it is not known.",
)
_ASIDE = Text("原数据库另存为 {file}。", "What was there is laid aside as {file}.")
_UNSENT = Text(
    "其中有 {count} 笔业务中心还没有签收：请用 ssc-terminal store salvage 介质文件 --from {file} 取出，交中心录入。",
    "In it are {count} operations that the centre has not acknowledged: get them out for the centre to take in "
    "(ssc-terminal store salvage FILE --from {file}).",
)
_UNREAD = Text(
    "它读不出来，不知道其中有没有未送的业务："
    "请用 ssc-terminal store salvage 介质文件 --from {file} 取出还能读出的，交中心录入。",
    "It cannot be read, so nobody knows whether there is unsent work in it: get out what can still be read for the "
    "centre to take in (ssc-terminal store salvage FILE --from {file}).",
)
_COPY = Text(
    "另存副本 {file}：{size} MB，其中未送且本库没有的业务 {unsent} 笔。",
    "Copy laid aside {file}: {size} MB; operations in it that are neither sent nor in the store: {unsent}.",
)
_FOREIGN = Text("  它是另一台终端（{terminal}）的（S165）。", "  It is another terminal's ({terminal}, S165).")
_SALVAGED = Text("  已取出到介质。", "  It was written to a medium.")


def tell_restored(context: Context, done: Restored) -> dict[str, object]:
    """Say it, and give it for programs."""
    line = context.output.line
    line(_RESTORED.format(operations=done.operations))
    if done.older:
        line(_OLDER)
    if done.aside is None:
        line(_GONE)
    else:
        line(_ASIDE.format(file=str(done.aside)))
        if done.unsent is None:
            line(_UNREAD.format(file=str(done.aside)))
        elif done.unsent:
            line(_UNSENT.format(file=str(done.aside), count=done.unsent))
    copy = None if done.aside is None else str(done.aside)
    facts = {"operations": done.operations, "lines": done.lines, "unsent": done.unsent}
    return {**facts, "aside": copy, "older": done.older}


def tell_copies(context: Context, copies: Sequence[Copy]) -> None:
    for one in copies:
        unsent = "?" if one.unsent is None else one.unsent
        context.output.line(_COPY.format(file=str(one.path), size=one.size >> 20, unsent=unsent))
        if one.salvaged:
            context.output.line(_SALVAGED)
        if one.foreign:
            context.output.line(_FOREIGN.format(terminal=one.foreign))


def listed(copies: Sequence[Copy]) -> list[dict[str, object]]:
    """For programs."""
    return [
        {"file": str(c.path), "size": c.size, "unsent": c.unsent, "salvaged": c.salvaged, "of": c.foreign or None}
        for c in copies
    ]
