"""Wrong parts of the simulation, each of which a careless program could have, and the line of its check that tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline_cache.blob_rows import Word
from offline_cache.epochs import Grant
from offline_cache.errors import StoreError, StoreFault
from offline_cache.moves import SAID
from offline_cache.operations import Agreement, Batch, Operation, State, Verdict
from offline_cache.told import digest_of
from terminal.centre.contract import Acknowledgement, BlobStanding
from terminal.sync.words import Knobs
from tests.sync.model import BUSINESS, POISON, Centre, Disk, Op, number_of, taken_back_by
from tests.sync.parts import Parts, SimCourier

# --- wrong terminals --------------------------------------------------------------------------------------------------


class TrustingCourier(SimCourier):
    """Advances without a proof: any acknowledgement will do."""

    def _proven(self, ack: Acknowledgement, epoch: int) -> bytes:
        return b"believed"


class TrustingLane(SimCourier):
    """Believes anybody who says that a photo is there."""

    def _proven_blob(self, blob: bytes, standing: BlobStanding) -> Word:
        return Word("", b"believed", "ack")


class StubbornDisk(Disk):
    """A photo that was there once is there, whatever the centre says later."""

    def wanted(self, op_id: bytes) -> None:
        return


class LiteralDisk(Disk):
    """That a tombstone stands somewhere is a word like any other, is it not?"""

    def state_digest(self) -> bytes:
        words = (*SAID, State.PARKED)
        return digest_of({op_id: state.value for op_id, state in self.states.items() if state in words})


class RenumberingDisk(Disk):
    """After a restore it makes room by giving what it has new numbers and identities, as if it had just been taken
    in."""

    def begin_epoch(self, grant: Grant, taken: Mapping[int, int]) -> list[Operation]:
        left = [op for op in self.all() if op.kind == "business"]
        self.lives_[grant.epoch] = []
        for op in left:
            self.record(op.sealed)
        return []


class ForgettingDisk(Disk):
    """Begins the new life with nothing in it."""

    def missing(self, taken: Mapping[int, int]) -> list[Op]:
        return []


class HopefulDisk(Disk):
    """Carries over only what waited: what was received once is at the centre, is it not?"""

    def missing(self, taken: Mapping[int, int]) -> list[Op]:
        return [op for op in super().missing(taken) if self.states[op.op_id] is State.PENDING]


class RosyDisk(Disk):
    """Shows what was refused as done."""

    def _verdict(self, op_id: bytes, verdict: Verdict) -> None:
        super()._verdict(op_id, Verdict.APPLIED if verdict is Verdict.REJECTED else verdict)


class SettledDisk(Disk):
    """A withdrawal that is set aside has settled what it was for all the same, and is no work for anybody."""

    def _settles(self, op_id: bytes, *, again: bool) -> None:
        if again:
            super()._settles(op_id, again=again)

    def for_people(self) -> list[Op]:
        return [op for op in super().for_people() if taken_back_by(op.sealed) is None]


class ClosedDisk(Disk):
    """What a person took back is done with, also when the centre had applied it by then."""

    def _verdict(self, op_id: bytes, verdict: Verdict) -> None:
        before = dict(self.settled_by)
        super()._verdict(op_id, verdict)
        self.settled_by |= before


class HidingDisk(Disk):
    """What no centre takes in is no work for a person: it can go nowhere."""

    def for_people(self) -> list[Op]:
        return [op for op in super().for_people() if not op.sealed.startswith(POISON)]


class LateDisk(Disk):
    """Writes a withdrawal down together with the one after it."""

    def record(self, sealed: bytes, kind: str = BUSINESS, **with_it: Any) -> Op:  # noqa: ANN401
        book = self.book
        if book is None or kind != BUSINESS or taken_back_by(sealed) is None:
            return super().record(sealed, kind, **with_it)
        self.book = None
        op = super().record(sealed)
        self.book = book
        late: list[Op] = self.__dict__.setdefault("late", [])
        for earlier in late:
            book.take_in(earlier.op_id, earlier.sealed, None, value=0, number=None)
        late[:] = [op]
        return op


class ShortDisk(Disk):
    """Keeps a mark only while something stands above it."""

    def acknowledged(self, hwm: int, head: bytes, *signed: Any, epoch: int | None = None, **more: Any) -> int:  # noqa: ANN401
        life = self.life if epoch is None else epoch
        before = self.anchors.get(life)
        found = super().acknowledged(hwm, head, *signed, epoch=epoch, **more)
        if hwm == len(self.lives_[life]) and self.anchors.get(life) != before:
            self.anchors.pop(life)
            self.anchors.update({life: before} if before else {})
        return found


class TouchyDisk(Disk):
    """Takes a word that it knows already for damage."""

    def acknowledged(self, hwm: int, head: bytes, *signed: Any, epoch: int | None = None, **more: Any) -> int:  # noqa: ANN401
        if hwm and self.check_against(hwm, head, epoch) is Agreement.SAME:
            raise StoreError(StoreFault.STORE_DAMAGED)
        return super().acknowledged(hwm, head, *signed, epoch=epoch, **more)


# --- wrong centres ----------------------------------------------------------------------------------------------------


class ForgetfulCentre(Centre):
    """Takes what it has already for new."""

    def take(self, terminal: str, batch: Batch, now: float) -> Acknowledgement:
        log = self.logs.get((terminal, batch.epoch), [])
        for sent in batch.operations:
            if sent.seq <= len(log) and sent.sealed is not None and sent.kind == "business":
                self.effects[number_of(sent.sealed)] += 1
        return super().take(terminal, batch, now)


class ObligingCentre(Centre):
    """Takes back what was applied."""

    def _apply(self, terminal: str, op_id: bytes, sealed: bytes) -> None:
        if self.outcome.get(taken_back_by(sealed) or b"") != "applied":
            super()._apply(terminal, op_id, sealed)
            return
        self.effects[number_of(sealed)] += 1
        self._say(terminal, op_id, "applied")


class BlindCentre(Centre):
    """Applies what a photo belongs to without it."""

    def _has_photo(self, sealed: bytes) -> bool:
        return True


class HastyCentre(Centre):
    """Lets nothing wait for an earlier one of the same person."""

    def _must_wait(self, terminal: str, op_id: bytes, sealed: bytes) -> bool:
        return False


@dataclass(frozen=True)
class Wrong:
    """:param seen: words of the line of the check that is about it."""

    parts: Parts
    seen: str


WRONG: dict[str, Wrong] = {
    "trusting": Wrong(Parts(courier=TrustingCourier), "received without a word"),
    "trusting-lane": Wrong(Parts(courier=TrustingLane), "a photo is there without a word"),
    "renumbering": Wrong(Parts(disk=RenumberingDisk), "more than one effect"),
    "forgetting": Wrong(Parts(disk=ForgettingDisk), "0 effects, not taken back"),
    "hopeful": Wrong(Parts(disk=HopefulDisk), "0 effects, not taken back"),
    "stubborn-photos": Wrong(Parts(disk=StubbornDisk), "0 effects, not taken back"),
    "literal-words": Wrong(Parts(disk=LiteralDisk), "two that know the same"),
    "rosy-words": Wrong(Parts(disk=RosyDisk), "rejected at the centre, applied here"),
    "settled-aside": Wrong(Parts(disk=SettledDisk), "set aside, and settles all the same"),
    "closed": Wrong(Parts(disk=ClosedDisk), "1 effects, taken back"),
    "hiding": Wrong(Parts(disk=HidingDisk), "nobody sees the poison"),
    "write-behind": Wrong(Parts(disk=LateDisk), "another order than that in which it was taken in"),
    "short-mark": Wrong(Parts(disk=ShortDisk), "mark is not our tip"),
    "touchy": Wrong(Parts(disk=TouchyDisk), "stopped: "),
    "no-watchdog": Wrong(Parts(knobs=Knobs(watchdog=1e9)), "0 effects, not taken back"),
    "forgetful-centre": Wrong(Parts(centre=ForgetfulCentre), "more than one effect"),
    "obliging-centre": Wrong(Parts(centre=ObligingCentre), "withdrawn, and yet applied"),
    "blind-centre": Wrong(Parts(centre=BlindCentre), "took effect without its photo"),
    "hasty-centre": Wrong(Parts(centre=HastyCentre), "order of subject"),
}
