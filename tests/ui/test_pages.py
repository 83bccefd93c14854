"""Each stage has its page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.views import Stage
from tests.ui.people import SEVERAL
from tests.ui.scenes import (
    ASKED,
    AT_HOLDER,
    CARD_IN,
    CONFIRM,
    DOUBTFUL,
    FORM,
    LOCKED,
    NOBODY,
    NOTICE,
    PIN,
    PIN_OLD,
    READING,
    RECORDED,
    SECOND,
    SUBSIDY,
    in_service,
)
from tests.ui.scripted import READER, WAITING, WITH_CARD
from ui.models.pages import page_of

ANOTHER = replace(WITH_CARD, name="Virtual PCD 00 01")


@pytest.mark.parametrize(
    ("view", "page"),
    [
        (WAITING, "waiting"),
        (NOTICE, "notice"),
        (READING, "busy"),
        (AT_HOLDER, "holder"),
        (PIN, "pin"),
        (SUBSIDY, "subsidies"),
        (in_service("fault"), "fault"),
        (in_service("something newer"), "busy"),
        (NOBODY, "sign-in"),
        (LOCKED, "sign-in"),
        (FORM, "form"),
        (CONFIRM, "confirm"),
        (SECOND, "second-person"),
        (ASKED, "second-person"),
        (PIN_OLD, "pin-change"),
        (DOUBTFUL, "doubtful"),
        (RECORDED, "result"),
        (replace(AT_HOLDER, stage=Stage.SERVICE), "busy"),
        (replace(CARD_IN, stage=Stage.FAULT), "fault"),
        (replace(WAITING, readers=(WITH_CARD, ANOTHER), fault=SEVERAL), "readers"),
        (replace(WAITING, readers=(WITH_CARD, ANOTHER)), "waiting"),  # both were served; they wait to be taken
        (replace(WAITING, readers=(WITH_CARD, READER), fault=SEVERAL), "waiting"),
    ],
)
def test_a_view_has_its_page(view: object, page: str) -> None:
    assert page_of(view) == page  # type: ignore[arg-type]
