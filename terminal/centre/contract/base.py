"""What every body and answer of the contract is made of.

Bytes travel as upper-case hex, long ones as base64url, dates as ISO 8601, money as whole fen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Hex8 = Annotated[str, Meta(pattern="^[0-9A-F]{16}$", description="8 bytes in upper-case hex")]
Hex13 = Annotated[str, Meta(pattern="^[0-9A-F]{26}$", description="the 13 historical bytes of the ATR")]
Hex16 = Annotated[str, Meta(pattern="^[0-9A-F]{32}$", description="16 bytes in upper-case hex")]
Hex32 = Annotated[str, Meta(pattern="^[0-9A-F]{64}$", description="32 bytes in upper-case hex")]
Base64Url = Annotated[str, Meta(pattern="^[0-9A-Za-z_-]*$", description="base64url without padding (RFC 4648 §5)")]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1, description="place in the terminal's log, from 1, without gaps")]
TerminalNumber = Annotated[str, Meta(pattern="^[0-9]{12}$", description="number of a terminal")]
KeyAddress = Annotated[str, Meta(pattern="^[0-9A-F]{4}$", description="HSM key address")]
Region = Annotated[str, Meta(pattern="^[0-9]{6}$", description="six-digit region code")]
VisitId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="a visit, as the centre names it")]
Token = Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{32,256}$", description="opaque to the terminal")]
SuiteName = Annotated[str, Meta(pattern="^(intl|gm)$", description="a cryptographic suite by its name")]
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
