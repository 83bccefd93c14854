"""Receipts that tests, and people who look at pictures, use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from cryptography.hazmat.primitives.asymmetric import ec

from terminal.receipts.code import Claim
from terminal.receipts.keys import PaperKeys, Signer, by_id, p256_signer, suite_signer
from terminal.receipts.model import Fact, Holder, Proof, Receipt, Site
from terminal.receipts.words import WORDS, Outcome
from terminal.text import Text

TERMINAL = "T379999-0001"
NAME, NUMBER = "欧阳春花", "379999195602290025"
OLD_PHONE, NEW_PHONE = "13800000001", "13900009876"

CENTRE = suite_signer(bytes(range(32)), None)
DESK = p256_signer(ec.derive_private_key(20260601, ec.SECP256R1()), TERMINAL)
KEYS: PaperKeys = by_id((CENTRE.key, DESK.key))

SITE = Site(
    outlet="沙箱银行演示市分行人民路支行",
    bank_hotline="400-000-0000",
    terminal=TERMINAL,
    operator="1007",
    reviewer="1012",
)


def claim(outcome: Outcome = Outcome.RECORDED, **changes: object) -> Claim:
    """What the code of a sample says."""
    made = Claim(
        environment="sandbox",
        terminal=TERMINAL,
        epoch=1,
        sequence=42,
        operation=bytes.fromhex("9f3c5e0a7b114d28"),
        head=bytes.fromhex("c4d1a90be2f75d3381f6ab907c25e01f"),
        kind="contact-change",
        outcome=outcome,
        time=datetime(2026, 6, 1, 1, 30, 5, tzinfo=UTC),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def signer_of(outcome: Outcome) -> Signer:
    """Who may say it."""
    return CENTRE if WORDS[outcome].decided_by == "centre" else DESK


def receipt(outcome: Outcome = Outcome.RECORDED, **changes: object) -> Receipt:
    """A change of a telephone number, with this outcome."""
    made = Receipt(
        environment="sandbox",
        service="contact-change",
        title=Text("社会保障卡信息变更", "Change of contact data"),
        outcome=outcome,
        time=datetime(2026, 6, 1, 9, 30, 5, tzinfo=timezone(timedelta(hours=8))),
        site=SITE,
        holder=Holder.of(NAME, NUMBER),
        facts=(Fact(Text("手机号码", "Mobile number"), "139****9876", "138****0001"),),
        reason=Text("中心登记的证件已过期。", "The identity document on record has expired.")
        if outcome is Outcome.REFUSED
        else None,
        proof=Proof.of(claim(outcome), signer_of(outcome)),
    )
    return replace(made, **changes)  # type: ignore[arg-type]
