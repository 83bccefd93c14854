"""The state of a card in words, and what its holder does about it (domain.md §2.5, §2.6, §3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from terminal.centre.contract import ApplicationState, CardStatus
from terminal.model.masks import account
from terminal.model.subsidies import when
from terminal.text import Text, named
from terminal.views import CardStatusView, Fact


@dataclass(frozen=True)
class _Words:
    name: Text
    tone: str
    advice: Text | None


_STATE = {
    ApplicationState.SEALED: _Words(
        Text("封存（尚未启用）", "Sealed (not enabled yet)"),
        "warning",
        Text(
            "请持卡人带身份证和卡启用社保功能，并到发卡银行激活金融账户。",
            "Have the card enabled with the identity card, and its bank account activated at the issuing bank.",
        ),
    ),
    ApplicationState.NORMAL: _Words(Text("正常", "Normal"), "good", None),
    ApplicationState.FORMAL_LOSS: _Words(
        Text("已正式挂失", "Reported lost (formal)"),
        "bad",
        Text(
            "这张卡不能使用。找回的卡请带身份证到窗口解挂；否则请补领新卡。",
            "Not to be used. If found, lift the report at a window with the identity card; else apply for a new card.",
        ),
    ),
    ApplicationState.LOCKED: _Words(
        Text("应用锁定", "Locked"),
        "bad",
        Text(
            "请持卡人本人带身份证和卡到社保卡服务窗口解锁。",
            "The holder has it unlocked in person at a card service window, with both cards.",
        ),
    ),
    ApplicationState.TEMPORARY_LOSS: _Words(
        Text("已临时挂失", "Reported lost (temporary)"),
        "warning",
        Text(
            "临时挂失到期自动失效。卡已找回请解挂；确已丢失请办正式挂失。",
            "It lapses by itself. If the card was found, lift the report; if it is lost, report it formally.",
        ),
    ),
    ApplicationState.CANCELLED: _Words(
        Text("已注销", "Cancelled"),
        "bad",
        Text("这张卡已作废，请使用新卡。", "This card is void; use the new one."),
    ),
}

_EXPIRED = Text(
    "卡已到期，请换领新卡；待遇资格不受影响。", "The card has expired; renew it. Entitlements are not affected."
)
_EXPIRING = Text(
    "卡即将到期，现在可以换领；待遇资格不受影响。",
    "The card expires soon; renew it now. Entitlements are not affected.",
)
_INACTIVE = Text(
    "金融账户未激活，钱能到账但取不出；请本人到发卡银行柜台激活。",
    "The bank account is not activated: money arrives but cannot be drawn. The holder activates it at the bank.",
)


def _advice(status: CardStatus, today: date) -> Text | None:
    words = _STATE[status.state]
    if words.advice is not None:
        return words.advice
    if status.expires_on < today:
        return _EXPIRED
    if not status.account_active:
        return _INACTIVE
    return _EXPIRING if status.renew_from <= today else None


def _expiry_tone(status: CardStatus, today: date) -> str:
    if status.expires_on < today:
        return "bad"
    return "warning" if status.renew_from <= today else "plain"


def _fact(label: tuple[str, str], value: str, tone: str = "plain") -> Fact:
    return Fact(Text(*label), Text(value, value), tone)


def card_status_view(status: CardStatus) -> CardStatusView:
    """A4 as its page shows it. “Today” is the centre's day, so that a wrong clock here misleads nobody."""
    today = status.as_of.astimezone().date()
    words = _STATE[status.state]
    active = Text("已激活", "Active") if status.account_active else Text("未激活", "Not activated")
    facts = [
        Fact(Text("社保应用状态", "Social security application"), words.name, words.tone),
        _fact(("状态起始日期", "Since"), status.since.isoformat()),
        _fact(("发卡日期", "Issued on"), status.issued_on.isoformat()),
        _fact(("有效期至", "Valid until"), status.expires_on.isoformat(), _expiry_tone(status, today)),
        Fact(Text("服务银行", "Bank"), named(status.bank, status.bank_en)),
    ]
    if status.account_last4 is not None:
        facts.append(_fact(("金融账户", "Bank account"), account(status.account_last4)))
    facts.append(Fact(Text("金融功能", "Bank function"), active, "good" if status.account_active else "warning"))
    if status.loss_expires_on is not None:
        facts.append(_fact(("挂失到期日", "Loss report ends"), status.loss_expires_on.isoformat(), "warning"))
    if status.lent_to is not None and status.lent_until is not None:
        until = f"{status.lent_until.astimezone():%Y-%m-%d}"
        with_drive = Text(f"在批次 {status.lent_to}，至 {until}", f"With drive {status.lent_to} until {until}")
        facts.append(Fact(Text("下乡服务", "Field drive"), with_drive, "warning"))
    state = status.state.name.lower().replace("_", "-")
    return CardStatusView(state, status.account_active, tuple(facts), when(status.as_of), _advice(status, today))
