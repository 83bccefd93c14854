"""``store status|export|salvage|backup|restore|rotate-key|wipe``: the encrypted store.

All but its size needs a sign-in.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.copy_words import listed, tell_copies, tell_restored
from terminal.cli.new_file import NEW_FILE
from terminal.cli.people import PEOPLE_OPTION
from terminal.cli.salvage import salvage
from terminal.fault_table.entry import USAGE
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_EXPORTED = Text("已导出 {count} 笔业务（至第 {last} 笔）。", "{count} operations exported (up to number {last}).")
_BACKED_UP = Text("备份已核验：{operations} 笔业务。", "The backup is verified: {operations} operations.")
_ROTATED = Text("数据密钥已更换。", "The data key is replaced.")
_WIPED = Text(
    "本机数据库已清除。本终端再办理新业务，须先连上中心并由中心同意。",
    "The store is wiped. Before this terminal takes anything in again the centre has to be reached and to agree.",
)
_LEAVES = Text(
    "本库还留有中心已签收的 {bodies} 笔业务的正文{until}。中心若从更早的备份恢复，会再向本机要这些正文；"
    "清除之后，哪里都没有了。",
    "Here are still the contents of {bodies} operations that the centre has acknowledged{until}. A centre that is put "
    "back to an earlier backup asks for them again; after a wipe they stand nowhere.",
)
_UNTIL = Text("（不清除则至少保留到 {day}）", " (without a wipe they are kept until {day} at least)")
_ASKED = Text("没有清除。确实要清除，请加 --yes。", "Nothing is wiped. Add --yes if it is meant.")
_STATUS = Text(
    "文件 {file} MB，其中正文 {bodies} MB；磁盘可用 {free} MB（{level}）。",
    "File {file} MB, of it bodies {bodies} MB; {free} MB free on the disk ({level}).",
)


@click.group()
def store() -> None:
    """The encrypted store: its size, copies of it, its key, its end."""


@store.command()
@click.pass_obj
def status(context: Context) -> None:
    """How large it is, and how much room there is."""
    from offline_cache import aside  # noqa: PLC0415 - slow
    from offline_cache.housekeeping import measure  # noqa: PLC0415
    from offline_cache.rotation import keys_of  # noqa: PLC0415
    from terminal.cli.people import records_of  # noqa: PLC0415

    with records_of(context) as records:
        sizes, room = measure(records.store), records.store.room()
        copies = aside.listed(records.store, keys_of(records.keys))
    facts = {"file": sizes.file, "bodies": sizes.bodies, "free": room.free}
    context.output.document({**facts, "level": room.level.value, "ballast": room.has_ballast, "copies": listed(copies)})
    context.output.line(_STATUS.format(**{name: value >> 20 for name, value in facts.items()}, level=room.level.value))
    tell_copies(context, copies)


@store.command()
@NEW_FILE
@PEOPLE_OPTION
@click.pass_obj
def export(context: Context, file: Path, people_stdin: bool) -> None:
    """Write all that the centre has not to FILE, sealed and signed, to be taken in by the centre."""
    from offline_cache.blob_rows import Blobs  # noqa: PLC0415
    from offline_cache.exported import line  # noqa: PLC0415 - slow
    from terminal.cli.people import records_for  # noqa: PLC0415
    from terminal.medium import write_medium  # noqa: PLC0415

    with records_for(context, people_stdin) as (records, operator):
        done = write_medium(records.outbox, Blobs(records.store), records.identity, file)
        epoch = records.outbox.tip()[0]
        records.journal.write(line(done.operations, epoch, done.first, done.last, operator.number))
    context.output.document({"exported": done.operations, "last": done.last})
    context.output.line(_EXPORTED.format(count=done.operations, last=done.last))


@store.command()
@NEW_FILE
@PEOPLE_OPTION
@click.pass_obj
def backup(context: Context, file: Path, people_stdin: bool) -> None:
    """Write a verified copy to FILE, under the same key."""
    from offline_cache.backup import back_up  # noqa: PLC0415 - slow
    from terminal.cli.people import records_for  # noqa: PLC0415

    with records_for(context, people_stdin) as (records, operator):
        report = back_up(records.store, file, operator.number)
    context.output.document({"operations": report.operations, "lines": report.lines})
    context.output.line(_BACKED_UP.format(operations=report.operations))


@store.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--leave-unsent", is_flag=True, help="Although the present store has work that stands nowhere else; it stays aside."
)
@PEOPLE_OPTION
@click.pass_obj
def restore(context: Context, file: Path, leave_unsent: bool, people_stdin: bool) -> None:
    """Put the verified copy in FILE where the store is; what was there stays beside it.

    Refused while there is work that the centre has not and the copy has not, unless it is meant.
    """
    from offline_cache.backup import Owner  # noqa: PLC0415 - slow
    from offline_cache.backup import restore as put_back  # noqa: PLC0415
    from terminal.cli.people import store_closed_for  # noqa: PLC0415
    from terminal.membership import identity_of, key_port  # noqa: PLC0415
    from terminal.settings import store_path  # noqa: PLC0415

    settings, now = context.settings, context.clock.now
    with store_closed_for(context, people_stdin) as operator:
        owner = Owner(settings.environment, identity_of(settings).terminal)
        by = operator.number
        place, keys = store_path(settings), key_port(settings)
        done = put_back(file, place, keys, owner, now=now, operator=by, leave_unsent=leave_unsent)
    context.output.document(tell_restored(context, done))


@store.command("rotate-key")
@PEOPLE_OPTION
@click.pass_obj
def rotate_key(context: Context, people_stdin: bool) -> None:
    """Encipher the store under a new data key. Backups from before open no more."""
    from offline_cache.rotation import rotate  # noqa: PLC0415 - slow
    from terminal.cli.people import store_closed_for  # noqa: PLC0415
    from terminal.membership import key_port  # noqa: PLC0415
    from terminal.settings import store_path  # noqa: PLC0415

    settings = context.settings
    with store_closed_for(context, people_stdin) as operator:
        rotate(store_path(settings), key_port(settings), context.clock.now, operator.number)
    context.output.document({"rotated": True})
    context.output.line(_ROTATED)


@store.command()
@click.option("--yes", is_flag=True, help="It is meant; without it is said what would go.")
@click.option("--exported", default=0, help="Last number on a medium, as “store export” said it.")
@PEOPLE_OPTION
@click.pass_obj
def wipe(context: Context, yes: bool, exported: int, people_stdin: bool) -> None:
    """Forget the key and take the store away. Refused while there is work that the centre has not and no medium has.

    What the centre has acknowledged goes too: how much of it the centre could ask for again is told, before and after.
    A new store for the same terminal takes nothing in until the centre has agreed to a new life of its log.
    """
    from offline_cache.housekeeping import still_kept  # noqa: PLC0415 - slow
    from offline_cache.wiping import refuse_unsent  # noqa: PLC0415 - slow
    from terminal.cli.people import records_for  # noqa: PLC0415
    from terminal.records import wipe_store  # noqa: PLC0415

    with records_for(context, people_stdin) as (records, _):
        refuse_unsent(records.store, records.keys, exported)
        kept = still_kept(records.store)
        if yes:
            wipe_store(context.settings, records)
    day = kept.until.date().isoformat() if kept.until else None
    context.output.document({"wiped": yes, "bodies": kept.bodies, "kept_until": day})
    if kept.bodies:
        until = Text("", "") if day is None else _UNTIL.format(day=day)
        said = [one.format(bodies=kept.bodies, until=when) for one, when in zip(_LEAVES, until, strict=True)]
        context.output.line(Text(*said))
    context.output.line(_WIPED if yes else _ASKED)
    if not yes:
        click.get_current_context().exit(USAGE)


store.add_command(salvage)
