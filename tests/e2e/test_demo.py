"""``demo`` as a person starts it: the whole visit, a machine without a display, and the way out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cardio.simulator.pcscd import PcscdUnavailableError, PrivatePcscd
from tests.e2e.conftest import PATIENCE, UNHURRIED

COMMAND = [sys.executable, "-m", "terminal"]


def environment(**changes: str) -> dict[str, str]:
    """Ours, without anything that names a display."""
    bare = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    bare.pop("QT_QPA_PLATFORM", None)
    return {**bare, **UNHURRIED, **changes}


def test_the_visit_without_a_display_in_a_real_pcscd(tmp_path: Path) -> None:
    try:
        with PrivatePcscd():
            pass
    except PcscdUnavailableError as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    arguments = ["--json", "demo", "--pcsc", "--screenshots", str(tmp_path)]
    # What is set for another terminal is not the demonstration's.
    env = environment(SSC_PSAM="of another terminal", SSC_READER="likewise", SSC_SIGN_IN="false")
    done = subprocess.run(
        [*COMMAND, *arguments], env=env, capture_output=True, timeout=PATIENCE, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["passed"] is True
    assert len(told["steps"]) >= 26
    names = {path.stem.split("-", 1)[1] for path in tmp_path.glob("*.png")}
    assert {"waiting", "notice", "holder-generation-3", "pin-wrong", "subsidies", "card-status", "fault"} <= names
    assert {"holder-generation-2", "health", "waiting-clean", "waiting-english"} <= names
    assert {"sign-in", "contact-confirm", "second-person", "contact-recorded", "queue-waiting", "queue-done"} <= names


def test_no_display_is_said_in_one_line_and_the_visit_begins() -> None:
    process = subprocess.Popen(
        [*COMMAND, "--language", "en", "demo"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stderr is not None
        assert process.stdout is not None
        assert process.stderr.readline() == "No display: the visit is played off screen.\n"
        assert "screen up" in process.stdout.readline()
        first = process.stdout.readline()  # the whole of it is played above
    finally:
        process.terminate()
        _, rest = process.communicate(timeout=PATIENCE)
    assert "ok" in first, (process.returncode, rest)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_window_comes_up_and_ends_at_once_when_told(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--language", "en", "demo"],
        env=environment(QT_QPA_PLATFORM="offscreen"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("The screen is up after")
        process.send_signal(number)
        out, rest = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert (process.returncode, out, rest) == (130, "", "")


def test_production_has_no_demo() -> None:
    done = subprocess.run(
        [*COMMAND, "--environment", "production", "--json", "demo", "--headless"],
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
        encoding="utf-8",
        check=False,
    )
    assert json.loads(done.stdout)["fault"]["code"] == "T109"
    assert done.returncode == 7
