"""Puts the parts together. The only place that knows which reader system, key sources and centre there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cardio.keysource import KeySource
from cardio.psam import PsamKeySource
from cardio.readers import ReaderSystem, Without, choose
from cardio.refusals import Refusals
from cardio.worker import CardWorker
from offline_cache.errors import StoreError
from offline_cache.journal import Entry
from terminal.backroom import BackRoom
from terminal.centre.errors import CentreError
from terminal.centre_watch import DEFAULT_HOTLINE, CentreWatch
from terminal.clock import Clock
from terminal.desk import Desk
from terminal.desk_queue import QueueDesk
from terminal.health import Check, Subjects, examine
from terminal.membership import Membership, join
from terminal.people.operators import Operator
from terminal.people.reception import Reception
from terminal.people.signin import SignIn
from terminal.reference_beside import look
from terminal.rules import require_sandbox
from terminal.services.catalogue import services
from terminal.settings import Settings
from terminal.visit import Visit

if TYPE_CHECKING:
    from terminal.centre.client import CentreClient
    from terminal.counter import CounterPort
    from terminal.intake import Surroundings
    from terminal.localapi.service import LocalApi
    from terminal.queue_papers import Papers
    from terminal.reference import Reference


@contextmanager
def pcsc() -> Iterator[ReaderSystem]:
    """The readers of this machine, let go of at the end."""
    from cardio.reader_support import pcsc_readers  # noqa: PLC0415 - slow

    readers = pcsc_readers()
    try:
        yield readers
    finally:
        readers.close()


def toy_sources(settings: Settings) -> Sequence[KeySource]:
    """The sandbox's public keys; nothing in production."""
    if settings.environment != "sandbox":
        return ()
    from cardio.simulator.toykeys import ToyKeySource  # noqa: PLC0415 - a production package has none

    return (ToyKeySource(),)


def psam_source(settings: Settings, readers: ReaderSystem) -> PsamKeySource | None:
    """The terminal's PSAM, where the settings name its reader. Nothing is opened before the first question."""
    if not settings.psam:
        return None
    return PsamKeySource(lambda: readers.connect(settings.psam), settings.psam_region or None)


def for_cards(settings: Settings, readers: ReaderSystem) -> ReaderSystem:
    """The readers that holders' cards go into."""
    return Without(readers, settings.psam) if settings.psam else readers


@dataclass(frozen=True)
class Keys:
    """Who can prove and open a card here, for a program that works on cards by itself.

    :param all: in the order in which they are asked. :param hsm: who answers for the HSM steps; ``None`` where nobody.
    """

    all: tuple[KeySource, ...]
    hsm: KeySource | None


@contextmanager
def key_sources(settings: Settings, clock: Clock, readers: ReaderSystem) -> Iterator[Keys]:
    """The terminal's own: its PSAM, the centre's HSM where it has joined, and toy keys in the sandbox alone."""
    psam, toys = psam_source(settings, readers), toy_sources(settings)
    hsm: KeySource | None = None
    with suppress(CentreError, StoreError):
        client = join(settings, clock).client
        from terminal.centre.hsm import HsmKeySource  # noqa: PLC0415 - slow, and only of use with a centre

        hsm = HsmKeySource(client)
    try:
        yield Keys(tuple(each for each in (psam, hsm, *toys) if each is not None), hsm or next(iter(toys), None))
    finally:
        if psam is not None:
            psam.close()


class Staff:
    """The people and the store behind one command: opened when first needed, closed at the end.

    The command holds the instance lock of the data folder, see :func:`terminal.instance.single_instance`.
    """

    def __init__(self, settings: Settings, clock: Clock, joining: Callable[[], Membership]) -> None:
        self.room = BackRoom(settings, clock, joining, sending=False)
        self.sign_in = SignIn(self.room, clock)
        self.operator: Operator | None = None
        self._settings, self._clock, self._joining = settings, clock, joining

    def counter(self) -> CounterPort:
        """The counter of one visit."""
        from terminal.intake import Counter  # noqa: PLC0415 - slow

        around = surroundings(self._settings, self._clock, self.room, self.sign_in)
        return Counter(around, self.operator)

    def reference(self) -> Reference:
        """What the centre's reference data says: by the store that this command holds, else
        :func:`terminal.reference_beside.look`."""
        if self.room.records is not None:
            return self.room.reference()
        return look(self._settings, self._clock, self._joining)


def surroundings(
    settings: Settings,
    clock: Clock,
    room: BackRoom,
    sign_in: SignIn,
    *,
    reachable: Callable[[], bool] = lambda: True,
    hotline: Callable[[], str] = lambda: DEFAULT_HOTLINE,
) -> Surroundings:
    """What every visit shares."""
    from terminal.intake import Surroundings  # noqa: PLC0415 - slow
    from terminal.receipts.printers import printer_of  # noqa: PLC0415

    return Surroundings(
        records=room.open,
        sign_in=sign_in,
        clock=clock,
        printer=lambda: printer_of(settings.printer),
        reachable=reachable,
        environment=settings.environment,
        language=settings.language,
        hotline=hotline,
    )


def papers(settings: Settings, clock: Clock, *, hotline: Callable[[], str] = lambda: DEFAULT_HOTLINE) -> Papers:
    """How papers from the queue are printed."""
    from terminal.queue_papers import Papers  # noqa: PLC0415 - slow
    from terminal.receipts.printers import printer_of  # noqa: PLC0415

    return Papers(lambda: printer_of(settings.printer), hotline, settings.language, clock)


@dataclass
class Bench:
    """A card in a reader, for one command.

    :param unjoined: why the centre cannot be asked at all; ``None`` when it can.
    :param staff: who serves, once signed in, and the store.
    """

    visit: Visit
    unjoined: BaseException | None
    staff: Staff


@contextmanager
def bench(
    settings: Settings, clock: Clock, readers: ReaderSystem, *, reader: str | None, toys: bool
) -> Iterator[Bench]:
    """The visit of the one card that is in, and everything let go of afterwards.

    :param toys: whether the sandbox's own keys may prove the card where the centre cannot.
    :raises CardError: no reader, no card, several, mute, busy.
    """
    client: CentreClient | None = None
    unjoined: BaseException | None = None
    try:
        client = join(settings, clock).client
    except (CentreError, StoreError) as error:
        unjoined = error
    slots = for_cards(settings, readers)
    state = choose(slots.snapshot(), reader or settings.reader or None)
    worker = CardWorker(slots, state.name)
    psam = psam_source(settings, readers)
    spare = toy_sources(settings) if toys else ()
    staff = Staff(settings, clock, lambda: join(settings, clock))
    visit = Visit(
        worker,
        state.insertion,
        lambda: client,
        spare=spare,
        spare_too=True,
        deadline=settings.card_deadline,
        counter=staff.counter,
        reference=staff.reference,
        psam=psam,
    )
    try:
        yield Bench(visit, unjoined, staff)
    finally:
        visit.drop()
        worker.stop()
        if psam is not None:
            psam.close()
        staff.room.close()


@dataclass
class _Workers:
    """One card thread for each reader, made when it is first needed. Thread-safe."""

    readers: ReaderSystem
    on_stuck: Callable[[str, bool], None] = lambda reader, stuck: None
    made: dict[str, CardWorker] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, reader: str) -> CardWorker:
        with self.lock:
            if reader not in self.made:
                on_stuck = self.on_stuck
                self.made[reader] = CardWorker(self.readers, reader, on_stuck=lambda stuck: on_stuck(reader, stuck))
            return self.made[reader]

    def release(self, reader: str) -> None:
        """Let the card in ``reader`` go; does not wait for it."""
        self.of(reader).release()

    def stop(self) -> None:
        for worker in self.made.values():
            worker.stop()


def subjects(
    settings: Settings,
    clock: Clock,
    readers: ReaderSystem,
    fonts: Check,
    room: BackRoom | None = None,
    *,
    local_api: LocalApi | None = None,
) -> Subjects:
    """What ``doctor`` and the health page look at. :param room: with the open store, where this process has it;
    :param local_api: where this process serves one."""
    checked = None if local_api is None else local_api.check
    return Subjects(settings, clock, readers, lambda: join(settings, clock), fonts, room, checked)


def _counter(  # noqa: PLR0917 - each is one of the parts
    settings: Settings, clock: Clock, centre: CentreWatch, room: BackRoom, sign_in: SignIn, operator: Operator | None
) -> CounterPort:
    from terminal.intake import Counter  # noqa: PLC0415 - slow

    around = surroundings(
        settings,
        clock,
        room,
        sign_in,
        reachable=lambda: centre.view.reachable is True,
        hotline=lambda: centre.loss_hotline,
    )
    return Counter(around, operator)


def desk(
    settings: Settings,
    clock: Clock,
    readers: ReaderSystem,
    *,
    fonts: Check,
    joining: Callable[[], Membership] | None = None,
) -> Desk:
    """The whole application behind a screen, not yet started. :param fonts: tells what can be drawn, any thread."""
    slots, psam = for_cards(settings, readers), psam_source(settings, readers)
    workers = _Workers(slots)
    refusals, toys = Refusals(), toy_sources(settings)
    joined = joining or (lambda: join(settings, clock))
    centre = CentreWatch(joined, clock, away=settings.probe_every, up=settings.probe_idle)

    if not settings.sign_in:
        require_sandbox(settings.environment, "sign_in = false")
    room = BackRoom(settings, clock, centre.member)
    sign_in = SignIn(room, clock)

    def new_visit(reader: str, insertion: int, operator: Operator | None) -> Visit:
        worker = workers.of(reader)

        return Visit(
            worker,
            insertion,
            centre.client,
            spare=toys,
            deadline=settings.card_deadline,
            counter=lambda: _counter(settings, clock, centre, room, sign_in, operator),
            reference=room.reference,
            refusals=refusals,
            psam=psam,
        )

    def stop_cards() -> None:
        workers.stop()
        if psam is not None:
            psam.close()

    made = Desk(
        settings=settings,
        clock=clock,
        readers=slots,
        new_visit=new_visit,
        release=workers.release,
        stop_cards=stop_cards,
        centre=centre,
        services=services(),
        health=lambda: examine(subjects(settings, clock, readers, fonts, room, local_api=made.local_api)),
        reception=lambda opened: Reception(room, sign_in, clock, needed=settings.sign_in, opened=opened),
        queue=lambda reception: QueueDesk(
            room, reception, clock, lambda: papers(settings, clock, hotline=lambda: centre.loss_hotline)
        ),
        close_room=room.close,
    )
    workers.on_stuck = made.reader_stuck
    if settings.local_api_port:
        made.local_api = _local_api(settings, clock, made, workers, centre, room, refusals, psam)
    return made


def _local_api(  # noqa: PLR0917 - each is one of the parts
    settings: Settings,
    clock: Clock,
    made: Desk,
    workers: _Workers,
    centre: CentreWatch,
    room: BackRoom,
    refusals: Refusals,
    psam: KeySource | None,
) -> LocalApi:
    """The reader functions for other programs, on the desk's readers, card threads and key sources."""
    from cardio.interface33 import Book, Dialect, Interface33, Keypad  # noqa: PLC0415 - off in most places
    from terminal.localapi.book import WriteBook, gate  # noqa: PLC0415
    from terminal.localapi.service import LocalApi  # noqa: PLC0415

    def sources() -> Sequence[KeySource]:
        first = () if psam is None else (psam,)
        client = centre.client()
        if client is None:
            return (*first, *toy_sources(settings))
        from terminal.centre.hsm import HsmKeySource  # noqa: PLC0415 - slow

        return (*first, HsmKeySource(client))

    def interface(keypad: Keypad, book: Book) -> Interface33:
        return Interface33(
            workers.readers,
            workers.of,
            sources,
            keypad=keypad,
            refusals=refusals,
            reader=settings.reader or None,
            deadline=settings.card_deadline,
            book=book,
            admission=lambda: gate(room.reference()),
            dialect=Dialect(addresses=settings.write_addresses),
        )

    def journal(program: str, function: str, code: int) -> None:
        room.write(Entry("program-call", {"program": program, "function": function, "code": code}))

    return LocalApi(settings, made.programs, interface, lambda program: WriteBook(room.open, clock, program), journal)
