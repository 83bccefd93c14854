"""What the commands share that put a card in software into a virtual reader."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from terminal.errors import TerminalError, TerminalFault
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.simulator.card import PoweredCard
    from cardio.simulator.vpcd import VpcdCard

MISSING: Final = Text("必须写上", "it has to be given")
ONE_OF: Final = Text("只能是 {names}", "one of {names}")
OTHER: Final = Text("文件里的是另一张卡", "the card in this file is another one")
NOT_KEPT: Final = Text("这个文件写不了（{why}）", "this file cannot be written ({why})")
UNUSABLE: Final = Text("{name} 不是可用的卡片文件（{why}）", "{name} is no card that can be used ({why})")


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
