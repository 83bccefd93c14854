"""What a card forgets when the power goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.simulator.files import Application, ElementaryFile


@dataclass(frozen=True)
class Tear:
    """How far a write comes before power goes (:attr:`cardio.simulator.faults.Trouble.TORN`).

    :param written: bytes of the value that are in. The tag and the length of a record are never torn: where they are
        kept is the card's own affair.
    :param erased: whether the rest of the place is FF; otherwise it is as it was.
    """

    written: int
    erased: bool

    def left(self, old: bytes, new: bytes, head: int) -> bytes:
        """What stands in a place. :param head: bytes of tag and length before the value."""
        there = head + self.written
        before = old if not self.erased and len(old) == len(new) else b"\xff" * len(new)
        return new[:there] + before[there:]


@dataclass
class Session:
    """State between power on and power off.

    :param application: the selected one; ``None`` is the MF.
    :param pointer: number of the current record, 0 before the first.
    :param challenge: the last challenge given and not yet used.
    :param opened: ids of keys that external authentication proved in this application.
    :param pending: what GET RESPONSE will give.
    :param tear: what befalls the write of the command under way.
    """

    application: Application | None = None
    file: ElementaryFile | None = None
    pointer: int = 0
    challenge: bytes | None = field(default=None, repr=False)
    opened: set[int] = field(default_factory=set)
    pin_verified: bool = False
    pending: bytes = field(default=b"", repr=False)
    tear: Tear | None = None

    def enter(self, application: Application | None) -> None:
        """Select a directory. Another one than before ends challenge and opened keys; the PIN stays until power off."""
        if application is not self.application:
            self.challenge = None
            self.opened.clear()
        self.application = application
        self.open_file(None)

    def open_file(self, file: ElementaryFile | None) -> None:
        """Make a file current; its record pointer starts afresh."""
        self.file = file
        self.pointer = 0

    def take_challenge(self) -> bytes | None:
        """The last challenge, which is used up by this."""
        challenge, self.challenge = self.challenge, None
        return challenge
