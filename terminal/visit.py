"""One holder, from the card's insertion to its removal: the card, the PIN buffer and the centre's token together.

Everything personal hangs on this object, so that dropping it drops all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from cardio import reader_causes
from cardio.errors import CardError
from cardio.keysource import KeySource
from cardio.link import Link
from cardio.record import CardRecord
from cardio.refusals import Refusals
from cardio.session import CardSession
from cardio.wiping import wiped
from cardio.worker import CardWorker
from terminal import faults
from terminal.centre import causes
from terminal.centre.contract import CardStatus, Contact, ProblemType, SubsidyStatement, VisitToken
from terminal.centre.errors import CentreError
from terminal.fault_table.entry import CLOSED
from terminal.people.secret import wipe
from terminal.pin import PinBuffer
from terminal.reference import NOTHING, Reference
from terminal.rules import require_pin, require_tries
from terminal.views import FaultView

if TYPE_CHECKING:
    from terminal.centre.client import CentreClient
    from terminal.centre.hsm import HsmKeySource
    from terminal.counter import CounterPort

T = TypeVar("T")


class Visit:
    """Implements :class:`terminal.procedure.VisitPort`. Methods that ask card or centre block and may be called from
    any one thread at a time; they raise ``CardError``, ``CentreError`` and ``TerminalError``.

    :param worker: the thread of the reader that holds the card.
    :param insertion: of this card; another card in the reader is CARD_CHANGED.
    :param centre: gives the centre's client, or ``None`` where this machine has not joined one; may be slow, and is
        asked on the card's thread.
    :param spare: key sources for when there is no centre: toy keys, in the sandbox.
    :param spare_too: whether ``spare`` may also prove the card while a centre that was joined does not answer.
    :param deadline: seconds that one flow with the card may take.
    :param psam: the terminal's own key source, asked first.
    :param reference: what the centre's reference data says, asked once, before the card is: may block. A card on the
        watch-list is asked for nothing but who it is.
    :param counter: makes this visit's side of the counter when a service first needs it.
    :param refusals: what cards have said to wrong keys; one for all visits, so that a wrong key at the centre does not
        use up a card's tries insertion by insertion.
    """

    def __init__(
        self,
        worker: CardWorker,
        insertion: int,
        centre: Callable[[], CentreClient | None],
        *,
        spare: Sequence[KeySource] = (),
        spare_too: bool = False,
        deadline: float,
        counter: Callable[[], CounterPort],
        reference: Callable[[], Reference],
        refusals: Refusals | None = None,
        psam: KeySource | None = None,
    ) -> None:
        self._new_counter = counter
        self._made_counter: CounterPort | None = None
        self._ask_reference = reference
        self._said: Reference | None = None
        self._worker, self._insertion = worker, insertion
        self._centre = centre
        self._spare, self._spare_too = spare, spare_too
        self._client: CentreClient | None = None
        self._hsm: HsmKeySource | None = None
        self._deadline = deadline
        self._refusals = refusals or Refusals()
        self._psam = psam
        self._session: tuple[Link, CardSession] | None = None
        self._dropped = False
        self.pin = PinBuffer()
        self.pin_verified = False
        self.record: CardRecord | None = None
        self.refused = NOTHING

    def __repr__(self) -> str:
        return f"<Visit{' dropped' if self._dropped else ''}>"

    @property
    def counter(self) -> CounterPort:
        """Who serves, and what is left behind."""
        self._made_counter = self._made_counter or self._new_counter()
        return self._made_counter

    @property
    def reference(self) -> Reference:
        """What the centre's reference data said when this visit began. Blocks the first time."""
        self._said = self._said or self._ask_reference()
        return self._said

    # --- the card

    def _on_card(self, flow: Callable[[CardSession], T]) -> T:
        said = self.reference

        def run(link: Link) -> T:
            return flow(self._session_of(link, said))

        return self._worker.submit(run, self._deadline, insertion=self._insertion).result()

    def _session_of(self, link: Link, said: Reference) -> CardSession:
        """The session of this visit's card, a new one where the reader had to open a new link to it."""
        if self._dropped:
            raise reader_causes.card_changed(link.reader)
        if self._session is None or self._session[0] is not link:

            def admit(card_id: bytes) -> None:
                self.refused = said.of(card_id)
                self.refused.require_served()

            self._session = (link, CardSession(link, self._sources(), refusals=self._refusals, admit=admit))
        return self._session[1]

    def meet(self) -> None:
        """Find out whose card it is, before anybody is asked for anything. The other methods do so by themselves.

        :raises TerminalError: ``CARD_WATCHED``.
        """
        self._on_card(lambda session: session.open())

    def _sources(self) -> list[KeySource]:
        """Who may prove the card, in order."""
        first = [self._psam] if self._psam is not None else []
        self._client = self._client or self._centre()
        if self._client is None:
            return [*first, *self._spare]
        from terminal.centre.hsm import HsmKeySource  # noqa: PLC0415 - slow, and only of use with a centre

        self._hsm = self._hsm or HsmKeySource(self._client)
        return [*first, self._hsm, *(self._spare if self._spare_too else ())]

    def read(self, *, fields_all: bool = False) -> CardRecord:
        """Read the card and prove it, to the centre too where there is one. A later call reads afresh."""
        record = self._on_card(lambda session: self._vouched(session, session.read(fields_all)))
        if not self._dropped:
            self.record = record
        return record

    def _vouched(self, session: CardSession, record: CardRecord) -> CardRecord:
        """A card that the PSAM proved is proven to the centre as well, or else it would answer nothing about it. Where
        the two do not agree the card is closed: one of them was deceived."""
        if self._hsm is None or self._psam is None or record.authenticated_by != self._psam.name:
            return record
        try:
            session.vouch(self._hsm)
        except CardError as error:
            if faults.is_one_of(error, faults.UNASKED):
                cause = error.__cause__
                return replace(record, errors=(*record.errors, cause if isinstance(cause, Exception) else error))
            if error.sw is None and not faults.is_one_of(error, faults.DISPROVED):
                raise
            return replace(
                record,
                holder=None,
                bank_account_last4=None,
                authenticated=False,
                authenticated_by=None,
                rejected=error,
                errors=(*record.errors, error),
            )
        return record

    def pin_tries(self) -> int | None:
        """Tries left, from the card.

        :raises TerminalError: ``PIN_LOCKED_ALREADY`` when none is left, so that nobody is asked in vain.
        """
        return require_tries(self._on_card(lambda session: session.pin_tries()))

    def pin_word(self) -> int:
        """The card's status word that tells how many tries are left."""
        return self._on_card(lambda session: session.pin_word())

    def verify_pin(self) -> int:
        """Hand the collected digits to the card; they are wiped, whatever comes of it. Gives its status word."""
        return self.show_pin(self.pin.take())

    def show_pin(self, digits: bytearray) -> int:
        """Hand digits to the card; they are wiped, whatever comes of it. Gives its status word."""
        try:
            word = self._on_card(lambda session: session.verify_pin(digits))
        finally:
            wipe(digits)
        self.pin_verified = True
        return word

    def change_pin(self, old: bytearray, new: bytearray) -> int:
        """Put a new PIN into the chip; both are wiped, whatever comes of it. Gives the card's status word."""
        try:
            return self._on_card(lambda session: session.change_pin(old, new))
        finally:
            wipe(old)
            wipe(new)

    def maintain_pin(self, operation: bytes, new: bytearray | None) -> int:
        """Give the PIN its tries back, or put a new one in without the old.

        :param operation: what the keys are used for; durable before this is called.
        :param new: ``None`` to unblock; wiped, whatever comes of it.
        :returns: the card's status word.
        """

        def run(session: CardSession) -> int:
            with self._hsm.operation(operation) if self._hsm is not None else nullcontext():
                return session.unblock_pin() if new is None else session.reload_pin(new)

        with wiped(*(() if new is None else (new,))):
            return self._on_card(run)

    def held(self, places: str, sizes: tuple[int, ...]) -> bytes | None:
        """What the card holds in places of the reader interface; ``None`` where it does not show it."""
        from cardio.interface33.filework import held  # noqa: PLC0415 - seldom wanted

        def look(session: CardSession) -> bytes | None:
            with session.flow():
                return held(session, session.identify(), places, sizes)

        return self._on_card(look)

    # --- the centre

    @property
    def proven(self) -> bool:
        """Whether the centre proved this card; without that it answers nothing about its holder."""
        return self._token() is not None

    def _token(self) -> VisitToken | None:
        if self._hsm is None or self.record is None or self._dropped:
            return None
        return self._hsm.token_for(self.record.identity.card_id)

    def _asking(self) -> tuple[CentreClient, str, str]:
        """Client, token and card id for one question; the token's end is the visit's."""
        token = self._token()
        if self._client is None or self.record is None or token is None:
            raise causes.problem(ProblemType.VISIT_EXPIRED)
        return self._client, token.token, self.record.identity.card_id.hex().upper()

    def card_status(self) -> CardStatus:
        """A4, from the centre."""
        client, token, card_id = self._asking()
        return client.card_status(token, card_id)

    def contact(self) -> Contact:
        """A17: what is on file to reach the holder, masked by the centre."""
        client, token, card_id = self._asking()
        return client.contact(token, card_id)

    def subsidies(self) -> SubsidyStatement:
        """All payments the centre knows of; for the holder's eyes, so only after the PIN.

        :raises TerminalError: ``PIN_NEEDED``.
        """
        require_pin(self.pin_verified)
        client, token, card_id = self._asking()
        return client.subsidies(token, card_id)

    def drop(self) -> None:
        """Forget everything of this holder. Safe to call twice, and while a flow is under way on another thread."""
        self._dropped = True
        self.pin.wipe()
        self.pin_verified = False
        self.record = None
        self._session = None
        if self._made_counter is not None:
            self._made_counter.second.wipe()
        if self._hsm is not None:
            self._hsm.forget()


def why_unproven(record: CardRecord) -> BaseException | None:
    """The one reason to show for a card that was not proven: what the centre said or stood in its way, else the
    card's own fault."""
    reasons = [error for error in record.errors if faults.is_one_of(error, faults.UNPROVEN)]
    behind = [error for error in record.errors if isinstance(error, CentreError)]
    return next(iter([*behind, *reasons]), None)


def unproven_view(record: CardRecord) -> FaultView | None:
    """What the holder page says of a card that was not proven.

    Where the centre cannot be asked and the card keeps its holder to itself, the missing name is what a teller sees, so
    that is explained; what stands in the centre's way is the remedy.
    """
    cause = why_unproven(record)
    unasked = next((error for error in record.errors if faults.is_one_of(error, faults.UNASKED)), None)
    if cause is None:
        return None
    if unasked is None or record.holder is not None or not faults.is_one_of(cause, faults.CENTRE_AWAY):
        return faults.explain(cause)
    return faults.because(unasked, CLOSED, cause)
