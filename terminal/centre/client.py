"""The central API as the terminal sees it: one method for each route of the contract.

An answer is believed in this order: the connection (only the pinned authority is trusted), the centre's signature over
answer and question together, the centre's clock, the content type, the contract. Nothing is decoded before the
signature holds, and no text of an answer is ever read for its meaning.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from offline_cache.suite import INTL, Suite
from offline_cache.suite import suite as suite_of
from terminal.centre import causes, contract, packing, signing
from terminal.centre.contract import Answer, Body, Problem, ProblemType
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.identity import Identity, answer_keys
from terminal.centre.routes import IDEMPOTENCY_KEY, PRIORITY, REQUEST_ID, ROUTES, URGENT, VISIT_TOKEN, Route
from terminal.centre.transport import Call, ClosingSocket, exchange
from terminal.model.decoding import decoded

MAX_SKEW = 300
"""Seconds by which our clock and the centre's may differ."""

PIECE_SECONDS = 90.0
"""Deadline of a request with a piece of a photo: 350 KB at 64 kbit/s take half of it."""

_LIMIT = 4 * 1024 * 1024
_ADDRESS = re.compile(r"https://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?/?")
_MOST_RETRY_AFTER = 3600.0
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_ROUTES = {route.name: route for route in ROUTES}
_TYPES = {kind.value: kind for kind in ProblemType}

T = TypeVar("T", bound=Answer)


def _now() -> datetime:
    return datetime.now(UTC)


class CentreClient:
    """Speaks for one terminal. May be used by several threads; every call blocks, at most ``deadline`` seconds.

    :param url: ``https://host[:port]`` of the centre, and nothing more: whatever else is refused before a byte is sent.
    :param identity: what enrolment gave; ``None`` before it, when only ``status`` and ``enrol`` make sense.
    :param authority: PEM of the authority to trust before enrolment; afterwards the identity's own is used.
    :param now: the time, with zone; injected by tests.
    :raises CentreError: from every method: a fault of :class:`CentreFault`.
    """

    def __init__(
        self,
        url: str,
        identity: Identity | None = None,
        *,
        authority: str | None = None,
        now: Callable[[], datetime] = _now,
        deadline: float = 15.0,
        limit: int = _LIMIT,
    ) -> None:
        self._base = _address(url)
        self._now = now
        self._deadline = deadline
        self._limit = limit
        self._identity = identity
        self._keys = identity.keys() if identity else None
        self.suite = identity.suite if identity else INTL
        self._context = _context(identity, authority)
        self.hsm_key = next(iter(identity.pinned("hsm").values()), None) if identity else None
        """What new PINs are sealed to, a key of :attr:`suite`; ``None`` where the centre gave none."""

    @property
    def now(self) -> datetime:
        """The terminal's time, as this client judges the centre's by."""
        return self._now()

    def status(self) -> contract.CentreStatus:
        """Is the centre there, and what time is it there?"""
        return self._call(contract.CentreStatus, "status")

    def enrol(self, body: contract.EnrolmentRequest) -> contract.Enrolment:
        """Spend a one-time code. See :func:`terminal.centre.enrolment.enrol`, which also keeps what comes back."""
        return self._call(contract.Enrolment, "enrol", body=body)

    def configuration(self) -> contract.Configuration:
        """Rules of the outlet's city."""
        return self._call(contract.Configuration, "configuration")

    def operators(self) -> contract.SignedDocument:
        """Who works at this outlet. Its own signature is not yet checked: :mod:`terminal.centre.documents`."""
        return self._call(contract.SignedDocument, "operators")

    def snapshot(self) -> contract.Snapshot:
        """Every reference document of one moment. Not yet checked: :mod:`terminal.centre.snapshots`."""
        return self._call(contract.Snapshot, "snapshot")

    def open_visit(self, body: contract.VisitRequest) -> contract.VisitOpened:
        """A nonce to prove this card with."""
        return self._call(contract.VisitOpened, "open_visit", body=body)

    def prove_visit(self, visit: str, body: contract.Proof) -> contract.VisitToken:
        """Hand in the card's answer; a right one gives the token of the visit."""
        return self._call(contract.VisitToken, "prove_visit", body=body, path={"visit": visit})

    def external_authentication(self, token: str, body: contract.ExternalAuthentication) -> contract.Cryptogram:
        """The cryptogram that opens one key of the proven card."""
        return self._call(contract.Cryptogram, "external_authentication", body=body, token=token)

    def secured_command(self, token: str, body: contract.SecuredCommandRequest) -> contract.SecuredCommand:
        """The command that unblocks or replaces the PIN of the proven card."""
        return self._call(contract.SecuredCommand, "secured_command", body=body, token=token)

    def card_status(self, token: str, card_id: str) -> contract.CardStatus:
        """State of the proven card (A4). ``card_id`` is 32 hex digits."""
        return self._call(contract.CardStatus, "card_status", token=token, path={"card_id": card_id})

    def subsidies(self, token: str, card_id: str, year: int | None = None) -> contract.SubsidyStatement:
        """What was paid to the holder of the proven card, in one year or in all that the centre keeps."""
        query = {} if year is None else {"year": str(year)}
        return self._call(contract.SubsidyStatement, "subsidies", token=token, path={"card_id": card_id}, query=query)

    def contact(self, token: str, card_id: str) -> contract.Contact:
        """Contact data of the proven card's holder, masked."""
        return self._call(contract.Contact, "contact", token=token, path={"card_id": card_id})

    def send_operations(
        self, terminal: str, body: contract.OperationBatch, *, urgent: bool = False
    ) -> contract.Acknowledgement:
        """Hand in the next run of the log. The acknowledgement is not yet checked: :mod:`terminal.centre.chain`.

        :param urgent: a reversal waits in the log: the centre is asked to make way (RFC 9218).
        """
        path = {"terminal": terminal}
        return self._call(contract.Acknowledgement, "operations", body=body, path=path, urgent=urgent)

    def new_epoch(self, terminal: str, body: contract.EpochRequest) -> contract.EpochGrant:
        """Ask for a new life of the log. Not yet checked either."""
        return self._call(contract.EpochGrant, "new_epoch", body=body, path={"terminal": terminal})

    def high_water_mark(
        self, terminal: str, epoch: int, most: int | None = None, *, urgent: bool = False
    ) -> contract.Acknowledgement:
        """How much of this life of the log the centre has, up to operation ``most``. Not yet checked either."""
        query = {"epoch": str(epoch)} if most is None else {"epoch": str(epoch), "most": str(most)}
        path = {"terminal": terminal}
        return self._call(contract.Acknowledgement, "high_water_mark", path=path, query=query, urgent=urgent)

    def blob(self, terminal: str, blob: str) -> contract.BlobStanding:
        """Which pieces of a blob the centre has. Not yet checked either."""
        return self._call(contract.BlobStanding, "blob", path={"terminal": terminal, "blob": blob})

    def send_piece(self, terminal: str, blob: str, piece: int, body: contract.BlobPiece) -> contract.BlobStanding:
        """Hand in one piece of a blob. Not yet checked either."""
        path = {"terminal": terminal, "blob": blob, "piece": str(piece)}
        return self._call(contract.BlobStanding, "blob_piece", body=body, path=path, least=PIECE_SECONDS)

    def number_block(self, terminal: str, body: contract.BlockRequest) -> contract.NumberBlock:
        """Numbers to be used off-line. Not yet checked: :mod:`terminal.sync.reserving`."""
        return self._call(contract.NumberBlock, "number_block", body=body, path={"terminal": terminal})

    def lease(self, terminal: str, body: contract.LeaseRequest) -> contract.PersonLease:
        """A person for a drive. Not yet checked either."""
        return self._call(contract.PersonLease, "lease", body=body, path={"terminal": terminal})

    def roster(self, terminal: str, drive: str) -> contract.SignedDocument:
        """Whose the lent cards are. Not yet checked: :mod:`terminal.drives.roster`."""
        return self._call(contract.SignedDocument, "roster", path={"terminal": terminal, "drive": drive})

    def changes(self, cursor: str | None, state: str | None = None) -> contract.Changes:
        """Outcomes since ``cursor``; ``None`` asks from the beginning.

        :param state: what is known here by that cursor, see :mod:`offline_cache.told`; the centre compares it.
        """
        asked = {"cursor": cursor, "state": state}
        query = {name: value for name, value in asked.items() if value is not None}
        return self._call(contract.Changes, "changes", query=query)

    def _call(
        self,
        answer: type[T],
        name: str,
        *,
        body: Body | None = None,
        token: str | None = None,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        least: float = 0.0,
        urgent: bool = False,
    ) -> T:
        if self._identity is not None:
            self._identity.require_in_force(self._now())
        route = _ROUTES[name]
        target = _target(route, path or {}, query or {})
        request_id = INTL.random(16).hex()
        headers = {"Accept": f"{_JSON}, {_PROBLEM}", "User-Agent": "ssc-terminal", REQUEST_ID: request_id}
        content = None
        if body is not None:
            content, coding = packing.packed(msgspec.json.encode(body))
            headers |= {"Content-Type": _JSON, **coding}
        if route.method == "POST":
            headers[IDEMPOTENCY_KEY] = idempotency_key(body) or request_id
        if token is not None:
            headers[VISIT_TOKEN] = token
        if urgent:
            headers[PRIORITY] = URGENT
        call = Call(route.method, self._base + target, headers, content)
        reply = exchange(call, self._context, deadline=max(self._deadline, least), limit=self._limit)
        question = signing.Question(route.method, urlsplit(call.url).path + _query_part(target), request_id)
        return self._believe(answer, question, reply)

    def _believe(self, answer: type[T], question: signing.Question, reply: signing.Reply) -> T:
        if self._keys is not None:
            self._check_signature(self._keys, self.suite, question, reply)
        encoded, reply = reply, self._unpacked(reply)
        kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
        if not 200 <= reply.status <= 299:
            raise _problem(kind, reply)
        if kind != _JSON:
            # Only before enrolment: with pinned keys an unsigned page was refused above.
            raise causes.answer_invalid("content type") if self._keys else causes.not_the_centre("content type")
        try:
            believed = decoded(reply.body, answer)
        except msgspec.MsgspecError:
            # The text of that error may quote the answer, so only the kind of answer is told.
            raise causes.answer_invalid(f"not a {answer.__name__}") from None
        if self._keys is None and isinstance(believed, contract.Enrolment):
            # The keys to pin are authentic by the connection; this shows that the centre holds them and can use them.
            using = suite_of(believed.suite)
            self._check_signature(answer_keys(believed.signing_keys, using), using, question, encoded)
        return believed

    def _unpacked(self, reply: signing.Reply) -> signing.Reply:
        try:
            return signing.Reply(reply.status, reply.headers, packing.unpacked(reply.headers, reply.body, self._limit))
        except packing.PackedBadlyError as error:
            # Before enrolment anybody may have answered; with pinned keys it is the centre's own mistake.
            raise causes.answer_invalid(str(error)) from None

    def _check_signature(
        self, keys: Mapping[str, bytes], using: Suite, question: signing.Question, reply: signing.Reply
    ) -> None:
        try:
            created = signing.verify(keys, question, reply, using)
        except signing.SignatureMissingError:
            # A gateway of the centre may say "not now" without the key; it may not say anything else.
            kind = causes.of_status(reply.status)
            if kind in (ProblemType.BUSY, ProblemType.INTERNAL):
                raise causes.problem(kind, f"unsigned {reply.status}", retry_after=_retry_after(reply)) from None
            raise causes.not_the_centre(f"unsigned {reply.status}", reply.status) from None
        except signing.SignatureInvalidError as error:
            raise causes.signature_wrong(str(error)) from None
        skew = created - self._now().timestamp()
        if abs(skew) > MAX_SKEW:
            raise causes.clock_wrong(f"the centre is {skew:+.0f} s from this machine")


def idempotency_key(body: Body | None) -> str:
    """The key of operations: their life, place and chain, and which go with their body. So it is the same however often
    they are sent, also by another process; the head of the journal and the signature change meanwhile. Empty for any
    other body, of which each call is a question of its own.
    """
    if not isinstance(body, contract.OperationBatch):
        return ""
    whole = [operation.sealed is not None for operation in body.operations]
    return INTL.digest(msgspec.json.encode([body.epoch, body.from_seq, body.head, whole]))[:16].hex()


def _address(url: str) -> str:
    """The address of a centre, without its last slash. Checked for a stored one as well as for one just typed."""
    found = _ADDRESS.fullmatch(url)
    if found is None or not 0 < int(found[1] or 443) < 65536:
        # Not quoted: a user part may hold a password.
        raise CentreError(CentreFault.ADDRESS_INVALID)
    return url.rstrip("/")


def _target(route: Route, path: Mapping[str, str], query: Mapping[str, str]) -> str:
    filled = route.path.format(**{name: quote(value, safe="") for name, value in path.items()})
    return f"{filled}?{urlencode(query)}" if query else filled


def _query_part(target: str) -> str:
    query = urlsplit(target).query
    return f"?{query}" if query else ""


def _problem(kind: str, reply: signing.Reply) -> CentreError:
    """The fault that an answer outside 2xx stands for: by its problem type, or else by its status."""
    by_status = causes.of_status(reply.status)
    document = None
    if kind == _PROBLEM:
        try:
            document = decoded(reply.body, Problem)
        except msgspec.MsgspecError:
            return causes.answer_invalid("not a Problem")
        by_status = _TYPES.get(document.type, causes.of_refusal(reply.status))
    if by_status is None:
        return causes.not_the_centre(f"status {reply.status}")
    return causes.problem(by_status, f"status {reply.status}", retry_after=_retry_after(reply), document=document)


def _retry_after(reply: signing.Reply) -> float | None:
    """Seconds of ``Retry-After``; the form with a date is not used by the contract and counts as none."""
    text = reply.headers.get("retry-after", "")
    return min(float(text), _MOST_RETRY_AFTER) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _context(identity: Identity | None, authority: str | None) -> ssl.SSLContext:
    """Trusts the pinned authority and nothing else; never the system's list."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = ClosingSocket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        context.load_verify_locations(cadata=(identity.authority if identity else authority) or "")
    except (ssl.SSLError, ValueError) as error:
        raise CentreError(CentreFault.AUTHORITY_UNREADABLE, type(error).__name__) from None
    if identity:
        try:
            context.load_cert_chain(identity.certificate_file, identity.key_file, identity.password)
        except (ssl.SSLError, OSError) as error:
            raise causes.identity_unreadable(f"certificate or key: {type(error).__name__}") from None
    return context
