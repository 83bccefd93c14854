"""Which tests go to the same worker: those of one file where something costly is made once for all of them. And which
go first: those that wait longest, so that no worker ends with them while the others have nothing left.

``--dist loadgroup`` would do it by marks, but pytest-xdist 3.8 renames tests for that in a way that pytest 9.2 does not
see any more, so nothing is grouped. Here the file's name decides, as far as it is listed; other tests go one by one.
"""

from __future__ import annotations

from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER: Final = (
    "tests/architecture/test_package.py",  # builds the wheel
    "tests/architecture/test_rooms.py",  # parses every source
    "tests/e2e/test_command_line.py",  # a centre, a terminal that joined, a pcscd
    "tests/e2e/test_queue_commands.py",
    "tests/receipts/test_verify_command.py",  # a terminal that joined
    "tests/sandbox/test_money.py",  # the accounts of a third of the people
)


FIRST: Final = (
    "tests/e2e/test_demo.py",
    "tests/sync/test_processes.py",
    "tests/e2e/test_store_commands.py",
    "tests/e2e/test_slips.py",
)


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests of :data:`FIRST` before the others, which stay as they were shuffled."""
    items.sort(key=lambda item: FIRST.index(file) if (file := item.nodeid.partition("::")[0]) in FIRST else len(FIRST))


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Whole files where it is worth it, single tests elsewhere."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid
