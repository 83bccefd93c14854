"""What one reading of a card gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cardio.keysource import CardIdentity


@dataclass(frozen=True)
class Holder:
    """持卡人基本信息 (EF06). A blank or unreadable field is ``None``; codes are kept as the chip gives them."""

    social_security_number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    nation: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    birth_place: str | None = field(repr=False)


@dataclass(frozen=True)
class CardRecord:
    """One card as read. Values are what the chip holds; a blank or unreadable one is ``None``.

    :param version: first three characters of 规范版本, such as ``3.0``.
    :param region: six digits, from the first three bytes of 卡识别码.
    :param issuer: 初始化机构编号, 24 hex digits.
    :param authenticated_by: name of the key source whose check the card passed.
    :param rejected: why nobody may be shown this card: asked to prove itself, it answered wrongly or not at all. It
        stands among ``errors`` too.
    :param errors: faults met on the way that did not stop the reading.
    """

    reader: str
    atr: bytes
    identity: CardIdentity
    version: str | None
    region: str | None
    card_number: str | None = field(repr=False)
    card_class: str | None
    issuer: str | None
    issued_on: date | None
    expires_on: date | None
    holder: Holder | None = field(repr=False)
    bank_account_last4: str | None = field(default=None, repr=False)
    authenticated: bool = False
    authenticated_by: str | None = None
    rejected: Exception | None = None
    errors: tuple[Exception, ...] = ()
