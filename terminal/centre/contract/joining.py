"""Joining, and the centre's own state."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import Answer, Body, Instant, Region


class SigningKey(Answer, frozen=True, kw_only=True):
    """A public key of the centre that the terminal pins at enrolment.

    :param use: ``content`` signs answers, ``ack`` acknowledgements, ``receipt`` codes on paper; to ``seal`` bodies of
        operations are sealed, to ``hsm`` new PINs.
    :param algorithm: ``ed25519``; for ``seal`` and ``hsm`` ``x25519`` (suite ``intl``).
    :param public_key: raw key, 32 bytes in hex.
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
    """A one-time code from the province and a certificate request (PKCS#10, PEM) for the terminal's own key.

    :param renews: number of the terminal that goes on under the new certificate, with its log. Only a code that was
        given for that terminal is good for it, and such a code for nothing else.
    """

    code: Annotated[str, Meta(min_length=8, max_length=64)]
    certificate_request: Annotated[str, Meta(max_length=8192)]
    renews: Annotated[str, Meta(pattern=r"^[0-9]{12}$")] | None = None


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
