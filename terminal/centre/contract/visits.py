"""Visits and the HSM."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import (
    Answer,
    Body,
    Hex8,
    Hex13,
    Hex16,
    Instant,
    KeyAddress,
    PrivateAnswer,
    Token,
    VisitId,
)


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
