"""A receipt as words in order, in one language: the same for the PDF, the slip and plain text.

What is drawn, and what can be, is decided here; the renderers know sizes and places only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from terminal.receipts.font import legible
from terminal.receipts.model import Receipt
from terminal.receipts.words import DEMONSTRATION, REPRINT, TAKE_CARD, WORDS, Tone
from terminal.text import Language, Text

HEADER = Text("社会保障卡", "Social security card")
UNDER_HEADER = Text("就近办便民服务网点", "Partner-bank service outlet")
NEXT = Text("接下来", "What happens next")
REASON = Text("原因", "Reason")
TELEPHONE = Text("电话查询码", "Code for the telephone")
SCAN = Text("网点扫码可核验真伪，码内没有个人信息。", "Outlets can check this code. It holds nothing personal.")
HOTLINE = Text("人社服务热线 {number}", "Service line {number}")
BANK = Text("银行客服 {number}", "Bank {number}")

_SERVICE, _NUMBER = Text("办理事项", "Service"), Text("回执编号", "Receipt no.")
_TIME, _OUTLET = Text("办理时间", "Time"), Text("办理网点", "Outlet")
_TERMINAL, _STAFF = Text("终端编号", "Terminal"), Text("经办 / 复核", "Served / reviewed by")
_SERVED = Text("经办", "Served by")
_HOLDER, _ID = Text("持卡人", "Holder"), Text("社会保障号码", "Social security no.")
_COPY = Text("第 {copy} 次", "no. {copy}")


@dataclass(frozen=True)
class Line:
    """A label and its value; ``old`` is what it was before."""

    label: str
    value: str = field(repr=False)
    old: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Sheet:
    """Everything on the paper. All texts can be drawn as they are.

    :param mark: the words of the sandbox; ``None`` in production.
    :param reprint: what marks a copy; ``None`` on the first print.
    :param lines: who, where, when.
    :param facts: what was done.
    :param code: text of the QR code; ``None`` where nothing was recorded.
    """

    language: Language
    mark: str | None
    header: str
    under_header: str
    title: str
    reprint: str | None
    word: str
    tone: Tone
    sentence: str
    lines: tuple[Line, ...]
    facts: tuple[Line, ...]
    reason: Line | None
    next_step: Line
    hotlines: tuple[str, ...]
    code: str | None
    telephone: Line | None
    scan: str
    ending: str
    name: str


def lay_out(receipt: Receipt, language: Language = "zh") -> Sheet:
    """The words of a receipt."""

    def say(text: Text | str) -> str:
        return legible(text.say(language) if isinstance(text, Text) else text)

    words = WORDS[receipt.outcome]
    copy = f"{say(REPRINT)} · {say(_COPY.format(copy=receipt.copy))}" if receipt.copy else None
    facts = tuple(
        Line(say(fact.label), say(fact.value), None if fact.old is None else say(fact.old)) for fact in receipt.facts
    )
    hotlines = [HOTLINE.format(number=receipt.site.hotline)]
    if receipt.site.bank_hotline:
        hotlines.append(BANK.format(number=receipt.site.bank_hotline))
    return Sheet(
        language=language,
        mark=None if receipt.environment == "production" else say(DEMONSTRATION),
        header=say(HEADER),
        under_header=say(UNDER_HEADER),
        title=say(words.title),
        reprint=copy,
        word=say(words.word),
        tone=words.tone,
        sentence=say(receipt.sentence or words.sentence),
        lines=tuple(Line(say(label), say(value)) for label, value in _about(receipt)),
        facts=facts,
        reason=Line(say(REASON), say(receipt.reason)) if receipt.reason else None,
        next_step=Line(say(NEXT), say(receipt.next_step or words.next_step)),
        hotlines=tuple(say(each) for each in hotlines),
        code=receipt.proof.code if receipt.proof else None,
        telephone=Line(say(TELEPHONE), receipt.proof.telephone) if receipt.proof else None,
        scan=say(SCAN),
        ending=say(TAKE_CARD),
        name=receipt.name,
    )


def _about(receipt: Receipt) -> list[tuple[Text, Text | str]]:
    site = receipt.site
    rows: list[tuple[Text, Text | str]] = [(_SERVICE, receipt.title)]
    if receipt.proof:
        rows.append((_NUMBER, receipt.proof.number))
    rows.append((_TIME, f"{receipt.time:%Y-%m-%d %H:%M:%S}"))
    if receipt.holder:
        rows += [(_HOLDER, receipt.holder.name or "–"), (_ID, receipt.holder.number or "–")]
    rows += [(_OUTLET, site.outlet), (_TERMINAL, site.terminal)]
    if site.reviewer:
        rows.append((_STAFF, f"{site.operator} / {site.reviewer}"))
    else:
        rows.append((_SERVED, site.operator))
    return rows
