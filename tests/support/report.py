"""What the proofs counted, for the report of ``./run prove`` (see :mod:`tools.proof_report`)."""

from __future__ import annotations

import json
import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "proof-report"


def note(proof: str, part: str, **numbers: int | str) -> None:
    """Put down what one part of a proof did; the numbers of the parts of one proof are added up.

    :param part: such as a seed; the same part written again replaces itself. Nothing is written in an ordinary test.
    """
    if "SSC_PROOF" not in os.environ:
        return
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"proof": proof, "part": part, "numbers": numbers}, sort_keys=True)
    (FOLDER / f"{proof}.{part}.part.json").write_text(text, encoding="utf-8")
