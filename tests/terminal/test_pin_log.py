"""Secrets stay secret: the PIN buffer, and what a log line may say."""

from __future__ import annotations

import gc
import io
import json
import logging
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.errors import CardError, CardFault
from cardio.record import CardRecord
from terminal.log import JsonLines, scrub
from terminal.model.identifiers import make_citizen_number
from terminal.pin import MOST, PinBuffer
from terminal.views import DeskView, Stage
from tests.terminal.world import World, card_of


@given(st.lists(st.integers(-3, 12) | st.just(None), max_size=40))
def test_the_buffer_keeps_at_most_twelve_digits_and_shows_none(keys: list[int | None]) -> None:
    buffer, model = PinBuffer(), list[int]()
    for key in keys:
        if key is None:
            buffer.erase()
            model = model[:-1]
        elif buffer.add(key):
            model.append(key)
    assert len(buffer) == len(model) <= MOST
    assert repr(buffer) == f"<PinBuffer of {len(model)} digits>"
    taken = buffer.take()
    assert list(taken) == model
    assert len(buffer) == 0
    assert not any(buffer._digits)


pytestmark = pytest.mark.expects_log


def line_of(message: str, *args: object, error: BaseException | None = None, **extra: object) -> dict[str, object]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tests.lines")
    logger.addHandler(handler)
    try:
        logger.warning(message, *args, exc_info=error, extra=extra)
    finally:
        logger.removeHandler(handler)
    found = json.loads(stream.getvalue())
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    "secret",
    [
        make_citizen_number("379999", date(1990, 1, 1), 123),
        "6299993799990080244",
        "6299 9937 9999 0080 244",
        "0123456789ABCDEF0123456789abcdef",
        "dGhpcy1pcy1hLXRva2VuLXdpdGgtMzItYnl0ZXM",
    ],
)
def test_what_looks_like_a_number_a_key_or_a_token_is_scrubbed(secret: str) -> None:
    assert secret not in json.dumps(line_of("value %s.", secret))
    assert secret not in scrub(f"a={secret}, b")
    assert secret not in json.dumps(line_of("fault", error=CardError(CardFault.CARD_MUTE, secret)))


def test_fields_pass_by_name_only() -> None:
    line = line_of("read", reader="Reader A", holder="张三", fault="C101")
    assert (line["reader"], line["fault"]) == ("Reader A", "C101")
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_the_text_of_a_strange_exception_is_not_written() -> None:
    line = line_of("failed", error=ValueError("canary"))
    assert "canary" not in json.dumps(line)
    assert "ValueError" in json.dumps(line)


def test_plain_words_stay() -> None:
    assert scrub("reader ACS ACR39U 00 00 answered in 12 ms") == "reader ACS ACR39U 00 00 answered in 12 ms"


def test_no_view_and_no_object_left_behind_knows_the_holder(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    card = card_of("elder")
    person = card.contents
    view = world.identify(card)
    assert view.holder is not None
    world.desk.start_service("subsidy-enquiry")
    world.until_page("pin")
    world.type_pin("739182")
    world.until_page("subsidies")
    world.readers.pull("Reader A")
    world.until_stage(Stage.WAITING)
    canaries = [str(person.number), str(person.name), str(person.pan), "739182"]
    shown = repr(world.shown)
    assert [each for each in canaries if each in shown] == []
    assert [each for each in canaries if each in caplog.text] == []
    # What the desk itself still holds on to.
    world.shown.clear()
    world.shown.append(world.desk.view)
    del view
    gc.collect()
    held = [each for each in gc.get_objects() if isinstance(each, DeskView) and each.holder is not None]
    assert held == []
    assert [each for each in gc.get_objects() if isinstance(each, CardRecord)] == []
