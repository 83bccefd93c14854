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
    """Ask the HSM to open one key of the proven card. ``raw`` and ``factor`` are challenges of the card.

    :param operation: what it is for; must be there for every key that does more than read.
    """

    visit: VisitId
    key_address: KeyAddress
    factor: Hex8
    raw: Hex8
    operation: Hex16 | None = None


class Cryptogram(PrivateAnswer, frozen=True, kw_only=True):
    cryptogram: Hex8


class SecuredCommandRequest(Body, frozen=True, kw_only=True):
    """Ask the HSM for a command of the proven card with MAC: unblock the PIN, or put a new one.

    :param operation: what it is for.
    :param factor: the card's last challenge. :param header: CLA INS P1 P2 Lc.
    :param sealed_pin: the new PIN, packed as the card takes it and sealed to the centre's key of use ``hsm``
        (:mod:`terminal.centre.pin_sealing`); absent to unblock.
    """

    visit: VisitId
    operation: Hex16
    key_address: KeyAddress
    factor: Hex8
    header: Annotated[str, Meta(pattern="^[0-9A-F]{10}$", description="CLA INS P1 P2 Lc")]
    sealed_pin: Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{1,300}$")] | None = None


class SecuredCommand(PrivateAnswer, frozen=True, kw_only=True):
    """:param command: the whole command, or what follows its header; terminals take both."""

    command: Annotated[str, Meta(pattern="^([0-9A-F]{2}){4,64}$")]
