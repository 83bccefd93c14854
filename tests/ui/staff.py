"""Made-up staff, and what they do: sign-in, forms, results, the queue. Ordinary ones and hard cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from offline_cache.caps import Caps, Standing
from offline_cache.errors import StoreError, StoreFault
from offline_cache.operations import State
from terminal import faults
from terminal.errors import TerminalError, TerminalFault
from terminal.model import codes
from terminal.model.address import LEAST, MOST
from terminal.model.operations import PIN_RESET, PIN_UNBLOCK
from terminal.model.outbox_words import NEEDS_SIGNATURE
from terminal.model.result_words import NO_PRINTER, NO_RECEIPT, NOT_OUT, NOT_YET, ON_PAPER, filed
from terminal.queue_acts import ACTION_WORDS
from terminal.queue_page import PEOPLE, WAITING, no_store, totals_of
from terminal.receipts.errors import PaperError, PaperFault
from terminal.services import doubtful_card
from terminal.services.contact_change import ADDRESS_ITEM, PHONE_ITEM, REGION_ITEM, Item
from terminal.text import Text
from terminal.views import (
    ConfirmView,
    DayEndView,
    DoubtfulView,
    Fact,
    FormField,
    FormView,
    OperatorView,
    PinChangeView,
    QueueBadge,
    QueueView,
    ResultView,
    SecretView,
    ServiceTile,
)
from terminal.write_words import PIN_CHANGE, words_of
from tests.ui.queue_lines import doubtful_card_line, queued

OPERATOR = OperatorView("1001", "李秀兰", Text("经办", "Operator"), "08:31")
OPERATOR_LONG = OperatorView(
    "37999900010001",
    "买买提艾力·库尔班江·吐尔逊江",
    Text("经办兼日终负责人", "Operator, in charge of the day's end"),
    "08:31",
)

BADGE = QueueBadge(0, 0, NEEDS_SIGNATURE, "good")
BADGE_WAITS = QueueBadge(3, 0, WAITING.format(count=3), "warning")
BADGE_PERSON = QueueBadge(12, 3, PEOPLE.format(count=3), "bad")

WRONG_SECRET = faults.explain(TerminalError(TerminalFault.SIGN_IN_REFUSED))
LOCKED_OUT = faults.explain(TerminalError(TerminalFault.SIGN_IN_LOCKED, minutes=10))
NO_OPERATORS = faults.explain(TerminalError(TerminalFault.NOBODY_KNOWN))
SAME_PERSON = faults.explain(TerminalError(TerminalFault.SAME_PERSON))

_SIGN_IN = Text("工作人员登录", "Staff sign-in")
SIGN_IN = SecretView(_SIGN_IN, "", fixed_number=False, characters=0)
SIGN_IN_WRONG = replace(SIGN_IN, number="1001", message=WRONG_SECRET)
LOCKED = SecretView(
    Text("已锁定，请本人解锁", "Locked: the same person unlocks"), "1001", fixed_number=True, characters=6
)

CHANGE = (
    Fact(
        Text("手机号", "Mobile number"),
        Text("139 0000 5678", "139 0000 5678"),
        note=Text("原：138****1234", "Before: 138****1234"),
    ),
    Fact(
        Text("联系地址", "Address"),
        Text("测试市测试县测试镇东风村三组 18 号", "18 Group 3, Dongfeng Village, Test Town, Test County, Test City"),
        note=Text("原：测试县******", "Before: Test County ******"),
    ),
)
SECOND = SecretView(
    Text("请复核人确认：变更联系方式", "A reviewer confirms: change of contact details"),
    "2001",
    fixed_number=False,
    characters=4,
    people=("1001",),
    lines=CHANGE,
)
SECOND_QUEUE = SecretView(
    Text("请复核人输入工号和密码", "The reviewer enters number and password"),
    "",
    fixed_number=False,
    characters=0,
    people=("1001",),
    lines=(
        Fact(Text("要做的事", "What is done"), ACTION_WORDS["escalate"], "warning"),
        Fact(Text("办理事项", "Service"), Text("联系方式变更", "Change of contact details")),
        Fact(Text("回执编号", "Receipt no."), Text("379999000001-1-000040", "379999000001-1-000040")),
        Fact(Text("持卡人", "Holder"), Text("张*", "张*")),
        Fact(Text("社会保障号码", "Social security no."), Text("379***********127X", "379***********127X")),
        Fact(Text("新手机号码", "New number"), Text("139****5678", "139****5678")),
        Fact(
            Text("现在的情况", "As it stands"),
            Text("中心不予办理", "Refused by the centre"),
            "bad",
            Text("手机号已登记在另一人名下", "The number is registered to another person"),
        ),
        Fact(Text("时间", "Since"), Text("2026-11-22 15:48", "2026-11-22 15:48")),
    ),
)

CONTACT_TILE = ServiceTile(
    "contact-change",
    Text("联系方式变更", "Change contact details"),
    Text("手机号、联系地址；中心不通也能收件", "Mobile number, address; taken in even off-line"),
    "3",
)
PIN_TILE = ServiceTile(
    "card-pin-change",
    Text("社保卡密码修改", "Change the card's PIN"),
    Text("记得原密码时使用，在卡内直接修改", "With the old PIN; changed in the chip itself"),
    "4",
)


def _field(item: Item, before: Text | None, value: str = "", hint: Text | None = None) -> FormField:
    """A field as the service shows it."""
    keyboard = "digits" if item.digits else "text"
    return FormField(item.name, item.label, value, before, item.most, keyboard, hint=hint or item.hint)


_PHONE = _field(PHONE_ITEM, Text("138****1234", "138****1234"))
_REGION = _field(REGION_ITEM, None, "379999", codes.region("379999"))
_ADDRESS = _field(ADDRESS_ITEM, Text("379999 测试镇****", "379999 测试镇****"))
FORM = FormView((_PHONE, _REGION, _ADDRESS), complete=False)
FORM_FILLED = FormView(
    (replace(_PHONE, value="13900005678"), _REGION, replace(_ADDRESS, value="测试镇东风村三组18号𠮷祥家园")),
    complete=True,
)
BAD_PHONE = faults.explain(TerminalError(TerminalFault.PHONE_INVALID))
BAD_ADDRESS = faults.explain(TerminalError(TerminalFault.ADDRESS_LENGTH, least=LEAST, most=MOST))
FORM_WRONG = FormView(
    (
        replace(_PHONE, value="1290000567", error=BAD_PHONE),
        _REGION,
        replace(_ADDRESS, value="东风", error=BAD_ADDRESS),
    ),
    complete=False,
)

CONFIRM = ConfirmView(CHANGE[:1], second_person=True, offline=False)
CONFIRM_OFFLINE = ConfirmView(CHANGE, second_person=True, offline=True)

PIN_OLD = PinChangeView("old", 3, 6, 6, 6)
PIN_NEW = PinChangeView(
    "new",
    0,
    6,
    6,
    None,
    Text("新密码太简单：不能是连号、重号或证件号的一段", "Too simple: no runs, no repeats, no part of the ID number"),
)
PIN_AGAIN = PinChangeView("again", 6, 6, 6, None)


def doubtful(kind: str, ask: Text | None = None) -> DoubtfulView:
    """The page of a card that left in the middle of such a write, in the service's own words."""
    words = words_of(kind)
    return DoubtfulView(doubtful_card.TITLE, words.doubt, "2026-11-22 16:05", ask or words.ask)


DOUBTFUL = doubtful(PIN_CHANGE)
DOUBTFUL_UNBLOCK = doubtful(PIN_UNBLOCK, doubtful_card.NOT_TOLD)
DOUBTFUL_LOCKED = doubtful(PIN_RESET, doubtful_card.LOCKED)


def _qr(size: int) -> tuple[tuple[bool, ...], ...]:
    """Looks like a square code; holds nothing."""

    def corner(x: int, y: int) -> bool | None:
        for left, top in ((0, 0), (size - 7, 0), (0, size - 7)):
            if left - 1 <= x <= left + 7 and top - 1 <= y <= top + 7:
                ring = max(abs(x - left - 3), abs(y - top - 3))
                return ring in {0, 1, 3}
        return None

    def dark(x: int, y: int) -> bool:
        fixed = corner(x, y)
        return (x * x * 7 + y * 13 + x * y * 5) % 11 % 2 == 0 if fixed is None else fixed

    return tuple(tuple(dark(x, y) for x in range(size)) for y in range(size))


RECORDED = ResultView(
    headline=Text("已收件", "Taken in"),
    tone="warning",
    number="379999000001-1-000042",
    lines=(
        Fact(Text("事项", "Service"), Text("联系方式变更", "Change of contact details")),
        Fact(Text("手机号", "Mobile number"), Text("138****1234 → 139****5678", "138****1234 → 139****5678")),
        Fact(Text("经办 / 复核", "Operator / reviewer"), Text("1001 / 2001", "1001 / 2001")),
        Fact(Text("时间", "Time"), Text("2026-11-23 09:20", "2026-11-23 09:20")),
    ),
    next_steps=Text(
        "申请已保存在本终端，网络恢复后自动送省中心办理，不用重复申请。"
        "是否办成以省中心的结果为准；可拨 12333 报查询码查询。",
        "Saved on this terminal; it goes to the provincial centre by itself once the network is back. "
        "Do not apply again. "
        "The centre decides; ask 12333 with the code.",
    ),
    code="4F7K-0QXD-9T2B",
    qr=_qr(53),
    hand_over=NOT_YET.hand_over,
)
DONE_IN_CHIP = ResultView(
    headline=Text("卡内已完成", "Done in the card"),
    tone="good",
    number="379999000001-1-000043",
    lines=(Fact(Text("事项", "Service"), Text("社保卡密码修改", "Change of the card's PIN")),),
    next_steps=Text("新密码立即生效，不需要再办其他手续。", "The new PIN counts from now on. Nothing else to do."),
    code="7H2M-4ZPA-0C9W",
    qr=_qr(53),
    hand_over=ON_PAPER.hand_over,
    printed=ON_PAPER.happened,
)
_FILED = filed(Path("/home/counter/.local/share/ssc-terminal/sandbox/papers/379999000001-1-000042.pdf"))
RECORDED_FILED = replace(RECORDED, printed_tone="plain", hand_over=_FILED.hand_over, printed=_FILED.happened)
RECORDED_NO_PRINTER = replace(
    RECORDED, printed_tone="plain", hand_over=NO_PRINTER.hand_over, printed=NO_PRINTER.happened
)
PRINTER_EMPTY = faults.explain(PaperError(PaperFault.PRINTER_NO_PAPER))
RECORDED_NOT_OUT = replace(RECORDED, hand_over=NOT_OUT.hand_over, print_fault=PRINTER_EMPTY)
REFUSED = ResultView(
    headline=Text("未能办理", "Not done"),
    tone="bad",
    number="",
    lines=(
        Fact(
            Text("原因", "Reason"), Text("卡片在办理中途离开了读卡器", "The card left the reader in the middle"), "bad"
        ),
    ),
    next_steps=Text(
        "卡片和登记的信息都没有变化。有疑问请拨 12333。",
        "The card and the records are unchanged. If in doubt call 12333.",
    ),
    code="",
    qr=None,
    hand_over=NO_RECEIPT.hand_over,
)

QUEUE_LINES = tuple(queued(number, State.PENDING) for number in range(42, 54))
QUEUE_PEOPLE = (
    doubtful_card_line(37),
    queued(40, State.REJECTED, Text("手机号已登记在另一人名下", "The number is registered to another person")),
    queued(41, State.PARKED),
)
"""In the order of the page: cards first."""
COUNTS = {State.PENDING: 12, State.RECEIVED: 4, State.HELD: 2, State.APPLIED: 25, State.REJECTED: 1, State.PARKED: 1}
_LIMITS = Caps(14, 2000, value=99_999_999_900)  # as wide as a sum gets
TOTALS = totals_of(COUNTS, Standing(_LIMITS, offline=5_400_000, waiting=12, value=123_450), 1)
QUEUE = QueueView(TOTALS, "2026-11-23 09:12", "09:24", QUEUE_PEOPLE, QUEUE_LINES)
_BEHIND = StoreError(StoreFault.STORE_BEHIND)
_LONG_AWAY = totals_of(COUNTS, Standing(_LIMITS, offline=15 * 86_400_000, waiting=12, value=99_999_999_900), 1)
QUEUE_STOPPED = replace(QUEUE, totals=_LONG_AWAY, next_try=None, stopped=faults.explain(_BEHIND))
BADGE_STOPPED = no_store(_BEHIND)
_NOTHING = totals_of({}, Standing(Caps(14, 2000), offline=0, waiting=0), 0)
QUEUE_EMPTY = QueueView(_NOTHING, "2026-11-23 09:12", None, (), ())
DAY_OPEN = DayEndView(
    (
        Fact(
            Text("待传业务", "To be sent"),
            Text("12 件", "12"),
            "warning",
            Text("最早一件 09:20", "The oldest from 09:20"),
        ),
        Fact(Text("需人工处理", "Need a person"), Text("3", "3"), "bad"),
        Fact(Text("其中待核实卡片", "Of these, cards to be checked"), Text("1", "1"), "bad"),
        Fact(Text("当班人员", "On duty"), Text("1001 李秀兰", "1001"), "plain"),
    ),
    ready=False,
)
DAY_READY = DayEndView(
    (
        Fact(Text("待传业务", "To be sent"), Text("没有", "None"), "good"),
        Fact(Text("需人工处理", "Need a person"), Text("0", "0"), "good"),
        Fact(Text("其中待核实卡片", "Of these, cards to be checked"), Text("0", "0"), "good"),
    ),
    ready=True,
)
