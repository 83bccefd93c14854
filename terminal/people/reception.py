"""Who is at the counter: sign-in, lock, unlock, hand-over, and the second person for what no visit is about.

Everything here belongs to the desk's thread; checking a password happens on a worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from offline_cache.journal import Entry
from terminal import faults
from terminal.clock import Clock
from terminal.desk_loop import Loop
from terminal.people.operators import Operator, operators_old
from terminal.people.secret import SecretEntry
from terminal.people.session import no_second
from terminal.people.signin import Purpose, Room, SignIn
from terminal.text import Text
from terminal.views import Fact, OperatorView, SecretView

_log = logging.getLogger(__name__)
T = TypeVar("T")

SIGN_IN = Text("请登录", "Sign in")
UNLOCK = Text("已锁定，请输入密码继续", "Locked: enter your password to go on")
SECOND = Text("请复核人输入工号和密码", "The reviewer enters number and password")

_IDLE = 600.0


@dataclass
class Session:
    """One person at the counter. :param since: local time ``HH:MM``. :param idle: seconds until it locks.
    :param past: whether this person was known by a list past its end, and so serves nobody.
    """

    operator: Operator
    since: str
    idle: float
    past: bool
    locked: bool = False


class Reception:
    """:param needed: whether somebody has to be signed in at all.
    :param opened: called when a session begins or is unlocked. :param changed: after every other change.
    """

    def __init__(self, room: Room, sign_in: SignIn, clock: Clock, *, needed: bool, opened: Callable[[], None]) -> None:
        self._room, self._sign_in, self._clock, self._needed = room, sign_in, clock, needed
        self._opened = opened
        self._changed: Callable[[], None] = lambda: None
        self._submit: Callable[[Callable[[], object]], Future[object]] | None = None
        self._loop: Loop | None = None
        self._session: Session | None = None
        self._left: str | None = None  # whose session somebody else ended
        self._purpose = Purpose.SIGN_IN
        self._entry: SecretEntry | None = SecretEntry(SIGN_IN) if needed else None
        self._asked: Future[Operator] | None = None
        self._busy = False
        self._turn = 0

    def start(
        self, submit: Callable[[Callable[[], object]], Future[object]], loop: Loop, changed: Callable[[], None]
    ) -> None:
        """From now on there are workers."""
        self._submit, self._loop, self._changed = submit, loop, changed

    @property
    def closed(self) -> bool:
        """Whether no card is served: nobody is signed in, or the session is locked."""
        return self._needed and (self._session is None or self._session.locked)

    @property
    def serves(self) -> bool:
        """Whether somebody is here who may serve: not by a list of people that is past its end."""
        return not self.closed and not (self._session is not None and self._session.past)

    def require_serving(self) -> None:
        """Where somebody is here, who may look, send and close the day.

        :raises TerminalError: ``OPERATORS_OLD``.
        """
        if not self.closed and not self.serves:
            raise operators_old()

    def renewed(self) -> None:
        """The list is good: whoever was known by an old one shows by the new one who it is."""
        if self._session is not None and self._session.past:
            self.lock("list-renewed")

    @property
    def operator(self) -> Operator | None:
        """Who serves; ``None`` while locked."""
        return None if self._session is None or self._session.locked else self._session.operator

    @property
    def idle(self) -> float:
        """Seconds without a touch after which the session locks."""
        return self._session.idle if self._session else _IDLE

    @property
    def view(self) -> SecretView | None:
        return None if self._entry is None else self._entry.view()

    @property
    def person(self) -> OperatorView | None:
        """Who is signed in, locked or not."""
        session = self._session
        if session is None:
            return None
        who = session.operator
        return OperatorView(who.number, who.name, who.role_text, session.since)

    # --- the page

    @property
    def entry(self) -> SecretEntry | None:
        """What can be typed into now; ``None`` while a password is being checked."""
        return None if self._busy else self._entry

    def enter(self) -> None:
        """Check what was typed, on a worker."""
        entry, purpose = self.entry, self._purpose
        if entry is None or self._submit is None or not entry.number or not len(entry.secret):
            return
        number, secret = entry.number, entry.secret.take()
        entry.message = None
        self._busy = True
        self._turn += 1
        turn, serving = self._turn, self.operator.number if self.operator else None

        def check() -> object:
            who = self._sign_in.check(number, secret, purpose, operator=serving)
            known = self._room.operators(past=True)
            return who, float(known.rules.idle_seconds), known.past

        self._submit(check).add_done_callback(lambda done: self._post(lambda: self._came(turn, done)))

    def _came(self, turn: int, done: Future[object]) -> None:
        if turn != self._turn or self._entry is None:
            return
        self._busy = False
        error = done.exception()
        if error is not None:
            self._entry.message = faults.explain(error)
            if faults.is_one_of(error, faults.SOMEBODY_ELSE):
                self._entry.set_number("")  # somebody else types theirs
            if self._entry.message.code == faults.INTERNAL:
                _log.error("checking a password failed", exc_info=error)
            self._changed()
            return
        found = done.result()
        assert isinstance(found, tuple)  # noqa: S101 - what check gives
        self._welcome(*found)

    def _welcome(self, who: Operator, idle: float, past: bool) -> None:
        self._entry = None
        asked, self._asked = self._asked, None
        if self._purpose is Purpose.SECOND and asked is not None:
            asked.set_result(who)
        elif self._purpose is Purpose.UNLOCK and self._session is not None:
            self._session.locked, self._session.past = False, past
            self._opened()
        else:
            self._session = Session(who, self._clock.now().astimezone().strftime("%H:%M"), idle, past)
            if self._left not in (None, who.number):
                self._note("handed-over", {"operator": str(self._left), "to": who.number})
            self._left = None
            self._opened()
        self._changed()

    def cancel(self) -> None:
        """Leave the page of a second person; the other pages cannot be left."""
        if self._asked is not None:
            self._turn += 1
            self._busy = False
            asked, self._asked = self._asked, None
            self._close_entry()
            asked.set_exception(no_second())
            self._changed()

    def _close_entry(self) -> None:
        if self._entry is not None:
            self._entry.wipe()
        self._entry = None

    # --- sessions

    def ask_second(self, lines: tuple[Fact, ...]) -> Future[Operator]:
        """Open the page of a second person; the future tells who it was, or ``SECOND_CANCELLED``.

        :param lines: what this person agrees to.
        """
        self.cancel()
        asked: Future[Operator] = Future()
        self._asked, self._purpose = asked, Purpose.SECOND
        people = (self.operator.number,) if self.operator else ()
        self._entry = SecretEntry(SECOND, people=people, lines=lines)
        self._changed()
        return asked

    def lock(self, reason: str = "person") -> None:
        """Lock the session; the same person goes on with the password."""
        if self._session is None or self._session.locked or not self._needed:
            return
        self.cancel()
        self._session.locked = True
        number = self._session.operator.number
        self._note("locked", {"operator": number, "reason": reason})
        self._begin(Purpose.UNLOCK, SecretEntry(UNLOCK, number=number, fixed=True))

    def sign_out(self, reason: str = "person") -> None:
        """Nobody is signed in; the next person can begin. Works on a locked session too."""
        if self._session is None or not self._needed:
            return
        self.cancel()
        number = self._session.operator.number
        self._left = number if self._session.locked else None
        self._session = None
        self._note("signed-out", {"operator": number, "reason": reason})
        self._begin(Purpose.SIGN_IN, SecretEntry(SIGN_IN))

    def unmasked(self, what: str) -> None:
        """A value was shown in clear to who serves. From any thread."""
        operator = self.operator
        self._note("unmasked", {"operator": operator.number if operator else "", "what": what})

    def _begin(self, purpose: Purpose, entry: SecretEntry) -> None:
        self._turn += 1
        self._busy = False
        self._close_entry()
        self._purpose, self._entry = purpose, entry
        self._changed()

    def _note(self, what: str, fields: dict[str, str]) -> None:
        if self._submit is not None:
            self._submit(lambda: self._room.write(Entry(what, fields))).add_done_callback(_noted)

    def _post(self, call: Callable[[], None]) -> None:
        if self._loop is not None:
            self._loop.post(call)

    def stop(self) -> None:
        """Nothing typed stays."""
        self.cancel()
        self._close_entry()


def _noted(done: Future[object]) -> None:
    if not done.cancelled() and done.exception() is not None:
        _log.info("a line of the journal could not be written", exc_info=done.exception())
