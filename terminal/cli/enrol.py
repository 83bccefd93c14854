"""``enrol``: join a centre."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.errors import TerminalError, TerminalFault
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_PROMPT = Text("请输入一次性注册码：", "One-time enrolment code: ")


@click.command()
@click.option("--centre", "url", required=True, help="Address of the centre, https://…")
@click.option(
    "--ca", "authority", required=True, type=click.Path(path_type=Path), help="Its authority's certificate (PEM)."
)
@click.option(
    "--replace", is_flag=True, help="Enrol again: where there is a store, a new certificate for the same terminal."
)
@click.pass_obj
def enrol(context: Context, url: str, authority: Path, replace: bool) -> None:
    """Join the centre with a one-time code, typed or on standard input."""
    from terminal.centre.enrolment import enrol as join  # noqa: PLC0415 - slow
    from terminal.cli.ask import read_line  # noqa: PLC0415
    from terminal.membership import key_port  # noqa: PLC0415
    from terminal.records import held  # noqa: PLC0415
    from terminal.settings import prepare_data  # noqa: PLC0415

    settings = context.settings
    try:
        trusted = authority.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as cause:
        raise TerminalError(TerminalFault.AUTHORITY_UNREADABLE, type(cause).__name__, file=str(authority)) from cause
    owner = held(settings, context.clock) if replace else None
    identity = join(
        prepare_data(settings),
        url,
        read_line(context, "注册码 code", _PROMPT),
        trusted,
        environment=settings.environment,
        keys=key_port(settings),
        now=context.clock.now,
        replace=replace,
        renews=None if owner is None else owner.terminal,
        suite=None if owner is None else owner.suite,
    )
    context.output.document(
        {
            "terminal": identity.terminal,
            "environment": identity.environment,
            "suite": identity.suite.name,
            "outlet": {"code": identity.outlet.code, "name": identity.outlet.name, "bank": identity.outlet.bank},
            "certificate_expires_at": identity.expires_at.isoformat(),
        }
    )
    context.output.line(
        Text("已注册：{terminal}（{outlet}）", "Joined: {terminal} ({outlet})").format(
            terminal=identity.terminal, outlet=identity.outlet.name
        )
    )
