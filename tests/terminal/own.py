"""A terminal of its own for a test: its queue is counted."""

from __future__ import annotations

from pathlib import Path

from offline_cache.database import Db
from offline_cache.store import Store
from terminal.centre.enrolment import enrol
from terminal.clock import SystemClock
from terminal.membership import key_port
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings, prepare_data, store_path
from tests.terminal.world import settings_for


def joined(centre: SandboxCentre, folder: Path, **changes: object) -> Settings:
    """Enrol a data folder, and its settings."""
    made = settings_for(folder, **changes)
    enrol(
        prepare_data(made),
        centre.url,
        centre.control.new_code(),
        centre.authority,
        environment="sandbox",
        keys=key_port(made),
        now=SystemClock().now,
    )
    return made


def renewed(centre: SandboxCentre, settings: Settings, number: str) -> None:
    """Get a new certificate for the same terminal."""
    enrol(
        prepare_data(settings),
        centre.url,
        centre.control.new_code(renews=number),
        centre.authority,
        environment="sandbox",
        keys=key_port(settings),
        now=SystemClock().now,
        replace=True,
        renews=number,
    )


def past_its_end(settings: Settings, *names: str) -> None:
    """The reference data in a store that nobody has open ended long ago: as a terminal finds it that was off-line for
    all of its life. :param names: only of these documents."""

    def end(db: Db) -> None:
        for name in names or [row[0] for row in db.rows("SELECT name FROM mirror")]:
            db.execute("UPDATE mirror SET expires = 1000 WHERE name = ?", (name,))

    with Store.open(store_path(settings), key_port(settings), environment="sandbox", now=SystemClock().now) as store:
        store.do(end)
