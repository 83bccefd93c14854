"""One private pcscd for all tests of a process.

libpcsclite reads the place of the socket once in a process, so it is chosen when this module is imported: before any
test runs, if a ``conftest.py`` imports it.
"""

from __future__ import annotations

import atexit
import functools
import os
import tempfile
from pathlib import Path

import pytest

from cardio.simulator.pcscd import SOCKET_VARIABLE, PcscdUnavailableError, PrivatePcscd

_FOLDER = Path(tempfile.gettempdir()) / f"ssc-pcscd-{os.getuid()}-{os.getpid()}"
os.environ[SOCKET_VARIABLE] = str(_FOLDER / "pcscd.comm")


@functools.cache
def _started() -> PrivatePcscd | str:
    service = PrivatePcscd(_FOLDER)
    try:
        service.start()
    except PcscdUnavailableError as missing:
        return str(missing)
    atexit.register(service.stop)
    return service


def shared_pcscd() -> PrivatePcscd:
    """The private pcscd of this process, running and with its readers empty.

    Skips the test where this machine lacks a right or a program, and fails it in CI, where it must not.
    """
    service = _started()
    if isinstance(service, str):
        if os.environ.get("CI") == "true":
            pytest.fail(f"no private pcscd: {service}")
        pytest.skip(f"no private pcscd: {service}")
    service.start_service()
    for slot in range(len(service.reader_names)):
        service.eject(slot)
    return service
