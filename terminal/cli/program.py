"""``program add|list|remove``: which other programs may use the reader through this terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context


@click.group()
def program() -> None:
    """Other programs of the outlet that may use the reader (LD/T 33)."""


@program.command("add")
@click.argument("name")
@click.option("--origin", required=True, help="Origin of its pages, such as https://host:port; or “native”.")
@click.option("--writes", is_flag=True, help="It may ask for writing; settings and operator decide too.")
@click.pass_obj
def add(context: Context, name: str, origin: str, writes: bool) -> None:
    """Register a program and show its token, once."""
    from terminal.localapi.programs import Programs  # noqa: PLC0415 - slow

    token = Programs(context.settings).add(name, origin, writes=writes)
    context.output.document({"name": name, "token": token})
    context.output.line(Text("令牌（只显示这一次）：", "Token (shown this once):"))
    context.output.line(token)


@program.command("list")
@click.pass_obj
def list_programs(context: Context) -> None:
    """The registered programs."""
    from terminal.localapi.programs import Programs  # noqa: PLC0415 - slow

    known = Programs(context.settings).all()
    context.output.document([{"name": each.name, "origin": each.origin, "writes": each.writes} for each in known])
    for each in known:
        context.output.line(f"{each.name}\t{each.origin}\t{'write' if each.writes else 'read'}")
    if not known:
        context.output.line(Text("没有登记的程序。", "No program is registered."))


@program.command("remove")
@click.argument("name")
@click.pass_obj
def remove(context: Context, name: str) -> None:
    """Admit a program no longer; counts at once."""
    from terminal.localapi.programs import Programs  # noqa: PLC0415 - slow

    Programs(context.settings).remove(name)
    context.output.document({"removed": name})
    context.output.line(Text("已删除。", "Removed."))
