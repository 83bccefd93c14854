"""``sandbox centre|card|psam|pcscd|seed``: the stand-ins, each by itself. Nothing here works in production."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from offline_cache.suite import NAMES
from terminal import rules
from terminal.cli.private_pcscd import pcscd
from terminal.cli.sandbox_media import take_in
from terminal.cli.sandbox_psam import psam
from terminal.cli.stand_in import MISSING, ONE_OF, OTHER, going_on, insert, kept, loaded, stay, tell
from terminal.cli.usage import WrongValueError
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.simulator.card import SimulatedCard
    from cardio.simulator.contents import CardContents
    from cardio.simulator.faults import Fault
    from terminal.cli.app import Context
    from terminal.sandbox.person import Person

_GENERATION_HOLDER = {"1": "first-generation", "2": "farmer", "3": "elder"}
"""A person of the sandbox for each generation, where none is named."""

_AT_NUMBER = Text(
    "要写成 {name}@第几条命令（从 1 数起），如有值再加 =十六进制值",
    "write {name}@N, the number of the command from 1, and =VALUE in hexadecimal where it has one",
)
_ONLY_NEW = Text("只有新卡才能有 {faults}", "only a new card can have {faults}")
_NOT_ON_THIS = Text("这一代卡片没有 {faults}", "a card of this generation has no {faults}")


@click.group()
@click.pass_obj
def sandbox(context: Context) -> None:
    """A centre, cards and people to develop and demonstrate with."""
    rules.require_sandbox(context.settings.environment, "sandbox")


@sandbox.command()
@click.option("--port", default=0, help="Of 127.0.0.1; a free one unless given.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Its certificates and memory.")
@click.option("--suite", type=click.Choice(NAMES), help="Cryptography of a new one; an older one keeps its own.")
@click.pass_obj
def centre(context: Context, port: int, folder: Path | None, suite: str | None) -> None:
    """Serve a sandbox centre until interrupted; says its address and a one-time enrolment code."""
    import signal  # noqa: PLC0415
    import threading  # noqa: PLC0415

    from terminal.sandbox.child import SandboxCentre  # noqa: PLC0415 - slow
    from terminal.settings import prepare_data  # noqa: PLC0415

    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    where = folder or prepare_data(context.settings) / "centre"
    with SandboxCentre(where, port=port, suite=suite) as running:
        ready = running.ready
        context.output.document(
            {
                "url": ready.url,
                "ca": ready.authority,
                "code": ready.code,
                "control_url": ready.control_url,
                "control_token": ready.control_token,
            }
        )
        context.output.line(f"ssc-terminal enrol --centre {ready.url} --ca {ready.authority}")
        context.output.line(Text(f"注册码：{ready.code}", f"Enrolment code: {ready.code}"))
        sys.stdout.flush()
        over.wait()


@sandbox.group(invoke_without_command=True)
@click.option("--vpcd", is_flag=True, help="Into a PC/SC service with the virtual reader (vpcd).")
@click.option("--host", default="127.0.0.1", help="Where vpcd listens.")
@click.option("--port", default=35963, type=click.IntRange(1, 65535), help="Its port; 35964 is the second slot.")
@click.option("--generation", type=click.Choice(["1", "2", "3"]), help="Of the card; the holder's own unless given.")
@click.option("--holder", help="Number, short name or name of a made-up person; see “sandbox seed”.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    help="What is wrong with it, as NAME or NAME@N[=VALUE], N being the command's number.",
)
@click.option("--t1", is_flag=True, help="Answer as over T=1, without 61xx and 6Cxx.")
@click.option("--state", type=click.Path(path_type=Path, dir_okay=False), help="Keep the card in this file.")
@click.pass_context
def card(  # noqa: PLR0917 - click hands over one parameter for each option
    click_context: click.Context,
    vpcd: bool,
    host: str,
    port: int,
    generation: str | None,
    holder: str | None,
    faults: tuple[str, ...],
    t1: bool,
    state: Path | None,
) -> None:
    """Put a simulated card into a running PC/SC service, until interrupted.

    With --state the card goes on from that file, if it is there, and is kept in it from then on. What else is
    given must be of that card; faults that strike at a command, and others that need no new card, may be new.
    """
    if click_context.invoked_subcommand is not None:
        return
    if not vpcd:
        raise WrongValueError("--vpcd", MISSING)
    from cardio.simulator.saved import KeptCard, load  # noqa: PLC0415
    from terminal.sandbox.cards import contents  # noqa: PLC0415
    from terminal.sandbox.people import find_person  # noqa: PLC0415

    context: Context = click_context.obj
    saved = going_on(state, load)
    person = find_person(holder or _GENERATION_HOLDER[generation or "3"])
    if saved is None:
        made = new_card(contents(person), int(generation or 0), faults, not t1)
    else:
        _require_same(saved, contents(person) if holder else None, int(generation or 0), t1)
        made = _with_faults(saved, faults)
    inserted = insert(host, port, kept(made, state, KeptCard))
    context.output.document(
        {
            "host": host,
            "port": port,
            "holder": person.index if holder or saved is None else None,
            "generation": made.contents.generation,
            "state": str(state) if state else None,
        }
    )
    context.output.line(Text("卡已插入；按 Ctrl-C 取出。", "The card is in; Ctrl-C takes it out."))
    stay(inserted)


@card.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def inspect(context: Context, file: Path) -> None:
    """Show what a saved card holds: files, counters, faults; without its PIN."""
    from cardio.simulator.inspection import inspected  # noqa: PLC0415
    from cardio.simulator.saved import load  # noqa: PLC0415

    tell(context, inspected(loaded(file, load)))


def new_card(held: CardContents, generation: int, faults: tuple[str, ...], t0: bool) -> SimulatedCard:
    """The card of a made-up person, of another generation than its own where one is named (0: none is).

    :raises TerminalError: ``USAGE``.
    """
    from cardio.simulator.card import SimulatedCard  # noqa: PLC0415

    if generation and generation != held.generation:
        held = replace(held, generation=generation, version=f"{generation}.00".encode())
    try:
        return SimulatedCard(held, [fault_of(text) for text in faults], t0)
    except ValueError as cause:
        raise WrongValueError("--fault", _NOT_ON_THIS.format(faults=", ".join(faults))) from cause


def _require_same(saved: SimulatedCard, wanted: CardContents | None, generation: int, t1: bool) -> None:
    """:raises TerminalError: ``USAGE`` where the options name another card than the file has."""
    held = saved.contents
    same_holder = wanted is None or wanted.card_id == held.card_id
    if not same_holder or generation not in {0, held.generation} or (t1 and saved.t0):
        raise WrongValueError("--state", OTHER)


def _with_faults(saved: SimulatedCard, faults: tuple[str, ...]) -> SimulatedCard:
    """Its own, where none are given."""
    from cardio.simulator.saved import with_faults  # noqa: PLC0415

    if not faults:
        return saved
    try:
        return with_faults(saved, [fault_of(text) for text in faults])
    except ValueError as cause:
        raise WrongValueError("--fault", _ONLY_NEW.format(faults=", ".join(faults))) from cause


def fault_of(text: str) -> Fault:
    """``removed-after@7`` or ``wrong-status@3=6982``: the value is hexadecimal.

    :raises TerminalError: ``USAGE``.
    """
    from cardio.simulator.faults import AT_A_COMMAND, Fault, Trouble  # noqa: PLC0415

    name, _, rest = text.partition("@")
    at, _, value = rest.partition("=")
    try:
        trouble = Trouble(name)
    except ValueError as cause:
        known = ", ".join(each.value for each in Trouble)
        raise WrongValueError("--fault", ONE_OF.format(names=known)) from cause
    try:
        found = Fault(trouble, int(at or "0"), int(value or "0", 16))
    except ValueError as cause:
        raise WrongValueError("--fault", _AT_NUMBER.format(name=name)) from cause
    if found.at < (trouble in AT_A_COMMAND):
        raise WrongValueError("--fault", _AT_NUMBER.format(name=name))
    return found


@sandbox.command()
@click.option("--holder", help="One person, by number, short name or name.")
@click.option("--limit", default=20, type=click.IntRange(1, 5000), help="How many to list.")
@click.pass_obj
def seed(context: Context, holder: str | None, limit: int) -> None:
    """The made-up people, for --holder: those with short names first, as they stand in the table."""
    from terminal.sandbox.people import Population  # noqa: PLC0415

    population = Population()
    people = [population.find(holder)] if holder else list(population.people[:limit])
    context.output.document([_person(person) for person in people])
    for person in people:
        document = _person(person)
        context.output.line("\t".join("–" if value is None else str(value) for value in document.values()))


def _person(person: Person) -> dict[str, object]:
    """Not masked: these people do not exist."""
    return {
        "index": person.index,
        "short_name": person.slug,
        "name": person.name,
        "number": person.number,
        "birth_date": person.birth_date.isoformat(),
        "generation": person.card.generation,
        "card_number": person.card.card_number,
        "card_id": person.card.card_id.hex().upper(),
        "pin": person.card.pin,
    }


sandbox.add_command(pcscd)
sandbox.add_command(take_in)
sandbox.add_command(psam)
