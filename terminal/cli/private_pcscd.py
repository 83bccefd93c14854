"""``sandbox pcscd``: a PC/SC service of its own with simulated cards in its readers, for any program."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import click

from terminal.cli.usage import WrongValueError
from terminal.errors import TerminalError, TerminalFault
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.simulator.pcscd import PrivatePcscd
    from terminal.cli.app import Context

_NO_PROGRAM = Text("没有程序“{name}”", "there is no program “{name}”")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--holder", help="Whose card is in the first reader; see “sandbox seed”. The second holds a PSAM.")
@click.option("--fault", "faults", multiple=True, help="As for “sandbox card”.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def pcscd(context: Context, holder: str | None, faults: tuple[str, ...], command: tuple[str, ...]) -> None:
    """Run COMMAND with a private PC/SC service and made-up cards; without one, say how to reach it, and wait.

    Nothing of this machine's readers is touched, and nothing listens on the network.
    """
    from cardio.simulator.pcscd import PcscdError, PcscdUnavailableError, PrivatePcscd  # noqa: PLC0415
    from cardio.simulator.spec import CardSpec, PsamSpec  # noqa: PLC0415
    from terminal.cli.sandbox import fault_of, new_card  # noqa: PLC0415 - which registers this command
    from terminal.sandbox.cards import contents  # noqa: PLC0415
    from terminal.sandbox.people import find_person  # noqa: PLC0415

    held = contents(find_person(holder or "elder"))
    new_card(held, 0, faults, t0=True)  # what cannot be made is told here: the child that makes it has no words for it
    spec = CardSpec(held, tuple(map(fault_of, faults)))
    service = PrivatePcscd()
    try:
        service.start()
        service.insert(0, spec)
        service.insert(1, PsamSpec())
        code = _run(service, command) if command else _wait(context, service)
    except (PcscdUnavailableError, PcscdError) as cause:
        raise TerminalError(TerminalFault.NO_PRIVATE_PCSCD, str(cause)) from cause
    finally:
        service.stop()
    click.get_current_context().exit(code)


def _environment(service: PrivatePcscd) -> dict[str, str]:
    """Where the service is; and for this program itself, which of the two readers holds its PSAM."""
    return {**service.environment, "SSC_PSAM": service.reader_names[1]}


def _run(service: PrivatePcscd, command: tuple[str, ...]) -> int:
    """The command's own exit code; 127 where there is no such program, as in a shell."""
    try:
        return subprocess.run(command, env={**os.environ, **_environment(service)}, check=False).returncode  # noqa: S603
    except FileNotFoundError as cause:
        raise WrongValueError("COMMAND", _NO_PROGRAM.format(name=command[0])) from cause


def _wait(context: Context, service: PrivatePcscd) -> int:
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    context.output.document({"environment": _environment(service), "readers": list(service.reader_names)})
    for variable, value in _environment(service).items():
        context.output.line(f"export {variable}={shlex.quote(value)}")
    context.output.line(Text("按 Ctrl-C 结束。", "Ctrl-C ends it."))
    sys.stdout.flush()
    over.wait()
    return 0
