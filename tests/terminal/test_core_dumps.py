"""A process that handles PINs and keys leaves no picture of its memory behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
from terminal.__main__ import main
import sys
sys.argv = ["ssc-terminal", "--help"]
try:
    main()
except SystemExit:
    pass
print("limits", hard, resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_core_dumps_are_off_in_every_command() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, encoding="utf-8", check=True)
    _, hard, soft = done.stdout.splitlines()[-1].split()
    if hard == "0":
        pytest.skip("this machine allows none anyway")
    assert soft == "0"
