"""``journal verify|export``: what happened on this terminal, and whether the whole store is still what was written."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

from terminal.cli.new_file import NEW_TEXT
from terminal.cli.people import PEOPLE_OPTION
from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.errors import StoreError
    from terminal.cli.app import Context

_SOUND = Text("完整：{lines} 行日志，{operations} 笔业务。", "Sound: {lines} lines, {operations} operations.")
_ANCHORED = Text("中心已留存到第 {lines} 行日志。", "The centre holds the journal up to line {lines}.")
_NOT_ANCHORED = Text("中心还没有留存日志。", "The centre holds nothing of the journal yet.")
_TROUBLE = Text(
    "第一处不一致：{where}。此前 {lines} 行日志、{operations} 笔业务经核验一致。",
    "The first difference: {where}. {lines} lines and {operations} operations before it verify.",
)
_DAMAGED = Text("数据库文件有损坏，逐页核对的结果：", "The file of the store is damaged. Read page by page:")
_NOTHING_LOST = Text("业务和日志行都能读出。", "All operations and all lines of the journal can be read.")
_EXPORTED = Text("已导出 {count} 行。", "{count} lines exported.")


@click.group()
def journal() -> None:
    """The audit chain of this terminal."""


@journal.command()
@click.pass_obj
def verify(context: Context) -> None:
    """Prove the journal, the operations and what one says of the other. A broken chain is a fault."""
    from offline_cache import proof  # noqa: PLC0415 - slow
    from offline_cache.errors import AT_A_PLACE, StoreError  # noqa: PLC0415
    from terminal.cli.people import records_of  # noqa: PLC0415

    try:
        with records_of(context) as records:
            report, cut = proof.verify_whole(records.store), records.tip.missing()
            anchor, anchored = records.outbox.anchor(), records.outbox.anchored_line()
    except StoreError as error:  # also one that does not let itself be opened
        raise _placed(context, error) from None
    if report.fault is not None:
        if report.fault.fault in AT_A_PLACE:
            told = _TROUBLE.format(where=report.trouble, lines=report.lines, operations=report.operations)
            context.output.aside(told)
        if cut is not None:
            context.output.beside(cut)
        raise _placed(context, report.fault)
    if cut is not None:
        raise cut
    context.output.document(
        {
            "valid": True,
            "lines": report.lines,
            "operations": report.operations,
            "anchored_lines": anchored,
            "acknowledged": anchor.hwm if anchor else 0,
            "acknowledged_at": anchor.time if anchor else None,
        }
    )
    context.output.line(_SOUND.format(lines=report.lines, operations=report.operations))
    context.output.line(_ANCHORED.format(lines=anchored) if anchored else _NOT_ANCHORED)


def _placed(context: Context, error: StoreError) -> StoreError:
    """Damage with its page, and what is lost by it; other faults as they are. The store is closed."""
    from offline_cache.damage import DAMAGED, located  # noqa: PLC0415 - slow
    from offline_cache.errors import StoreError  # noqa: PLC0415
    from offline_cache.rotation import keys_of  # noqa: PLC0415
    from offline_cache.salvage import salvage  # noqa: PLC0415
    from terminal.cli.salvage_words import lost  # noqa: PLC0415
    from terminal.membership import identity_of, key_port  # noqa: PLC0415
    from terminal.settings import store_path  # noqa: PLC0415

    if error.fault is not DAMAGED:
        return error
    path, keys = store_path(context.settings), keys_of(key_port(context.settings))
    placed = located(error, path, keys)
    spans: dict[str, object] = {}
    with suppress(StoreError):  # no room to look
        found = salvage(path, keys, identity_of(context.settings).origin, path.parent)
        context.output.line(_DAMAGED)
        spans = lost(context, found)
        if not any(spans.values()):
            context.output.line(_NOTHING_LOST)
    context.output.document({"fault": context.output.fault_document(placed), **placed.values, **spans})
    return placed


@journal.command()
@NEW_TEXT
@click.option("--redacted", is_flag=True, help="For an auditor from outside: people as P1, P2 …, no free words.")
@PEOPLE_OPTION
@click.pass_obj
def export(context: Context, file: TextIO, redacted: bool, people_stdin: bool) -> None:
    """Write the whole journal to FILE, one JSON object a line, with its heads. Somebody signs in for it."""
    from offline_cache.journal import Entry  # noqa: PLC0415 - slow
    from terminal.cli.people import records_for  # noqa: PLC0415

    count = 0
    with records_for(context, people_stdin) as (records, operator):
        for line in records.journal.export(redacted=redacted):
            file.write(line + "\n")
            count += 1
        records.journal.write(Entry("exported", {"what": "journal", "count": count, "operator": operator.number}))
    context.output.document({"exported": count})
    context.output.line(_EXPORTED.format(count=count))
