"""The paper of a command: where it comes out, and what is said of it.

It is the paper of the counter: to the printer of the settings, or with ``--slip`` into files; its words are said on
standard output whatever becomes of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terminal.cli.new_file import refuse_existing
from terminal.cli.usage import WrongValueError
from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.errors import StoreError
    from terminal.bootstrap import Bench
    from terminal.cli.app import Context
    from terminal.counter import Left
    from terminal.queue_papers import Papers
    from terminal.receipts.errors import PaperError
    from terminal.receipts.printer import Printed

_SUFFIX = ".pdf"
_NO_PDF = Text("文件名要以 .pdf 结尾", "the name has to end in .pdf")
_NO_FOLDER = Text("文件夹不存在或不能写入", "its folder is not there or cannot be written to")
_FILE = Text("回执已存为文件 {file}", "The slip is the file {file}")
_CODE = Text("核验码", "Code to verify")


def _place(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """Looked at before anything is done: afterwards it is too late to choose another."""
    if file is None:
        return None
    if file.suffix.lower() != _SUFFIX:
        raise WrongValueError("--slip", _NO_PDF)
    folder = file.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise WrongValueError("--slip", _NO_FOLDER)
    refuse_existing("--slip", file)
    return file.absolute()


SLIP_OPTION: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--slip",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_place,
    metavar="FILE.pdf",
    help="The paper as a PDF, and the slip as a picture beside it (.png); without it, the printer of the settings.",
)


def papers_for(context: Context, slip: Path | None) -> Papers:
    """Where the papers of this command come out."""
    from dataclasses import replace  # noqa: PLC0415

    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.receipts.printer import FilePrinter  # noqa: PLC0415

    made = bootstrap.papers(context.settings, context.clock)
    if slip is None:
        return made
    return replace(made, printer=lambda: FilePrinter(slip.parent, slip.stem))


def tell(context: Context, bench: Bench, left: Left | None, slip: Path | None) -> int:
    """What was left behind, in the words of its paper; and the paper.

    A paper that does not come out takes nothing back: its fault stands beside what was done, and so does a clock that
    was set back.

    :param slip: as ``--slip`` has it.
    :returns: the exit code: 0, or that of the paper's fault.
    """
    from terminal.model.result_words import result_view  # noqa: PLC0415 - slow
    from terminal.receipts import plain  # noqa: PLC0415
    from terminal.receipts.sheet import lay_out  # noqa: PLC0415

    assert left is not None  # noqa: S101 - set by the step that did not raise
    printed, failed = _put_out(context, bench, left, slip)
    shown, proof = result_view(left.receipt), left.receipt.proof
    text = plain.text(lay_out(left.receipt, context.output.language))
    document: dict[str, object] = {
        "outcome": left.receipt.outcome.name.lower(),
        "word": shown.headline,
        "number": shown.number,
        "operation": left.operation.op_id.hex().upper(),
        "telephone_code": shown.code,
        "code": proof.code if proof else None,
        "next": shown.next_steps,
        "slip": text,
        "printed": printed,
    }
    if failed is not None:
        document["fault"] = context.output.fault_document(failed)
    if (late := _clock_behind(bench)) is not None:
        document["clock"] = context.output.beside(late)
    context.output.document(document)
    context.output.line(text)
    if proof is not None:
        context.output.facts([(_CODE, proof.code)])
    if printed is not None and printed.where is not None and not printed.on_paper:
        context.output.line(_FILE.format(file=printed.where))
    return 0 if failed is None else context.output.fail(failed)


def _clock_behind(bench: Bench) -> StoreError | None:
    """The paper bears the date of this machine, and somebody should look at that."""
    from offline_cache.caps import require_clock  # noqa: PLC0415 - slow
    from offline_cache.errors import StoreError  # noqa: PLC0415

    try:
        require_clock(bench.staff.room.open().store)
    except StoreError as late:
        return late
    return None


def _put_out(
    context: Context, bench: Bench, left: Left, slip: Path | None
) -> tuple[Printed | None, PaperError | StoreError | None]:
    """The paper, written down with who printed it; ``None`` where there is no printer."""
    from offline_cache.errors import StoreError  # noqa: PLC0415
    from terminal.people.session import serving  # noqa: PLC0415
    from terminal.queue_papers import put_out  # noqa: PLC0415 - slow
    from terminal.receipts.errors import PaperError  # noqa: PLC0415

    records, papers = bench.staff.room.open(), papers_for(context, slip)
    try:
        done = put_out(records, left.receipt, left.operation, papers, serving(bench.staff.operator))
    except (PaperError, StoreError) as error:
        return None, error
    return (done, None) if done.on_paper or done.where is not None else (None, None)
