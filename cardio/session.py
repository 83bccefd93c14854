"""One card from insertion to removal: what the rest of the product calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from cardio import atr, files, status
from cardio.answers import AnswerError, FieldUnreadableError
from cardio.apps import access, bank, environment, filereading, maintenance, pin
from cardio.apps.account import AccountNumber, Audit
from cardio.apps.authentication import Authenticator, Proof
from cardio.apps.filereading import FileContent
from cardio.apps.holder import Fields, HolderClosedError
from cardio.errors import CardError, nothing_changed_yet
from cardio.files import EF05, ElementaryFile, Record
from cardio.found import Found, find, unprovable, why
from cardio.keysource import BK, PUK, RK_SSSE, KeyRef, KeySource
from cardio.link import Link
from cardio.profile import PROFILES, SSSE, Profile
from cardio.record import CardRecord, Holder
from cardio.refusals import Refusals
from cardio.selection import Selection
from cardio.wiping import wipe, wiped

_AFTER_PROOF: Final = (files.CARD_CLASS, files.ISSUER, files.ISSUED_ON, files.EXPIRES_ON)


class CardSession:
    """The social security card behind ``link``. Used by one thread, the card's.

    Every method is one flow inside one transaction of the link, and may raise :class:`cardio.errors.CardError` with
    whatever the link raises (CARD_REMOVED above all: the outcome of the command under way is then unknown).

    :param key_sources: who can prove the card, tried in order.
    :param profiles: the generations; a terminal may hand in changed ones.
    :param refusals: memory of refused keys. A terminal hands in the same one for every card, so that a wrong key does
        not use up a card's tries insertion by insertion; otherwise the memory is this session's alone.
    :param admit: asked with the card id, before the card is asked for anything else; what it raises ends the flow.
    :raises CardError: ANSWER_MALFORMED for an ATR that is none.
    """

    def __init__(
        self,
        link: Link,
        key_sources: Sequence[KeySource] = (),
        profiles: Mapping[int, Profile] = PROFILES,
        refusals: Refusals | None = None,
        admit: Callable[[bytes], None] | None = None,
    ) -> None:
        self._link = link
        self._admit = admit  # until it has been asked
        self._sources = tuple(key_sources)
        self._profiles = profiles
        self._history = atr.parse(link.atr).history
        self._selection = Selection(link)
        self._authenticator = Authenticator(self._selection, refusals or Refusals())
        self._in_flow = False
        self._found: Found | None = None  # of this insertion; a link never outlives it
        self._fresh = False  # read in this flow

    @contextmanager
    def flow(self) -> Iterator[None]:
        """Several calls as one flow: one transaction, and the card is not asked twice for the same place.

        Between two flows another program may select something else on a shared card, so each begins without memory.
        """
        if self._in_flow:
            yield
            return
        with self._link.transaction():
            self._selection.forget()
            self._in_flow = True
            self._fresh = self._selection.written = False
            try:
                yield
            finally:
                self._in_flow = False
                self._selection.forget()

    def open(self) -> None:
        """Find out whether this is a social security card, and read nothing.

        :raises CardError: NOT_SOCIAL_SECURITY, APPLICATION_BLOCKED, CARD_BLOCKED.
        """
        with self.flow():
            self._enter()

    def reset(self) -> None:
        """Cut the card's power: PIN and key successes are gone."""
        self._selection.forget()
        self._link.reset()

    def read(self, fields_all: bool = False) -> CardRecord:
        """Read and prove the card with the fewest commands.

        What is blank or absent is ``None``; what cannot be read is ``None`` and has a fault in ``errors``, as has a
        card that nobody here can prove. A card that answers wrongly, or not at all, gives no holder.

        Commands without ``fields_all``, GET RESPONSE not counted: 18 for generation 1, 19 for 2, 22 for 3.

        :param fields_all: the last four digits of the bank account too.
        :raises CardError: as :meth:`open`; UNKNOWN_GENERATION for a version or algorithm of no profile;
            ANSWER_MALFORMED for an FCI that is none.
        """
        with self.flow():
            errors: list[Exception] = []
            fields = Fields(self._selection, errors)
            found = self._identify(fields, errors)
            proof = self._prove(found, found.profile.holder_key, errors)
            # Beyond 01, 03 and 07 it is not known which records of EF05 a generation 3 card shows to strangers.
            proven = proof.opened and proof.authenticated_by is not None
            card_class, issuer, issued_on, expires_on = fields.ask(EF05, _AFTER_PROOF, opened=proven)
            holder, proof = self._holder(fields, found, proof, errors)
            # Last, because selecting the bank's side drops what was proven to SSSE.
            account = self._account(errors) if fields_all and proof.rejected is None else None
            return CardRecord(
                reader=self._link.reader,
                atr=self._link.atr,
                identity=found.identity,
                version=found.version,
                region=found.identity.region or None,
                card_number=found.card_number,
                card_class=fields.value(files.CARD_CLASS, card_class),
                issuer=fields.value(files.ISSUER, issuer),
                issued_on=fields.value(files.ISSUED_ON, issued_on),
                expires_on=fields.value(files.EXPIRES_ON, expires_on),
                holder=holder,
                bank_account_last4=account,
                authenticated=proof.authenticated_by is not None,
                authenticated_by=proof.authenticated_by,
                rejected=proof.rejected,
                errors=tuple(errors),
            )

    @property
    def selection(self) -> Selection:
        """For flows of other modules, within :meth:`flow`."""
        return self._selection

    def identify(self) -> Found:
        """Enter SSSE and read what tells this card from any other: card id, version, algorithm and card number.

        Within one :meth:`flow` the card is asked once, unless something was written to it in between.

        :raises CardError: as :meth:`open`; UNKNOWN_GENERATION; FIELD_UNREADABLE for a card whose id or version cannot
            be read or whose id is blank, and for an ATR without 13 historical bytes.
        """
        with self.flow():
            if self._found is not None and self._fresh and not self._selection.written:
                self._enter()
                return self._found
            errors: list[Exception] = []
            found = self._identify(Fields(self._selection, errors), errors)
            if not found.identity.card_id or len(self._history) != atr.HISTORY_LENGTH:
                raise next((each for each in errors if isinstance(each, CardError)), unprovable(found))
            # A guess at the generation does for reading a holder, and not for writing or for files that changed.
            for error in errors:
                if isinstance(error, FieldUnreadableError) and error.field == files.VERSION.label:
                    raise error
            return found

    def unlock(self, found: Found, key: KeyRef, application: bytes = SSSE) -> str:
        """Prove the card and open ``key``; gives the name of the key source that did both. Part of a :meth:`flow`.

        What was opened stays so until another application is selected, the power goes, or the flow ends.

        :param found: of :meth:`identify`, in the same flow.
        :param application: whose key it is, and where it is wanted; selected when it is another than SSSE.
        :raises CardError: NOT_GENUINE, ANSWER_MALFORMED or STATUS_UNEXPECTED for a card that does not prove itself;
            KEY_REFUSED, KEY_LOCKED; where no source can do it the PSAM's own fault, or NO_KEY_SOURCE with what stood in
            the way as its cause.
        """
        self._enter()
        proof = self._authenticator.prove(found.identity, found.profile, self._sources, key, application=application)
        if proof.opened_by is None:
            raise why(proof)
        return proof.opened_by

    def open_key(self, found: Found, key: KeyRef) -> str:
        """Open one more ``key`` of the selected application, on a card that :meth:`unlock` proved in the same flow.

        :raises CardError: as :meth:`unlock`, for the key.
        """
        return self._authenticator.open(found.identity, self._sources, key)

    def read_file(
        self,
        ef: ElementaryFile,
        *,
        records: Sequence[Record[Any]] | None = None,
        number: int | None = None,
        pin_digits: bytearray | None = None,
        pin_shown: bool = False,
    ) -> FileContent:
        """Read a declared file, its access rule met by the PIN or by a key of the key sources.

        The rule is the declaration's for this card's generation. Where it leaves the choice between PIN and key, the
        PIN is taken if it is given here, or was shown before; else the key. Nothing is proven twice within a
        :meth:`flow`, and several files of one application cost one SELECT of it.

        :param records: only these of a file of records, instead of all.
        :param number: only this record of a cyclic file, from 1, the newest.
        :param pin_digits: as for :meth:`verify_pin`, wiped and emptied when this returns.
        :param pin_shown: the PIN was verified on this card since its power came on.
        :raises CardError: FILE_ABSENT for a file that card or generation does not have; FILE_CLOSED where the rule
            wants a PIN that is not given, or the card does not open it all the same; KEY_UNKNOWN for a key that no list
            names; RECORD_ABSENT; FIELD_UNREADABLE for a transparent file that is none of its kind; and as
            :meth:`verify_pin` and :meth:`unlock`.
        """
        with wiped(bytearray() if pin_digits is None else pin_digits), self.flow():
            found = self._found or self.identify()
            rule = access.rule_of(ef, found.profile.generation)
            by_pin = access.needs_pin(ef, rule, given=pin_digits is not None or pin_shown)
            if pin_digits is not None and by_pin:
                self.verify_pin(pin_digits)
            if rule.key is not None and access.needs_key(rule, by_pin=by_pin):
                self._open_for(ef, found, rule.key)
            if ef.application.name == SSSE:
                self._enter()
            else:
                access.enter(self._selection, ef.application)
            return filereading.read(self._selection, ef, found.profile.generation, records, number)

    def _open_for(self, ef: ElementaryFile, found: Found, key: KeyRef) -> None:
        """Open ``key`` unless that was done in this flow and still holds."""
        opened = self._selection.opened if self._selection.in_application(ef.application.name) else set()
        if opened and key.name not in opened:
            # Something was opened here, so the card was proven in this flow.
            self.open_key(found, key)
        elif not opened:
            self.unlock(found, key, ef.application.name)
        self._selection.opened.add(key.name)

    def bank_account(self, audit: Audit) -> AccountNumber | None:
        """The number of the bank account on the same chip, closed: :meth:`AccountNumber.reveal` opens it, and ``audit``
        writes down who did and why. ``None`` where there is none. Whoever gets it wipes it.

        :raises CardError: FIELD_UNREADABLE, ANSWER_MALFORMED, APPLICATION_BLOCKED, STATUS_UNEXPECTED.
        """
        with self.flow():
            if self._admit is not None:
                self.identify()
            return bank.account(self._selection, audit)

    def vouch(self, source: KeySource) -> None:
        """Prove the card to one more key source. :raises CardError: as :meth:`unlock`, for the proof."""
        with self.flow():
            found = self._found or self.identify()
            self._enter()
            proof = self._authenticator.prove(found.identity, found.profile, [source], None)
            if proof.rejected is not None or proof.authenticated_by is None:
                raise why(proof)

    def verify_pin(self, pin_digits: bytearray) -> int:
        """Show the holder's PIN to the card. Gives its status word.

        :param pin_digits: 4 to 12 digits, one a byte, as values 0 to 9 and not as characters. Wiped and emptied when
            this returns, whatever happened.
        :raises CardError: PIN_FORMAT before any byte goes out; PIN_WRONG with ``tries_left``; PIN_LOCKED; PIN_UNSET.
        """
        packed = bytearray()
        try:
            packed = pin.block(pin_digits)
            with self.flow():
                self._enter()
                return pin.verify(self._selection, packed)
        finally:
            wipe(packed)
            wipe(pin_digits)

    def change_pin(self, old: bytearray, new: bytearray) -> int:
        """Put a new PIN in place of the old one, in the chip. Gives the card's status word.

        :param old: as for :meth:`verify_pin`; both are wiped and emptied when this returns, whatever happened.
        :raises CardError: PIN_FORMAT before any byte goes out; PIN_WRONG, PIN_LOCKED, PIN_UNSET for the old one.
            :func:`cardio.apps.pin.kept_old` tells which faults left the card as it was; after any other one it is open
            which PIN the card has, and showing it the new one settles that.
        """
        packed: list[bytearray] = []
        try:
            with nothing_changed_yet():
                packed.append(pin.block(old))
                packed.append(pin.block(new))
            with self.flow():
                with nothing_changed_yet():
                    self._enter()
                return pin.change(self._selection, *packed)
        finally:
            for secret in (*packed, old, new):
                wipe(secret)

    def unblock_pin(self) -> int:
        """Give the PIN all its tries back; it stays what it is. Gives the card's status word.
        The key source opens PUK and makes the command with STK; the same one does both.

        :raises CardError: as :meth:`unlock`, KEY_ANSWER, STATUS_UNEXPECTED. :func:`cardio.apps.pin.outcome` tells what
            a fault means for the card.
        """
        return self._maintained(PUK, maintenance.UNBLOCK)

    def reload_pin(self, new: bytearray) -> int:
        """Put a new PIN into the chip without the old one, with all its tries. Gives the card's status word.

        :param new: as for :meth:`verify_pin`; wiped and emptied when this returns, whatever happened.
        :raises CardError: as :meth:`unblock_pin`; PIN_FORMAT before any byte goes out.
        """
        packed = bytearray()
        with wiped(new):
            with nothing_changed_yet():
                packed = pin.block(new)
            with wiped(packed), self.flow():
                with nothing_changed_yet():
                    found = self.identify()
                return self._maintained(PUK, maintenance.reload_header(found.identity.algorithm), packed)

    def block_application(self, application: bytes, lock: KeyRef) -> None:
        """Block an application for good; ``lock`` is its own lock key. :raises CardError: as :meth:`unblock_pin`."""
        self._maintained(lock, maintenance.BLOCK_APPLICATION, application=application)

    def block_card(self) -> None:
        """Block the whole card for good. :raises CardError: as :meth:`unblock_pin`."""
        self._maintained(BK, maintenance.BLOCK_CARD)

    def _maintained(
        self, key: KeyRef, header: bytes, packed: bytearray | None = None, application: bytes = SSSE
    ) -> int:
        with self.flow():
            with nothing_changed_yet():
                source = self._source(self.unlock(found := self.identify(), key, application))
            return maintenance.send(self._selection, source, found.identity, header, packed)

    def _source(self, name: str) -> KeySource:
        return next(source for source in self._sources if source.name == name)

    def pin_tries(self) -> int | None:
        """Tries left by :meth:`pin_word`: 0 when locked; ``None`` when no PIN is set or the card does not say."""
        return status.tries_left(self.pin_word())

    def pin_word(self) -> int:
        """The status word by which the card says how many tries are left; uses none."""
        with self.flow():
            self._enter()
            return pin.tries_word(self._selection)

    def _enter(self) -> None:
        """Make SSSE the selected application: the PIN of another one must never be tried."""
        if self._admit is not None:
            self.identify()
        if not self._selection.in_application(SSSE):
            environment.enter(self._selection)

    def _identify(self, fields: Fields, errors: list[Exception]) -> Found:
        found, certain = find(self._selection, fields, errors, self._history, self._profiles)
        if self._admit is not None and found.identity.card_id:
            self._admit(found.identity.card_id)
            self._admit = None
        if certain:
            self._found, self._fresh = found, True
        return found

    def _prove(self, found: Found, key: KeyRef | None, errors: list[Exception]) -> Proof:
        """Prove the card, unless it lacks what its keys are derived from."""
        if found.identity.card_id and len(self._history) == atr.HISTORY_LENGTH:
            proof = self._authenticator.prove(found.identity, found.profile, self._sources, key)
            errors += proof.errors
            return proof
        lacking = unprovable(found)
        if not any(isinstance(error, FieldUnreadableError) and error.field == lacking.field for error in errors):
            errors.append(lacking)
        return Proof(opened=key is None)

    def _holder(
        self, fields: Fields, found: Found, proof: Proof, errors: list[Exception]
    ) -> tuple[Holder | None, Proof]:
        """EF06, if it is open. A card may keep it closed although its generation does not: then the card decides, and
        the key of generation 3 is tried where somebody can prove the card."""
        if not proof.opened:
            return None, proof
        try:
            return fields.holder(found.profile.generation), proof
        except HolderClosedError as closed:
            if found.profile.holder_key is not None or proof.authenticated_by is None:
                errors.append(closed.fault)
                return None, proof
        proof = self._prove(found, RK_SSSE, errors)
        try:
            return (fields.holder(found.profile.generation) if proof.opened else None), proof
        except HolderClosedError as closed:
            errors.append(closed.fault)
            return None, proof

    def _account(self, errors: list[Exception]) -> str | None:
        """The bank's side comes last: selecting it drops what was proven to SSSE."""
        try:
            return bank.account_last4(self._selection)
        except AnswerError as error:
            errors.append(error)
            return None
