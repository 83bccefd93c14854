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


PAGES_BY_HAND = [path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES_BY_HAND)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    source = ROOT / page
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", source.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (source.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES_BY_HAND)
def test_files_that_a_page_names_are_there(page: str) -> None:
    named = re.findall(
        r"`((?:cardio|offline_cache|terminal|tests|tools|ui|docs)/[\w./-]*)`", (ROOT / page).read_text("utf-8")
    )
    assert [one for one in named if not (ROOT / one).exists()] == []
