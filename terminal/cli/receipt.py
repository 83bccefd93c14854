"""``receipt verify``: whether the code on a paper is genuine, without the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from terminal import faults
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context
    from terminal.receipts.code import Verified

_PROMPT = Text("请扫描或输入回执上的码：", "Scan or type the code of the receipt: ")
_VALID = Text("回执有效", "The receipt is genuine")
_CENTRE, _TERMINAL = Text("省中心", "the provincial centre"), Text("本终端", "this terminal")


@click.group()
def receipt() -> None:
    """Papers that holders take home."""


@receipt.command()
@click.argument("code", required=False)
@click.pass_obj
def verify(context: Context, code: str | None) -> int:
    """Check CODE, as scanned from a receipt; without it, one line of standard input. Needs no network."""
    from terminal.cli.ask import read_line  # noqa: PLC0415
    from terminal.membership import identity_of  # noqa: PLC0415
    from terminal.receipts.code import verify as checked  # noqa: PLC0415 - slow
    from terminal.receipts.errors import PaperError  # noqa: PLC0415
    from terminal.receipts.identity import paper_keys  # noqa: PLC0415

    text = code if code not in (None, "-") else read_line(context, "code", _PROMPT)
    keys = paper_keys(identity_of(context.settings))
    try:
        found = checked(text or "", keys, context.settings.environment)
    except PaperError as error:
        # Scripts ask one thing of this command; "valid" is there whatever the answer.
        context.output.document({"valid": False, "fault": context.output.fault_document(error)})
        context.output.fail(error)
        return faults.exit_code(error)
    context.output.document(_document(found))
    _say(context, found)
    return 0


def _document(found: Verified) -> dict[str, object]:
    claim = found.claim
    return {
        "valid": True,
        "number": claim.number,
        "environment": claim.environment,
        "terminal": claim.terminal,
        "epoch": claim.epoch,
        "sequence": claim.sequence,
        "kind": claim.kind,
        "outcome": claim.outcome.name.lower(),
        "time": claim.time.isoformat(),
        "operation": claim.operation.hex(),
        "head": claim.head.hex(),
        "telephone_code": claim.telephone_code,
        "signed_by": "centre" if found.key.of_centre else "terminal",
        "key_id": found.key.key_id.hex(),
    }


def _say(context: Context, found: Verified) -> None:
    from terminal.receipts import sheet  # noqa: PLC0415
    from terminal.receipts.words import WORDS  # noqa: PLC0415

    claim = found.claim
    context.output.line(_VALID)
    context.output.facts(
        (
            (Text("回执编号", "Receipt no."), claim.number),
            (sheet.TELEPHONE, claim.telephone_code),
            (Text("结果", "Outcome"), WORDS[claim.outcome].word),
            (Text("业务种类", "Kind"), claim.kind),
            (Text("办理时间", "Time"), f"{claim.time.astimezone():%Y-%m-%d %H:%M:%S}"),
            (Text("签发", "Signed by"), _CENTRE if found.key.of_centre else _TERMINAL),
        )
    )
