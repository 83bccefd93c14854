"""What the check of fonts says where there is no screen to ask."""

from __future__ import annotations

from terminal.text import Text


def no_screen() -> Text:
    return Text("思源黑体", "Noto Sans SC")
