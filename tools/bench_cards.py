"""``./run bench cards``: what the driver costs, measured in one run as ratios.

Everything that goes to a card goes through a private pcscd with the vpcd driver, a simulated card behind it, and the
real pyscard. The machine may be shared, so the two sides of a ratio take turns, and medians are compared.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench_flows import FLOWS, blank, counted, make
from tools.bench_screen import showing

ROUNDS = 300
SLOW_ROUNDS = 12
BYTE_TIME = 1250
"""Microseconds of one byte at the clock that every card begins with (ISO/IEC 7816-3: 372 clocks a bit, 3.57 MHz)."""
INSERTIONS = 25
CARDS_MADE = 12


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return f"{median(ours) / median(theirs):.3f}"


def _ms(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:.2f} ms"


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _alternating(rounds: int, *acts: Callable[[], object]) -> list[list[float]]:
    """Times of each act, all of them once a round, in an order that turns."""
    times: list[list[float]] = [[] for _ in acts]
    for number in range(rounds + 3):
        for step in range(len(acts)):
            which = (step + number) % len(acts)
            taken = _timed(acts[which])
            if number >= 3:  # the first rounds warm up
                times[which].append(taken)
    return times


class _Tapped:
    """A link that notes what is sent through it."""

    def __init__(self, link: Any) -> None:  # noqa: ANN401 - any link
        self._link = link
        self.sent: list[bytes] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - hands on
        return getattr(self._link, name)

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        self.sent.append(bytes(apdu))
        answer: tuple[bytes, int] = self._link.transmit(apdu)
        return answer


def reading(service: Any) -> Iterator[str]:  # noqa: ANN401 - PrivatePcscd, imported late
    """Our read of EF05 and EF06 against the same commands sent by hand with pyscard."""
    from cardio.simulator.faults import Fault, Trouble  # noqa: PLC0415
    from cardio.simulator.personas import SECOND  # noqa: PLC0415
    from cardio.simulator.spec import CardSpec  # noqa: PLC0415

    slow = CardSpec(SECOND, (Fault(Trouble.SLOW, value=BYTE_TIME),))
    for card, rounds, which in ((CardSpec(SECOND), ROUNDS, "answers at once"), (slow, SLOW_ROUNDS, "at 9600 bit/s")):
        service.insert(0, card)
        (ours, pyscard, lowest, link), count = _read_four_ways(service.reader_names[0], rounds)
        what = f"read EF05 + EF06, {count} commands, card {which}"
        yield f"| {what} | {_ms(ours)} | {_ms(pyscard)} pyscard's connection | {_ratio(ours, pyscard)} |"
        yield f"| the same | {_ms(ours)} | {_ms(lowest)} bare SCardTransmit | {_ratio(ours, lowest)} |"
        yield f"| its commands alone, by our link | {_ms(link)} | {_ms(pyscard)} pyscard | {_ratio(link, pyscard)} |"
        service.eject(0)


def _read_four_ways(reader: str, rounds: int) -> tuple[list[list[float]], int]:
    """Times of our read, and of its commands sent by pyscard's connection, by its bare functions and by our link, each
    within one transaction; and the number of commands.
    """
    from smartcard import scard  # noqa: PLC0415 - after the socket is chosen
    from smartcard.System import readers  # noqa: PLC0415

    from cardio.pcsc import PcscReaders  # noqa: PLC0415
    from cardio.session import CardSession  # noqa: PLC0415

    link = PcscReaders().connect(reader)
    tapped = _Tapped(link)
    CardSession(tapped).read()
    commands = [list(apdu) for apdu in tapped.sent]
    session = CardSession(link)
    connection = next(each for each in readers() if str(each) == reader).createConnection()
    connection.connect()
    hand: Any = connection
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    result, handle, _ = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0)
    if result:
        raise RuntimeError(f"connect: {result & 0xFFFFFFFF:08X}")

    def bare() -> None:
        # As any program must that shares a reader: the card is held for the length of the flow.
        scard.SCardBeginTransaction(handle)
        for apdu in commands:
            scard.SCardTransmit(handle, scard.SCARD_PCI_T0, apdu)
        scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)

    def by_hand() -> None:
        # pyscard's own connection, and again the card to ourselves.
        scard.SCardBeginTransaction(hand.component.hcard)
        for apdu in commands:
            connection.transmit(apdu)
        scard.SCardEndTransaction(hand.component.hcard, scard.SCARD_LEAVE_CARD)

    def our_link() -> None:
        with link.transaction():
            for apdu in tapped.sent:
                link.transmit(apdu)

    times = _alternating(rounds, session.read, by_hand, bare, our_link)
    connection.disconnect()
    scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)
    link.close()
    return times, len(commands)


class _Bell:
    """Moments at which a card was seen."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self.at = 0.0

    def ring(self) -> None:
        self.at = time.perf_counter()
        self._rung.set()

    def wait(self) -> float:
        if not self._rung.wait(30):
            raise TimeoutError("the card was not seen")
        self._rung.clear()
        return self.at


@contextmanager
def _raw_watch(reader: str, bell: _Bell) -> Iterator[None]:
    """A thread that does nothing but wait in SCardGetStatusChange, as the fastest listener there can be."""
    from smartcard import scard  # noqa: PLC0415

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    over = threading.Event()

    def run() -> None:
        known = scard.SCARD_STATE_UNAWARE
        while not over.is_set():
            _, states = scard.SCardGetStatusChange(context, 500, [(reader, known)])
            now = states[0][1]
            if now & scard.SCARD_STATE_PRESENT and not known & scard.SCARD_STATE_PRESENT:
                bell.ring()
            known = now & ~scard.SCARD_STATE_CHANGED

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        scard.SCardCancel(context)
        thread.join()
        scard.SCardReleaseContext(context)


def watching(service: Any) -> Iterator[str]:  # noqa: ANN401 - PrivatePcscd
    """A card put in: when PC/SC tells it, when our watcher tells it, and when its record is there."""
    from cardio.pcsc import PcscReaders  # noqa: PLC0415
    from cardio.session import CardSession  # noqa: PLC0415
    from cardio.simulator.personas import THIRD  # noqa: PLC0415
    from cardio.simulator.toykeys import ToyKeySource  # noqa: PLC0415
    from cardio.watcher import Situation, Watcher  # noqa: PLC0415
    from cardio.worker import CardWorker  # noqa: PLC0415

    name = service.reader_names[0]
    raw, ours = _Bell(), _Bell()

    def seen(situation: Situation) -> None:
        if any(state.name == name and state.atr for state in situation.readers):
            ours.ring()

    system = PcscReaders()
    watcher = Watcher(PcscReaders(), seen)
    worker = CardWorker(system, name)
    watcher.start()
    told, heard, shown = [], [], []
    try:
        with _raw_watch(name, raw):
            card = service.card(THIRD)
            for number in range(INSERTIONS + 3):
                begun = time.perf_counter()
                service.insert(0, card)
                by_pcsc, by_us = raw.wait(), ours.wait()
                job = worker.submit(lambda link: CardSession(link, [ToyKeySource()]).read(), 30)
                record = job.result(30)
                if record.holder is None:
                    raise RuntimeError("the card was not read")
                if number >= 3:
                    told.append(by_pcsc - begun)
                    heard.append(by_us - begun)
                    shown.append(time.perf_counter() - by_us)
                worker.release()
                service.eject(0)
    finally:
        watcher.stop()
        worker.stop()
    late = [after - before for after, before in zip(heard, told, strict=True)]
    alone = f"{_ms(told)} SCardGetStatusChange alone"
    yield f"| card in → event of our watcher | {_ms(heard)} | {alone} | {_ratio(heard, told)} |"
    yield f"| PC/SC event → our event | {_ms(late)} | | |"
    yield f"| our event → record read and proven, generation 3 | {_ms(shown)} | | |"


def seeing(service: Any) -> Iterator[str]:  # noqa: ANN401 - PrivatePcscd
    """A card put in, to what a person can read on the screen."""
    bell = _Bell()
    noticed, shown = showing(service, partial(_raw_watch, bell=bell), bell)
    yield f"| PC/SC event → notice on the screen | {_ms(noticed)} | | |"
    yield f"| notice accepted → record shown on the screen, generation 3 | {_ms(shown)} | | |"
    both = [first + then for first, then in zip(noticed, shown, strict=True)]
    yield f"| card seen → record shown, both together | {_ms(both)} | | |"


def making(service: Any) -> Iterator[str]:  # noqa: ANN401 - PrivatePcscd
    """Blank cards of generation 3 made one after the other, chip time alone."""
    from cardio.pcsc import PcscReaders  # noqa: PLC0415
    from cardio.session import CardSession  # noqa: PLC0415
    from cardio.simulator.personas import THIRD  # noqa: PLC0415
    from cardio.simulator.toykeys import ToyKeySource  # noqa: PLC0415

    system = PcscReaders()
    taken = []
    for _ in range(CARDS_MADE):
        service.insert(0, blank(THIRD))
        link = system.connect(service.reader_names[0])
        session = CardSession(link, [ToyKeySource()])
        taken.append(_timed(partial(make, session)))
        link.close()
        service.eject(0)
    rate = f"{3600 / median(taken):,.0f} an hour, chip time alone"
    yield f"| issue into one chip that answers at once, generation 3 | {_ms(taken)} | {rate} | |"


def flows() -> Iterator[str]:
    """Commands of each flow, against the fewest."""
    for flow in FLOWS:
        took = counted(flow)
        yield f"| {flow.name} | {took} | {flow.fewest} | {took / flow.fewest:.2f} | {flow.why} |"


def main(arguments: list[str]) -> int:
    """Print both tables."""
    if arguments:
        print("bench cards takes no arguments", file=sys.stderr)
        return 2
    from cardio.simulator.pcscd import SOCKET_VARIABLE, PrivatePcscd  # noqa: PLC0415

    folder = Path(tempfile.gettempdir()) / f"ssc-bench-{os.getpid()}"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    os.environ[SOCKET_VARIABLE] = str(folder / "pcscd.comm")  # libpcsclite reads it once, at the first call
    with PrivatePcscd(folder) as service:
        print("| what | ours | compared with | ratio |\n|---|---|---|---|")
        for part in (reading, watching, seeing, making):
            for line in part(service):
                print(line, flush=True)
    print("\n| flow | commands | fewest | ratio | how the fewest come about |\n|---|---|---|---|---|")
    for line in flows():
        print(line)
    return 0
