"""``card read`` and ``card pin verify|change|unblock|reset``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.paper import SLIP_OPTION
from terminal.cli.people import PEOPLE_OPTION
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_log = logging.getLogger(__name__)
REASONS = ("holder-asks", "identity-check", "correction", "complaint")
"""Why values are read in clear: one of these, since free words could hold what the journal has no place for."""

_READER = click.option("--reader", "name", help="Name of the reader; needed when several hold a card.")


@click.group()
def card() -> None:
    """The card in the reader."""


@card.command("read")
@_READER
@click.option(
    "--fields", type=click.Choice(["basic", "all"]), default="basic", help="“all” adds the bank account's end."
)
@click.option("--unmask", is_flag=True, help="Values in clear; outside the sandbox with --reason alone.")
@click.option("--reason", type=click.Choice(REASONS), help="Why in clear: somebody signs in, and the journal tells.")
@PEOPLE_OPTION
@click.pass_obj
def read(  # noqa: PLR0917 - click hands over one parameter for each option
    context: Context, name: str | None, fields: str, unmask: bool, reason: str | None, people_stdin: bool
) -> int:
    """Read and prove the card, and show what it holds."""
    from terminal import bootstrap, faults, rules  # noqa: PLC0415 - slow
    from terminal.cli.card_json import card_document, card_exit_code, print_card  # noqa: PLC0415

    settings = context.settings
    if unmask and reason is None:
        rules.require_unmask(settings.environment)
        _log.info("a card is read in clear")
    elif unmask and reason is not None:
        _answer_for_unmasking(context, reason, people_stdin)
    with (
        bootstrap.pcsc() as readers,
        bootstrap.bench(settings, context.clock, readers, reader=name, toys=True) as bench,
    ):
        record = bench.visit.read(fields_all=fields == "all")
    about = rules.check_region(record, settings.environment), rules.check_holder(record)
    # That there is no centre explains why nobody could prove the card; otherwise it is beside the point.
    unproven = any(faults.is_one_of(error, faults.UNPROVEN) for error in record.errors)
    remarks = [each for each in (*record.errors, bench.unjoined if unproven else None, *about) if each is not None]
    document = card_document(record, context.output, remarks, unmask=unmask, fields_all=fields == "all")
    context.output.document(document)
    print_card(document, context.output)
    return card_exit_code(record)


def _answer_for_unmasking(context: Context, reason: str, people_stdin: bool) -> None:
    """Written before anything is read: where it cannot be, nothing is shown."""
    from offline_cache.journal import Entry  # noqa: PLC0415 - slow
    from terminal.cli.people import records_for  # noqa: PLC0415

    with records_for(context, people_stdin) as (records, operator):
        records.journal.write(Entry("unmasked", {"operator": operator.number, "reason": reason, "what": "card"}))


@card.command("personalise")
@_READER
@click.option("--batch", required=True, help="File of orders (CSV or JSON); “-” is standard input.")
@click.option("--fields-stdin", is_flag=True, help='JSON on standard input: {"operator": "…", "operator_secret": "…"}.')
@click.option("--wait", type=click.IntRange(0, 3600), default=120, show_default=True, help="Seconds for each card.")
@click.pass_obj
def personalise(context: Context, name: str | None, batch: str, fields_stdin: bool, wait: int) -> int:
    """Issue into blank cards, one order after the other; in the sandbox only."""
    from terminal.cli.personalise import run_batch  # noqa: PLC0415 - slow

    return run_batch(context, name, batch, fields_stdin, wait)


@card.group("pin")
def pin() -> None:
    """The social security PIN."""


@pin.command("change")
@_READER
@click.option(
    "--fields-stdin",
    is_flag=True,
    help='JSON on standard input: {"operator": "…", "operator_secret": "…", "old_pin": "…", "new_pin": "…"}.',
)
@SLIP_OPTION
@click.pass_obj
def change(context: Context, name: str | None, fields_stdin: bool, slip: Path | None) -> int:
    """Put a new PIN into the chip (A15); recorded before and after."""
    from terminal.cli.intake import run_pin_change  # noqa: PLC0415 - slow

    return run_pin_change(context, name, fields_stdin, slip)


@pin.command("unblock")
@_READER
@click.option(
    "--fields-stdin",
    is_flag=True,
    help='JSON on standard input: {"operator", "operator_secret", "reviewer", "reviewer_secret"}, all texts.',
)
@SLIP_OPTION
@click.pass_obj
def unblock(context: Context, name: str | None, fields_stdin: bool, slip: Path | None) -> int:
    """Give a locked PIN its tries back (A16); a second person agrees. The PIN stays the same."""
    from terminal.cli.pin_maintenance import run_unblock  # noqa: PLC0415 - slow

    return run_unblock(context, name, fields_stdin, slip)


@pin.command("reset")
@_READER
@click.option(
    "--fields-stdin",
    is_flag=True,
    help='JSON on standard input: as for “unblock”, and "new_pin".',
)
@SLIP_OPTION
@click.pass_obj
def reset(context: Context, name: str | None, fields_stdin: bool, slip: Path | None) -> int:
    """Put a new PIN into the chip without the old one (A16); a second person agrees."""
    from terminal.cli.pin_maintenance import run_reset  # noqa: PLC0415 - slow

    return run_reset(context, name, fields_stdin, slip)


@pin.command("verify")
@_READER
@click.option("--pin-stdin", is_flag=True, help="Take the PIN from standard input in place of the keyboard.")
@click.pass_obj
def verify(context: Context, name: str | None, pin_stdin: bool) -> None:
    """Show the PIN to the card; a wrong one costs a try."""
    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.cli.ask import read_pin  # noqa: PLC0415

    with (
        bootstrap.pcsc() as readers,
        bootstrap.bench(context.settings, context.clock, readers, reader=name, toys=True) as bench,
    ):
        bench.visit.meet()
        read_pin(context, bench.visit.pin, from_stdin=pin_stdin)
        bench.visit.verify_pin()
    context.output.document({"verified": True})
    context.output.line(Text("密码正确。", "The PIN is right."))
