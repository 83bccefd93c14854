"""What one row of the fault table holds."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.text import Text

FAILURE, USAGE, CONFIGURATION, DEVICE, CENTRE, PARTLY, REFUSED = range(1, 8)
STOPPED = 130


BECAUSE = Text("原因（{code}）：{message}{remedy}", "Cause ({code}): {message} {remedy}")
"""A remedy that is another fault's."""

CLOSED = Text(
    "这张卡要连上中心核验后才能读出姓名和号码。",
    "Name and number of this card can be read only once the centre has proven it.",
)
"""A card that shows its holder to a proven reader alone, while the centre cannot be asked."""


@dataclass(frozen=True)
class Entry:
    """:param bare: the sentence for when a value that ``message`` names is not known.
    :param typed: the remedy for who types commands, where the one for the screen names a page or a button.
    """

    message: Text
    remedy: Text
    exit_code: int
    bare: Text | None = None
    typed: Text | None = None


def entry(
    exit_code: int,
    message: tuple[str, str],
    remedy: tuple[str, str],
    bare: tuple[str, str] | None = None,
    *,
    typed: tuple[str, str] | None = None,
) -> Entry:
    return Entry(
        Text(*message), Text(*remedy), exit_code, Text(*bare) if bare else None, Text(*typed) if typed else None
    )
