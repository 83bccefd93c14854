"""The central API, once: bodies, answers and problem types. Server, client and the OpenAPI document are made from it;
the routes stand in :mod:`terminal.centre.routes`.

Bytes travel as upper-case hex, dates as ISO 8601, money as whole fen. A province with another API replaces this
package.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

Hex8 = Annotated[str, Meta(pattern="^[0-9A-F]{16}$", description="8 bytes in upper-case hex")]
Hex13 = Annotated[str, Meta(pattern="^[0-9A-F]{26}$", description="the 13 historical bytes of the ATR")]
Hex16 = Annotated[str, Meta(pattern="^[0-9A-F]{32}$", description="16 bytes in upper-case hex")]
KeyAddress = Annotated[str, Meta(pattern="^[0-9A-F]{4}$", description="HSM key address")]
Region = Annotated[str, Meta(pattern="^[0-9]{6}$", description="six-digit region code")]
VisitId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="a visit, as the centre names it")]
Token = Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{32,256}$", description="opaque to the terminal")]
Instant = Annotated[datetime, Meta(tz=True, description="a moment, with its zone")]
Fen = Annotated[int, Meta(ge=0, description="hundredths of a yuan")]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the terminal sends. The centre refuses fields it does not know."""

    def __repr__(self) -> str:
        """Only the kind: bodies carry codes, challenges and card ids."""
        return f"<{type(self).__name__}>"


class Answer(Struct, frozen=True, kw_only=True):
    """What the centre sends. The terminal passes over fields it does not know, so that a newer centre is no fault."""


class PrivateAnswer(Answer, frozen=True, kw_only=True):
    """An answer that opens something or is about one person: its values never stand in a log or a traceback."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


# --- joining and the centre's own state -----------------------------------------------------------------------------


class SigningKey(Answer, frozen=True, kw_only=True):
    """A public key of the centre that the terminal pins at enrolment.

    :param use: ``content`` signs answers; issue of other uses follows with the operation log.
    :param public_key: raw Ed25519 key, 32 bytes in hex.
    """

    key_id: str
    use: str
    algorithm: str
    public_key: str


class Outlet(Answer, frozen=True, kw_only=True):
    """One bank branch."""

    code: str
    name: str
    bank: str
    bank_hotline: str
    region: Region


class EnrolmentRequest(Body, frozen=True, kw_only=True):
    """A one-time code from the province and a certificate request (PKCS#10, PEM) for the terminal's own key."""

    code: Annotated[str, Meta(min_length=8, max_length=64)]
    certificate_request: Annotated[str, Meta(max_length=8192)]


class Enrolment(Answer, frozen=True, kw_only=True):
    """What makes a terminal a member: its number, its outlet, its certificate and the keys to pin."""

    terminal: str
    environment: str
    outlet: Outlet
    certificate: str
    authority: str
    signing_keys: list[SigningKey]


class CentreStatus(Answer, frozen=True, kw_only=True):
    """The centre's time and what it wants every screen to know."""

    time: Instant
    environment: str
    api: str


class Configuration(Answer, frozen=True, kw_only=True):
    """Rules that differ by city (domain.md §10): data, never constants."""

    region: Region
    loss_hotline: str
    as_of: Instant


# --- visits and the HSM ---------------------------------------------------------------------------------------------


class VisitRequest(Body, frozen=True, kw_only=True):
    """A card has been put in: ask for a nonce to prove it with.

    :param card_id: 卡识别码; :param history: 卡复位信息; :param algorithm: ``3DES`` or ``SM4``.
    """

    card_id: Hex16
    history: Hex13
    algorithm: Annotated[str, Meta(pattern="^(3DES|SSF33|SM4)$")]
    operator: str | None = None


class VisitOpened(Answer, frozen=True, kw_only=True):
    """The verifier's raw value for one internal authentication."""

    visit: VisitId
    nonce: Hex8


class Proof(Body, frozen=True, kw_only=True):
    """The card's last challenge and its answer to INTERNAL AUTHENTICATE."""

    factor: Hex8
    answer: Hex8


class VisitToken(PrivateAnswer, frozen=True, kw_only=True):
    """A verified card. The token stands for terminal, card and operator, and ends after 30 minutes."""

    visit: VisitId
    token: Token
    expires_at: Instant


class ExternalAuthentication(Body, frozen=True, kw_only=True):
    """Ask the HSM to open one key of the proven card. ``raw`` and ``factor`` are challenges of the card."""

    visit: VisitId
    key_address: KeyAddress
    factor: Hex8
    raw: Hex8


class Cryptogram(PrivateAnswer, frozen=True, kw_only=True):
    cryptogram: Hex8


# --- what a holder may know -----------------------------------------------------------------------------------------


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


class Payment(PrivateAnswer, frozen=True, kw_only=True):
    """One line of the plain account.

    :param batch: 期次, such as ``202406``.
    :param quantity: 计补数量 as a decimal string with ``unit``; :param rate: fen for one unit.
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


class SubsidyStatement(PrivateAnswer, frozen=True, kw_only=True):
    """Everything paid, or to be paid, to this holder in the years asked for."""

    as_of: Instant
    years: list[int]
    items: list[SubsidyItem]
    payments: list[Payment]


# --- problems (RFC 9457) --------------------------------------------------------------------------------------------


class ProblemType(Enum):
    """The only thing of an error answer that the terminal acts on; texts are for people."""

    BAD_REQUEST = "urn:ssc:problem:bad-request"
    CODE_REFUSED = "urn:ssc:problem:enrolment-code-refused"
    CERTIFICATE_REQUIRED = "urn:ssc:problem:certificate-required"
    TERMINAL_REVOKED = "urn:ssc:problem:terminal-revoked"
    CARD_UNKNOWN = "urn:ssc:problem:card-unknown"
    PROOF_FAILED = "urn:ssc:problem:proof-failed"
    VISIT_REQUIRED = "urn:ssc:problem:visit-required"
    VISIT_EXPIRED = "urn:ssc:problem:visit-expired"
    KEY_UNKNOWN = "urn:ssc:problem:key-unknown"
    NOT_FOUND = "urn:ssc:problem:not-found"
    BUSY = "urn:ssc:problem:busy"
    INTERNAL = "urn:ssc:problem:internal"


class Problem(Answer, frozen=True, kw_only=True):
    type: str
    title: str
    status: int
    detail: str = ""
