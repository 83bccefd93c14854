"""The centre's counter for media and for disks: what a terminal exported, or what is left of its store, is taken in as
if it had been sent; what is rightly signed, or read of a disk, and cannot be joined to the log goes to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from offline_cache.chain import Origin
from offline_cache.errors import StoreError
from offline_cache.escrow import open_recovery
from offline_cache.salvage import Salvage
from offline_cache.sealing import suite_other
from terminal.centre.contract import OperationBatch, ProblemType
from terminal.medium import Entry, MediumPiece, SalvagedRun, invalid, read_medium
from terminal.sandbox.authority import Authority, named
from terminal.sandbox.blobs import BlobRoom
from terminal.sandbox.certificates import UNKNOWN, attributed, is_known
from terminal.sandbox.disks import by_owner, entries_of, found_on, read_all
from terminal.sandbox.inbox import ForkError, Inbox
from terminal.sandbox.lives import why_not
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.salvage import DOUBTFUL, OTHER_HISTORY, UNPROVEN, Fate, fates_once_in, to_people
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal

_NO_TERMINALS = "certificate: no terminal's of this centre"
_FOR_PEOPLE = (Fate.CASE, Fate.WAITING)


@dataclass
class TakenIn:
    """What became of the operations that stand there.

    :param hwm: up to which sequence number the terminal's log is here, in the life that is open.
    :param fates: of each operation, by its identity and hash.
    :param read: what could be read, by the name of the file on the disk: of the store, and of each copy beside it.
    """

    hwm: int = 0
    fates: dict[tuple[str, str], Fate] = field(default_factory=dict)
    read: dict[str, Salvage] = field(default_factory=dict)

    def note(self, batch: OperationBatch, fates: list[Fate]) -> None:
        """What is doubtful stands there twice, first without its body: that it is for people is what counts."""
        for one, fate in zip(batch.operations, fates, strict=True):
            name = (one.op_id, one.sealed_hash)
            if name not in self.fates or (fate in _FOR_PEOPLE and self.fates[name] is not Fate.CASE):
                self.fates[name] = fate

    def count(self, fate: Fate) -> int:
        return sum(one is fate for one in self.fates.values())

    def counts(self) -> dict[str, int]:
        """By name."""
        return {"hwm": self.hwm, **{fate.value: self.count(fate) for fate in Fate}}


@dataclass(frozen=True)
class Owner:
    """Whose it is. :param why: nothing of it takes effect by itself; ``None`` where it does."""

    terminal: Terminal
    issued: datetime
    why: str | None

    @property
    def number(self) -> str:
        return self.terminal.number


@dataclass(frozen=True)
class MediaCounter:
    """The parts of the centre that take something in."""

    inbox: Inbox
    blobs: BlobRoom
    authority: Authority
    state: State
    environment: str

    def take(self, file: Path, now: datetime) -> TakenIn:
        """Take in what stands in ``file``.

        :raises offline_cache.errors.StoreError: ``EXPORT_INVALID`` for anything but the untouched export of a terminal
            of this centre's authority; batches before the spoiled one are in. What is rightly signed and has no place
            in the log is no reason: it goes to people.
        """
        header, entries = read_medium(file)
        if header.environment != self.environment:
            raise invalid("environment")
        owner = self._owner(header.certificate, now)
        if owner.number != header.terminal:
            raise invalid("certificate: another terminal's")
        taken = TakenIn()
        for entry in entries:
            if not isinstance(entry, MediumPiece):
                self._signed(owner, entry)
            self._take(taken, owner, entry, now)
        taken.hwm = self.inbox.hwm(owner.number)
        return taken

    def take_disk(self, folder: Path, now: datetime) -> TakenIn:
        """Take in what can be read of a dead machine's data folder, of its store and of every copy that lies beside
        it; the data keys come from its recovery file.

        Nobody signs: that the disk is the terminal's own is the word of whoever hands it in, and that nothing was put
        into its log the chain shows, as far as it holds on to the head that is here.

        A machine that was enrolled anew has copies of the terminal that it was before: each is taken in under the
        number of its own.

        :raises offline_cache.errors.StoreError: ``EXPORT_INVALID``: no store and no copy of one, or no certificate of a
            terminal of this centre's authority; ``SEALED_UNREADABLE``: the recovery file was not sealed to this centre
            for any of those; ``STORE_UNREADABLE``: a file there gives nothing at all; ``COPY_FOREIGN``: nothing in it
            tells whose it is; ``EXPORT_INVALID``: nor is that terminal known here. What the others give is in.
        """
        disk = found_on(folder)
        owners = self._owners(disk.papers, now)
        known = [*owners, *(one for one in self._all_origins() if one not in owners)]
        found, fault = read_all(disk.files, self._recovered(disk.envelope, owners), known, self.authority.ring)
        taken = TakenIn(read=found)
        for origin, read in by_owner(found).items():
            owner = owners.get(origin) or self._remembered(origin)
            if owner is None:
                fault = fault or invalid("a copy of a terminal that is not known here")
                continue
            for entry in entries_of(read, origin):
                self._take(taken, owner, entry, now)
        if fault is not None:
            raise fault
        taken.hwm = self.inbox.hwm(next(iter(owners)).terminal)
        return taken

    def _signed(self, owner: Owner, entry: OperationBatch | SalvagedRun) -> None:
        try:
            if isinstance(entry, SalvagedRun):
                self.inbox.check_salvaged(owner.terminal, entry.salvaged, doubtful=entry.doubtful)
            else:
                self.inbox.check_signature(owner.terminal, entry)
        except RefusedError as error:
            raise _refused(error) from None

    def _take(self, taken: TakenIn, owner: Owner, entry: Entry, now: datetime) -> None:
        try:
            if isinstance(entry, MediumPiece):  # whoever brings it: what it is stands in its name
                self.blobs.take(owner.terminal, owner.number, entry.blob, entry.piece, entry.body)
            elif isinstance(entry, SalvagedRun):
                self._sort(taken, owner, entry.salvaged, now, self._salvaged(owner, entry, now))
            else:
                self._sort(taken, owner, entry, now, self._batch(owner, entry, now))
        except RefusedError as error:
            raise _refused(error) from None

    def _sort(
        self, taken: TakenIn, owner: Owner, batch: OperationBatch, now: datetime, found: list[Fate] | str
    ) -> None:
        """:param found: what became of each that was taken in; or why they are for people."""
        if isinstance(found, str):
            with self.state.transaction() as db:
                found = to_people(db, owner.number, batch, found, now)
        taken.note(batch, found)

    def _batch(self, owner: Owner, batch: OperationBatch, now: datetime) -> list[Fate] | str:
        """Take in what is signed. Gives what :meth:`_sort` asks for.

        :raises RefusedError: what is no part of any log of that terminal.
        """
        with self.state.transaction() as db:
            fates = fates_once_in(db, owner.number, batch)
            why = owner.why or why_not(db, owner.number, batch.epoch)
        if why is not None:
            self.inbox.checked(owner.number, batch)
            return why
        try:
            self.inbox.append(owner.number, batch)
        except ForkError:
            return OTHER_HISTORY
        except RefusedError as error:
            if error.document.type != ProblemType.LOG_GAP.value:
                raise
            return UNPROVEN
        with self.state.transaction() as db:  # a body that came for a tombstone is not taken in by itself
            left = to_people(db, owner.number, batch, DOUBTFUL, now)
        return [fate if then is Fate.THERE else then for fate, then in zip(fates, left, strict=True)]

    def _salvaged(self, owner: Owner, run: SalvagedRun, now: datetime) -> list[Fate] | str:
        """The same for what was read of a damaged store: what it is, its bytes do not prove, so nothing is refused."""
        with self.state.transaction() as db:
            why = DOUBTFUL if run.doubtful else owner.why or why_not(db, owner.number, run.salvaged.epoch)
        proven = None if why is not None else self.inbox.attached(owner.number, run.salvaged)
        if proven is None:
            return why or UNPROVEN
        with suppress(RefusedError):
            return self._batch(owner, proven, now)
        return UNPROVEN

    def _owners(self, papers: Sequence[str], now: datetime) -> dict[Origin, Owner]:
        """By the certificates on the disk that are ours, of each terminal the newest; the newest of all first."""
        known = []
        for paper in papers:
            with suppress(StoreError):
                known.append(self._owner(paper, now))
        if not known:
            raise invalid(_NO_TERMINALS)
        owners = dict[Origin, Owner]()
        for owner in sorted(known, key=lambda owner: (owner.issued, owner.why is None), reverse=True):
            owners.setdefault(self._origin(owner.number), owner)
        return owners

    def _origin(self, number: str) -> Origin:
        return Origin(self.environment, number, self.authority.suite)

    def _all_origins(self) -> list[Origin]:
        with self.state.transaction() as db:
            return [self._origin(number) for (number,) in db.execute("SELECT DISTINCT number FROM certificate")]

    def _remembered(self, origin: Origin) -> Owner | None:
        """Whose no certificate is on the disk: nothing of it takes effect by itself."""
        with self.state.transaction() as db:
            ours = origin == self._origin(origin.terminal) and is_known(db, origin.terminal)
        return Owner(Terminal("", origin.terminal), datetime.min.replace(tzinfo=UTC), UNKNOWN) if ours else None

    def _recovered(self, envelope: bytes, owners: Iterable[Origin]) -> list[bytes]:
        """The data keys: the envelope is of whichever terminal the store was last opened as.

        :raises StoreError: ``SEALED_UNREADABLE``; ``KEY_UNREADABLE``.
        """
        fault: StoreError | None = None
        for origin in owners:
            try:
                return open_recovery(envelope, self.environment, origin.terminal, self.authority.ring)
            except StoreError as error:
                fault = fault or error
        raise fault or invalid("no owner")

    def _owner(self, certificate_pem: str, now: datetime) -> Owner:
        """Whose a certificate is. It may have been renewed, or have run out, since something was signed under it."""
        try:
            certificate = x509.load_pem_x509_certificate(certificate_pem.encode("ascii"))
            certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(self.authority.pem.encode("ascii")))
        except (ValueError, TypeError, InvalidSignature) as error:
            raise invalid(f"certificate: {type(error).__name__}") from None
        serial, key, subject = f"{certificate.serial_number:x}", certificate.public_key(), named(certificate)
        if subject is None or not isinstance(key, ec.EllipticCurvePublicKey):
            raise invalid(_NO_TERMINALS)
        with self.state.transaction() as db:
            number, why = attributed(db, serial, subject, int(now.timestamp()))
        return Owner(Terminal(serial, number, key), certificate.not_valid_before_utc, why)


def _refused(error: RefusedError) -> StoreError:
    """What a refusal of the centre amounts to, of a medium."""
    if error.document.type == ProblemType.SUITE_OTHER.value:
        return suite_other(error.document.detail)
    return invalid(str(error))
