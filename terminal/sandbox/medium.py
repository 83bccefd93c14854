"""The centre's counter for media and for disks: what a terminal exported, or what is left of its store, is taken in as
if it had been sent; what the chain does not prove goes to people.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from offline_cache.chain import Origin
from offline_cache.errors import StoreError
from offline_cache.recovery import open_recovery, recovery_file
from offline_cache.salvage import Salvage, salvage
from offline_cache.sealing import suite_other
from terminal.centre.contract import ProblemType
from terminal.medium import Entry, MediumPiece, SalvagedRun, invalid, read_medium, salvaged_pieces, salvaged_runs
from terminal.sandbox.authority import Authority
from terminal.sandbox.blobs import BlobRoom
from terminal.sandbox.inbox import Inbox
from terminal.sandbox.problems import RefusedError
from terminal.sandbox.salvage import to_people
from terminal.sandbox.state import State
from terminal.sandbox.visits import Terminal

STORE = Path("store") / "terminal.db"
"""Where the store is in a terminal's data folder."""


@dataclass
class TakenIn:
    """:param hwm: up to which sequence number the terminal's log is here; :param cases: how many are new for people.
    :param salvage: what could be read, of a disk.
    """

    hwm: int = 0
    cases: int = 0
    salvage: Salvage | None = None


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
            that this centre knows; batches before the spoiled one are in.
        """
        header, entries = read_medium(file)
        if header.environment != self.environment:
            raise invalid("environment")
        terminal = self._terminal(header.certificate, now)
        if terminal.number != header.terminal:
            raise invalid("certificate: another terminal's")
        taken = TakenIn()
        for entry in entries:
            if isinstance(entry, SalvagedRun):
                self._signed(terminal, entry)
            self._take(taken, terminal, entry, now)
        return taken

    def take_disk(self, folder: Path, now: datetime) -> TakenIn:
        """Take in what can be read of a dead machine's data folder; the data key comes from its recovery file.

        Nobody signs: that the disk is the terminal's own is the word of whoever hands it in, and that nothing was put
        into its log the chain shows, as far as it holds on to the head that is here.

        :raises offline_cache.errors.StoreError: ``EXPORT_INVALID``: no store, or no certificate of a terminal that this
            centre knows; ``SEALED_UNREADABLE``: the recovery file was not sealed to this centre for that terminal.
        """
        store = folder / STORE
        try:
            envelope = recovery_file(store).read_bytes()
            papers = [file.read_text("ascii") for file in sorted(folder.glob("terminal-*-cert.pem"))]
        except (OSError, ValueError) as error:
            raise invalid(type(error).__name__) from None
        terminal = self._owner(papers)
        key = open_recovery(envelope, self.environment, terminal.number, self.authority.ring)
        origin = Origin(self.environment, terminal.number, self.authority.suite)
        with tempfile.TemporaryDirectory() as beside:
            found = salvage(store, [key], origin, Path(beside))
        taken = TakenIn(salvage=found)
        for run in salvaged_runs(found, origin, lambda _: bytes(64)):
            self._take(taken, terminal, run, now)
        for piece in salvaged_pieces(found):
            self._take(taken, terminal, piece, now)
        return taken

    def _signed(self, terminal: Terminal, entry: SalvagedRun) -> None:
        try:
            self.inbox.check_signature(terminal, entry.salvaged)
        except RefusedError as error:
            raise _refused(error) from None

    def _take(self, taken: TakenIn, terminal: Terminal, entry: Entry, now: datetime) -> None:
        try:
            if isinstance(entry, SalvagedRun):
                self._take_salvaged(taken, terminal, entry, now)
            elif isinstance(entry, MediumPiece):
                self.blobs.take(terminal, terminal.number, entry.blob, entry.piece, entry.body)
            else:
                taken.hwm = self.inbox.take(terminal, terminal.number, entry).hwm
        except RefusedError as error:
            raise _refused(error) from None

    def _take_salvaged(self, taken: TakenIn, terminal: Terminal, entry: SalvagedRun, now: datetime) -> None:
        proven = None if entry.doubtful else self.inbox.attached(terminal.number, entry.salvaged)
        if proven is not None:
            with suppress(RefusedError):  # not proven: people look at it
                taken.hwm = self.inbox.take_unsigned(terminal.number, proven).hwm
                return
        with self.state.transaction() as db:
            taken.cases += to_people(db, terminal.number, entry, now)

    def _owner(self, papers: list[str]) -> Terminal:
        """The newest certificate on the disk that we know; it may have run out since."""
        for paper in papers:
            try:
                return self._terminal(paper, None)
            except StoreError:
                continue
        raise invalid("certificate: not of a terminal that is known here")

    def _terminal(self, certificate_pem: str, now: datetime | None) -> Terminal:
        """:param now: at which it must be in force."""
        try:
            certificate = x509.load_pem_x509_certificate(certificate_pem.encode("ascii"))
            certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(self.authority.pem.encode("ascii")))
        except (ValueError, TypeError, InvalidSignature) as error:
            raise invalid(f"certificate: {type(error).__name__}") from None
        key = certificate.public_key()
        number = self.state.terminal_number(f"{certificate.serial_number:x}")
        dead = now is not None and not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        if number is None or dead or not isinstance(key, ec.EllipticCurvePublicKey):
            raise invalid("certificate: not of a terminal that is known here")
        return Terminal(f"{certificate.serial_number:x}", number, key)


def _refused(error: RefusedError) -> StoreError:
    """What a refusal of the centre amounts to, of a medium."""
    if error.document.type == ProblemType.SUITE_OTHER.value:
        return suite_other(error.document.detail)
    return invalid(str(error))
