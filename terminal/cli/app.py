"""The command line: global options, the table of commands, and one place where every fault ends."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from terminal import VERSION, log
from terminal.cli import usage
from terminal.cli.output import Output
from terminal.clock import Clock, SystemClock
from terminal.errors import TerminalError, TerminalFault
from terminal.settings import Loaded, Settings, load
from terminal.text import Language

_log = logging.getLogger(__name__)

COMMANDS = {
    "demo": "terminal.cli.demo:demo",
    "run": "terminal.cli.run:run",
    "enrol": "terminal.cli.enrol:enrol",
    "doctor": "terminal.cli.doctor:doctor",
    "settings": "terminal.cli.doctor:settings",
    "reader": "terminal.cli.reader:reader",
    "card": "terminal.cli.card:card",
    "service": "terminal.cli.service:service",
    "subsidy": "terminal.cli.service:subsidy",
    "queue": "terminal.cli.queue:queue",
    "sync": "terminal.cli.sync:sync",
    "journal": "terminal.cli.journal:journal",
    "store": "terminal.cli.store:store",
    "drive": "terminal.cli.drive:drive",
    "receipt": "terminal.cli.receipt:receipt",
    "program": "terminal.cli.program:program",
    "sandbox": "terminal.cli.sandbox:sandbox",
}
"""Commands and where they stand; a module is imported when its command is asked for."""


class Context:
    """What every command gets: settings, output, and whether somebody can be asked."""

    def __init__(self, output: Output, flags: dict[str, object], config: Path | None, no_input: bool) -> None:
        self.output = output
        self.no_input = no_input
        self._flags, self._config = flags, config

    @cached_property
    def loaded(self) -> Loaded:
        """Settings with their origins.

        :raises TerminalError: the faults of settings.
        """
        return load(self._flags, config=self._config)

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @cached_property
    def clock(self) -> Clock:
        return SystemClock()


class _Commands(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, place in COMMANDS.items() if find_spec(place.split(":")[0]) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, attribute = place.split(":")
        if find_spec(module) is None:
            return None
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        ctx.obj.document({"version": VERSION})
        ctx.obj.line(f"ssc-terminal {VERSION}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", type=click.Path(path_type=Path), help="Settings file in place of the user's own.")
@click.option("--environment", type=click.Choice(["sandbox", "production"]), help="Never mixed.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Language of messages; zh unless set.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, and nothing else.")
@click.option("--no-input", is_flag=True, help="Never ask; what would be asked is a fault.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@click.option("-v", "--verbose", count=True, help="More log lines on standard error; twice for debugging.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which one this is."
)
@click.pass_context
def cli(  # noqa: PLR0917 - click hands over one parameter for each option
    ctx: click.Context,
    config: Path | None,
    environment: str | None,
    language: Language | None,
    as_json: bool,
    no_input: bool,
    quiet: bool,
    verbose: int,
) -> None:
    """Terminal for the social security card at partner-bank outlets (社会保障卡就近办终端)."""
    level = {0: None, 1: "INFO"}.get(verbose, "DEBUG")
    flags: dict[str, object] = {"environment": environment, "language": language, "log_level": level}
    output: Output = ctx.obj
    output.quiet = quiet
    context = Context(output, flags, config, no_input)
    if context.settings.key_keeper == "passphrase":
        ask_for_passphrase(context)
    settings = context.settings
    output.language = settings.language
    log.set_up(settings.log_level, settings.log_file)
    ctx.obj = context


def ask_for_passphrase(context: Context) -> None:
    """Whoever started this command is asked when the keys are first needed."""
    from terminal.cli.ask import read_passphrase  # noqa: PLC0415
    from terminal.passphrase import OPENED  # noqa: PLC0415

    OPENED.ask = lambda *, new: read_passphrase(context, new=new)


def _language_of(arguments: Sequence[str]) -> Language:
    """The language for a fault that comes before the settings are read."""
    joined = " ".join(arguments)
    wanted = os.environ.get("SSC_LANGUAGE", "zh")
    return "en" if "--language en" in joined or "--language=en" in joined or wanted == "en" else "zh"


def _usage(what: str) -> TerminalError:
    return TerminalError(TerminalFault.USAGE, what=what)


def _main(arguments: list[str], output: Output) -> object:
    """The command. Help that is asked for with ``--json`` is a document like any other."""
    if not output.as_json or not {"-h", "--help"} & set(arguments):
        return cli.main(arguments, prog_name="ssc-terminal", standalone_mode=False, obj=output)
    with redirect_stdout(io.StringIO()) as said:
        code = cli.main(arguments, prog_name="ssc-terminal", standalone_mode=False, obj=output)
    output.document({"help": said.getvalue()})
    return code


def run(arguments: Sequence[str]) -> int:
    """Run one command; never raises. Gives the exit code."""
    log.no_core_dumps()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale: JSON is UTF-8
    output = Output(as_json="--json" in arguments, language=_language_of(arguments))
    try:
        code = _main(list(arguments), output)
    except click.exceptions.NoArgsIsHelpError as error:
        if output.as_json:
            return output.fail(_usage(usage.missing_command(output.language)))
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        return output.fail(_usage(usage.said(error, output.language)))
    except (click.Abort, KeyboardInterrupt):
        return output.fail(TerminalError(TerminalFault.INTERRUPTED))
    except BrokenPipeError:
        return 1
    except Exception as error:  # noqa: BLE001 - the last place where a fault can be said
        code = output.fail(error)
        if hasattr(error, "fault"):
            _log.info("the command failed: %s", error)
        else:
            _log.error("the command failed", exc_info=error)
    return code if isinstance(code, int) else 0
