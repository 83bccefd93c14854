"""Forms, read-out, PIN change, doubtful cards and results."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from terminal.receipts.qr import matrix
from terminal.views import DeskView, FormView, PinChangeView
from tests.ui import staff
from tests.ui.conftest import Open
from tests.ui.people import UNREACHABLE
from tests.ui.scenes import CONFIRM, DOUBTFUL, FORM, PIN_OLD, RECORDED, changing, pin_change
from tests.ui.scripted import ScriptedDesk
from tests.ui.tree import click, everything_said, has, named, text_of
from ui.models.desk import DeskModel
from ui.models.form import FieldRow
from ui.models.outcome import grouped
from ui.window import CounterWindow


def type_in(window: CounterWindow, keys: str) -> None:
    for key in keys:
        window.press(key)


def form_of(view: DeskView) -> FormView:
    assert view.journey is not None
    assert isinstance(view.journey.data, FormView)
    return view.journey.data


class Clerk(ScriptedDesk):
    """Takes a form as the desk does: every key is echoed, a number is complete with 11 digits."""

    def __init__(self) -> None:
        super().__init__(FORM)
        self.answers["send"] = self._send

    def _send(self, event: str, value: str) -> None:
        if event != "set":
            return
        name, _, text = value.partition("=")
        fields = tuple(
            replace(field, value=text) if field.name == name else field for field in form_of(self.view).fields
        )
        complete = len(fields[0].value) == 11
        self.show(changing("form", FormView(fields, complete), "set", "next"))


def test_a_number_is_typed_and_handed_on_by_keyboard(open_window: Open) -> None:
    desk = Clerk()
    window = open_window(desk)
    type_in(window, "1390X0005678")
    assert form_of(desk.view).fields[0].value == "13900005678"
    window.press("Return")
    window.press("Return")
    assert desk.calls[-1] == ("send", "next", "")
    assert sum(call[1] == "next" for call in desk.calls) == 1


def test_enter_goes_to_the_next_field_while_something_is_missing(open_window: Open) -> None:
    desk = Clerk()
    window = open_window(desk)
    type_in(window, "139")
    window.press("Return")
    assert not any(call[1] == "next" for call in desk.calls)
    assert named(window, "field-region").property("typing")


def test_a_number_is_typed_with_the_mouse(open_window: Open) -> None:
    desk = Clerk()
    window = open_window(desk)
    for digit in "13900005678":
        click(window, named(window, f"key-{digit}"))
    click(window, named(window, "key-9"))  # full: no twelfth digit
    click(window, named(window, "key--2"))
    click(window, named(window, "key-8"))
    assert form_of(desk.view).fields[0].value == "13900005678"
    click(window, named(window, "next"))
    assert desk.calls[-1] == ("send", "next", "")


def test_the_keys_on_the_screen_leave_a_text_field_alone(open_window: Open) -> None:
    desk = Clerk()
    window = open_window(desk)
    click(window, named(window, "field-address"))
    click(window, named(window, "key-7"))
    assert form_of(desk.view).fields[2].value == ""


def test_a_late_echo_does_not_undo_what_was_typed(qtbot: QtBot) -> None:
    model = DeskModel(ScriptedDesk(FORM))
    model.form.type("phone", "13")
    model.form.type("phone", "139")
    late = FormView((replace(staff.FORM.fields[0], value="13"), staff.FORM.fields[1]), complete=False)
    model.apply(changing("form", late, "set", "next"))
    row = model.form.fields.rows[0]
    assert isinstance(row, FieldRow)
    assert row.value == "139"
    model.act("next")
    model.apply(changing("form", late, "set", "next"))
    row = model.form.fields.rows[0]
    assert isinstance(row, FieldRow)
    assert row.value == "13"


def test_what_is_wrong_stands_under_its_field(open_window: Open) -> None:
    wrong = replace(staff.FORM_WRONG, fields=staff.FORM_WRONG.fields[:1])
    window = open_window(ScriptedDesk(changing("form", wrong, "set", "next")))
    field = named(window, "field-phone")
    assert field.property("errorText") == staff.BAD_PHONE.message.zh
    assert staff.BAD_PHONE.code in field.property("errorMore")
    assert named(window, "error").mapToScene(named(window, "error").boundingRect().topLeft()).y() > 0
    assert not named(window, "next").isEnabled()
    assert text_of(window, "before") == "现登记：138****1234"


def test_what_is_typed_and_no_font_has_is_named_beside_its_field(open_window: Open) -> None:
    first, *others = staff.FORM_FILLED.fields
    filled = replace(staff.FORM_FILLED, fields=(first, *(replace(each, value="槐荫\U0010fffd村") for each in others)))
    window = open_window(ScriptedDesk(changing("form", filled, "set", "next")))
    field = named(window, "field-address")
    assert "〔U+10FFFD〕" in field.property("hint")
    assert field.property("value") == "槐荫\U0010fffd村"  # what is recorded is what was typed
    assert "〔" not in named(window, "field-phone").property("hint")


def test_a_fault_of_the_step_stands_over_the_form(open_window: Open) -> None:
    journey = FORM.journey
    assert journey is not None
    window = open_window(ScriptedDesk(replace(FORM, journey=replace(journey, fault=UNREACHABLE))))
    assert has(window, "formFault")


def test_a_hasty_second_enter_does_not_agree(open_window: Open) -> None:
    desk = ScriptedDesk(CONFIRM)
    window = open_window(desk)
    assert not named(window, "confirm").isEnabled()
    window.press("Return", repeats=8)
    assert desk.calls == []
    assert named(window, "confirm").isEnabled()
    window.press("Return")
    window.press("Return")
    assert desk.calls == [("send", "confirm", "")]


def test_the_read_out_says_who_comes_and_that_it_is_only_taken_in(open_window: Open) -> None:
    desk = ScriptedDesk(changing("confirm", staff.CONFIRM_OFFLINE, "confirm", "edit", offline=True))
    window = open_window(desk)
    assert has(window, "secondNote")
    assert has(window, "offlineNote")
    assert named(window, "confirm").property("text") == "提交复核"
    click(window, named(window, "edit"))
    assert desk.calls == [("send", "edit", "")]


def test_a_change_that_needs_nobody_else_says_nothing_of_it(open_window: Open) -> None:
    window = open_window(ScriptedDesk(changing("confirm", replace(staff.CONFIRM, second_person=False), "confirm")))
    assert not has(window, "secondNote")
    assert not has(window, "offlineNote")
    assert not has(window, "edit")
    assert named(window, "confirm").property("text") == "确认提交"


def test_the_three_pins_are_typed_one_after_the_other(open_window: Open) -> None:
    desk = ScriptedDesk(pin_change("pin-change", PinChangeView("old", 0, 4, 6, 6)))
    window = open_window(desk)
    for entry, step in (("old", 1), ("new", 2), ("again", 3)):
        desk.show(pin_change("pin-change", PinChangeView(entry, 0, 4, 6, None)))
        window.settle()
        assert f"第 {step} 步，共 3 步" in everything_said(window)
        type_in(window, "7391")
        window.press("Return")
        window.press("Return")
        assert desk.count("pin_enter") == step
    assert desk.count("pin_digit") == 12


def test_digits_of_one_pin_do_not_count_for_the_next(qtbot: QtBot) -> None:
    desk = ScriptedDesk(PIN_OLD)
    model = DeskModel(desk)
    for digit in (1, 2, 3, 4, 5, 6):
        model.pin.digit(digit)
    model.apply(pin_change("pin-change", staff.PIN_NEW))
    model.pin.enter()
    assert desk.count("pin_enter") == 0


@pytest.mark.parametrize(("key", "event"), [("Return", "settle"), ("Escape", "later")])
def test_a_doubtful_card_is_settled_or_left(open_window: Open, key: str, event: str) -> None:
    desk = ScriptedDesk(DOUBTFUL)
    window = open_window(desk)
    assert "2026-11-22 16:05" in everything_said(window)
    window.press(key, repeats=3)
    window.press(key)
    assert desk.calls == [("send", event, "")]


@pytest.mark.parametrize("key", ["Return", "Escape"])
def test_a_card_that_two_people_settle_can_only_be_left(open_window: Open, key: str) -> None:
    desk = ScriptedDesk(pin_change("doubtful", staff.DOUBTFUL_LOCKED, "later"))
    window = open_window(desk)
    assert not has(window, "settle")
    assert text_of(window, "doubtfulAsk") == staff.DOUBTFUL_LOCKED.ask.zh
    window.press(key)
    assert desk.calls == [("send", "later", "")]


def test_the_result_says_what_the_paper_says(open_window: Open) -> None:
    window = open_window(ScriptedDesk(RECORDED))
    assert text_of(window, "headline") == "已收件"
    assert text_of(window, "receiptNumber") == "379999000001-1-000042"
    assert text_of(window, "resultCode") == "4F7K-0QXD-9T2B"
    assert "12333" in text_of(window, "hotlines")
    assert has(window, "takeCard")
    assert has(window, "qr")


def test_enter_prints_first_and_ends_when_there_is_paper(open_window: Open) -> None:
    desk = ScriptedDesk(RECORDED)
    window = open_window(desk)
    window.press("Return")
    assert desk.calls == [("send", "print", "")]
    desk.show(pin_change("result", staff.DONE_IN_CHIP, "print", "done"))
    window.settle()
    assert has(window, "printState")
    window.press("Escape")
    assert desk.calls[-1] == ("send", "done", "")


def test_a_printer_without_paper_takes_nothing_back(open_window: Open) -> None:
    view = changing("result", replace(staff.RECORDED, print_fault=staff.PRINTER_EMPTY), "print", "done")
    window = open_window(ScriptedDesk(view))
    assert text_of(window, "headline") == "已收件"
    assert staff.PRINTER_EMPTY.message.zh in everything_said(window)
    assert "P122" in everything_said(window)


def test_a_result_without_a_paper_has_no_button_for_it(open_window: Open) -> None:
    desk = ScriptedDesk(pin_change("result", staff.REFUSED, "done"))
    window = open_window(desk)
    assert not has(window, "print")
    assert not has(window, "qr")
    assert has(window, "takeCard")
    window.press("Return")
    assert desk.calls == [("send", "done", "")]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_a_camera_reads_the_square_code_from_the_screen(open_window: Open, width: int, height: int) -> None:
    code = "SSC1:" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 7
    view = changing("result", replace(staff.RECORDED, qr=matrix(code)), "print", "done")
    window = open_window(ScriptedDesk(view), width=width, height=height)
    window.settle()
    picture = window.view.grabWindow().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = bytes(picture.constBits())
    grey = memoryview(pixels).cast("B", (picture.height(), picture.bytesPerLine()))
    assert [
        found.text
        for found in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ] == [code]


@pytest.mark.parametrize(
    ("code", "shown"),
    [("4F7K0QXD9T2B", "4F7K-0QXD-9T2B"), ("4F7K-0QXD-9T2B", "4F7K-0QXD-9T2B"), ("", "")],
)
def test_a_code_stands_in_groups(code: str, shown: str) -> None:
    assert grouped(code) == shown
