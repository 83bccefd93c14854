"""Pictures of papers that were looked at and approved: ``python -m tests.receipts.golden`` draws them anew.

Look at every one before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from terminal.receipts import pdf, slip
from terminal.receipts.model import Proof
from terminal.receipts.sheet import lay_out
from terminal.receipts.words import Outcome
from terminal.text import Language
from tests.receipts import samples
from tests.receipts.reading import pages

FOLDER = Path(__file__).parents[1] / "data" / "receipts"

_SIZES = {"a5": 0, "slip80": slip.DOTS_80, "slip58": slip.DOTS_58}
_PAPERS: tuple[tuple[str, Outcome, Language], ...] = (
    ("a5", Outcome.RECORDED, "zh"),
    ("a5", Outcome.COMPLETED, "zh"),
    ("a5", Outcome.REFUSED, "en"),
    ("slip80", Outcome.RECORDED, "zh"),
    ("slip58", Outcome.RECORDED, "zh"),
    ("slip80", Outcome.UNSETTLED, "en"),
)


def papers() -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each. The code is signed with Ed25519, whose signatures are always the same."""
    for kind, outcome, language in _PAPERS:
        proof = Proof.of(samples.claim(outcome), samples.CENTRE)
        receipt = samples.receipt(outcome, proof=proof)
        sheet = lay_out(receipt.again() if outcome is Outcome.UNSETTLED else receipt, language)
        picture = slip.render(sheet, _SIZES[kind]) if _SIZES[kind] else pages(pdf.render(sheet), dpi=110)[0]
        yield f"{kind}-{outcome.name.lower()}-{language}", picture


def main() -> None:
    """Draw all of them into :data:`FOLDER`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in papers():
        shown = picture if picture.mode == "1" else picture.quantize(32)
        shown.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
