"""What the tests of the sender share: an enrolled terminal with a real store, and drafts of a made-up holder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from offline_cache.birth import Identity as Owner
from offline_cache.kept import Kept
from offline_cache.operations import Draft, Operation
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from terminal.clock import SystemClock
from terminal.model.operations import CONTACT_CHANGE, WITHDRAWAL, ContactChange, OperationBody, Withdrawal
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.person import Person
from terminal.sync.assembly import sender
from terminal.sync.driver import Driver
from terminal.sync.sealing import Sealer, sealer
from terminal.sync.words import Knobs
from tests.centre.support import Member, card_id_of, join

QUICK = Knobs(base=0.01, cap=0.2, splay=0.0, soon=0.0)
"""The same sender, in a hurry."""

PHONE = "13800000000"
RECORDED_AT = "2026-06-01T09:00:00+08:00"


def contact_change(person: Person, phone: str = PHONE, **more: str | None) -> ContactChange:
    """A change of telephone that two people took in."""
    fields: dict[str, str | None] = {"operator": "0001", "reviewer": "0002", **more}
    return ContactChange(
        card_id=card_id_of(person),
        recorded_at=RECORDED_AT,
        authenticated=True,
        phone=phone,
        **fields,  # type: ignore[arg-type]
    )


@dataclass
class Terminal:
    """An enrolled terminal with its store open."""

    member: Member
    path: Path
    store: Store

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.store)

    @property
    def kept(self) -> Kept:
        return Kept(self.store)

    @property
    def sealer(self) -> Sealer:
        return sealer(self.member.identity, 1)

    def driver(self, knobs: Knobs = QUICK, deadline: float = 15.0) -> Driver:
        return sender(
            self.store, self.member.client(deadline=deadline), self.member.identity, SystemClock(), knobs=knobs
        )

    def draft(self, body: OperationBody, kind: str = CONTACT_CHANGE, refers_to: bytes | None = None) -> Draft:
        subject = body.card_id.encode("ascii")
        return self.sealer.draft(kind, body, subject=subject, summary={"what": "test"}, refers_to=refers_to)

    def record(self, body: OperationBody, kind: str = CONTACT_CHANGE, refers_to: bytes | None = None) -> Operation:
        (operation,) = self.outbox.record(self.draft(body, kind, refers_to))
        return operation

    def take_back(self, operation: Operation, person: Person) -> Operation:
        """A person withdraws it; gives the withdrawal."""
        body = Withdrawal(
            card_id=card_id_of(person),
            operator="0001",
            recorded_at=RECORDED_AT,
            authenticated=True,
            refers_to=hex_id(operation),
        )
        draft = self.draft(body, WITHDRAWAL, refers_to=operation.op_id)
        return self.outbox.resolve(operation.op_id, draft, "withdrawn", operator="0001")

    def reopen(self) -> None:
        """As after the end of the process."""
        self.store.close()
        self.store = open_store(self.path, self.member)


def place_of(directory: Path) -> Path:
    """The store of the terminal that was enrolled in a directory."""
    return directory / "store" / "terminal.db"


def open_store(path: Path, member: Member) -> Store:
    identity = member.identity
    return Store.open(path, member.keys, environment="sandbox", terminal=identity.terminal, suite=identity.suite.name)


def new_terminal(directory: Path, centre: SandboxCentre) -> Terminal:
    """Enrol and make a store."""
    member = join(directory, centre.url, centre.control.new_code(), centre.authority)
    path = place_of(directory)
    path.parent.mkdir(parents=True)
    owner = Owner("sandbox", member.identity.terminal, suite=member.identity.suite.name)
    return Terminal(member, path, Store.create(path, member.keys, owner))


def hex_id(operation: Operation) -> str:
    return operation.op_id.hex().upper()
