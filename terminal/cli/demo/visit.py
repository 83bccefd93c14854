"""The scripted visit: two holders at the real screens, each step done as a person does it and then checked.

What must stand on the screen is reckoned from the sandbox's own books (:mod:`terminal.cli.demo.people`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.cli.demo.people import Expected, strange_card
from terminal.cli.demo.people_at_work import sign_in
from terminal.model import codes
from terminal.model.money import yuan
from terminal.text import Text
from terminal.views import SubsidyView

if TYPE_CHECKING:
    from terminal.cli.demo.tray import Tray
    from ui.driver import ScreenDriver
    from ui.window import CounterWindow


class StepFailed(Exception):  # noqa: N818 - it says what happened
    """A check of the visit did not hold."""


@dataclass(frozen=True)
class Step:
    """One thing done and seen. :param seconds: how long it took."""

    name: Text
    seconds: float


@dataclass
class Visit:
    """Hands, eyes and a tray, for one play through. :param pictures: where screens are saved; ``None`` saves none."""

    window: CounterWindow
    driver: ScreenDriver
    tray: Tray
    pictures: Path | None
    shots: int = 0

    # --- small hands

    def page(self, name: str) -> None:
        # A page takes no Enter in its first moments, so that a second press of the last page's Enter is none here.
        self.driver.wait(f"the page {name}", lambda: self.window.page == name and self.window.rested)

    def picture(self, name: str) -> None:
        self.shots += 1
        if self.pictures is not None:
            self.driver.grab(self.pictures / f"{self.shots:02d}-{name}.png")

    def press(self, key: str) -> None:
        self.driver.wait("a page that takes keys", lambda: self.window.rested)
        self.window.press(key)

    def type_pin(self, pin: str) -> None:
        self.driver.digits(int(digit) for digit in pin)
        self.press("Return")

    def subsidies(self) -> SubsidyView:
        journey = self.window.model.view.journey
        if journey is None or not isinstance(journey.data, SubsidyView):
            raise StepFailed("the subsidy page holds no statement")
        return journey.data


def check(holds: bool, what: str) -> None:
    """:raises StepFailed: it does not hold."""
    if not holds:
        raise StepFailed(what)


def wait_for_card(visit: Visit) -> None:
    visit.page("waiting")
    visit.driver.wait("the centre", lambda: visit.window.model.view.centre.reachable is True)
    check(visit.driver.sees("12333"), "the loss hotline stands on the waiting page")
    visit.picture("waiting")


def notice_first(visit: Visit, person: Expected, shot: str) -> None:
    visit.tray.insert(person.card)
    visit.page("notice")
    nothing_of(visit, person, "before the notice is accepted")
    visit.picture(shot)


def identify(visit: Visit, person: Expected, shot: str) -> None:
    visit.press("Return")
    visit.page("holder")
    view = visit.window.model.view
    holder = view.holder
    check(holder is not None and holder.authenticated, "the card is proven")
    # Every service here needs the centre's token of this visit, which only the centre's own proof gives.
    check(bool(view.services) and all(tile.refused is None for tile in view.services), "the centre has proven it")
    generation = codes.GENERATION[person.generation].zh
    check(holder is not None and holder.generation.zh == generation, f"the card is of generation {person.generation}")
    check(visit.driver.sees(generation), "the generation stands on the screen")
    check(all(visit.driver.sees(one) for one in person.masked), "number and card number are this person's")
    check(not _among(person.secrets, visit.driver.texts()), "the holder is masked")
    check(visit.driver.sees(f"{person.name[0]}*"), "the first character of the name is shown")
    visit.picture(shot)


def identify_offline(visit: Visit, person: Expected, shot: str) -> None:
    """A generation-2 card while the centre is away: its holder is shown, as not proven."""
    visit.press("Return")
    visit.page("holder")
    holder = visit.window.model.view.holder
    check(holder is not None and not holder.authenticated, "without the centre the card is not called proven")
    check(not _among(person.secrets, visit.driver.texts()), "the holder is masked")
    refused = {tile.code for tile in visit.window.model.view.services if tile.refused is not None}
    check("subsidy-enquiry" in refused, "what needs the centre is refused at the first screen")
    check("contact-change" not in refused, "what can be taken in without it is not")
    visit.picture(shot)


def hold_to_show(visit: Visit, person: Expected) -> None:
    with visit.driver.held("nameField/hold"):
        check(visit.driver.sees(person.name), "the name is plain while the button is held")
        visit.picture("holder-shown")
    check(not visit.driver.sees(person.name), "the name is masked again")


def wrong_pin(visit: Visit, person: Expected) -> None:
    visit.driver.click("service-subsidy-enquiry")
    visit.page("pin")
    before = _pin_tries(visit)
    visit.type_pin("000000")
    visit.driver.wait("a refused PIN", lambda: _pin_tries(visit) not in (None, before) and visit.window.page == "pin")
    check(_pin_tries(visit) == person.tries - 1, "the tries left are the card's own count")
    check(visit.driver.item("triesLeft") is not None, "the tries left stand on the screen")
    visit.picture("pin-wrong")


def right_pin(visit: Visit, person: Expected, shot: str) -> None:
    visit.type_pin(person.pin)
    visit.page("subsidies")
    years = visit.subsidies().years
    check(sum(year.total.paid for year in years) == person.paid, "the sum of all years is what the books say")
    check(sum(year.total.paid_count for year in years) == person.paid_count, "no payment is missing or counted twice")
    visit.driver.click("year-")
    visit.driver.wait("all years", lambda: visit.subsidies().selected is None)
    check(visit.driver.sees(yuan(person.paid)), "the sum stands on the screen")
    check(not _among(person.sensitive_names, visit.driver.everything()), "sensitive items show their category only")
    visit.picture(shot)


def reveal(visit: Visit, person: Expected) -> None:
    hidden = [index for index, line in enumerate(visit.subsidies().lines) if line.hidden]
    check(bool(hidden) == bool(person.sensitive_names), "hidden lines are there if the books have sensitive items")
    if not hidden:
        return
    lines = visit.driver.item("lines")
    check(lines is not None and lines.setProperty("currentIndex", hidden[0]), "the list of payments is there")
    if lines is not None:
        lines.forceActiveFocus()
    visit.press("Return")
    visit.driver.wait("the name of the item", lambda: not visit.subsidies().lines[hidden[0]].hidden)
    check(_among(person.sensitive_names, visit.driver.texts()), "the item's name is shown after the tap")
    visit.picture("subsidies-revealed")


def card_status(visit: Visit, person: Expected) -> None:
    visit.press("Escape")
    visit.page("holder")
    visit.driver.click("service-card-status")
    visit.page("card-status")
    check(visit.driver.sees("正常"), "the card is in use")
    check(visit.driver.sees(person.expires_on), "the day of expiry is the card's")
    check(visit.driver.sees(person.account_last4), "the account is this person's")
    visit.picture("card-status")
    visit.press("Escape")
    visit.page("holder")


def start_subsidies(visit: Visit) -> None:
    visit.driver.click("service-subsidy-enquiry")
    visit.page("pin")


def card_out(visit: Visit, person: Expected, shot: str) -> None:
    visit.tray.eject()
    visit.page("waiting")
    nothing_of(visit, person, "after the card is out")
    visit.picture(shot)


def nothing_of(visit: Visit, person: Expected, when: str) -> None:
    """Not one property of one object of the window holds anything of this person."""
    masked = f"{person.name[0]}*"
    found = _among((*person.secrets, masked, yuan(person.paid)), visit.driver.everything())
    check(not found, f"nothing of the holder is in the window {when}")


def strange(visit: Visit) -> None:
    visit.tray.insert(strange_card())
    visit.page("notice")
    visit.press("Return")
    visit.page("fault")
    fault = visit.window.model.view.fault
    check(fault is not None and fault.code == "C201", "it is told apart from every other fault")
    check(fault is not None and visit.driver.sees(fault.message.zh), "the fault says its cause")
    visit.picture("fault")
    visit.tray.eject()
    visit.page("waiting")


def english(visit: Visit) -> None:
    visit.press("F8")
    visit.driver.wait("English", lambda: visit.window.model.language == "en")
    visit.picture("waiting-english")
    visit.press("F8")
    visit.driver.wait("Chinese", lambda: visit.window.model.language == "zh")


def health(visit: Visit) -> None:
    visit.press("F7")
    visit.page("health")
    visit.driver.wait("all checks", lambda: not visit.window.model.health.checking)
    states = visit.window.model.health.states
    check(len(states) >= 8 and set(states) == {"ok"}, f"every check is well: {', '.join(states)}")
    visit.picture("health")
    visit.press("F7")
    visit.page("waiting")


def steps(first: Expected, second: Expected) -> Iterator[tuple[Text, Callable[[Visit], None]]]:
    """The visit, in order."""
    yield Text("经办人登录", "the operator signs in"), sign_in
    yield Text("等待插卡，中心已连接", "waiting for a card, the centre is there"), wait_for_card
    yield Text("三代卡插入，先告知", "generation 3 in, the notice first"), lambda v: notice_first(v, first, "notice")
    yield Text("读卡并核验，信息遮盖", "read, proven, masked"), lambda v: identify(v, first, "holder-generation-3")
    yield Text("按住才显示姓名", "the name shows while held"), lambda v: hold_to_show(v, first)
    yield (
        Text("密码输错一次，剩余次数来自卡片", "PIN wrong once, tries left from the card"),
        lambda v: wrong_pin(v, first),
    )
    yield Text("密码正确，补贴与账目相符", "PIN right, subsidies as booked"), lambda v: right_pin(v, first, "subsidies")
    yield Text("敏感项目点开才显示", "a sensitive item behind a tap"), lambda v: reveal(v, first)
    yield Text("卡状态", "state of the card"), lambda v: card_status(v, first)
    yield Text("拔卡，屏幕清空", "card out, screen clean"), lambda v: card_out(v, first, "waiting-clean")
    yield Text("二代卡插入，先告知", "generation 2 in, the notice first"), lambda v: notice_first(v, second, "notice-2")
    yield Text("读卡并核验，信息遮盖", "read, proven, masked"), lambda v: identify(v, second, "holder-generation-2")
    yield Text("没有上一位持卡人的信息", "nothing of the first holder"), lambda v: nothing_of(v, first, "now")
    yield Text("补贴查询", "subsidies asked for"), start_subsidies
    yield (
        Text("密码正确，补贴与账目相符", "PIN right, subsidies as booked"),
        lambda v: right_pin(v, second, "more"),
    )
    yield Text("拔卡，屏幕清空", "card out, screen clean"), lambda v: card_out(v, second, "waiting-clean-2")
    yield Text("不是社会保障卡", "a card of another kind"), strange
    yield Text("自检页", "health page"), health
    yield Text("切换英文", "English and back"), english


def _pin_tries(visit: Visit) -> int | None:
    journey = visit.window.model.view.journey
    return getattr(journey.data, "tries_left", None) if journey is not None else None


def _among(needles: tuple[str, ...], hay: Iterator[str] | list[str]) -> bool:
    return any(needle in text for text in hay for needle in needles)
