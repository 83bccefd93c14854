"""The generated pages are fresh, and say everything there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal import docs
from terminal.fault_table import TABLE
from terminal.services.catalogue import services

FOLDER = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", sorted(docs.PAGES))
def test_a_page_is_fresh(page: str) -> None:
    assert (FOLDER / f"{page}.md").read_text("utf-8") == docs.PAGES[page](), "write it again: python -m terminal.docs"


def test_every_fault_is_in_the_manual() -> None:
    page = docs.faults()
    assert [code for code in TABLE if f"| {code} |" not in page] == []


def test_every_step_of_every_service_is_drawn() -> None:
    page = docs.services_page()
    for service in services():
        for arrow in service.procedure.arrows:
            assert f"{arrow.step} --> " in page
            assert f": {arrow.event}\n" in page
