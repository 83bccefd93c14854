"""A terminal of its own for a test: its queue is counted."""

from __future__ import annotations

from pathlib import Path

from terminal.centre.enrolment import enrol
from terminal.clock import SystemClock
from terminal.membership import key_port
from terminal.sandbox.child import SandboxCentre
from terminal.settings import Settings, prepare_data
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
