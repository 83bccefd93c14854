"""What the commands share that put a card in software into a virtual reader."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from terminal.cli.usage import WrongValueError
from terminal.errors import TerminalError, TerminalFault
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.simulator.card import PoweredCard
    from cardio.simulator.vpcd import VpcdCard
    from terminal.cli.app import Context

Card = TypeVar("Card", bound="PoweredCard")

MISSING: Final = Text("必须写上", "it has to be given")
ONE_OF: Final = Text("只能是 {names}", "one of {names}")
OTHER: Final = Text("文件里的是另一张卡", "the card in this file is another one")
_NOT_KEPT: Final = Text("这个文件写不了（{why}）", "this file cannot be written ({why})")
_IN_USE: Final = Text("另一个程序正在使用这张卡", "another program has this card")
_UNUSABLE: Final = Text("{name} 不是可用的卡片文件（{why}）", "{name} is no card that can be used ({why})")


def going_on(state: Path | None, load: Callable[[Path], Card]) -> Card | None:
    """What is kept in this file, which is this command's alone from now on; ``None`` where nothing is yet.

    :raises WrongValueError: for a file that another program uses, that is no such card, or where none can be kept.
    """
    from cardio.simulator.kept import alone  # noqa: PLC0415

    if state is None:
        return None
    try:
        click.get_current_context().with_resource(alone(state))
    except BlockingIOError as cause:
        raise WrongValueError("--state", _IN_USE) from cause
    except OSError as cause:
        raise _not_kept(cause) from cause
    return loaded(state, load) if state.exists() else None


def loaded(file: Path, load: Callable[[Path], Card]) -> Card:
    """:raises WrongValueError: for a file that is no such card."""
    from cardio.simulator.kept import StateError  # noqa: PLC0415

    try:
        return load(file)
    except (StateError, OSError) as cause:
        why = str(cause) if isinstance(cause, StateError) else type(cause).__name__
        raise WrongValueError("--state", _UNUSABLE.format(name=file.name, why=why)) from cause


def kept(card: Card, state: Path | None, keep: Callable[[Card, Path], PoweredCard]) -> PoweredCard:
    """The card, kept in the file from now on where there is one.

    :raises WrongValueError: where it cannot be.
    """
    try:
        return keep(card, state) if state else card
    except OSError as cause:
        raise _not_kept(cause) from cause


def _not_kept(cause: OSError) -> WrongValueError:
    return WrongValueError("--state", _NOT_KEPT.format(why=type(cause).__name__))


def tell(context: Context, document: dict[str, Any]) -> None:
    """Show what a saved card is."""
    context.output.document(document)
    context.output.line(json.dumps(document, ensure_ascii=False, indent=2))


def insert(host: str, port: int, card: PoweredCard) -> VpcdCard:
    """:raises TerminalError: NO_VPCD where no virtual reader listens."""
    from cardio.simulator.vpcd import VpcdCard  # noqa: PLC0415

    try:
        return VpcdCard(card, host, port)
    except OSError as cause:
        raise TerminalError(TerminalFault.NO_VPCD, type(cause).__name__, place=f"{host}:{port}") from cause


def stay(inserted: VpcdCard) -> None:
    """Until the card is out, by whoever."""
    sys.stdout.flush()
    try:
        inserted.wait()
    finally:
        inserted.eject()
