"""Photos on their way to the sandbox centre: behind operations, piece by piece; nobody waits for a stranger's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from msgspec import structs

from offline_cache.blob_limits import PIECE
from offline_cache.blob_rows import Blobs, Waiting
from offline_cache.blobs import SealedBlob
from offline_cache.operations import Operation, State
from terminal.centre.contract import BlobPiece
from terminal.centre.errors import CentreError, CentreFault
from terminal.model.operations import CONTACT_CHANGE
from terminal.model.outbox_words import HELD_FOR_BLOB
from terminal.queue_page import words_of
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import Population
from terminal.sandbox.person import Person
from terminal.sync import assembly, blobs
from terminal.sync.answers import Kind
from tests.sync.support import Terminal, contact_change, hex_id

CONTENT = os.urandom(2 * PIECE + 1000)
"""Three pieces."""


def record(terminal: Terminal, person: Person, *photos: SealedBlob) -> Operation:
    """A change of telephone that has photos."""
    body = structs.replace(contact_change(person), blobs=[one.digest.hex().upper() for one in photos])
    subject = body.card_id.encode("ascii")
    sealed = terminal.sealer.draft(CONTACT_CHANGE, body, subject=subject, summary={"what": "test"}, blobs=photos)
    (operation,) = terminal.outbox.record(sealed)
    return operation


def state(terminal: Terminal, operation: Operation) -> State:
    return terminal.outbox.find(operation.op_id).state


def name(photo: SealedBlob) -> str:
    return photo.digest.hex().upper()


def piece(photo: SealedBlob, index: int) -> BlobPiece:
    waiting = Waiting(photo.digest, photo.size, tuple(photo.hashes))

    class Pieces:
        def piece(self, _digest: bytes, at: int) -> bytes:
            return photo.pieces[at]

    return blobs.piece_of(Pieces(), waiting, index)  # type: ignore[arg-type]


@contextmanager
def refused_by_the_centre(photo: SealedBlob) -> Iterator[None]:
    """Every piece of this photo goes with a size that is not its own."""
    real = blobs.piece_of

    def spoil(store: blobs.Store, blob: Waiting, index: int) -> BlobPiece:
        made = real(store, blob, index)
        return structs.replace(made, size=made.size + 1) if blob.digest == photo.digest else made

    with pytest.MonkeyPatch.context() as spoiled:
        spoiled.setattr(blobs, "piece_of", spoil)
        yield


def test_an_operation_takes_effect_once_its_photos_are_there(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    photos = [terminal.sealer.blob(CONTENT), terminal.sealer.blob(b"a signature")]
    operation = record(terminal, population.people[200], *photos)
    status = terminal.driver().once()
    assert status.clear
    assert status.photos.count == 0
    assert state(terminal, operation) is State.APPLIED
    there = centre.control.blobs()
    assert [there[name(one)] for one in photos] == [sha256(one).hexdigest() for one in (CONTENT, b"a signature")]
    assert [one.verdict.value for one in terminal.outbox.history(operation.op_id)][-1] == "applied"
    assert centre.control.effects()[hex_id(operation)] == 1


def test_a_stranger_does_not_wait_for_a_photo_that_does_not_get_through(
    terminal: Terminal, population: Population
) -> None:
    ill, well = population.people[201], population.people[202]
    photo = terminal.sealer.blob(CONTENT)
    held = record(terminal, ill, photo)
    later, other = terminal.record(contact_change(ill, "13700000001")), terminal.record(contact_change(well))
    with refused_by_the_centre(photo):
        status = terminal.driver().once()
    assert not status.clear
    assert (status.waiting, status.photos.count) == (0, 1)
    assert [state(terminal, one) for one in (held, later, other)] == [State.HELD, State.HELD, State.APPLIED]
    assert words_of(terminal.outbox.find(held.op_id)) == HELD_FOR_BLOB
    assert words_of(terminal.outbox.find(later.op_id)) != HELD_FOR_BLOB
    assert terminal.driver().once().clear
    assert [state(terminal, one) for one in (held, later)] == [State.APPLIED] * 2


def test_an_upload_goes_on_where_it_was_cut_off(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    photo = terminal.sealer.blob(CONTENT)
    record(terminal, population.people[203], photo)
    courier = assembly.courier(terminal.store, terminal.member.client(), terminal.member.identity)
    assert courier.send(None, 100, 1 << 18).kind is Kind.RECEIVED
    assert [courier.carry().kind for _ in range(2)] == [Kind.CARRIED] * 2  # what is there, and the first piece
    terminal.reopen()
    client = terminal.member.client()
    assert client.blob(terminal.member.identity.terminal, name(photo)).have == [0]
    again = assembly.courier(terminal.store, client, terminal.member.identity)
    first = again.lane.next()
    assert first is not None
    assert first.piece is None
    again.carry()
    goes = again.lane.next()
    assert goes is not None
    assert goes.piece == 1
    centre.control.fault("lost", route="blob_piece", times=1)  # taken in, and the answer is lost
    assert again.carry().kind is Kind.UNKNOWN
    assert [again.carry().kind, again.carry().kind] == [Kind.CARRIED] * 2
    assert again.carry().kind is Kind.NO_BLOB
    assert centre.control.blobs()[name(photo)] == sha256(CONTENT).hexdigest()


def test_a_centre_restored_from_a_backup_asks_for_the_pieces_again(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    before = record(terminal, population.people[204])
    assert terminal.driver().once().clear
    centre.control.backup()
    photo = terminal.sealer.blob(CONTENT)
    operation = record(terminal, population.people[205], photo)
    assert terminal.driver().once().clear
    centre.control.restore()
    assert name(photo) not in centre.control.blobs()
    assert terminal.driver().once().clear
    assert name(photo) in centre.control.blobs()
    effects = centre.control.effects()
    assert [effects[hex_id(one)] for one in (before, operation)] == [1, 1]


def test_a_late_word_of_a_photo_that_the_centre_has_forgotten_since_is_doubted(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    """On its way while the centre was restored. That it waits for it the centre has said by then, and not again."""
    photo, client = terminal.sealer.blob(b"a photo"), terminal.member.client()
    operation = record(terminal, population.people[210], photo)
    courier = assembly.courier(terminal.store, client, terminal.member.identity)
    courier.send(None, 100, 1 << 18)
    centre.control.backup()
    late = client.send_piece(terminal.member.identity.terminal, name(photo), 0, piece(photo, 0))
    assert late.whole
    centre.control.restore()
    assert courier.pull().kind is Kind.CHANGES
    assert state(terminal, operation) is State.HELD
    step = courier.lane.next()
    assert step is not None
    courier.lane.settle(step, lambda: late)
    assert Blobs(terminal.store).waiting() is None
    assert terminal.driver().once().clear
    assert state(terminal, operation) is State.APPLIED
    assert centre.control.effects()[hex_id(operation)] == 1


@pytest.mark.parametrize("have", [[], [0], [1]], ids=["nothing", "not what came now", "not what was there"])
def test_what_the_centre_had_does_not_shrink_while_pieces_go(
    terminal: Terminal, population: Population, have: list[int]
) -> None:
    """Believed, such an answer would make us send the same pieces for ever. A restored centre says it when asked."""
    photo, client = terminal.sealer.blob(CONTENT), terminal.member.client()
    number = terminal.member.identity.terminal
    record(terminal, population.people[211], photo)
    courier = assembly.courier(terminal.store, client, terminal.member.identity)
    courier.send(None, 100, 1 << 18)
    assert [courier.carry().kind for _ in range(2)] == [Kind.CARRIED] * 2  # what is there, and the first piece
    step = courier.lane.next()
    assert step is not None
    assert step.piece == 1
    less = structs.replace(client.send_piece(number, name(photo), 1, piece(photo, 1)), have=have)
    with pytest.raises(CentreError) as caught:
        courier.lane.settle(step, lambda: less)
    assert caught.value.fault is CentreFault.ACKNOWLEDGEMENT_INVALID
    asks = courier.lane.next()
    assert asks is not None
    assert asks.piece is None
    assert courier.lane.settle(asks, lambda: less).kind is Kind.CARRIED
    again = courier.lane.next()
    assert again is not None
    assert again.piece == min({0, 1, 2} - set(have))


def test_photos_that_come_before_their_operation_are_no_hindrance(
    centre: SandboxCentre, terminal: Terminal, population: Population
) -> None:
    photo, client = terminal.sealer.blob(CONTENT), terminal.member.client()
    number = terminal.member.identity.terminal
    for index in (2, 0, 0, 1):
        standing = client.send_piece(number, name(photo), index, piece(photo, index))
    assert standing.whole
    operation = record(terminal, population.people[206], photo)
    courier = assembly.courier(terminal.store, client, terminal.member.identity)
    courier.send(None, 100, 1 << 18)
    courier.pull()
    assert state(terminal, operation) is State.APPLIED
    assert Blobs(terminal.store).waiting() is None


def test_a_photo_that_nobody_can_open_is_an_outcome(terminal: Terminal, population: Population) -> None:
    sealed = terminal.sealer.blob(b"a photo")
    spoiled = SealedBlob(sealed.size + 1, sealed.pieces, sealed.suite)
    operation = record(terminal, population.people[207], spoiled)
    status = terminal.driver().once()
    assert status.people == 1
    assert status.photos.count == 0
    assert state(terminal, operation) is State.REJECTED
    assert terminal.outbox.history(operation.op_id)[-1].reason == "blob-unreadable"


def test_what_does_not_fit_its_name_is_not_taken(centre: SandboxCentre, terminal: Terminal) -> None:
    photo, other = terminal.sealer.blob(CONTENT), terminal.sealer.blob(CONTENT)
    good, number, client = piece(photo, 0), terminal.member.identity.terminal, terminal.member.client()
    wrong = {
        "another piece": (number, 0, structs.replace(good, sealed=piece(photo, 1).sealed)),
        "another place": (number, 1, good),
        "beyond the end": (number, 3, good),
        "another blob's": (number, 0, piece(other, 0)),
        "another size": (number, 0, structs.replace(good, size=good.size - 1)),
        "another list": (number, 0, structs.replace(good, hashes=good.hashes[::-1])),
    }
    for what, (owner, index, body) in wrong.items():
        with pytest.raises(CentreError) as caught:
            client.send_piece(owner, name(photo), index, body)
        assert caught.value.fault is CentreFault.REQUEST_REFUSED, what
    with pytest.raises(CentreError) as caught:
        client.send_piece("379999999999", name(photo), 0, good)
    assert caught.value.fault is CentreFault.TERMINAL_REFUSED
    assert client.blob(number, name(photo)).have == []
    assert centre.control.blobs().get(name(photo)) is None


def test_a_photo_that_is_refused_lets_the_next_one_pass(terminal: Terminal, population: Population) -> None:
    """A centre that does not take one blob: its operation waits on, and nobody else's."""
    first, second = terminal.sealer.blob(b"one"), terminal.sealer.blob(b"two")
    refused = record(terminal, population.people[208], first)
    passes = record(terminal, population.people[209], second)
    with refused_by_the_centre(first):
        status = terminal.driver().once()
    assert not status.clear
    assert not status.stopped
    assert (state(terminal, refused), state(terminal, passes)) == (State.HELD, State.APPLIED)
    assert terminal.driver().once().clear
    assert state(terminal, refused) is State.APPLIED
