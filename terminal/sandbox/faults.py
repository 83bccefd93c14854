"""Ways in which the sandbox centre can be told to fail, and which request gets which."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct


class FaultKind(Enum):
    """What goes wrong. Those marked *connection* come before any route is known and take no ``route``."""

    DOWN = "down"  # connection: closed as soon as it is made
    CLOCK = "clock"  # the centre's clock is ``seconds`` off; not counted
    SLOW = "slow"  # the answer waits ``seconds``
    DRIP = "drip"  # the body comes one byte every ``seconds``
    HTML = "html"  # 200 with a login page
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad-signature"
    REPLAY = "replay"  # the last good answer of this route once more, with its own signature
    WRONG_SCHEMA = "wrong-schema"  # signed, but not the contract's answer
    WRONG_TYPE = "wrong-type"  # signed JSON that calls itself text
    BOMB = "bomb"  # signed and small, and 32 MiB once it is unpacked
    BUSY = "busy"  # ``status`` 429 or 503, with ``retry_after``
    FAILED = "failed"  # a signed problem, 500
    GATEWAY = "gateway"  # an unsigned page of a gateway, ``status`` 502 by default
    LOST = "lost"  # everything is done as asked, and the connection breaks before the answer
    ACK_SIGNATURE = "ack-signature"  # an acknowledgement whose own signature is wrong
    ACK_HEAD = "ack-head"  # one for another history, rightly signed
    ACK_OLDER = "ack-older"  # one of before, with its own signature, in a fresh answer
    CUT = "cut"  # half of the body, then the end
    OVERSIZE = "oversize"  # a body without end


class FaultOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault to be had.

    :param route: name in the contract; ``None`` for all.
    :param times: requests it holds for; ``None``: until cleared.
    :param spares_urgent: not for who says that a reversal waits.
    """

    kind: FaultKind
    route: str | None = None
    times: Annotated[int, Meta(ge=1)] | None = None
    seconds: Annotated[float, Meta(ge=-10_000_000, le=10_000_000)] = 0.0
    status: Annotated[int, Meta(ge=300, le=599)] | None = None
    retry_after: Annotated[int, Meta(ge=0)] | None = None
    spares_urgent: bool = False


class Faults:
    """The orders in force. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[FaultOrder] = []
        self._left: list[int | None] = []
        self._met: dict[FaultKind, int] = {}
        self.cleared = threading.Event()

    def set(self, order: FaultOrder) -> None:
        with self._lock:
            self.cleared.clear()
            self._orders.append(order)
            self._left.append(order.times)

    def clear(self) -> None:
        """End all of them; answers that wait go out at once."""
        with self._lock:
            self._orders.clear()
            self._left.clear()
            self.cleared.set()

    def met(self) -> dict[str, str]:
        """How many requests met each kind of fault since the centre started."""
        with self._lock:
            return {kind.value: str(count) for kind, count in self._met.items()}

    def offset(self) -> float:
        """Seconds that the centre's clock is off."""
        with self._lock:
            return sum(order.seconds for order in self._orders if order.kind is FaultKind.CLOCK)

    def refuse_connection(self) -> bool:
        """Whether a connection made now is closed at once."""
        return self._take(lambda order: order.kind is FaultKind.DOWN) is not None

    def take(self, route: str | None, *, urgent: bool = False) -> FaultOrder | None:
        """The order that this request meets, counted."""
        return self._take(
            lambda order: (
                order.kind not in (FaultKind.DOWN, FaultKind.CLOCK)
                and order.route in (None, route)
                and not (urgent and order.spares_urgent)
            )
        )

    def _take(self, fits: Callable[[FaultOrder], bool]) -> FaultOrder | None:
        with self._lock:
            for index, order in enumerate(self._orders):
                left = self._left[index]
                if not fits(order) or left == 0:
                    continue
                if left is not None:
                    self._left[index] = left - 1
                self._met[order.kind] = self._met.get(order.kind, 0) + 1
                return order
        return None
