"""The functions of the reader interface over readers and key sources of this library."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from cardio import atr
from cardio.errors import CardError
from cardio.interface33.arguments import LinkKind, link_kind
from cardio.interface33.catalogue import FUNCTIONS, Function
from cardio.interface33.errors import Code, Refused, code_of, message
from cardio.interface33.flows import NO_TERMINAL, Ask, Device, Dialect, Flow, Keypad, Purpose, Say
from cardio.interface33.outputs import Reply, encode
from cardio.interface33.writes import Book
from cardio.keysource import KeySource, KeySourceUnavailable
from cardio.link import Link
from cardio.psam import PsamKeySource
from cardio.readers import Presence, ReaderState, ReaderSystem, choose
from cardio.refusals import Refusals
from cardio.session import CardSession
from cardio.wiping import wipe
from cardio.worker import CardWorker

DEADLINE: Final = 15.0
"""Seconds for one piece of work on the card; a file of 4096 bytes is the longest."""


class NoKeypad:
    """Where nothing is that a PIN could be typed on."""

    def ask(self, purpose: Purpose) -> bytearray:
        """:raises Refused: NOT_SUPPORTED."""
        raise Refused(Code.NOT_SUPPORTED, "no keypad")


@dataclass
class _Work:
    """A function under way on one insertion of one card. The generator is used on the card's thread alone."""

    function: Function
    worker: CardWorker
    insertion: int
    flow: Flow


class Interface33:
    """One caller's library: ``call("iReadCardBas", 1)``. Calls come one at a time, as the standard has it.

    Each function opens, powers, works, and lets the card go; between the steps of an HSM function the card keeps its
    power. Nothing that a caller passes raises: every answer is a code.

    :param readers: the readers of this machine.
    :param worker_of: the card thread of a reader; a program that has one shares it, so that two never mix on one card.
    :param key_sources: the PSAM, or what stands in its place.
    :param reader: the one to use; any that has a card otherwise. :param aside: readers that hold a PSAM.
    :param refusals: see :class:`cardio.session.CardSession`. :param book: where writes into a card are told.
    :param admission: asked at each call, off the card's thread, for the ``admit`` of its session.
    """

    def __init__(
        self,
        readers: ReaderSystem,
        worker_of: Callable[[str], CardWorker],
        key_sources: Callable[[], Sequence[KeySource]] = tuple,
        *,
        keypad: Keypad | None = None,
        device: Device | None = None,
        dialect: Dialect | None = None,
        refusals: Refusals | None = None,
        reader: str | None = None,
        aside: Collection[str] = (),
        deadline: float = DEADLINE,
        book: Book | None = None,
        admission: Callable[[], Callable[[bytes], None] | None] = lambda: None,
    ) -> None:
        self._readers, self._worker_of, self._sources = readers, worker_of, key_sources
        self._keypad: Keypad = keypad or NoKeypad()
        self._device, self._dialect = device or Device(), dialect or Dialect()
        if book is not None:
            self._device = replace(self._device, book=book)
        self._refusals = refusals or Refusals()
        self._reader, self._aside, self._deadline = reader, frozenset(aside), deadline
        self._admission = admission
        self._open: _Work | None = None

    @property
    def waiting_in(self) -> str | None:
        """Name of the reader whose card waits, powered, for the next step of an HSM function."""
        return self._open.worker.reader if self._open else None

    def call(self, name: str, *arguments: object) -> Reply:
        """Run a function by its name, with its arguments as the standard has them but for the output buffer."""
        function = FUNCTIONS.get(name)
        if function is None:
            return self._failed(Refused(Code.NOT_SUPPORTED), 512)
        try:
            if len(arguments) != len(function.parameters):
                raise Refused(Code.ARGUMENT, f"{len(arguments)} arguments")  # noqa: TRY301 - told like every refusal
            return Reply(Code.OK, encode(self._run(function, arguments), function.buffer))
        except Refused as refused:
            return self._failed(refused, function.buffer)
        except CardError as error:
            return self._failed(Refused(code_of(error), tries_left=error.tries_left), function.buffer)

    def _failed(self, why: Refused, buffer: int) -> Reply:
        words = message(why.code, why.tries_left) if self._dialect.words_for_failure else ""
        return Reply(why.code, encode(words, buffer))

    def close(self) -> None:
        """Give up what waits for another step, and let its card go."""
        work, self._open = self._open, None
        if work is not None:
            self._end(work)

    # --- one call

    def _run(self, function: Function, arguments: Sequence[object]) -> str | bytearray:
        if function.prepare is None:
            return self._go_on(function, arguments)
        self.close()
        kind = link_kind(arguments[0])
        sources, admit = tuple(self._sources()), self._admission()
        begin = function.prepare(arguments, self._device_with(sources), self._dialect)
        state = self._choose(kind)
        worker = self._worker_of(state.name)

        def start(link: Link) -> Flow:
            return begin(CardSession(link, sources, refusals=self._refusals, admit=admit))

        flow = worker.submit(start, self._deadline, insertion=state.insertion).result()
        return self._advance(_Work(function, worker, state.insertion, flow), None)

    def _device_with(self, sources: Sequence[KeySource]) -> Device:
        """Who we are, with the number in the PSAM unless the terminal has told another."""
        if self._device.terminal_number is not Device.terminal_number:
            return self._device
        return replace(self._device, terminal_number=lambda: terminal_number(sources))

    def _go_on(self, function: Function, arguments: Sequence[object]) -> str | bytearray:
        """The next step of what is open; any other step ends it."""
        work, self._open = self._open, None
        if work is None:
            raise Refused(Code.NOT_CONNECTED, "no first step")
        if (work.function.family, work.function.step + 1) != (function.family, function.step):
            self._end(work)
            raise Refused(Code.NOT_CONNECTED, "not the next step")
        work.function = function
        return self._advance(work, tuple(arguments))

    def _advance(self, work: _Work, value: object) -> str | bytearray:
        """Work until this step has said what it says; digits are typed in between, off the card's thread."""
        try:
            while True:
                wish = self._piece(work, value)
                if isinstance(wish, Ask):
                    value = self._keypad.ask(wish.purpose)
                    continue
                break
        except BaseException:
            self._end(work)
            raise
        if isinstance(wish, Say):
            self._open = work
            return wish.out
        _let_go(work.worker)
        return wish

    def _piece(self, work: _Work, value: object) -> Ask | Say | str:
        def run(link: Link) -> Ask | Say | str:
            try:
                return work.flow.send(value)
            except StopIteration as end:
                return str(end.value)

        try:
            return work.worker.submit(run, self._deadline, insertion=work.insertion).result()
        except BaseException:
            if isinstance(value, bytearray):  # digits that the flow may never have seen
                wipe(value)
            raise

    @staticmethod
    def _end(work: _Work) -> None:
        """Give the work up where it stands, and let the card go."""

        def close(link: Link) -> None:
            work.flow.close()

        try:
            work.worker.submit(close, DEADLINE, insertion=work.insertion).result()
        except (CardError, CancelledError):
            # The card went, and with it what was proven. What was typed is still in the flow, which wipes it.
            with suppress(ValueError):  # one that hangs in its driver cannot be ended
                work.flow.close()
        finally:
            _let_go(work.worker)

    # --- which card

    def _choose(self, kind: LinkKind) -> ReaderState:
        """The reader with the card, by the way that is asked for.

        :raises CardError: as :func:`cardio.readers.choose`.
        """
        states = tuple(state for state in self._readers.snapshot() if state.name not in self._aside)
        if self._reader is not None or not states:
            return choose(states, self._reader)
        orders: dict[LinkKind, tuple[bool, ...]] = {
            LinkKind.CONTACT: (False,),
            LinkKind.CONTACTLESS: (True,),
            LinkKind.CONTACT_FIRST: (False, True),
            LinkKind.CONTACTLESS_FIRST: (True, False),
        }
        full = [state for state in states if state.presence is not Presence.EMPTY]
        for contactless in orders[kind]:
            fitting = [state for state in full if is_contactless(state) is contactless]
            if fitting:
                return choose(fitting, None)
        if full:  # a card is there, and not by the way that was asked for
            raise Refused(Code.NO_CARD)
        return choose(states, None)


def _let_go(worker: CardWorker) -> None:
    """Power off and close, and be done with it before the function comes back."""
    with suppress(TimeoutError):
        worker.release().result(DEADLINE)


def terminal_number(sources: Sequence[KeySource]) -> str:
    """终端机编号 of the PSAM among ``sources``; zeros where there is none."""
    for source in sources:
        if isinstance(source, PsamKeySource):
            with suppress(KeySourceUnavailable):
                return source.terminal_number()
    return NO_TERMINAL


def is_contactless(state: ReaderState) -> bool:
    """Whether the card in a reader is spoken to without contacts, by the pattern of its ATR."""
    try:
        return state.atr is not None and atr.parse(state.atr).contactless
    except CardError:
        return False
