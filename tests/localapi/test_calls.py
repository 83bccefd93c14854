"""What a program may do once it is let in: consent, the PIN on the terminal, the desk first, steps and their ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from cardio.interface33 import Purpose
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import SECOND, THIRD
from terminal.localapi.calls import STEP_PATIENCE
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.seat import refusal_of
from tests.interface33.support import hsm_pair, info
from tests.localapi.support import OTHER, Page, Place, person, place

READ = {"iType": 1}
PHONE = "13912345678"
FILES = {"pFileAddr": "SSSEEF06|0B|$", "pWriteData": "SSSEEF06|02|$"}
STEP = {"iType": 1, "pCardInfo": info(THIRD), "pFileAddr": "SSSEEF06|08|$"}


def test_writing_wants_settings_registration_and_the_operator(spot: Place) -> None:
    card = spot.insert(THIRD)
    call = {"iType": 1, "pCardInfo": info(THIRD), **FILES}
    assert spot.call("iWriteCard", call)["fault"] == "L102"  # not registered for writing
    assert card.commands == 0

    def consent(answer: str) -> dict[str, object]:
        def decide() -> None:
            spot.until("asks")
            spot.do(getattr(spot.seat, answer))

        waiting = threading.Thread(target=decide)
        waiting.start()
        said = spot.call("iWriteCard", call, program="Other", origin=OTHER)
        waiting.join()
        spot.until(None)
        return said

    refused = consent("refuse")
    assert (refused["code"], refused["fault"], card.commands) == (-9005, "L105", 0)
    assert consent("allow")["code"] == 0
    assert ("Other", "iWriteCard", -9005) in spot.journal


def test_writing_is_off_unless_the_settings_say_so(tmp_path: Path) -> None:
    with place(tmp_path, writes=False) as spot:
        spot.register("Other", OTHER, writes=True)
        spot.insert(THIRD)
        said = spot.call("iUnblockPIN", {"iType": 1, "pCardInfo": info(THIRD)}, program="Other", origin=OTHER)
        assert said["fault"] == "L102"


def test_nobody_consents_in_time(tmp_path: Path) -> None:
    with place(tmp_path, patience=0.2) as spot:
        spot.register("Other", OTHER, writes=True)
        card = spot.insert(THIRD)
        call = {"iType": 1, "pCardInfo": info(THIRD), **FILES}
        said = spot.call("iWriteCard", call, program="Other", origin=OTHER)
        assert (said["fault"], card.commands) == ("L106", 0)
        assert spot.until(None) is None
        assert (
            spot.call("iVerifyPIN", {"iType": 1}, program="Other", origin=OTHER)["code"] == -32
        )  # nobody types, either


def test_a_new_pin_is_never_handed_to_a_program(spot: Place) -> None:
    spot.insert(THIRD)
    said = spot.call("iReloadPIN_HSM_Step1", {"iType": 1, "pCardInfo": info(THIRD)}, program="Other", origin=OTHER)
    assert said["fault"] == "L108"


def test_the_pin_is_typed_on_the_terminal(spot: Place) -> None:
    spot.insert(THIRD)
    holder = threading.Thread(target=lambda: spot.type("123456"))
    holder.start()
    said = spot.call("iVerifyPIN", READ)
    holder.join()
    assert said == {"code": 0, "out": "", "fault": None, "message": None, "handle": None}
    shown = [view for view in spot.shown if view and view.state == "pin"]
    assert [view.pin.digits for view in shown if view.pin] == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("nobody", "visit", "fault"), [(True, False, "L107"), (False, True, "L103"), (True, True, "L107")]
)
def test_the_desk_comes_first(spot: Place, nobody: bool, visit: bool, fault: str) -> None:
    card = spot.insert(THIRD)
    spot.refusal = refusal_of(nobody=nobody, visit=visit)
    said = spot.call("iReadCardBas", READ)
    assert (said["fault"], card.commands) == (fault, 0)
    assert refusal_of(nobody=False, visit=False) is None


def test_one_call_at_a_time(spot: Place) -> None:
    spot.insert(THIRD)
    first: list[dict[str, object]] = []
    calling = threading.Thread(target=lambda: first.append(spot.call("iVerifyPIN", READ)))
    calling.start()
    spot.until("pin")
    assert spot.call("iReadCardBas", READ)["fault"] == "L104"
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["fault"] == "L104"
    spot.do(spot.seat.refuse)
    calling.join()
    assert first[0]["code"] == -31
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["code"] == 0


def test_steps_keep_the_seat_and_go_by_their_handle(spot: Place) -> None:
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    key = {"pKey": pair_of(step)}
    assert spot.call("iReadCardBas", READ, program="Desktop", origin=None)["fault"] == "L104"
    # Another page of the same program has no handle, and a guessed one is none.
    assert spot.call("iReadCard_HSM_Step2", key)["code"] == -12
    assert spot.call("iReadCard_HSM_Step2", {**key, "handle": "x" * 22})["code"] == -12
    assert (
        spot.call("iReadCard_HSM_Step2", {**key, "handle": step["handle"]}, program="Desktop", origin=None)["code"]
        == -12
    )
    said = spot.call("iReadCard_HSM_Step2", {**key, "handle": step["handle"]})
    assert (said["out"], said["handle"]) == (f"SSSEEF06|{THIRD.number}|$", None)
    spot.until(None)
    assert spot.call("iReadCard_HSM_Step2", {**key, "handle": step["handle"]})["code"] == -12


def pair_of(step: Mapping[str, object]) -> str:
    _, _, factor, raw, _ = str(step["out"]).split("|")
    return hsm_pair(THIRD, factor, raw)


def test_a_card_waits_for_its_next_step_so_long_and_no_longer(spot: Place) -> None:
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    assert spot.timers.wind(STEP_PATIENCE) == 1
    spot.until(None)
    said = spot.call("iReadCard_HSM_Step2", {"pKey": pair_of(step), "handle": step["handle"]})
    assert (said["code"], said["out"]) == (-12, "")
    again = spot.call("iReadCard_HSM_Step1", STEP)
    assert spot.call("iReadCard_HSM_Step2", {"pKey": pair_of(again), "handle": again["handle"]})["code"] == 0
    assert spot.timers.wind(STEP_PATIENCE) == 0  # it came in time, so nothing is left that would end another flow


def test_a_program_that_lost_its_handle_lets_its_card_go_at_once(spot: Place) -> None:
    """The page was reloaded: nothing but a word of its own ends what it began, and then the reader is free."""
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    assert spot.call("iReadCardBas", READ)["fault"] == "L104"
    said = spot.call("release", {})
    assert said == {"code": 0, "out": "", "fault": None, "message": None, "handle": None}
    spot.until(None)
    assert spot.timers.wind(STEP_PATIENCE) == 0
    assert spot.call("iReadCard_HSM_Step2", {"pKey": pair_of(step), "handle": step["handle"]})["code"] == -12
    again = spot.call("iReadCard_HSM_Step1", STEP)
    assert spot.call("iReadCard_HSM_Step2", {"pKey": pair_of(again), "handle": again["handle"]})["code"] == 0
    assert spot.call("release", {})["code"] == 0  # nothing waits, and nothing is said against it
    assert [line for line in spot.journal if line[1] == "release"] == [("Hall", "release", 0)] * 2


def test_nobody_lets_go_of_another_programs_card_nor_of_one_that_is_being_worked_on(spot: Place) -> None:
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    assert spot.call("release", {}, program="Desktop", origin=None)["code"] == 0
    key = {"pKey": pair_of(step), "handle": step["handle"]}
    assert spot.call("iReadCard_HSM_Step2", key)["out"] == f"SSSEEF06|{THIRD.number}|$"
    calling = threading.Thread(target=lambda: spot.call("iVerifyPIN", READ))
    calling.start()
    spot.until("pin")
    assert spot.call("release", {}, program="Desktop", origin=None)["code"] == 0
    assert spot.call("release", {})["fault"] == "L104"  # a call that is under way ends by itself
    assert spot.seat.at_pin
    spot.do(spot.seat.refuse)
    calling.join()


def test_a_step_that_is_under_way_is_not_ended_by_a_release(spot: Place) -> None:
    card = spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    card.faults = (Fault(Trouble.HANG, card.commands + 1),)
    said: list[dict[str, object]] = []
    key = {"pKey": pair_of(step), "handle": step["handle"]}
    stepping = threading.Thread(target=lambda: said.append(spot.call("iReadCard_HSM_Step2", key)))
    stepping.start()
    assert card.hanging.wait(30)
    assert spot.call("release", {})["fault"] == "L104"
    card.release()
    stepping.join()
    assert said[0]["out"] == f"SSSEEF06|{THIRD.number}|$"


def test_a_first_step_that_is_under_way_is_not_ended_by_a_release(spot: Place) -> None:
    """Told that nothing waits, a page that was loaded anew would be kept out by what it began before."""
    card = spot.insert(THIRD)
    card.faults = (Fault(Trouble.HANG, card.commands + 1),)
    said: list[dict[str, object]] = []
    stepping = threading.Thread(target=lambda: said.append(spot.call("iReadCard_HSM_Step1", STEP)))
    stepping.start()
    assert card.hanging.wait(30)
    assert spot.call("release", {})["fault"] == "L104"
    card.release()
    stepping.join()
    assert said[0]["handle"]
    assert spot.call("release", {})["code"] == 0
    spot.until(None)


def test_a_flow_of_a_websocket_is_ended_by_nobody_else(spot: Place) -> None:
    spot.insert(THIRD)
    page = Page(spot.port)
    assert page.ask({"token": spot.tokens["Hall"]}) == {"ready": True}
    step = page.ask({"function": "iReadCard_HSM_Step1", "arguments": STEP})
    assert isinstance(step, dict)
    assert spot.call("release", {})["code"] == 0
    said = page.ask({"function": "iReadCard_HSM_Step2", "arguments": {"pKey": pair_of(step)}})
    assert isinstance(said, dict)
    assert said["code"] == 0
    page.end()


def test_release_takes_no_arguments(spot: Place) -> None:
    assert spot.post("release", {"handle": "x"})[0] == 400


def test_signing_out_ends_a_flow_between_its_steps(spot: Place) -> None:
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    spot.refusal = refusal_of(nobody=True, visit=False)
    spot.do(spot.seat.end)
    spot.until(None)  # at once: the card does not wait for a step that may not come
    said = spot.call("iReadCard_HSM_Step2", {"pKey": pair_of(step), "handle": step["handle"]})
    assert (said["out"], said["code"]) == ("", -12)


def test_every_step_asks_again_whether_it_may(spot: Place) -> None:
    spot.insert(THIRD)
    step = spot.call("iReadCard_HSM_Step1", STEP)
    spot.refusal = refusal_of(nobody=True, visit=False)  # nobody told the seat
    said = spot.call("iReadCard_HSM_Step2", {"pKey": pair_of(step), "handle": step["handle"]})
    assert (said["out"], said["fault"]) == ("", "L107")
    spot.until(None)


def test_what_was_read_while_the_operator_left_is_not_handed_out(spot: Place) -> None:
    card = spot.insert(THIRD)
    reading = threading.Event()
    go_on = threading.Event()
    process = card.process

    def slow(apdu: bytes) -> bytes:
        reading.set()
        assert go_on.wait(30)
        return process(apdu)

    card.process = slow  # type: ignore[method-assign]
    said: list[dict[str, object]] = []
    calling = threading.Thread(target=lambda: said.append(spot.call("iReadCardBas", READ)))
    calling.start()
    assert reading.wait(30)
    spot.do(spot.seat.end)
    spot.settled()
    go_on.set()
    calling.join()
    assert (said[0]["out"], said[0]["fault"]) == ("", "L107")


def test_a_pad_opens_empty_and_closes_empty(spot: Place) -> None:
    spot.insert(THIRD)
    spot.do(lambda: type_into(spot, "99"))  # what somebody typed before has no part in it
    holder = threading.Thread(target=lambda: spot.type("123456"))
    holder.start()
    assert spot.call("iVerifyPIN", READ)["code"] == 0
    holder.join()
    left: list[int] = []

    def ended(end: Callable[[], None]) -> None:
        end()
        left.append(len(spot.seat.pin))

    for end in (spot.seat.refuse, spot.seat.end):
        calling = threading.Thread(target=lambda: spot.call("iVerifyPIN", READ))
        calling.start()
        spot.until("pin")
        spot.do(lambda: type_into(spot, "12"))
        spot.do(partial(ended, end))
        calling.join()
        spot.until(None)
        assert left.pop() == 0  # at once, not when the call has come back


def type_into(spot: Place, digits: str) -> None:
    for digit in digits:
        spot.seat.pin.add(int(digit))


def test_two_pages_of_one_program_have_each_their_own_flow(spot: Place) -> None:
    spot.insert(THIRD)
    first, second = Page(spot.port), Page(spot.port)
    for page in (first, second):
        assert page.ask({"token": spot.tokens["Hall"]}) == {"ready": True}
    step = first.ask({"id": 1, "function": "iReadCard_HSM_Step1", "arguments": STEP})
    assert isinstance(step, dict)
    two = {"id": 2, "function": "iReadCard_HSM_Step2", "arguments": {"pKey": pair_of(step)}}
    theirs = second.ask(two)
    assert isinstance(theirs, dict)
    assert (theirs["code"], theirs["out"]) == (-12, "")
    second.send({"id": 3, "function": "iReadCardBas", "arguments": READ})
    refused = second.hear()
    assert isinstance(refused, dict)
    assert refused["fault"] == "L104"
    second.end()  # and closing it leaves the other's card alone
    ours = first.ask(two)
    assert isinstance(ours, dict)
    assert ours["out"] == f"SSSEEF06|{THIRD.number}|$"
    first.close()


# --- what is written down


def writing(spot: Place, function: str, act: Callable[[], None], **arguments: object) -> dict[str, object]:
    def decide() -> None:
        spot.until("asks")
        act()

    waiting = threading.Thread(target=decide)
    waiting.start()
    said = spot.call(function, {"iType": 1, "pCardInfo": info(THIRD), **arguments}, program="Other", origin=OTHER)
    waiting.join()
    spot.until(None)
    return said


def test_a_write_is_begun_and_ended_in_the_book_under_the_operator(spot: Place) -> None:
    spot.insert(THIRD)
    assert writing(spot, "iWriteCard", lambda: spot.do(spot.seat.allow), **FILES)["code"] == 0
    assert spot.book.lines == ["iWriteCard begun", "done"]
    assert spot.book.people == [("1001", None)]


@pytest.mark.parametrize("function", ["iWriteCard", "iUnblockPIN", "iChangePIN", "iDoDebit_HSM_Step1"])
def test_without_a_book_nothing_is_written_and_nobody_is_asked(spot: Place, function: str) -> None:
    card = spot.insert(THIRD)
    spot.book.closed = LocalApiError(LocalApiFault.NOT_RECORDED)
    more = {"pPayInfo": "2|1+1|20261128101500|"} if "Debit" in function else FILES if "Write" in function else {}
    call = READ if function == "iChangePIN" else {"iType": 1, "pCardInfo": info(THIRD), **more}
    said = spot.call(function, call, program="Other", origin=OTHER)
    assert (said["code"], said["fault"], card.commands) == (-9009, "L113", 0)
    assert [view for view in spot.shown if view] == []


def test_a_changed_pin_is_written_down_without_consent(spot: Place) -> None:
    spot.insert(SECOND)

    def holder() -> None:
        spot.type("123456")
        spot.type("860427", Purpose.NEW)
        spot.type("860427", Purpose.AGAIN)

    typing = threading.Thread(target=holder)
    typing.start()
    assert spot.call("iChangePIN", READ)["code"] == 0
    typing.join()
    assert spot.book.lines == ["iChangePIN begun", "done"]


def test_unblocking_takes_a_second_person(spot: Place) -> None:
    card = spot.insert(THIRD)

    def both() -> None:
        spot.do(spot.seat.allow)
        spot.settled()
        assert card.commands == 0  # one is not enough
        assert spot.people.asked is not None
        spot.people.asked.set_result(person("2001"))

    assert writing(spot, "iUnblockPIN", both)["code"] == 0
    assert spot.book.people == [("1001", "2001")]
    assert [line.label.en for line in spot.people.agreed[0]] == ["Another program asks to", "Function", "Card number"]


def test_a_second_person_who_leaves_consents_to_nothing(spot: Place) -> None:
    card = spot.insert(THIRD)

    def half() -> None:
        spot.do(spot.seat.allow)
        spot.settled()
        spot.people.cancel()
        spot.settled()
        spot.do(spot.seat.refuse)

    assert writing(spot, "iUnblockPIN", half)["fault"] == "L105"
    assert card.commands == 0


def test_the_consent_names_the_files_and_items_and_masks_the_values(spot: Place) -> None:
    spot.insert(THIRD)
    call = {
        "pFileAddr": "SSSEEF06|08|09|$DF01EF06|28|$",
        "pWriteData": f"SSSEEF06|379999195601020011|石大山|$DF01EF06|{PHONE}|$",
    }
    writing(spot, "iWriteCard", lambda: spot.do(spot.seat.refuse), **call)
    asked = next(view for view in spot.shown if view and view.state == "asks")
    assert [(line.label.en, line.value.en) for line in asked.lines] == [
        ("Function", "iWriteCard"),
        ("Card number", "A******38"),
        ("holder data (SSSEEF06) social security number", "379***********0011"),
        ("holder data (SSSEEF06) name", "石*"),
        ("residence (DF01EF06) telephone", "*********78"),
    ]
    assert all(line.label.zh != line.label.en for line in asked.lines)


def test_nobody_is_asked_about_what_is_no_call(spot: Place) -> None:
    card = spot.insert(THIRD)
    call = {"iType": 1, "pCardInfo": info(THIRD), "pFileAddr": "SSSEEF06|08|$", "pWriteData": "SSSEEF06|$"}
    assert spot.call("iWriteCard", call, program="Other", origin=OTHER)["code"] == -23
    assert (card.commands, [view for view in spot.shown if view]) == (0, [])


def test_each_step_has_a_handle_of_its_own_and_the_one_before_is_none(spot: Place) -> None:
    spot.insert(THIRD)

    def both() -> None:
        spot.until("asks")
        spot.do(spot.seat.allow)
        spot.settled()
        assert spot.people.asked is not None
        spot.people.asked.set_result(person("2001"))

    def step(name: str, **arguments: object) -> dict[str, object]:
        return spot.call(f"iUnblockPIN_HSM_{name}", arguments, program="Other", origin=OTHER)

    consenting = threading.Thread(target=both)
    consenting.start()
    first = step("Step1", iType=1, pCardInfo=info(THIRD))
    consenting.join()
    second = step("Step2", pKey=pair_of(first), handle=first["handle"])
    assert second["code"] == 0
    assert len({None, first["handle"], second["handle"]}) == 3
    assert step("Step3", pKey="00", handle=first["handle"])["code"] == -12
