"""Joining, and the centre's own state."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from terminal.centre.contract.base import Answer, Body, Instant, Region, SuiteName


class SigningKey(Answer, frozen=True, kw_only=True):
    """A public key of the centre that the terminal pins at enrolment.

    :param use: ``content`` signs answers, ``ack`` acknowledgements, ``receipt`` codes on paper; to ``seal`` bodies of
        operations are sealed, to ``hsm`` new PINs.
    :param algorithm: of suite ``intl`` ``ed25519``, for ``seal`` and ``hsm`` ``x25519``; of suite ``gm`` ``sm2``.
    :param public_key: raw key in hex: 32 bytes; of SM2 the 64 bytes of x and y.
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
    :param suites: that the terminal can take part in. A code is not spent on one that lacks the centre's.
    """

    code: Annotated[str, Meta(min_length=8, max_length=64)]
    certificate_request: Annotated[str, Meta(max_length=8192)]
    renews: Annotated[str, Meta(pattern=r"^[0-9]{12}$")] | None = None
    suites: Annotated[tuple[SuiteName, ...], Meta(min_length=1, max_length=4)] = ("intl",)


class Enrolment(Answer, frozen=True, kw_only=True):
    """What makes a terminal a member: its number, its outlet, its certificate and the keys to pin.

    :param suite: of everything that the two sign, hash and seal for each other from now on; never changed.
    """

    terminal: str
    environment: str
    outlet: Outlet
    certificate: str
    authority: str
    signing_keys: list[SigningKey]
    suite: SuiteName = "intl"


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
