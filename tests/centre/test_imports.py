"""What the first frame waits for: the contract and the faults load without the network's libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = ("terminal.centre.contract", "terminal.centre.errors", "terminal.sandbox.child", "offline_cache.errors")


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_stay_light(module: str) -> None:
    heavy = "{'requests', 'urllib3', 'cryptography', 'falcon', 'cheroot'}"
    program = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
