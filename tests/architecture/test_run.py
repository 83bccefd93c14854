"""The run script where not everything can be had. Its tools are stand-ins that tell what they were asked."""

from __future__ import annotations

import os
import re
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
        environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "PYTHON": ""}
        return subprocess.run(
            ["./run", command], cwd=self.checkout, env=environment, capture_output=True, text=True, check=False
        )

    def setup(self, code: int = 0) -> list[str]:
        """What a start says."""
        done = self.run("setup")
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        return done.stderr.splitlines()

    def packages_change(self) -> None:
        with (self.checkout / "requirements.lock").open("a") as lock:
            lock.write("left-pad==1.0 --hash=sha256:00\n")

    def whole(self) -> None:
        """Everything can be had, and the environment has it."""
        tool(self.venv / "bin" / "python", "exit 0")
        tool(self.venv / "bin" / "uv", 'echo "$@" >>"$0.asked"; cat >"$0.read"')
        (self.venv / "share" / "vpcd" / "usr").mkdir(parents=True)

    def new_python(self) -> None:
        """A Python on the path whose environments are whole at once."""
        python = """\
case "$1 $2" in
"-m venv")
    mkdir -p "$3/bin" "$3/share/vpcd/usr"
    cp "$0" "$3/bin/python"
    printf '#!/bin/sh\\ncat >/dev/null\\n' >"$3/bin/uv"
    chmod +x "$3/bin/uv" ;;
esac"""
        tool(self.bin / "python3", python)


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
    locked = re.findall(r"^atheris==(\S+)", (ROOT / "fuzz.lock").read_text(), re.MULTILINE)[0]
    tool(machine.venv / "bin" / "uv", f'echo "$@" >>"$0.asked"; cat >/dev/null; echo {locked} >"$0.has"')
    tool(machine.venv / "bin" / "python", 'case "$*" in *atheris*) cat "${0%python}uv.has" ;; esac')
    asked = Path(f"{machine.venv / 'bin' / 'uv'}.asked")
    for command, times in (("setup", 0), ("fuzz", 1), ("fuzz", 1)):
        assert machine.run(command).returncode == 0
        assert (asked.read_text().count("fuzz.lock") if asked.exists() else 0) == times


def test_the_engine_is_not_put_into_an_environment_that_a_link_leads_to(machine: Machine) -> None:
    machine.whole()
    machine.setup()
    elsewhere = machine.checkout.parent / "elsewhere"
    machine.venv.rename(elsewhere)
    machine.venv.symlink_to(elsewhere)
    done = machine.run("fuzz")
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("run: no fuzzing: .venv is a link")
    assert not (elsewhere / "bin" / "uv.asked").exists()


def test_changed_packages_are_brought_up_to_date_in_place_with_a_line(machine: Machine) -> None:
    machine.whole()
    (machine.venv / "kept").touch()
    assert machine.setup() == []
    machine.packages_change()
    (line,) = machine.setup()
    assert "up to date" in line
    assert (machine.venv / "kept").exists()
    assert machine.complete
    uv = machine.venv / "bin" / "uv"
    (asked,) = Path(f"{uv}.asked").read_text().splitlines()
    assert asked.startswith("pip sync")  # what is locked no more goes
    assert "--require-hashes" in asked
    read = Path(f"{uv}.read").read_text()
    assert "\nleft-pad==" in read
    assert "\nuv==" in read  # what installs is among the locked
    assert machine.setup() == []


def test_packages_that_cannot_be_had_leave_the_environment_and_are_tried_again(machine: Machine) -> None:
    machine.whole()
    machine.setup()
    machine.packages_change()
    tool(machine.venv / "bin" / "uv", 'cat >/dev/null; printf "error: no network\\n  Caused by: dns\\n" >&2; exit 1')
    for _ in range(2):
        first, second = machine.setup(code=3)
        assert "up to date" in first
        assert "(see .venv/install.log); .venv is left as it was" in second
        assert (machine.venv / "install.log").read_text().splitlines() == ["error: no network", "  Caused by: dns"]
    tool(machine.venv / "bin" / "uv", "cat >/dev/null")
    machine.setup()
    assert machine.complete


def test_a_first_set_up_without_a_network_says_one_line_and_where_the_rest_is(machine: Machine) -> None:
    machine.packages_change()
    machine.new_python()
    python = machine.bin / "python3"
    python.write_text(python.read_text() + '\ncase "$2" in pip) echo "no network" >&2; exit 1 ;; esac\n')
    *_, made, failed = machine.setup(code=3)
    assert made.startswith("run: making")
    assert "could not be installed (see .venv/install.log)" in failed
    assert (machine.venv / "install.log").read_text() == "no network\n"


def test_a_link_is_never_written_through_and_not_taken_away_without_a_word(machine: Machine) -> None:
    machine.whole()
    machine.setup()
    elsewhere = machine.checkout.parent / "elsewhere"
    machine.venv.rename(elsewhere)
    machine.venv.symlink_to(elsewhere)
    assert machine.setup() == []  # made for the same packages: it is used
    before = {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")}
    machine.packages_change()
    machine.new_python()
    told, *_ = machine.setup()
    assert str(elsewhere) in told
    assert "link" in told
    assert not machine.venv.is_symlink()
    assert {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")} == before


def test_an_environment_that_cannot_run_goes_with_a_line(machine: Machine) -> None:
    machine.packages_change()
    machine.new_python()
    told, made = machine.setup()
    assert ".venv" in told
    assert "goes" in told
    assert made.startswith("run: making")
    assert machine.complete
