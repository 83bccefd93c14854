"""What is in a simulated card, apart from its behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

TOY_ROOT = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
"""Root of every 16-byte key of the sandbox. Public; no real key ever stands in this repository."""


@dataclass(frozen=True)
class CardContents:
    """One made-up card.

    :param history: the 13 historical bytes.
    :param card_id: 16 bytes.
    :param version: the four bytes of 规范版本 as stored, such as ``b"3.00"``; ``b""`` leaves the record blank.
    :param name: ``None`` leaves the personal fields blank, as on a card that is not yet issued.
    :param pan: account number of the bank application, up to 19 digits; ``None`` means no bank application.
    :param fingerprint_size: bytes of EF07: 300h by the V2.0 notice, 400h in one other table.
    :param pin: digits; ``None`` means a card without a PIN.
    """

    generation: int
    history: bytes
    card_id: bytes
    version: bytes
    card_number: str
    card_class: str = "3"
    issuer: bytes = bytes.fromhex("915600000237999937999901")
    issued_on: date = date(2024, 5, 6)
    expires_on: date = date(2034, 5, 6)
    number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    sex: str = "9"
    nation: str = "01"
    birth_place: str = "379999"
    birth_date: date | None = None
    pan: str | None = field(default=None, repr=False)
    pin: str | None = field(default="123456", repr=False)
    fingerprint_size: int = 0x300
    pin_tries: int = 6
    key_tries: int = 3
