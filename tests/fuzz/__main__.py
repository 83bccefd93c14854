"""``./run fuzz [--seconds N] [--target NAME]``: every target of the table under atheris, each in a process of its own.

libFuzzer ends a target at the first exception that is not ours, at ten seconds for one input, and at the memory limit;
the input is kept and its path printed. ``--input FILE`` plays one again.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

TIMEOUT = 10
"""Seconds for one input."""

MEMORY = 512
"""MiB that one process may have in all; with the interpreter and the instruments it starts at some 90."""

_PEAK = re.compile(r"peak_rss_mb:\s*(\d+)")
_RUNS = re.compile(r"number_of_executed_units:\s*(\d+)")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fuzz_one(name: str, arguments: list[str]) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["cardio"]):
        from tests.fuzz.targets import TARGETS, survived

    target = TARGETS[name]
    atheris.Setup([sys.argv[0], *arguments], lambda data: survived(target, data))
    atheris.Fuzz()


def fuzz_all(names: list[str], seconds: int, seed: int) -> int:
    """One line a target. Gives 1 when any broke."""
    folder = Path(tempfile.mkdtemp(prefix="ssc-fuzz-"))
    broken = 0
    for name in names:
        kept = f"{folder}/{name.replace(' ', '-')}-"
        limits = [f"-max_total_time={seconds}", f"-timeout={TIMEOUT}", f"-rss_limit_mb={MEMORY}", f"-seed={seed}"]
        rest = [f"-artifact_prefix={kept}", "-print_final_stats=1", "-max_len=4096"]
        command = [sys.executable, "-m", "tests.fuzz", "--one", name, *limits, *rest]
        done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        runs, peak = _RUNS.search(done.stderr), _PEAK.search(done.stderr)
        said = f"{runs[1] if runs else '?':>9} inputs, {peak[1] if peak else '?':>4} MiB at most"
        say(f"{name:<24} {said}  {'held' if done.returncode == 0 else 'BROKEN'}")
        if done.returncode:
            broken += 1
            say("\n".join(done.stderr.splitlines()[-30:]))
    return 1 if broken else 0


def main() -> int:
    if "--one" in sys.argv[1:2]:
        fuzz_one(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(prog="run fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="for each target")
    parser.add_argument("--target", help="one of them alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--input", type=Path, help="play this file once, with --target")
    asked = parser.parse_args()
    from tests.fuzz.targets import TARGETS, survived

    if asked.input:
        survived(TARGETS[asked.target], asked.input.read_bytes())
        return 0
    if find_spec("atheris") is None:
        say("atheris is not installed here (./run fuzz installs it): nothing was fuzzed")
        return 3
    return fuzz_all([asked.target] if asked.target else list(TARGETS), asked.seconds, asked.seed)


if __name__ == "__main__":
    raise SystemExit(main())
