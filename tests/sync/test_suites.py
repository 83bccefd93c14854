"""Terminal and centre of one suite: what another suite made is refused with its own fault, wherever it comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
import pytest

from offline_cache.blob_rows import Blobs
from offline_cache.errors import StoreFault
from offline_cache.keys import FileKeys
from offline_cache.operations import Draft, State
from offline_cache.suite import INTL, Suite
from offline_cache.suite_gm import GM
from terminal.centre import chain
from terminal.centre.contract import OperationBatch
from terminal.centre.enrolment import enrol
from terminal.centre.errors import CentreError, CentreFault
from terminal.centre.identity import is_enrolled, load_identity
from terminal.medium import write_medium
from terminal.receipts.code import verify
from terminal.receipts.identity import paper_keys
from terminal.receipts.keys import Algorithm
from terminal.sandbox.authority import Authority
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.errors import SandboxError
from terminal.sandbox.people import Population
from terminal.sandbox.server import Centre, CentreServer
from terminal.sync.answers import Kind
from terminal.sync.batches import signed_batch
from terminal.sync.courier import classify
from tests.centre.support import Clock, Member, join
from tests.offline_cache.support import fault_of as store_fault_of
from tests.sync.support import Terminal, contact_change, hex_id, open_store
from tests.sync.test_blobs import CONTENT, piece

OTHER: dict[str, Suite] = {"intl": GM, "gm": INTL}


def other_of(terminal: Terminal) -> Suite:
    return OTHER[terminal.member.identity.suite.name]


def foreign_draft(terminal: Terminal, population: Population) -> Draft:
    """Sealed with the other suite, for a centre that would have it."""
    other = other_of(terminal)
    sealer = replace(terminal.sealer, suite=other, public=other.sealing_public_key(other.new_sealing_key()))
    return sealer.draft("contact-change", contact_change(population.people[300]), subject=b"x", summary={"what": "x"})


def refused(terminal: Terminal, batch: OperationBatch) -> CentreError:
    with pytest.raises(CentreError) as caught:
        terminal.member.client().send_operations(terminal.member.identity.terminal, batch)
    assert terminal.member.client().high_water_mark(terminal.member.identity.terminal, 1).hwm == 0
    return caught.value


def test_a_batch_of_another_suite_is_not_taken(terminal: Terminal, population: Population) -> None:
    """Signed by us, with our own chain, and called by the other name."""
    terminal.record(contact_change(population.people[301]))
    batch, identity = terminal.outbox.batch(), terminal.member.identity
    assert batch is not None
    named = replace(identity.origin, suite=other_of(terminal))
    error = refused(terminal, signed_batch(named, batch, chain.terminal_signer(identity)))
    assert error.fault is CentreFault.SUITE_OTHER
    assert classify(error).kind is Kind.REFUSED  # not one operation's fault: the sender stops and calls somebody


def test_an_envelope_of_another_suite_is_refused_alone(terminal: Terminal, population: Population) -> None:
    """The store does not take it; another program's might, so the centre looks too."""
    own, foreign = terminal.record(contact_change(population.people[302])), foreign_draft(terminal, population)
    assert store_fault_of(lambda: terminal.outbox.record(foreign)) is StoreFault.SUITE_OTHER
    batch, identity = terminal.outbox.batch(), terminal.member.identity
    assert batch is not None
    wire = signed_batch(identity.origin, batch, chain.terminal_signer(identity))
    logged = msgspec.structs.replace(
        wire.operations[0],
        sealed=chain.to_text(foreign.sealed),
        sealed_hash=identity.suite.digest(foreign.sealed).hex().upper(),
    )
    wire = msgspec.structs.replace(wire, operations=[logged])
    signed = chain.sign_batch(identity.environment, identity.terminal, wire, chain.terminal_signer(identity))
    error = refused(terminal, signed)
    assert (error.fault, error.operation) == (CentreFault.SUITE_OTHER, 0)
    assert classify(error).kind is Kind.POISON
    assert terminal.driver().once().clear
    assert terminal.outbox.find(own.op_id).state is State.APPLIED


def test_a_piece_of_another_suite_is_not_taken(terminal: Terminal) -> None:
    other = other_of(terminal)
    sealer = replace(terminal.sealer, suite=other, public=other.sealing_public_key(other.new_sealing_key()))
    photo = replace(sealer.blob(CONTENT), suite=terminal.member.identity.suite)  # under a name of ours
    with pytest.raises(CentreError) as caught:
        terminal.member.client().send_piece(
            terminal.member.identity.terminal, photo.digest.hex().upper(), 0, piece(photo, 0)
        )
    assert caught.value.fault is CentreFault.SUITE_OTHER


def test_a_medium_of_another_suite_is_not_taken(
    terminal: Terminal, centre: SandboxCentre, population: Population, tmp_path: Path
) -> None:
    operation, file = terminal.record(contact_change(population.people[303])), tmp_path / "terminal.ssc"
    identity = terminal.member.identity
    write_medium(terminal.outbox, Blobs(terminal.store), replace(identity, suite=other_of(terminal)), file)
    with pytest.raises(SandboxError) as caught:
        centre.control.take_in(file)
    assert StoreFault.SUITE_OTHER.name in str(caught.value.values)
    assert hex_id(operation) not in centre.control.effects()
    write_medium(terminal.outbox, Blobs(terminal.store), identity, file, new=False)
    assert centre.control.take_in(file) == 1


def again(member: Member, centre: SandboxCentre, code: str, suite: str) -> None:
    enrol(
        member.directory, centre.url, code, centre.authority, environment="sandbox", keys=member.keys,
        now=Clock(), replace=True, renews=member.identity.terminal, suite=suite,
    )  # fmt: skip


def test_the_suite_is_fixed_at_enrolment(terminal: Terminal, centre: SandboxCentre, on: str) -> None:
    """A terminal whose store is of another suite is refused before its code is spent; nobody writes another name into
    the identity; and the store opens under its own alone."""
    member, other = terminal.member, other_of(terminal)
    assert (member.identity.suite.name, terminal.store.identity.suite) == (on, on)
    code = centre.control.new_code(member.identity.terminal)
    with pytest.raises(CentreError) as caught:
        again(member, centre, code, other.name)
    assert caught.value.fault is CentreFault.SUITE_OTHER
    assert load_identity(member.directory, "sandbox", member.keys) == member.identity
    again(member, centre, code, on)
    fresh = replace(member, identity=load_identity(member.directory, "sandbox", member.keys))
    terminal.store.close()
    foreign = replace(fresh, identity=replace(fresh.identity, suite=other))
    assert store_fault_of(lambda: open_store(terminal.path, foreign)) is StoreFault.SUITE_OTHER
    terminal.store = open_store(terminal.path, fresh)
    file = member.directory / "identity.json"
    stored = msgspec.json.decode(file.read_bytes())
    stored["suite"] = other.name
    file.write_bytes(msgspec.json.encode(stored))
    with pytest.raises(CentreError) as damaged:
        load_identity(member.directory, "sandbox", member.keys)
    assert damaged.value.fault is CentreFault.IDENTITY_UNREADABLE


class Deaf:
    """A centre that does not heed what a terminal offers."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        heard = body.replace(b'"suites":["intl"]', b'"suites":["gm"]')
        assert heard != body
        return self._app({**environ, "wsgi.input": BytesIO(heard), "CONTENT_LENGTH": str(len(heard))}, start)


def test_a_suite_that_was_not_offered_is_refused(tmp_path: Path) -> None:
    """By the terminal too, whose store is of another: nothing is kept of the enrolment."""
    made = Centre(tmp_path / "centre", Population(1, 20), suite="gm")
    made.wsgi = Deaf(made.wsgi)  # type: ignore[assignment]
    server, keys = CentreServer(made), FileKeys(tmp_path / "keys", "sandbox")
    server.start()
    try:
        with pytest.raises(CentreError) as caught:
            enrol(
                tmp_path / "data", server.url, made.office.new_code(), made.authority.pem, environment="sandbox",
                keys=keys, now=Clock(), suite="intl",
            )  # fmt: skip
    finally:
        server.stop()
        made.state.close()
    assert (caught.value.fault, caught.value.status) == (CentreFault.SUITE_OTHER, None)  # the terminal's own word
    assert not is_enrolled(tmp_path / "data")
    assert not list((tmp_path / "keys").iterdir())


def test_a_centre_from_before_there_was_a_choice_has_intl(tmp_path: Path) -> None:
    Authority(tmp_path)
    (tmp_path / "suite").unlink()
    assert Authority(tmp_path, "gm").suite is INTL
    assert Authority(tmp_path, "gm").suite is INTL


def test_a_centre_keeps_its_suite(tmp_path: Path) -> None:
    """Whatever it is started with afterwards; a new terminal gets what the centre has."""
    for wished in ("gm", "intl"):
        with SandboxCentre(tmp_path / "centre", suite=wished) as centre:
            member = join(tmp_path / f"terminal-{wished}", centre.url, centre.control.new_code(), centre.authority)
            assert member.identity.suite.name == "gm"


def test_the_centre_s_word_on_paper_is_of_its_suite(terminal: Terminal, population: Population, on: str) -> None:
    operation = terminal.record(contact_change(population.people[304]))
    assert terminal.driver().once().clear
    code = terminal.outbox.history(operation.op_id)[-1].receipt
    found = verify(code, paper_keys(terminal.member.identity), "sandbox")
    assert found.key.of_centre
    assert found.key.algorithm is {"intl": Algorithm.ED25519, "gm": Algorithm.SM2}[on]
    assert not found.key.holds(b"other words", bytes(64))
