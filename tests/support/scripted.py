"""Links that play a part: a script in order, or answers by command. Neither knows anything of cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from cardio.errors import CardError, CardFault

GEN3_ATR = bytes.fromhex("3B6D000000814A444686605199000001AC")

Step = tuple[str, "str | CardFault"]
"""A command and its whole answer in hex (data and status word; blanks are allowed), or the fault the link raises."""


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


class _Link:
    """What both kinds share. Fails on a command outside a transaction, and after the link was closed."""

    def __init__(self, atr: bytes) -> None:
        self._atr = atr
        self._depth = 0
        self._closed = False
        self.resets = 0
        self.transactions = 0
        self.sent: list[bytes] = []

    @property
    def reader(self) -> str:
        return "Scripted 0"

    @property
    def atr(self) -> bytes:
        return self._atr

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._depth += 1
        self.transactions += 1
        try:
            yield
        finally:
            self._depth -= 1

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self._closed = True

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        assert self._depth, "a command outside a transaction"
        assert not self._closed, "a command over a closed link"
        apdu = bytes(apdu)
        self.sent.append(apdu)
        answer = self._answer(apdu)
        if isinstance(answer, CardFault):
            raise CardError(answer, "scripted")
        return answer[:-2], int.from_bytes(answer[-2:])

    def _answer(self, apdu: bytes) -> bytes | CardFault:
        raise NotImplementedError


class ScriptedLink(_Link):
    """Expects exactly these commands in this order; anything else fails the test. Use as a context manager, or call
    :meth:`done`, so that a script that was not played to its end fails as well."""

    def __init__(self, script: Iterable[Step], atr: bytes = GEN3_ATR) -> None:
        super().__init__(atr)
        self._script = list(script)

    def __enter__(self) -> ScriptedLink:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.done()

    def done(self) -> None:
        left = [command for command, _ in self._script[len(self.sent) :]]
        assert not left, f"never sent: {left}"

    def _answer(self, apdu: bytes) -> bytes | CardFault:
        number = len(self.sent) - 1
        assert number < len(self._script), f"unexpected command {apdu.hex().upper()} after the end of the script"
        command, answer = self._script[number]
        assert apdu == _bytes(command), f"command {number}: expected {command}, got {apdu.hex().upper()}"
        return answer if isinstance(answer, CardFault) else _bytes(answer)


class TableLink(_Link):
    """Answers each command by a table; what is not in it gets ``other``.

    :param twist: may change the n-th answer (from 0): gets n and the answer with its status word, gives what is to be
        sent in its place, or a fault to raise.
    """

    def __init__(
        self,
        table: Mapping[str, str],
        atr: bytes = GEN3_ATR,
        *,
        other: str = "6D00",
        twist: Callable[[int, bytes], bytes | CardFault] | None = None,
    ) -> None:
        super().__init__(atr)
        self._table = {_bytes(command): _bytes(answer) for command, answer in table.items()}
        self._other = _bytes(other)
        self._twist = twist

    def _answer(self, apdu: bytes) -> bytes | CardFault:
        answer = self._table.get(apdu, self._other)
        return self._twist(len(self.sent) - 1, answer) if self._twist else answer
