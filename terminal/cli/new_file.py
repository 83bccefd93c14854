"""A file that a command writes: always a new one. What has the name already may be the only copy of somebody's work, a
medium of another terminal on the same stick above all.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import IO, Any

import click

from offline_cache.whole import is_taken
from terminal.cli.usage import WrongValueError
from terminal.text import Text

_EXISTS = Text(
    "这个文件已经存在，不会覆盖，请换一个文件名", "it is there already and is not written over; name another"
)


def refuse_existing(name: str, file: Path) -> None:
    """:param name: of the option or argument, as it is typed.

    :raises WrongValueError: something has that name.
    """
    if is_taken(file):
        raise WrongValueError(name, _EXISTS)


def _hint(parameter: click.Parameter | None) -> str:
    return (parameter.name if parameter and parameter.name else "file").upper()


class _NewPath(click.Path):
    """Looked at before anybody signs in; the file itself is made so that it cannot replace another."""

    def convert(
        self, value: str | PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | PathLike[str]:
        refuse_existing(_hint(param), Path(value))
        return super().convert(value, param, ctx)


class _NewText(click.File):
    """Likewise; ``-`` is standard output."""

    def convert(
        self, value: str | PathLike[str] | IO[Any], param: click.Parameter | None, ctx: click.Context | None
    ) -> IO[Any]:
        if isinstance(value, str | PathLike) and value != "-":
            refuse_existing(_hint(param), Path(value))
        return super().convert(value, param, ctx)


NEW_FILE = click.argument("file", type=_NewPath(dir_okay=False, path_type=Path))
NEW_TEXT = click.argument("file", type=_NewText("x", encoding="utf-8", lazy=True))
