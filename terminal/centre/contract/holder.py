"""What a holder may know."""

from __future__ import annotations

from datetime import date
from enum import Enum

from terminal.centre.contract.base import Answer, Fen, Instant, PrivateAnswer


class ApplicationState(Enum):
    """卡应用状态 (domain.md §3.2)."""

    SEALED = "0"
    NORMAL = "1"
    FORMAL_LOSS = "2"
    LOCKED = "3"
    TEMPORARY_LOSS = "4"
    CANCELLED = "9"


class CardStatus(PrivateAnswer, frozen=True, kw_only=True):
    """A4: state of the card and of its bank account.

    :param renew_from: first day on which the card may be renewed, by the rule of its city (domain.md §10).
    :param loss_expires_on: end of a temporary loss report.
    :param account_last4: last four digits of the bank account, never more.
    :param bank_en: the bank's English name, where it has one.
    :param lent_to: the field drive that has this person, where that is another terminal's; :param lent_until: its end.
    """

    state: ApplicationState
    since: date
    issued_on: date
    expires_on: date
    renew_from: date
    bank: str
    account_last4: str | None
    account_active: bool
    loss_expires_on: date | None
    as_of: Instant
    bank_en: str | None = None
    lent_to: str | None = None
    lent_until: Instant | None = None


class Contact(PrivateAnswer, frozen=True, kw_only=True):
    """A17: what is on file to reach the holder, masked by the centre: enough to recognise, too little to use.

    :param phone: such as ``138****0000``; ``None`` where none is on file.
    :param address: to the township, such as ``370181 测试镇****``; ``None`` where none is on file.
    """

    phone: str | None
    address: str | None = None
    as_of: Instant


class PaymentState(Enum):
    """发放状态 (domain.md §5.3)."""

    APPROVED = "approved"
    TO_PAY = "to-pay"
    AT_BANK = "at-bank"
    PAID = "paid"
    RETURNED = "returned"
    TO_CORRECT = "to-correct"
    REISSUED = "reissued"
    RECOVERED = "recovered"


class ReturnReason(Enum):
    """Why a bank returned a payment (domain.md §5.3)."""

    NAME_MISMATCH = "name-mismatch"
    ACCOUNT_INVALID = "account-invalid"
    ACCOUNT_FROZEN = "account-frozen"
    ACCOUNT_CANCELLED = "account-cancelled"
    BANK_WRONG = "bank-wrong"
    ID_EXPIRED = "id-expired"
    CARD_NOT_ACTIVATED = "card-not-activated"
    IDENTITY_CHANGED = "identity-changed"


class AccountKind(Enum):
    """Where the money went. Payment to the card began on 2024-10-15."""

    CARD = "social-security-card"
    BANK_CARD = "bank-card"
    PASSBOOK = "passbook"


class Beneficiary(Enum):
    PERSON = "person"
    HOUSEHOLD = "household"


class SubsidyItem(Answer, frozen=True, kw_only=True):
    """One of the province's subsidy items.

    :param sensitive: the name alone reveals a protected status; shown by its category until the holder asks.
    :param department_en: in English, as :param basis_en: is; ``None`` where there are no English words for it.
    """

    code: str
    name: str
    name_en: str
    category: str
    category_name: str
    category_name_en: str
    department: str
    basis: str
    sensitive: bool
    department_en: str | None = None
    basis_en: str | None = None


class Payment(PrivateAnswer, frozen=True, kw_only=True):
    """One line of the plain account.

    :param batch: 期次, such as ``202406``.
    :param quantity: 计补数量 as a decimal string with ``unit``; :param rate: fen for one unit.
    :param payer_en: in English, as :param bank_en: is; ``None`` where there are no English words for it.
    :param reissue_of: id of the returned payment that this one replaces; that one's state is then ``reissued``.
    """

    payment_id: str
    item: str
    year: int
    batch: str
    payer: str
    bank: str
    beneficiary: Beneficiary
    quantity: str | None
    unit: str | None
    rate: Fen | None
    amount: Fen
    state: PaymentState
    approved_on: date
    paid_on: date | None
    credited_on: date | None
    account_kind: AccountKind
    account_last4: str
    reason: ReturnReason | None = None
    reissue_of: str | None = None
    payer_en: str | None = None
    bank_en: str | None = None


class SubsidyStatement(PrivateAnswer, frozen=True, kw_only=True):
    """Everything paid, or to be paid, to this holder in the years asked for."""

    as_of: Instant
    years: list[int]
    items: list[SubsidyItem]
    payments: list[Payment]
