"""After a fork: both histories kept as they are, the centre's word, where they part, and the new life of our log.

In this order, and each step again from the beginning if anything fails: a whole copy of the store is laid aside; the
centre is asked for a new life, which it gives when its people agreed, closing the old one in the same moment; only
then it is asked, life by life, up to which operation its history is ours, by halving; last, in one transaction, our
store begins the new life and carries over what lies above. Nothing more can arrive in a closed life, so what was found
missing stays missing, and nothing is carried that is on its way still.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from offline_cache.chain import GENESIS
from offline_cache.epochs import Grant
from offline_cache.operations import Agreement, Operation
from terminal.centre import causes, chain
from terminal.centre.contract import Acknowledgement, EpochGrant, EpochRequest
from terminal.centre.identity import Identity
from terminal.sync.batches import signed_tip

OURS = frozenset({Agreement.SAME, Agreement.CENTRE_AHEAD, Agreement.CENTRE_BEHIND})


class Centre(Protocol):
    """The part of :class:`terminal.centre.client.CentreClient` that is used here."""

    def new_epoch(self, terminal: str, body: EpochRequest) -> EpochGrant: ...

    def high_water_mark(
        self, terminal: str, epoch: int, most: int | None = ..., *, urgent: bool = ...
    ) -> Acknowledgement: ...


class Log(Protocol):
    """The part of :class:`offline_cache.outbox.Outbox` that is used here."""

    def lives(self) -> list[tuple[int, int]]: ...

    def tip(self) -> tuple[int, int, bytes, bytes]: ...

    def latest_life(self) -> int: ...

    def check_against(self, hwm: int, head: bytes, epoch: int | None = ...) -> Agreement: ...

    def acknowledged(
        self,
        hwm: int,
        head: bytes,
        signature: bytes,
        time: str,
        *,
        epoch: int | None = ...,
        key_id: str = ...,
        journal: tuple[int, bytes] | None = ...,
        whole: Collection[bytes] = ...,
    ) -> int: ...

    def begin_epoch(self, grant: Grant, taken: Mapping[int, int]) -> list[Operation]: ...


@dataclass(frozen=True)
class Renewal:
    """One terminal's way out of a fork.

    :param prove: believes an acknowledgement of that life, and gives its signature; else it raises.
    :param aside: makes the copy of the store for the life that ends, if it is not there yet.
    :param asker: who asks: of two machines with the very same history one is given a life, and a copy of this disk that
        is put back after the new life began is not given it again. So it is in memory alone.
    """

    centre: Centre
    log: Log
    identity: Identity
    sign: chain.Sign
    prove: Callable[[Acknowledgement, int], bytes]
    aside: Callable[[int], object]
    asker: str = field(default_factory=lambda: secrets.token_hex(16).upper())

    def go(self) -> int:
        """All of it. Gives the new life.

        :raises CentreError: ``EPOCH_PENDING`` while nobody at the centre has agreed; ``ACKNOWLEDGEMENT_INVALID``;
            faults of the way.
        :raises StoreError: when the copy or the new life cannot be written.
        """
        epoch, *_ = self.log.tip()
        self.aside(epoch)
        grant = self._grant()
        taken = {life: self._common(life, tip) for life, tip in self.log.lives()}
        self.log.begin_epoch(grant, taken)
        return grant.epoch

    def _grant(self) -> Grant:
        tip, known = self.log.tip(), self.log.latest_life()
        question = signed_tip(self.identity.origin, tip, self.sign, known=known, asker=self.asker)
        grant = self.centre.new_epoch(self.identity.terminal, question)
        signature = chain.check_grant(self.identity, tip[0], grant)
        return Grant(grant.epoch, grant.after, grant.time, signature, grant.key_id)

    def _common(self, life: int, tip: int) -> int:
        """Up to which operation of ours the centre has the same; what it has is acknowledged on the way."""
        least, most = 0, tip
        while least < most:
            middle = (least + most + 1) // 2
            ack = self.centre.high_water_mark(self.identity.terminal, life, middle)
            signature, head = self.prove(ack, life), bytes.fromhex(ack.head)
            if ack.hwm > middle or (ack.hwm == 0 and head != GENESIS):
                raise causes.acknowledgement_invalid("of more than was asked")
            if self.log.check_against(ack.hwm, head, life) in OURS:
                self.log.acknowledged(ack.hwm, head, signature, ack.time, epoch=life, key_id=ack.key_id)
                least = ack.hwm
                most = most if ack.hwm == middle else least
            else:
                most = ack.hwm - 1
        return min(least, most)
