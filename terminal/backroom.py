"""What stands behind the counter: the store once it is open, the list of operators, and the sender.

Everything here blocks and belongs on worker threads, but for :attr:`BackRoom.records` and :attr:`BackRoom.error`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from offline_cache.errors import StoreError
from offline_cache.journal import Entry
from terminal.centre.errors import CentreError
from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault
from terminal.housework import Housework
from terminal.membership import Membership
from terminal.people.attempts import MemoryShelf, Shelf
from terminal.people.operators import DOCUMENT, Operators, decode, operators_old, unreadable
from terminal.rounds import Rounds
from terminal.settings import Settings

if TYPE_CHECKING:
    from offline_cache.mirror import Document
    from terminal.records import Records
    from terminal.reference import Reference

_log = logging.getLogger(__name__)

_AGAIN = 10.0
"""Seconds until the centre is asked once more in place of what is past its end."""


class BackRoom:
    """Opens the store once it can be opened. A store that cannot be opened refuses recording; cards can still be read.

    :param joining: gives the membership of this machine; may block.
    :param sending: whether to start the sender with the store; a command drains by itself.
    """

    def __init__(
        self, settings: Settings, clock: Clock, joining: Callable[[], Membership], *, sending: bool = True
    ) -> None:
        self._settings, self._clock, self._joining, self._sending = settings, clock, joining, sending
        self._lock = threading.Lock()
        self._closed = False
        self._housework: Housework | None = None
        self._copying: Rounds | None = None
        self._memory = MemoryShelf()
        self._heard: Document | None = None
        self._found: list[Document] = []
        self._heard_at = 0, 0.0  # by the wall, and by a clock that nobody sets
        self._asked: float | None = None
        self.changed: Callable[[], None] = lambda: None
        """Called from any thread when the sender may have something new to say."""
        self.records: Records | None = None
        """The open store; ``None`` before, and where it cannot be opened."""
        self.error: BaseException | None = None
        """Why it could not be opened the last time."""

    def open(self) -> Records:
        """The open store; opens it at the first call, and after a fault again.

        :raises StoreError, CentreError, TerminalError: why it cannot be opened.
        """
        with self._lock:
            if self.records is not None:
                return self.records
            try:
                made = self._open()
            except BaseException as error:
                self.error = error
                raise
            self.records, self.error = made, None
        self._keep()
        return made

    def _keep(self) -> None:
        """What was heard before the store was open is kept now."""
        if self._found and self.records is not None:
            self.records.mirror.replace(self._found)

    def _open(self) -> Records:
        if self._closed:
            raise RuntimeError("the back room is closed")
        from terminal.records import open_records  # noqa: PLC0415 - slow

        made = open_records(self._settings, self._clock, self._joining(), changed=self._moved)
        if self._sending:
            from offline_cache.housekeeping import Housekeeper, rules_of  # noqa: PLC0415 - slow

            made.sync.start()
            self._housework = Housework(Housekeeper(made.store, lambda: rules_of(made.store)), after=made.tip.keep)
            self._housework.start()
            if self._settings.second_copy:
                from terminal.second_copy import LOOK, SecondCopy  # noqa: PLC0415 - slow

                copying = SecondCopy(made, self._settings, self._clock.monotonic)
                self._copying = Rounds("second-copy", LOOK, copying.look)
                self._copying.start()
        return made

    def _moved(self) -> None:
        self.changed()

    def close(self) -> None:
        """End the sender after its request, close the store."""
        with self._lock:
            self._closed = True
            records, self.records = self.records, None
        for work in (self._housework, self._copying):
            if work is not None:
                work.stop()
        if records is not None:
            records.close()

    # --- operators --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Get the list of operators anew, with everything that is published with it, and keep it.

        :raises StoreError, CentreError, TerminalError: the list that is here stays in force.
        """
        from terminal.centre import snapshots  # noqa: PLC0415 - slow
        from terminal.reference import require_readable  # noqa: PLC0415 - slow

        member, records = self._joining(), self.records
        known, latest = (records.mirror.get(snapshots.NAME), records.mirror.latest()) if records else (None, None)
        found = snapshots.received(member.identity, member.client.snapshot(), self._clock.now(), known, latest)
        require_readable(found)
        (document,) = [one for one in found if one.name == DOCUMENT]
        self._heard, self._found = document, found
        self._heard_at = self._now(), self._clock.monotonic()
        self._keep()

    def operators(self, *, past: bool = False) -> Operators:
        """The list in force: as kept, else as heard; where there is none, or it is past its end, from the centre now.

        :param past: whether one that is past its end will do, for who serves nobody.
        :raises TerminalError: ``NOBODY_KNOWN``, ``OPERATORS_UNREADABLE``, ``OPERATORS_OLD``.
        """
        self._try_to_open()
        document = self._kept() or self._heard
        if document is None or self._is_past(document):
            self._renewed(again=document is None)
            document = self._kept() or self._heard
        if document is None:
            away = self.error if isinstance(self.error, StoreError) else None
            known = {} if away is None else {"store": away.fault.value}
            raise TerminalError(TerminalFault.NOBODY_KNOWN, **known)
        found = decode(document.body, document.version, document.as_of)
        if not len(found):
            raise unreadable("nobody in it")
        old = self._is_past(document)
        if old and not past:
            raise operators_old()
        return replace(found, past=old)

    def _renewed(self, *, again: bool = False) -> bool:
        """Whether the centre gave everything anew. Several wishes in a row are one, but for ``again``."""
        now = self._clock.monotonic()
        if not again and self._asked is not None and now - self._asked < _AGAIN:
            return False
        self._asked = now
        try:
            self.refresh()
        except (CentreError, StoreError) as error:
            _log.info("no list of operators", exc_info=error)
            return False
        return True

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _is_past(self, document: Document) -> bool:
        """Whether it is past its end, by the store's time, or by the time since it was heard where no store is."""
        if self.records is not None:
            return self.records.mirror.is_past(document)
        heard, monotonic = self._heard_at
        latest = max(self._now(), heard + int((self._clock.monotonic() - monotonic) * 1000))
        return document.expires is not None and latest > document.expires

    def reference(self) -> Reference:
        """What the centre's reference data says: as kept, else as heard. Nothing where neither is to be had: then
        nothing is recorded either, and what the centre alone can answer it decides by itself."""
        self._try_to_open()
        records = self.records
        try:
            if records is not None:
                said = records.reference()
                return records.reference() if said.old and self._renewed() else said
        except StoreError as error:
            _log.info("reference data cannot be looked up", exc_info=error)
        return self.heard()

    def heard(self) -> Reference:
        """What it said when it was last fetched by :meth:`refresh`; nothing before."""
        from terminal import reference  # noqa: PLC0415 - slow

        if not self._found:
            return reference.Reference()
        return reference.heard(self._found, old=any(map(self._is_past, self._found)))

    def _try_to_open(self) -> None:
        """People are checked against the store where it can be opened: it has the list, and the wrong passwords."""
        try:
            self.open()
        except (CentreError, StoreError, TerminalError) as error:
            _log.info("no store", exc_info=error)

    def _kept(self) -> Document | None:
        """The list in the mirror, its signature checked again."""
        if self.records is None:
            return None
        document = self.records.mirror.get(DOCUMENT)
        if document is None:
            return None
        from terminal.centre.documents import holds  # noqa: PLC0415 - slow

        identity = self.records.identity
        if not holds(identity, document):
            raise unreadable("its signature does not hold")
        return document

    @property
    def shelf(self) -> Shelf:
        """Where wrong passwords are counted."""
        return self._memory if self.records is None else self.records.kept

    def write(self, entry: Entry) -> None:
        """A line of the journal, where a store is open."""
        if self.records is not None:
            self.records.journal.write(entry)
