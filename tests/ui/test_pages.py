"""Each stage has its page, and every scene of the gallery shows without one warning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.views import Stage
from tests.ui.conftest import Open
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
    SCENES,
    SECOND,
    SUBSIDY,
    Scene,
    in_service,
)
from tests.ui.scripted import READER, WAITING, WITH_CARD, ScriptedDesk
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


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_scene_is_drawn_without_a_warning(scene: Scene, open_window: Open) -> None:
    desk = ScriptedDesk(scene.view)
    window = open_window(desk)
    for step in scene.prepare:
        step(desk, window)
    window.settle()
    overlay = {"health": "health", "queue": "queue", "day": "queue"}.get(scene.name.split("-")[0])
    expected = overlay or page_of(scene.view)
    assert window.page == expected
    assert not window.view.grabWindow().isNull()
