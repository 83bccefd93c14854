"""One unit of work at a time, in the order in which they were asked for.

Where something is under way or waits, the next one waits for the store's thread. Where nothing does, and who asks would
only wait, it is done at once by who asks: to hand it over and back costs two changes of thread, which is more than most
of the work itself. Two units are never under way together, so that the connection is never used by two threads at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """The turns of one store."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._count = threading.Lock()
        self._turn = threading.Lock()
        self._ahead = 0  # on the store's thread or waiting for it
        self._whose: int | None = None

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it in its turn, on the store's thread."""
        with self._count:  # whoever counts first is also first in the line
            self._ahead += 1
            return self._pool.submit(lambda: self._queued(work, *args, **kwargs))

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it in its turn, and wait for it.

        :raises RuntimeError: asked from inside of a unit of work, which would wait for itself.
        """
        if self._whose == threading.get_ident():
            raise RuntimeError("a unit of work must not wait for another one")
        with self._count:
            idle = not self._ahead and not self._turn.locked()
        if not idle:
            return self.submit(work, *args, **kwargs).result()
        with self._turn:  # somebody else may have been faster by now: he asked in the same moment
            return self._done(work, *args, **kwargs)

    def _queued(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with self._turn:
                return self._done(work, *args, **kwargs)
        finally:
            with self._count:
                self._ahead -= 1

    def _done(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            self._whose = threading.get_ident()
            return work(*args, **kwargs)
        finally:
            self._whose = None

    def close(self) -> None:
        """After the last one that was asked for."""
        self._pool.shutdown()
