"""What each kind of operation does at the sandbox centre, and the words for what it does not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from offline_cache.blob_limits import WAITS
from terminal.centre.contract import ApplicationState
from terminal.errors import TerminalError
from terminal.model import address as address_rules
from terminal.model.operations import (
    CARD_ISSUE,
    CONTACT_CHANGE,
    ESCALATION,
    MAINTENANCE_KINDS,
    PIN_CHANGE_BEGUN,
    PIN_CHANGE_DONE,
    PIN_CHANGE_SPOILED,
    PIN_CHANGE_UNDONE,
    WITHDRAWAL,
    WRITE_KINDS,
    ContactChange,
    ContactData,
    OperationBody,
    PostalAddress,
)
from terminal.sandbox import staff
from terminal.sandbox.person import Person

_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")


@dataclass(frozen=True)
class Verdict:
    """:param outcome: a value of the contract's ``OutcomeKind``; :param reason: for programs, see :data:`TEXTS`."""

    outcome: str
    reason: str | None = None


APPLIED = Verdict("applied")

TEXTS: dict[str | None, tuple[str, str]] = {
    None: ("已办结", "Done."),
    "case-opened": ("已立案，由中心工作人员处理", "A case was opened; people at the centre look into it."),
    "waits-for-earlier": ("等待此人前一笔业务处理完毕", "Waits for an earlier operation of this person."),
    WAITS: ("等待照片或签名传齐", "Waits for its photos or signatures."),
    "blob-unreadable": ("照片或签名无法解封", "A photo or signature cannot be opened."),
    "kind-unknown": ("中心不认识这种业务", "The centre does not know this kind of operation."),
    "schema-unknown": ("业务格式的版本不被接受", "This version of the form is not accepted."),
    "seal-unreadable": ("业务内容无法解封", "The body cannot be opened."),
    "body-invalid": ("业务内容不完整或格式不对", "The body is incomplete or malformed."),
    "card-unknown": ("查无此卡", "There is no such card."),
    "card-cancelled": ("卡已注销，转人工处理", "The card is cancelled; a person looks into it."),
    "phone-invalid": ("手机号码不正确", "This is not a mobile number."),
    "address-invalid": ("地址不完整或有不能保存的字符", "The address is incomplete or holds strange characters."),
    "reviewer-missing": ("缺少复核人，或复核人与经办人相同", "No reviewer, or the same person as the operator."),
    "replaced": ("已由后来的一笔业务代替", "A later operation took its place."),
    "already-applied": ("所指的业务已经办结，不能撤回", "What it takes back has been done already."),
    "other-bytes": (
        "同一编号下已按另一内容办结，转人工处理",
        "Something else was done under its number; people look into it.",
    ),
    "not-here": ("中心只收到编号，没有收到业务内容", "Only the place of it is here, not what it says."),
    "lease-over": (
        "此人后来由另一台终端承办，转人工处理",
        "Another terminal had this person since; people look into it.",
    ),
    "lease-unknown": (
        "此人没有由本终端承办，转人工处理",
        "This person was not lent to this terminal; people look into it.",
    ),
    "number-foreign": (
        "编号不在本终端可用的编号段内，转人工处理",
        "The number is not of a block that this terminal has; people look into it.",
    ),
    "number-twice": ("编号已被使用，转人工处理", "The number was used already; people look into it."),
    "terminal-lost": (
        "本终端曾报失，转人工核对",
        "This terminal was reported lost; people look into it.",
    ),
    "refers-to-nothing": ("所指的业务不存在", "The operation that it refers to does not exist."),
}

Rule = Callable[[sqlite3.Connection, str, OperationBody, Person], Verdict]

BLANK = frozenset(kind for kind in WRITE_KINDS if kind.startswith(f"{CARD_ISSUE}."))
"""Kinds about a card that is nobody's yet, so that it need not be on file."""


def first_phone(index: int) -> str:
    """The made-up number that was on file of a person before anybody changed it."""
    return f"1{(index % 7) + 3}{index * 7_919_317 % 10**9:09d}"


def rejected(reason: str) -> Verdict:
    """Refused for good."""
    return Verdict("rejected", reason)


def _contact_change(db: sqlite3.Connection, op_id: str, body: OperationBody, person: Person) -> Verdict:
    if not isinstance(body, ContactChange | ContactData):
        return rejected("body-invalid")
    address = body.address if isinstance(body, ContactData) else None
    if body.phone is not None and not _MOBILE.match(body.phone):
        return rejected("phone-invalid")
    if address is not None and not _is_address(address):
        return rejected("address-invalid")
    changed = {f"{CONTACT_CHANGE}.{name}" for name in ("phone", "address") if getattr(body, name, None) is not None}
    two = not changed.isdisjoint(staff.RULES.second_person)
    if body.reviewer == body.operator or (two and body.reviewer is None):
        return rejected("reviewer-missing")
    if person.card.state is ApplicationState.CANCELLED:
        return Verdict("conflict", "card-cancelled")
    if body.phone is not None:
        db.execute(
            "INSERT OR REPLACE INTO contact (card_id, phone, op_id) VALUES (?, ?, ?)", (body.card_id, body.phone, op_id)
        )
    if address is not None:
        row = (body.card_id, address.region, address.text, op_id)
        db.execute("INSERT OR REPLACE INTO address (card_id, region, text, op_id) VALUES (?, ?, ?, ?)", row)
    return APPLIED


def _is_address(given: PostalAddress) -> bool:
    """By the rules of the terminals: the centre trusts none of them."""
    try:
        return address_rules.require(given.region, given.text, "sandbox").text == given.text
    except TerminalError:
        return False


def _noted(_db: sqlite3.Connection, _op_id: str, _body: OperationBody, _person: Person) -> Verdict:
    return APPLIED


def _refers(db: sqlite3.Connection, _op_id: str, body: OperationBody, _person: Person) -> Verdict:
    """An end needs its beginning."""
    return APPLIED if _is_here(db, body) else rejected("refers-to-nothing")


def _is_here(db: sqlite3.Connection, body: OperationBody) -> bool:
    return db.execute("SELECT 1 FROM inbox WHERE op_id = ?", (body.refers_to,)).fetchone() is not None


def _withdrawal(db: sqlite3.Connection, op_id: str, body: OperationBody) -> Verdict:
    """Takes back what the same terminal has sent, as long as it has not taken effect. A tombstone is settled by it."""
    found = db.execute(
        "SELECT state FROM inbox WHERE op_id = ? AND terminal = (SELECT terminal FROM inbox WHERE op_id = ?)",
        (body.refers_to, op_id),
    ).fetchone()
    if found is None:
        return rejected("refers-to-nothing")
    return rejected("already-applied") if found[0] == "applied" else APPLIED


def _two_refer(db: sqlite3.Connection, _op_id: str, body: OperationBody) -> Verdict:
    """A case for people is opened on the word of two."""
    if body.reviewer is None or body.reviewer == body.operator:
        return rejected("reviewer-missing")
    return Verdict("applied", "case-opened") if _is_here(db, body) else rejected("refers-to-nothing")


OPENS_CASE = frozenset({ESCALATION})
"""Kinds whose effect is a case of the centre's people; its number travels with the outcome."""


def _reviewed(_db: sqlite3.Connection, _op_id: str, body: OperationBody, _person: Person) -> Verdict:
    """The beginning of a write that takes two people."""
    two = body.reviewer is not None and body.reviewer != body.operator
    return APPLIED if two else rejected("reviewer-missing")


def _begins(_db: sqlite3.Connection, _op_id: str, _body: OperationBody) -> Verdict:
    return APPLIED


def _ends(db: sqlite3.Connection, _op_id: str, body: OperationBody) -> Verdict:
    return APPLIED if _is_here(db, body) else rejected("refers-to-nothing")


RULES: dict[str, Rule] = {
    CONTACT_CHANGE: _contact_change,
    PIN_CHANGE_BEGUN: _noted,
    PIN_CHANGE_DONE: _refers,
    PIN_CHANGE_UNDONE: _refers,
    PIN_CHANGE_SPOILED: _refers,
    **{kind: _reviewed if kind.endswith(".begun") else _refers for kind in MAINTENANCE_KINDS},
    **{kind: _noted if kind.endswith(".begun") else _refers for kind in WRITE_KINDS if kind not in BLANK},
}

SETTLING: dict[str, Callable[[sqlite3.Connection, str, OperationBody], Verdict]] = {
    WITHDRAWAL: _withdrawal,
    ESCALATION: _two_refer,
    **{kind: _begins if kind.endswith(".begun") else _ends for kind in BLANK},
}
"""What is about another operation, or about a card that is nobody's yet. Its card is not looked up: an unknown one may
be why that other was refused."""
