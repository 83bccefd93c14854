"""``sandbox psam``: a PSAM in software, in a virtual reader or looked into."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.stand_in import MISSING, ONE_OF, OTHER, going_on, insert, kept, loaded, stay, tell
from terminal.cli.usage import WrongValueError
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.simulator.psam_contents import PsamContents
    from terminal.cli.app import Context

_TWELVE = Text("须是 12 位数字", "it has 12 digits")


@click.group(invoke_without_command=True)
@click.option("--vpcd", is_flag=True, help="Into a PC/SC service with the virtual reader (vpcd).")
@click.option("--host", default="127.0.0.1", help="Where vpcd listens.")
@click.option("--port", default=35964, type=click.IntRange(1, 65535), help="Its port; 35964 is the second slot.")
@click.option("--number", help="终端机编号, 12 digits; 379999000001 unless given.")
@click.option("--cipher", "ciphers", multiple=True, type=click.Choice(["3DES", "SM4"]), help="What it knows; both.")
@click.option("--without", multiple=True, help="A key it lacks, such as RKSSSE or UK1DF01.")
@click.option("--t1", is_flag=True, help="Answer as over T=1, without 61xx and 6Cxx.")
@click.option("--state", type=click.Path(path_type=Path, dir_okay=False), help="Keep the PSAM in this file.")
@click.pass_context
def psam(  # noqa: PLR0917 - click hands over one parameter for each option
    click_context: click.Context,
    vpcd: bool,
    host: str,
    port: int,
    number: str | None,
    ciphers: tuple[str, ...],
    without: tuple[str, ...],
    t1: bool,
    state: Path | None,
) -> None:
    """Put a simulated PSAM with toy keys into a running PC/SC service, until interrupted.

    With --state the PSAM goes on from that file, if it is there, and is kept in it from then on. What else is
    given must be of that PSAM.
    """
    if click_context.invoked_subcommand is not None:
        return
    if not vpcd:
        raise WrongValueError("--vpcd", MISSING)
    from cardio.simulator.psam import SimulatedPsam  # noqa: PLC0415
    from cardio.simulator.psam_contents import PsamContents  # noqa: PLC0415
    from cardio.simulator.psam_saved import KeptPsam, load  # noqa: PLC0415

    context: Context = click_context.obj
    saved = going_on(state, load)
    contents = _contents(saved.contents if saved else PsamContents(), number, ciphers, without)
    made = saved or SimulatedPsam(contents, not t1)
    if made.contents != contents or (t1 and made.t0):
        raise WrongValueError("--state", OTHER)
    inserted = insert(host, port, kept(made, state, KeptPsam))
    context.output.document(
        {"host": host, "port": port, "terminal": contents.terminal, "state": str(state) if state else None}
    )
    context.output.line(Text("PSAM 卡已插入；按 Ctrl-C 取出。", "The PSAM is in; Ctrl-C takes it out."))
    stay(inserted)


def _contents(
    base: PsamContents, number: str | None, ciphers: tuple[str, ...], without: tuple[str, ...]
) -> PsamContents:
    """``base`` with what the options say: the same where they say what it is already.

    :raises WrongValueError: for a value that cannot be.
    """
    from cardio.keysource import Algorithm  # noqa: PLC0415
    from cardio.simulator.psam_contents import KEYS  # noqa: PLC0415

    if number is not None:
        if len(number) != 12 or not (number.isascii() and number.isdecimal()):
            raise WrongValueError("--number", _TWELVE)
        base = replace(base, terminal=number, region=number[:6])
    if ciphers:
        base = replace(base, algorithms=frozenset(Algorithm(name) for name in ciphers))
    named = {key.name: key for key in KEYS}
    for name in without:
        if name not in named:
            raise WrongValueError("--without", ONE_OF.format(names=", ".join(named)))
        base = base.without(named[name])
    return base


@psam.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def inspect(context: Context, file: Path) -> None:
    """Show what a saved PSAM is: numbers, counters, which keys it holds, and its files."""
    from cardio.simulator.inspection import inspected_psam  # noqa: PLC0415
    from cardio.simulator.psam_saved import load  # noqa: PLC0415

    tell(context, inspected_psam(loaded(file, load)))
