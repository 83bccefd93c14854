"""What a card forgets when the power goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardio.simulator.files import Application, ElementaryFile


@dataclass
class Session:
    """State between power on and power off.

    :param application: the selected one; ``None`` is the MF.
    :param pointer: number of the current record, 0 before the first.
    :param challenge: the last challenge given and not yet used.
    :param opened: ids of keys that external authentication proved in this application.
    :param pending: what GET RESPONSE will give.
    """

    application: Application | None = None
    file: ElementaryFile | None = None
    pointer: int = 0
    challenge: bytes | None = field(default=None, repr=False)
    opened: set[int] = field(default_factory=set)
    pin_verified: bool = False
    pending: bytes = field(default=b"", repr=False)

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
