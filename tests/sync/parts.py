"""What a simulated terminal is made of: the real courier on the models, and the line to the centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from offline_cache.blob_rows import Waiting, Word
from offline_cache.chain import GENESIS
from offline_cache.epochs import Grant
from offline_cache.operations import Batch
from terminal.centre import causes
from terminal.centre.contract import (
    Acknowledgement,
    BlobPiece,
    BlobStanding,
    Changes,
    EpochGrant,
    EpochRequest,
    OperationBatch,
    ProblemType,
)
from terminal.centre.errors import CentreError
from terminal.sync.answers import Answer
from terminal.sync.courier import Courier
from terminal.sync.renewal import Renewal
from terminal.sync.words import Ask, Carry, Knobs, Pull, Renew, Send
from tests.sync.model import GOOD_SIGNATURE, Centre, Disk, Question

if TYPE_CHECKING:
    from terminal.centre.contract import SigningKey
    from tests.sync.simulate import World

_FRESH = 300.0


class Line:
    """What lies between one terminal and the centre of a world, for one program from its start to its end."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.run = next(world.programs)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now, UTC)

    def pack(
        self, courier: SimCourier, disk: Disk, action: Send | Ask | Pull | Renew | Carry, knobs: Knobs
    ) -> Wire | None:
        """The request on its way; ``None`` where there is nothing to send."""
        if isinstance(action, Ask):
            life = disk.life
            return Wire(
                f"ask {life}",
                lambda: self.world.centre.mark(self.name, life, self.world.now),
                lambda answer: courier.guarded(lambda: courier.settle_ask(life, answer)),
            )
        if isinstance(action, Pull):
            place, state = courier.feed.place(), courier.feed.known()
            return Wire(
                f"pull {(place or '0').partition('-')[0]}{' and compare' if state else ''}",
                lambda: self.world.centre.changes(self.name, place, state),
                lambda answer: courier.guarded(lambda: courier.settle_pull(answer, compared=state is not None)),
            )
        if isinstance(action, Renew):
            return Wire("ask for a new life", lambda: None, courier.renewed)
        if isinstance(action, Carry):
            return self._carrying(courier)
        batch = courier.pack(action.first, action.most, knobs.most_bytes)
        if batch is None:
            return None
        return self._sending(courier, batch)

    def _sending(self, courier: SimCourier, batch: Batch) -> Wire:
        wire = Wire(
            f"send {batch.epoch}/{batch.from_seq}..{batch.to_seq}",
            lambda: self.world.centre.take(self.name, batch, self.world.now),
            lambda answer: courier.guarded(lambda: courier.settle_send(batch, answer)),
        )
        wire.hoped_for = (self.name, batch)
        return wire

    def _carrying(self, courier: SimCourier) -> Wire | None:
        step = courier.lane.next()
        if step is None:
            return None
        photo, index = step.blob, step.piece
        name = f"photo {photo.digest.hex()[:6]}"
        wire = Wire(
            f"ask for {name}" if index is None else f"piece {index} of {name}",
            lambda: (
                self.world.centre.standing(self.name, photo, self.world.now)
                if index is None
                else self.world.centre.take_piece(self.name, photo, index, self.world.now)
            ),
            lambda answer: courier.guarded(lambda: courier.lane.settle(step, answer)),
        )
        wire.hoped_photo = (self.name, photo)
        return wire

    # --- what goes wrong ---

    def lost(self) -> CentreError:
        return causes.unreachable("simulated")

    def portal(self) -> CentreError:
        return causes.not_the_centre("simulated")

    def busy(self, retry_after: float | None) -> CentreError:
        return causes.problem(ProblemType.BUSY, retry_after=retry_after)

    def maybe(self) -> None:
        """A step of the way out of a fork, any of which may fail."""
        if self.world.random.random() < self.world.weather.lose_answer / 4:
            raise self.lost()

    # --- what the way out of a fork asks ---

    def high_water_mark(
        self, _terminal: str, epoch: int, most: int | None = None, *, urgent: bool = False
    ) -> Acknowledgement:
        self.maybe()
        return self.world.centre.mark(self.name, epoch, self.world.now, most)

    def grant(self, question: Question) -> Grant:
        grant = self.world.centre.ask(self.name, question, self.run)
        self.maybe()
        return grant

    def new_epoch(self, terminal: str, body: EpochRequest) -> EpochGrant:
        raise NotImplementedError("grants come by grant()")

    def send_operations(self, terminal: str, body: OperationBatch, *, urgent: bool = False) -> Acknowledgement:
        raise NotImplementedError("batches go by pack()")

    def blob(self, terminal: str, blob: str) -> BlobStanding:
        raise NotImplementedError("what is there comes by pack()")

    def send_piece(self, terminal: str, blob: str, piece: int, body: BlobPiece) -> BlobStanding:
        raise NotImplementedError("pieces go by pack()")

    def changes(self, cursor: str | None, state: str | None = None) -> Changes:
        raise NotImplementedError("pages come by pack()")


class Wire:
    """One request: what it does at the centre, and what its answer, or the lack of one, amounts to here."""

    def __init__(self, what: str, deliver: Callable[[], Any], settle: Callable[[Callable[[], Any]], Answer]) -> None:
        self.what = what
        self._deliver = deliver
        self._settle = settle
        self._answer: Any = None
        self._error: CentreError | None = None
        self.hoped_for: tuple[str, Batch] | None = None
        self.hoped_photo: tuple[str, Waiting] | None = None

    def arrive(self) -> None:
        """The centre does it."""
        try:
            self._answer = self._deliver()
        except CentreError as error:
            self._error = error

    def again(self) -> None:
        """A copy of it arrives; whatever comes of it, nobody hears."""
        try:
            self._deliver()
        except CentreError:
            return

    def fail(self, error: CentreError) -> None:
        """Whatever was done, the answer is not heard."""
        self._error = error

    def forge(self, now: float) -> None:
        """Somebody who has no key, but reads along, answers with the very acknowledgement that we hope for."""
        if self.hoped_photo is not None:
            terminal, photo = self.hoped_photo
            self._answer = BlobStanding(
                terminal=terminal,
                blob=photo.digest.hex(),
                have=list(range(len(photo.hashes))),
                whole=True,
                time=str(now),
                key_id="ack",
                signature="forged",
            )
            return
        if self.hoped_for is None:
            self._error = causes.signature_wrong("simulated")
            return
        name, batch = self.hoped_for
        self._answer = Acknowledgement(
            terminal=name,
            epoch=batch.epoch,
            hwm=batch.to_seq,
            head=batch.head.hex(),
            time=str(now),
            journal_head=GENESIS.hex(),
            key_id="ack",
            signature="forged",
        )

    def replay(self, random: Random, kept: list[Acknowledgement], photos: list[BlobStanding]) -> None:
        """An older acknowledgement, rightly signed when it was made, in place of this one."""
        if isinstance(self._answer, BlobStanding) and self._error is None and photos:
            self._answer = random.choice(photos[-20:])
        elif isinstance(self._answer, Acknowledgement) and self._error is None:
            self._answer = random.choice(kept[-20:])
        else:
            self._error = causes.signature_wrong("simulated")

    @property
    def heard(self) -> Acknowledgement | None:
        """The acknowledgement that was heard."""
        return self._answer if self._error is None and isinstance(self._answer, Acknowledgement) else None

    def settle(self) -> Answer:
        """The answer is heard."""
        return self._settle(self._heard)

    def _heard(self) -> Any:  # noqa: ANN401 - what the route gives
        if self._error is not None:
            raise self._error
        return self._answer


class SimRenewal(Renewal):
    """The real way out of a fork; only the grant comes without cryptography."""

    def _grant(self) -> Grant:
        epoch, seq, head, _ = self.log.tip()
        line = self.centre
        assert isinstance(line, Line)
        return line.grant((epoch, seq, head))


class SimCourier(Courier):
    """The real courier; a signature is a word here, since breaking it is not what is simulated."""

    def __init__(self, line: Line, disk: Disk, name: str) -> None:
        named: Any = _Named(name)
        super().__init__(
            line,
            disk,
            disk,
            named,
            sign=lambda _said: b"",
            certificate="",
            epoch=lambda: disk.life,
            aside=lambda _life: None,
            blob_store=disk,
        )
        self._line, self._name = line, name
        self._renewal = SimRenewal(line, disk, named, lambda _said: b"", self._proven, lambda _life: None)

    def _proven(self, ack: Acknowledgement, epoch: int) -> bytes:
        if ack.signature != GOOD_SIGNATURE or (ack.terminal, ack.epoch) != (self._name, epoch):
            raise causes.acknowledgement_invalid("simulated")
        if abs(float(ack.time) - self._line.world.now) > _FRESH:
            raise causes.acknowledgement_invalid("not of now")
        return b"proven"

    def _proven_blob(self, blob: bytes, standing: BlobStanding) -> Word:
        if standing.signature != GOOD_SIGNATURE or standing.blob != blob.hex() or standing.terminal != self._name:
            raise causes.acknowledgement_invalid("simulated")
        if abs(float(standing.time) - self._line.world.now) > _FRESH:
            raise causes.acknowledgement_invalid("not of now")
        return Word(standing.time, b"proven", "ack")

    def renewed(self, answer: Callable[[], object]) -> Answer:
        """The whole way out, at the moment at which its last answer is heard."""

        def go() -> Answer:
            answer()
            return self.renew()

        return self.guarded(go)


@dataclass(frozen=True)
class _Named:
    """An identity without keys."""

    terminal: str
    environment: str = "sandbox"
    signing_keys: tuple[SigningKey, ...] = ()


@dataclass(frozen=True)
class Parts:
    """What a world is made of."""

    disk: type[Disk] = Disk
    courier: type[SimCourier] = SimCourier
    centre: type[Centre] = Centre
    knobs: Knobs = field(default_factory=Knobs)


RIGHT = Parts()
