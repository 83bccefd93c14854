"""The chip behind the commands: its files, keys, PIN and volatile state."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cardio.keysource import CardIdentity
from cardio.simulator.contents import CardContents
from cardio.simulator.credentials import CardKeys, CardPin
from cardio.simulator.faults import Trouble
from cardio.simulator.files import Application, ElementaryFile, Rule
from cardio.simulator.purse_state import Purse
from cardio.simulator.records import altered
from cardio.simulator.state import Session
from cardio.simulator.status import (
    APPLICATION_BLOCKED,
    CONDITIONS,
    FILE_NOT_FOUND,
    NO_CURRENT_FILE,
    SECURITY,
    WRONG_P1P2,
    CommandRefused,
)
from cardio.simulator.tree import SOCIAL, algorithm_of, applications


class Chip:
    """One chip. Handlers of :mod:`cardio.simulator.commands` work on it."""

    def __init__(self, contents: CardContents, troubles: frozenset[Trouble]) -> None:
        if len(contents.history) != 13:
            raise ValueError("a card has 13 historical bytes")
        self.applications = applications(contents, troubles)
        card_id = altered(contents, troubles).card_id
        self.algorithm = algorithm_of(contents.generation)
        self.identity = CardIdentity(card_id, contents.history, self.algorithm, contents.generation)
        local = {each.fid: each.keys for each in self.applications if each.fid is not None}
        self.keys = CardKeys(self.identity, contents.key_tries, local)
        self.pin = CardPin(contents.pin, contents.pin_tries)
        self.session = Session()
        self.purse = Purse()
        self._troubles = troubles
        self.dead = Trouble.CARD_BLOCKED in troubles
        """Whether the whole card is blocked."""
        self._blocked: set[int] = set()  # FID of each application that was

    def suffers(self, trouble: Trouble) -> bool:
        """Whether this trouble is in the card's fault plan."""
        return trouble in self._troubles

    def written(self, old: bytes, new: bytes, head: int = 0) -> bytes:
        """What writing ``new`` over ``old`` leaves: all of it, unless power goes meanwhile."""
        tear = self.session.tear
        return tear.left(old, new, head) if tear is not None else new

    @property
    def blocked_directories(self) -> frozenset[int]:
        """FIDs of the applications that a command blocked."""
        return frozenset(self._blocked)

    def restore_blocks(self, directories: Iterable[int], *, dead: bool) -> None:
        """Set what was blocked in the card's life."""
        self._blocked = set(directories)
        self.dead = dead

    @property
    def blocked(self) -> bool:
        """Whether the selected application is blocked for good."""
        application = self.session.application
        return application is not None and self._is_blocked(application)

    def _is_blocked(self, application: Application) -> bool:
        if application.fid in self._blocked:
            return True
        return application.ring == SOCIAL and Trouble.APPLICATION_BLOCKED in self._troubles

    def block_application(self) -> None:
        """Block the selected application for good."""
        self._blocked.add(self.directory)

    def block_card(self) -> None:
        """Block the whole card for good."""
        self.dead = True

    def enter(self, wanted: Callable[[Application], bool], *, after_current: bool = False) -> bytes:
        """Select the application that is wanted and give its FCI.

        :param after_current: the next one after the selected application, as P2 02 asks.
        """
        choice = self.applications
        if after_current:
            current = self.session.application
            choice = choice[choice.index(current) + 1 :] if current is not None and wanted(current) else ()
        application = next((each for each in choice if wanted(each)), None)
        if application is None:
            raise CommandRefused(FILE_NOT_FOUND)
        self.session.enter(application)
        if self._is_blocked(application):
            raise CommandRefused(APPLICATION_BLOCKED)
        return application.fci

    def enter_master(self) -> bytes:
        """Back to the MF, which has no FCI of its own here."""
        self.session.enter(None)
        return b""

    def current_file(self, sfi: int) -> ElementaryFile:
        """The file with this short identifier, which becomes current; 0 is the current one."""
        if not sfi:
            if self.session.file is None:
                raise CommandRefused(NO_CURRENT_FILE)
            return self.session.file
        application = self.session.application
        file = application.by_sfi(sfi) if application else None
        if file is None:
            raise CommandRefused(FILE_NOT_FOUND)
        if file is not self.session.file:
            self.session.open_file(file)
        return file

    def binary_at(self, p1: int, p2: int) -> tuple[ElementaryFile, int]:
        """The file and the offset that P1 and P2 of READ BINARY or UPDATE BINARY mean: the current file, or a short
        identifier (P1 100sssss) with an offset below 256."""
        if not p1 & 0x80:
            return self.current_file(0), p1 << 8 | p2
        if p1 & 0x60:
            raise CommandRefused(WRONG_P1P2)
        if not p1 & 0x1F:
            raise CommandRefused(NO_CURRENT_FILE)
        return self.current_file(p1 & 0x1F), p2

    def require(self, rule: Rule) -> None:
        """:raises CommandRefused: 6982 when what the rule wants was not proven."""
        if not rule.met(self.session.opened, self.session.pin_verified):
            raise CommandRefused(SECURITY)

    def require_social(self, otherwise: int = CONDITIONS) -> None:
        """Keys and PIN stand behind the firewall of the social security applications."""
        application = self.session.application
        if application is None or application.ring != SOCIAL:
            raise CommandRefused(otherwise)

    @property
    def directory(self) -> int:
        """FID of the selected directory, 0 for the MF."""
        application = self.session.application
        return (application.fid if application else None) or 0

    def prove(self, factor: bytes, raw: bytes) -> bytes:
        """The answer of internal authentication; a forged card has no right key."""
        answer = self.keys.answer(factor, raw)
        if Trouble.FORGED in self._troubles:
            return bytes(byte ^ 0xA5 for byte in answer)
        return answer
