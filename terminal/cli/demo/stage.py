"""What stands around the screen in a demonstration: a centre as a child process, a terminal that joins it, a folder."""

from __future__ import annotations

import os
import tempfile
import threading
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from terminal.clock import Clock
from terminal.membership import Membership, join, key_port
from terminal.settings import Settings, prepare_data

if TYPE_CHECKING:
    from terminal.sandbox.child import SandboxCentre


PERSONS_OWN = ("environment", "language", "card_deadline", "centre_timeout", "log_file", "log_level")
"""What a demonstration takes from the person's settings: how it is told and how patient it is. Everything else, readers
and people and printers, stands on its stage, and what is set for another terminal must not change that.
"""


def settings_of(settings: Settings, base: Path) -> Settings:
    """The demonstration's own settings, with everything in the folder ``base``."""
    return Settings(
        **{name: getattr(settings, name) for name in PERSONS_OWN},
        data_dir=str(base / "terminal"),
        probe_every=2.0,
        sync_splay=0.0,  # one terminal: nobody to spread out from
        printer=f"file:{base / 'paper'}",
    )


def variables_of(settings: Settings) -> dict[str, str]:
    """All of them as environment variables, which go before any file."""
    values = {name: getattr(settings, name) for name in settings.__struct_fields__}
    return {f"SSC_{name.upper()}": str(value) for name, value in values.items()}


class Stage:
    """A fresh folder, a sandbox centre, and an enrolled terminal; all gone afterwards.

    The centre comes up in a thread of its own, so that the screen need not wait for it.

    :param settings: of the person's own; what they mean here says :func:`settings_of`.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ssc-demo-")
        self._clock = clock
        base = Path(self._folder.name)
        self.settings = settings_of(settings, base)
        self.paper = base / "paper"
        self._centre_folder = base / "centre"
        self._membership: Future[Membership] = Future()
        self.centre: SandboxCentre | None = None

    def __enter__(self) -> Self:
        threading.Thread(target=self._open, name="demo-centre", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._membership.exception()  # the centre is up, or has failed, before it is taken down
        if self.centre is not None:
            self.centre.stop()
        self._folder.cleanup()

    def membership(self) -> Membership:
        """What the desk joins with. Blocks until the centre is up and this terminal enrolled; for a worker thread.

        :raises terminal.sandbox.errors.SandboxError: the centre did not start.
        :raises terminal.centre.errors.CentreError: enrolment failed.
        """
        return self._membership.result()

    def environment(self) -> dict[str, str]:
        """For a process that works on this stage's data."""
        return {**os.environ, **variables_of(self.settings)}

    def _open(self) -> None:
        try:
            self._membership.set_result(self._enrol())
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self._membership.set_exception(error)

    def _enrol(self) -> Membership:
        from terminal.centre.enrolment import enrol  # noqa: PLC0415 - slow, and wanted after the first frame
        from terminal.sandbox.child import SandboxCentre  # noqa: PLC0415 - the sandbox may be absent

        self.centre = SandboxCentre(self._centre_folder).start()
        enrol(
            prepare_data(self.settings),
            self.centre.url,
            self.centre.code,
            self.centre.authority,
            environment=self.settings.environment,
            keys=key_port(self.settings),
            now=self._clock.now,
        )
        return join(self.settings, self._clock)
