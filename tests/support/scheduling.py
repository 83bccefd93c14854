"""Which tests go to the same worker: those of one file where something costly is made once for all of them.

``--dist loadgroup`` would do it by marks, but pytest-xdist 3.8 renames tests for that in a way that pytest 9.2 does not
see any more, so nothing is grouped. Here the file's name decides, as far as it is listed; other tests go one by one.
"""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER: Final = (
    "tests/architecture/test_package.py",  # builds the wheel
    "tests/architecture/test_rooms.py",  # parses every source
    "tests/e2e/test_command_line.py",  # a centre, a terminal that joined, a pcscd
    "tests/e2e/test_queue_commands.py",
    "tests/receipts/test_verify_command.py",  # a terminal that joined
    "tests/sandbox/test_money.py",  # the accounts of a third of the people
)


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Whole files where it is worth it, single tests elsewhere."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid
