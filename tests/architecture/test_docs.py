"""Generated pages say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.docs import PAGES, printed

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_generated_page_is_fresh(page: str) -> None:
    assert (ROOT / page).read_text("utf-8") == printed(page), "run ./run docs"


@pytest.mark.parametrize(
    "page", [path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))]
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    source = ROOT / page
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", source.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (source.parent / target).exists()] == []
