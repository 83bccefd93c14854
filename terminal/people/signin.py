"""Proving who somebody is, off-line, against the centre's list: by password, on a worker, with a constant answer.

An unknown number, a number that is out of work and a wrong password are one fault and cost the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Protocol

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from offline_cache.journal import Entry
from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault
from terminal.people.attempts import Attempts, Shelf
from terminal.people.operators import Operator, OperatorRecord, Operators, Role
from terminal.people.secret import wipe

_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$T58i9hE9R1rEwk2OeeqbPQ$QSpDQOQQM/2m2p8Gb3qZrCCqSu9X+dKPp/XgCWnY23s"


class Purpose(Enum):
    """What the proof is for, as the journal names it."""

    SIGN_IN = "desk"
    UNLOCK = "unlock"
    SECOND = "second"
    COMMAND = "command"
    LOOK = "look"  # a command that serves nobody: looks, sends, prints what was done


OLD_LIST_DOES = frozenset({Purpose.SIGN_IN, Purpose.UNLOCK, Purpose.LOOK})
"""For these a list past its end will do, so that nobody is kept from looking, sending and closing the day. A session at
the counter then serves nobody until the centre's list is here (:meth:`terminal.people.reception.Reception.serves`)."""


class Room(Protocol):
    """What sign-in needs of the back room."""

    def operators(self, *, past: bool = False) -> Operators:
        """The list in force. :param past: whether one past its end will do.

        :raises TerminalError: ``NOBODY_KNOWN``, ``OPERATORS_UNREADABLE``, ``OPERATORS_OLD``.
        """
        ...

    @property
    def shelf(self) -> Shelf: ...

    def write(self, entry: Entry) -> None:
        """A line of the journal, where there is one."""
        ...


class SignIn:
    """Checks people. Every method blocks: for a worker thread.

    :param attempts: one for the whole process.
    """

    def __init__(self, room: Room, clock: Clock, attempts: Attempts | None = None) -> None:
        self._room = room
        self._attempts = attempts or Attempts(clock)

    def wants_two(self, items: Iterable[str]) -> bool:
        """Whether the centre wants a second person for any of these (:attr:`SignInRules.second_person`).

        :raises TerminalError: ``NOBODY_KNOWN``, ``OPERATORS_UNREADABLE``, ``OPERATORS_OLD``.
        """
        return not set(self._room.operators().rules.second_person).isdisjoint(items)

    def check(self, number: str, secret: bytearray, purpose: Purpose, *, operator: str | None = None) -> Operator:
        """Who this is, when the password is right and the role fits. ``secret`` is wiped, whatever comes of it.

        :param operator: of the person who serves, when a second one is wanted.
        :raises TerminalError: ``SAME_PERSON``, ``SIGN_IN_LOCKED``, ``SIGN_IN_REFUSED``, ``ROLE_MISSING``,
            ``NOBODY_KNOWN``, ``OPERATORS_UNREADABLE``; ``OPERATORS_OLD``, see :data:`OLD_LIST_DOES`.
        :raises offline_cache.errors.StoreError: when the count of tries cannot be kept.
        """
        try:
            if purpose is Purpose.SECOND and number == operator:
                self._note("sign-in-refused", number, reason="same-person")
                raise _same_person()
            operators = self._room.operators(past=purpose in OLD_LIST_DOES)
            found = self._proven(operators, number, secret)
        finally:
            wipe(secret)
        wanted = Role.REVIEWER if purpose is Purpose.SECOND else Role.OPERATOR
        if wanted not in found.roles:
            self._note("sign-in-refused", number, reason="role")
            raise _role_missing()
        by: dict[str, str | int] = {"list": "past"} if operators.past else {}
        if purpose is Purpose.UNLOCK:
            self._note("unlocked", number, **by)
        else:
            self._note("signed-in", number, role=wanted.value, way=purpose.value, **by)
        return Operator(found.number, found.name, frozenset(found.roles))

    def _proven(self, operators: Operators, number: str, secret: bytearray) -> OperatorRecord:
        shelf = self._room.shelf
        self._attempts.require(shelf, number, operators.rules)
        row = operators.find(number)
        right = _fits(secret, row.verifier if row else operators.any_verifier() or _NOBODY)
        if row is None or not right:
            left = self._attempts.failed(shelf, number, operators.rules)
            self._note("sign-in-refused", number, reason="password", tries=left)
            raise _refused()
        self._attempts.cleared(shelf, number, operators.rules)
        return row

    def _note(self, what: str, number: str, **fields: str | int) -> None:
        self._room.write(Entry(what, {"operator": number[:12], **fields}))


def _fits(secret: bytearray, verifier: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(secret, verifier)  # type: ignore[arg-type] # any buffer: no copy stays behind
    except InvalidKey:
        return False
    return True


Check = Callable[[str, bytearray, Purpose], Operator]


def _refused() -> TerminalError:
    return TerminalError(TerminalFault.SIGN_IN_REFUSED)


def _same_person() -> TerminalError:
    return TerminalError(TerminalFault.SAME_PERSON)


def _role_missing() -> TerminalError:
    return TerminalError(TerminalFault.ROLE_MISSING)
