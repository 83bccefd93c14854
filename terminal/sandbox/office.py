"""What the sandbox centre answers, route by route: its register, its clock and its rules put together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from terminal.centre.contract import (
    Acknowledgement,
    BlobPiece,
    BlobStanding,
    BlockRequest,
    Body,
    CardStatus,
    CentreStatus,
    Changes,
    Configuration,
    Contact,
    Cryptogram,
    Enrolment,
    EnrolmentRequest,
    EpochGrant,
    EpochRequest,
    ExternalAuthentication,
    LeaseRequest,
    NumberBlock,
    OperationBatch,
    Outlet,
    PersonLease,
    ProblemType,
    Proof,
    SecuredCommand,
    SecuredCommandRequest,
    SignedDocument,
    Snapshot,
    SubsidyStatement,
    VisitOpened,
    VisitRequest,
    VisitToken,
)
from terminal.model import address, masks
from terminal.receipts.keys import suite_signer
from terminal.sandbox import certificates, salvage, staff
from terminal.sandbox.app import Handler, Request
from terminal.sandbox.authority import Authority, named, requested_key
from terminal.sandbox.blobs import BlobRoom
from terminal.sandbox.effect_rules import first_phone
from terminal.sandbox.effects import Effects
from terminal.sandbox.english import ENGLISH
from terminal.sandbox.feed import Feed
from terminal.sandbox.inbox import ForkError, Inbox
from terminal.sandbox.issuing import Issuing
from terminal.sandbox.lives import Lives
from terminal.sandbox.medium import MediaCounter, TakenIn
from terminal.sandbox.money import SHANGHAI, Ledger
from terminal.sandbox.people import Population
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.publishing import Publishing
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal, Visits

ENVIRONMENT = "sandbox"
API = "1"
OUTLET = Outlet(
    code="3799990001",
    name="演示农村商业银行 · 槐荫村服务点",
    bank="演示农村商业银行",
    bank_hotline="400-000-0000",
    region="379999",
)
LOSS_HOTLINE = "12333"
CODE_LIFE = timedelta(days=7)
RENEWAL_WINDOW = timedelta(days=60)

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

B = TypeVar("B", bound=Body)


class Office:
    """:param now: the centre's time, with zone."""

    def __init__(self, authority: Authority, state: State, population: Population, now: Callable[[], datetime]) -> None:
        self._authority = authority
        self._state = state
        self._now = now
        self.draw: Callable[[], int] = partial(secrets.randbelow, certificates.ORDINALS)
        """The lot that numbers of new terminals are drawn by."""
        self._ledger = Ledger(population)
        self._whose = population.by_card_id
        self.publishing = Publishing(authority, state, ENVIRONMENT, now, LOSS_HOTLINE)
        self._visits = Visits(state, population, now, authority.keys["hsm"], authority.suite)
        self.lives = Lives(authority, state, ENVIRONMENT, now)
        self._inbox = Inbox(authority, state, self.lives, ENVIRONMENT, now)
        self._issuing = Issuing(authority, state, ENVIRONMENT, now)
        self._blobs = BlobRoom(authority, state, ENVIRONMENT, now)
        self.effects = Effects(authority, state, population, ENVIRONMENT, now)
        self.feed = Feed(state, ENVIRONMENT, suite_signer(authority.keys["receipt"], None, authority.suite))

    def new_code(self, renews: str | None = None) -> str:
        """A fresh one-time enrolment code, good for a week.

        :param renews: the terminal whose certificate it renews; otherwise it makes a new terminal.
        """
        groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        code = "-".join(groups)
        self._state.add_code(code, self._now() + CODE_LIFE, renews)
        return code

    def admit(self, certificate: x509.Certificate) -> str | None:
        """Number of the terminal that may ask with a certificate; ``None`` for one that is not, or no longer, good.
        People hear of one that we do not remember: we were put back, and its revocation may be forgotten as well.

        :param certificate: TLS has checked its chain and its dates.
        """
        serial, subject = f"{certificate.serial_number:x}", named(certificate)
        number = self._state.terminal_number(serial)
        if number is None and subject is not None:
            with self._state.transaction() as db:
                certificates.meet(db, serial, subject, int(self._now().timestamp()))
        return number

    def handlers(self) -> Mapping[str, Handler]:
        """The handler of each route of the contract, by its name."""
        return {
            "status": self._status,
            "enrol": self._enrol,
            "configuration": self._configuration,
            "operators": self._operators,
            "snapshot": self._snapshot,
            "open_visit": self._open_visit,
            "prove_visit": self._prove_visit,
            "external_authentication": self._external_authentication,
            "secured_command": self._secured_command,
            "card_status": self._card_status,
            "subsidies": self._subsidies,
            "contact": self._contact,
            "operations": self._operations,
            "new_epoch": self._new_epoch,
            "high_water_mark": self._high_water_mark,
            "number_block": self._number_block,
            "lease": self._lease,
            "roster": self._roster,
            "blob": self._blob,
            "blob_piece": self._blob_piece,
            "changes": self._changes,
        }

    def _status(self, _request: Request) -> CentreStatus:
        return CentreStatus(time=self._now(), environment=ENVIRONMENT, api=API)

    def _enrol(self, request: Request) -> Enrolment:
        body = _body(request, EnrolmentRequest)
        if not self._state.code_is_good(body.code, self._now(), body.renews):
            raise RefusedError(ProblemType.CODE_REFUSED)
        if self._authority.suite.name not in body.suites:
            raise RefusedError(ProblemType.SUITE_OTHER, self._authority.suite.name)
        terminal_key = requested_key(body.certificate_request)
        if terminal_key is None:
            raise RefusedError(ProblemType.BAD_REQUEST, "certificate_request")
        number = self._state.spend_code(body.code, self._now(), OUTLET.region, self.draw)
        if number is None:
            raise RefusedError(ProblemType.CODE_REFUSED)
        certificate = self._authority.issue_terminal(terminal_key, number)
        with self._state.transaction() as db:
            certificates.issue(db, f"{certificate.serial_number:x}", number, int(self._now().timestamp()))
        return Enrolment(
            terminal=number,
            environment=ENVIRONMENT,
            outlet=OUTLET,
            certificate=certificate.public_bytes(Encoding.PEM).decode("ascii"),
            authority=self._authority.pem,
            signing_keys=self._authority.published(),
            suite=self._authority.suite.name,
        )

    def _configuration(self, _request: Request) -> Configuration:
        return Configuration(region=OUTLET.region, loss_hotline=LOSS_HOTLINE, as_of=self._now())

    def _operators(self, _request: Request) -> SignedDocument:
        return self.publishing.document(staff.DOCUMENT)

    def _snapshot(self, _request: Request) -> Snapshot:
        return self.publishing.snapshot()

    def _open_visit(self, request: Request) -> VisitOpened:
        return self._visits.open(_terminal(request), _body(request, VisitRequest))

    def _prove_visit(self, request: Request) -> VisitToken:
        return self._visits.prove(_terminal(request), request.path["visit"], _body(request, Proof))

    def _external_authentication(self, request: Request) -> Cryptogram:
        return self._visits.external(_terminal(request), request.token, _body(request, ExternalAuthentication))

    def _secured_command(self, request: Request) -> SecuredCommand:
        return self._visits.secured(_terminal(request), request.token, _body(request, SecuredCommandRequest))

    def _card_status(self, request: Request) -> CardStatus:
        person = self._visits.holder(_terminal(request), request.token, card_id=request.path["card_id"])
        lent = self._issuing.elsewhere(_terminal(request), request.path["card_id"])
        card, as_of = person.card, self._now()
        today = as_of.astimezone(SHANGHAI).date()
        return CardStatus(
            state=card.state,
            since=card.since(today),
            issued_on=card.issued_on,
            expires_on=card.expires_on,
            renew_from=card.expires_on - RENEWAL_WINDOW,
            bank=OUTLET.bank,
            bank_en=ENGLISH[OUTLET.bank],
            account_last4=card.pan[-4:] if card.pan else None,
            account_active=card.account_active,
            loss_expires_on=card.loss_expires_on(today),
            as_of=as_of,
            lent_to=lent[0] if lent else None,
            lent_until=lent[1] if lent else None,
        )

    def _subsidies(self, request: Request) -> SubsidyStatement:
        person = self._visits.holder(_terminal(request), request.token, card_id=request.path["card_id"])
        as_of = self._now()
        year = request.query.get("year")
        return self._ledger.statement(person, as_of, None if year is None else int(year))

    def _contact(self, request: Request) -> Contact:
        person = self._visits.holder(_terminal(request), request.token, card_id=request.path["card_id"])
        found = self.feed.contact(request.path["card_id"])
        place = address.mask(address.Address(found["region"], found["address"])) if "address" in found else None
        phone = found.get("phone") or first_phone(person.index)
        return Contact(phone=masks.phone(phone), address=place, as_of=self._now())

    def _operations(self, request: Request) -> Acknowledgement:
        ack = self._inbox.take(_terminal(request), request.path["terminal"], _body(request, OperationBatch))
        self.effects.run()
        return ack

    def take_medium(self, place: Path, *, disk: bool = False) -> TakenIn:
        """See :class:`terminal.sandbox.medium.MediaCounter`."""
        counter = MediaCounter(self._inbox, self._blobs, self._authority, self._state, ENVIRONMENT)
        try:
            return counter.take_disk(place, self._now()) if disk else counter.take(place, self._now())
        finally:
            self.effects.run()  # also of what stood before a spoiled line

    def salvaged(self) -> dict[str, str]:
        """See :func:`terminal.sandbox.salvage.cases`."""
        with self._state.transaction() as db:
            return salvage.cases(db)

    def accept_salvaged(self, case: str | None, terminal: str) -> int:
        """A person wants a case to take effect, or all of a terminal that only could not be joined to its log. Gives
        how many did.

        :raises LookupError: no such case, or one that cannot.
        """
        with self._state.transaction() as db:
            cases = salvage.unproven(db, terminal) if case is None else [case]
        count = 0
        for one in cases:
            try:
                with self._state.transaction() as db:
                    self._inbox.fill(db, *salvage.accept(db, one), sent=False)
                count += 1
            except (LookupError, ForkError):
                if case is not None:
                    raise LookupError(one) from None
        self.effects.run()
        return count

    def _high_water_mark(self, request: Request) -> Acknowledgement:
        asked = {name: int(value) for name, value in request.query.items()}
        return self._inbox.mark(_terminal(request), request.path["terminal"], **asked)

    def _new_epoch(self, request: Request) -> EpochGrant:
        return self._inbox.new_epoch(_terminal(request), request.path["terminal"], _body(request, EpochRequest))

    def _number_block(self, request: Request) -> NumberBlock:
        return self._issuing.block(_terminal(request), request.path["terminal"], _body(request, BlockRequest))

    def _lease(self, request: Request) -> PersonLease:
        return self._issuing.lease(_terminal(request), request.path["terminal"], _body(request, LeaseRequest))

    def _roster(self, request: Request) -> SignedDocument:
        terminal, drive = _terminal(request), request.path["drive"]
        body = self._issuing.roster(terminal, request.path["terminal"], drive, self._whose)
        return self.publishing.roster(terminal.number, drive, body)

    def _blob(self, request: Request) -> BlobStanding:
        return self._blobs.standing(_terminal(request), request.path["terminal"], request.path["blob"])

    def _blob_piece(self, request: Request) -> BlobStanding:
        terminal, number, blob = _terminal(request), request.path["terminal"], request.path["blob"]
        standing = self._blobs.take(terminal, number, blob, int(request.path["piece"]), _body(request, BlobPiece))
        self.effects.run()
        return standing

    def _changes(self, request: Request) -> Changes:
        self.effects.run()
        terminal, cursor, state = _terminal(request), request.query.get("cursor"), request.query.get("state")
        if state is not None:
            self.feed.compare(terminal, cursor, bytes.fromhex(state), int(self._now().timestamp()))
        return self.feed.since(terminal, cursor)


def _terminal(request: Request) -> Terminal:
    if request.terminal is None:
        raise RefusedError(ProblemType.CERTIFICATE_REQUIRED)
    return request.terminal


def _body(request: Request, kind: type[B]) -> B:
    """The body, which the gate decoded by the same table that names ``kind``."""
    if not isinstance(request.body, kind):
        raise RefusedError(ProblemType.BAD_REQUEST, "body")
    return request.body
