"""What the proofs counted, for the report of ``./run prove`` (see :mod:`tools.proof_report`)."""

from __future__ import annotations

import json
import os

from tools.proof_report import FOLDER, commit


def note(proof: str, part: str | int, of: int, **numbers: int | str) -> None:
    """Put down what one part of a proof did; the numbers of the parts of one proof are added up.

    :param proof: one of :data:`tools.proof_report.TITLES`. :param part: such as a seed; the same part written again
        replaces itself. :param of: how many parts there are: with fewer the proof does not count.
    Nothing is written in an ordinary test.
    """
    profile = os.environ.get("SSC_PROOF")
    if profile is None:
        return
    FOLDER.mkdir(exist_ok=True)
    told = {"proof": proof, "of": of, "profile": profile, "commit": commit(), "numbers": numbers}
    (FOLDER / f"{proof}.{part}.part.json").write_text(json.dumps(told, sort_keys=True), encoding="utf-8")
