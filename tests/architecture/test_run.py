"""The run script where not everything can be had. Its tools are stand-ins that tell what they were asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("bootstrap.lock", "requirements.lock")


def tool(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


class Machine:
    """A checkout whose environment was made, on a Debian that has all its packages."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.bin = folder / "checkout", folder / "bin"
        self.venv = self.checkout / ".venv"
        self.checkout.mkdir()
        for name in ("run", "fuzz.lock", *LOCKS):
            shutil.copy(ROOT / name, self.checkout / name)
        tool(self.bin / "dpkg-query", "echo install ok installed")
        tool(self.bin / "apt-get", "exit 1")
        tool(self.bin / "sudo", "exit 1")
        tool(self.venv / "bin" / "python", "exit 1")
        tool(self.venv / "bin" / "uv", 'echo "$@" >>"$0.asked"; cat >"$0.read"; exit 1')
        whole = b"".join((self.checkout / name).read_bytes() for name in ("run", *LOCKS))
        mark = subprocess.run(["cksum"], input=whole, capture_output=True, check=True).stdout
        (self.venv / ".packages").write_bytes(mark)

    @property
    def complete(self) -> bool:
        return (self.venv / ".complete").exists()

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}"}
        return subprocess.run(
            ["./run", command], cwd=self.checkout, env=environment, capture_output=True, text=True, check=False
        )

    def setup(self) -> list[str]:
        """What a start says."""
        done = self.run("setup")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        return done.stderr.splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_start_without_compiler_and_virtual_reader_goes_on_with_one_line(machine: Machine) -> None:
    for _ in range(2):
        (line,) = machine.setup()
        assert "real card readers" in line
        assert "virtual reader" in line
        assert not machine.complete
    uv = machine.venv / "bin" / "uv"
    assert uv.exists()  # the environment was not made again
    asked = Path(f"{uv}.asked").read_text().splitlines()
    assert len(asked) == 2  # and what is missing was tried each time
    assert all("--require-hashes" in line for line in asked)
    names = [line.split("==")[0] for line in Path(f"{uv}.read").read_text().splitlines() if line[0] != " "]
    assert names == ["pyscard"]


def test_what_can_be_had_later_completes_the_environment_without_a_word(machine: Machine) -> None:
    machine.setup()
    tool(machine.venv / "bin" / "uv", "cat >/dev/null")
    (machine.venv / "share" / "vpcd" / "usr").mkdir(parents=True)
    assert machine.setup() == []
    assert machine.complete
    tool(machine.venv / "bin" / "uv", "exit 1")
    assert machine.setup() == []


def test_a_machine_without_its_packages_and_without_root_is_told_once(machine: Machine) -> None:
    if os.geteuid() == 0:
        tool(machine.bin / "id", "echo 1000")
    tool(machine.bin / "dpkg-query", "exit 1")
    (line,) = machine.setup()
    assert "gcc" in line
    assert "apt-get install" in line
    assert not machine.complete


def test_fuzzing_without_its_engine_is_a_failure_in_one_sentence(machine: Machine) -> None:
    done = machine.run("fuzz")
    assert done.returncode == 3
    assert "no fuzzing: atheris could not be had" in done.stderr.splitlines()[-1]
    asked = Path(f"{machine.venv / 'bin' / 'uv'}.asked").read_text().splitlines()[-1]
    assert "--require-hashes" in asked
    assert asked.endswith("-r fuzz.lock")


def test_the_engine_is_installed_once_and_for_fuzzing_alone(machine: Machine) -> None:
    tool(machine.venv / "bin" / "uv", 'echo "$@" >>"$0.asked"; cat >/dev/null')
    tool(machine.venv / "bin" / "python", "exit 0")
    asked = Path(f"{machine.venv / 'bin' / 'uv'}.asked")
    for command, times in (("setup", 0), ("fuzz", 1), ("fuzz", 1)):
        assert machine.run(command).returncode == 0
        assert (asked.read_text().count("fuzz.lock") if asked.exists() else 0) == times
