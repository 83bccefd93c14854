"""Papers look as they were approved."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.receipts.golden import FOLDER, papers

DRAWN = dict(papers())

MOST = 0.004
"""Share of points that may differ: another release of the libraries smooths edges otherwise."""


@pytest.mark.parametrize("name", DRAWN)
def test_a_paper_looks_as_it_was_approved(name: str) -> None:
    with Image.open(FOLDER / f"{name}.png") as opened:
        approved = opened.convert("L")
    drawn = DRAWN[name].convert("L")
    assert drawn.size == approved.size
    different = ImageChops.difference(drawn, approved).point(lambda grey: 255 if grey > 64 else 0)
    assert different.histogram()[255] <= MOST * drawn.width * drawn.height


def test_there_is_no_picture_that_nobody_draws() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(DRAWN)
