"""Printers of every kind: what comes out, and what each says when it cannot."""

from __future__ import annotations

import os
import pty
import select
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from terminal.receipts import slip
from terminal.receipts.cups import CupsPrinter
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.escpos import EscPosPrinter, job
from terminal.receipts.printer import FilePrinter, NullPrinter, Printed
from terminal.receipts.printers import printer_of
from terminal.receipts.sheet import lay_out
from tests.receipts import samples
from tests.receipts.reading import codes, text_of

SHEET = lay_out(samples.receipt())


def fault_of(call: Callable[[], object]) -> PaperFault:
    with pytest.raises(PaperError) as caught:
        call()
    return caught.value.fault


# --- none, and files -----------------------------------------------------------------------------------------------


def test_without_a_printer_nothing_is_on_paper() -> None:
    NullPrinter().check()
    assert NullPrinter().print(SHEET) == Printed(on_paper=False)


def test_files_are_whole_private_and_named_without_anybody(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    done = FilePrinter(folder).print(SHEET)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["T379999-0001-1-000042.pdf", "T379999-0001-1-000042.png"]
    assert done == Printed(on_paper=False, where=str(folder / names[0]))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "已收件" in text_of((folder / names[0]).read_bytes())
    with Image.open(folder / names[1]) as picture:
        assert len(codes(picture)) == 1


def test_a_reprint_does_not_replace_the_first(tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path)
    printer.print(SHEET)
    printer.print(lay_out(samples.receipt().again()))
    assert len(list(tmp_path.glob("*.pdf"))) == 2


def test_a_folder_that_cannot_be_written_is_a_fault_and_leaves_nothing(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("in the way")
    assert fault_of(FilePrinter(occupied).check) is PaperFault.ARCHIVE_FAILED
    (tmp_path / f"{SHEET.name}.png").mkdir()
    assert fault_of(lambda: FilePrinter(tmp_path).print(SHEET)) is PaperFault.ARCHIVE_FAILED
    assert not list(tmp_path.glob(".*"))


# --- the print service ------------------------------------------------------------------------------------------------

IDLE = "printer counter is idle.  enabled since Mon\n\tAlerts: none\n"


def service(folder: Path, lpstat: str, lp: str = 'cat > "$0.out"; echo "$@" > "$0.arguments"') -> str:
    """A print service of two scripts. ``lpstat`` is what that command says, or a line of shell after ``!``."""
    folder.mkdir()
    said = lpstat[1:] if lpstat.startswith("!") else f"cat <<'END'\n{lpstat}END\n"
    for name, script in (("lpstat", said), ("lp", f"{lp}\necho 'request id is counter-17 (1 file(s))'")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o700)
    return str(folder)


def test_the_queue_gets_the_pdf_and_a_title_without_anybody(tmp_path: Path) -> None:
    path = service(tmp_path / "bin", IDLE)
    assert CupsPrinter("counter", path=path).print(SHEET) == Printed(on_paper=True, where="counter-17")
    assert "已收件" in text_of((tmp_path / "bin" / "lp.out").read_bytes())
    arguments = (tmp_path / "bin" / "lp.arguments").read_text().split()
    assert arguments == ["-d", "counter", "-o", "media=A5", "-t", "T379999-0001-1-000042", "-"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (IDLE.replace("none", "media-empty-error"), PaperFault.PRINTER_NO_PAPER),
        (IDLE.replace("none", "toner-low-report, cover-open"), PaperFault.PRINTER_COVER_OPEN),
        (IDLE.replace("none", "offline-report"), PaperFault.PRINTER_OFFLINE),
        (IDLE.replace("none", "media-jam-error"), PaperFault.PRINTER_FAILED),
        ("printer counter disabled since Mon -\n\tPaused\n", PaperFault.PRINTER_OFFLINE),
        ("!echo 'lpstat: Invalid destination name in list \"counter\"!' >&2; exit 1", PaperFault.PRINTER_MISSING),
    ],
)
def test_what_the_service_says_becomes_its_fault(tmp_path: Path, said: str, fault: PaperFault) -> None:
    printer = CupsPrinter("counter", path=service(tmp_path / "bin", said))
    assert fault_of(printer.check) is fault
    assert fault_of(lambda: printer.print(SHEET)) is fault
    assert not (tmp_path / "bin" / "lp.out").exists()


def test_a_service_that_refuses_hangs_or_is_not_there(tmp_path: Path) -> None:
    refusing = CupsPrinter("counter", path=service(tmp_path / "refusing", IDLE, lp="exit 1"))
    assert fault_of(lambda: refusing.print(SHEET)) is PaperFault.PRINTER_FAILED
    hanging = CupsPrinter("counter", path=service(tmp_path / "hanging", "!exec sleep 60"), deadline=0.2)
    assert fault_of(hanging.check) is PaperFault.PRINTER_SILENT
    assert fault_of(CupsPrinter("counter", path=str(tmp_path)).check) is PaperFault.PRINTER_MISSING
    assert fault_of(lambda: CupsPrinter("-o raw")) is PaperFault.PRINTER_MISSING


# --- a thermal printer ------------------------------------------------------------------------------------------------


class Thermal:
    """A printer at the far end of a pseudo terminal: burns what it gets, answers DLE EOT.

    :param status: answer to each question number; absent means silent.
    :param noise: bytes that come before every answer.
    :param deaf: takes no job at all; only questions.
    """

    def __init__(self, status: dict[int, int], *, noise: bytes = b"", deaf: bool = False) -> None:
        self.got = bytearray()
        self._status, self._noise, self._deaf = status, noise, deaf
        self._ours, self._theirs = pty.openpty()
        self.path = Path(os.ttyname(self._theirs))
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Thermal:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._stop_write, b"x")
        self._thread.join()
        for handle in (self._ours, self._theirs, self._stop_read, self._stop_write):
            os.close(handle)

    def _serve(self) -> None:
        held = b""
        while True:
            ready = select.select([self._ours, self._stop_read], [], [])[0]
            if self._stop_read in ready:
                return
            held += os.read(self._ours, 4096)
            while (size := command_size(held)) and len(held) >= size:
                command, held = held[:size], held[size:]
                if command[0] != 0x10:
                    self.got += command
                elif command[2] in self._status:
                    os.write(self._ours, self._noise + bytes([self._status[command[2]]]))
            if self._deaf and held[:1] not in (b"", b"\x10"):
                os.read(self._stop_read, 1)
                return


def command_size(held: bytes) -> int | None:
    """Bytes of the command that ``held`` begins with, once that can be told."""
    if held[:3] == b"\x1dv0":
        return None if len(held) < 8 else 8 + int.from_bytes(held[4:6], "little") * int.from_bytes(held[6:8], "little")
    return {b"\x1b@": 2, b"\x1bd": 3, b"\x1dV": 4, b"\x10\x04": 3}.get(held[:2])


WELL = {1: 0x12, 2: 0x12, 4: 0x12}


@contextmanager
def thermal(changes: dict[int, int], *, noise: bytes = b"", deaf: bool = False) -> Iterator[Thermal]:
    with Thermal({**WELL, **changes}, noise=noise, deaf=deaf) as printer:
        yield printer


def test_the_slip_goes_out_whole_and_the_state_is_asked_before_and_after() -> None:
    with thermal({}, noise=b"\x00\xff") as far:
        assert EscPosPrinter(far.path, deadline=20).print(SHEET) == Printed(on_paper=True)
        assert bytes(far.got) == job(slip.render(SHEET))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({4: 0x72}, PaperFault.PRINTER_NO_PAPER),
        ({2: 0x32}, PaperFault.PRINTER_NO_PAPER),
        ({2: 0x16, 1: 0x1A}, PaperFault.PRINTER_COVER_OPEN),
        ({2: 0x52}, PaperFault.PRINTER_FAILED),
        ({1: 0x1A}, PaperFault.PRINTER_OFFLINE),
    ],
)
def test_what_the_printer_says_becomes_its_fault_and_nothing_is_burnt(
    changes: dict[int, int], fault: PaperFault
) -> None:
    with thermal(changes) as far:
        printer = EscPosPrinter(far.path, deadline=20)
        assert fault_of(printer.check) is fault
        assert fault_of(lambda: printer.print(SHEET)) is fault
        assert not far.got


def test_a_printer_that_says_nothing_is_silent_and_one_that_stops_has_failed() -> None:
    with Thermal({}) as mute:
        assert fault_of(EscPosPrinter(mute.path, deadline=0.2).check) is PaperFault.PRINTER_SILENT
    with thermal({}, deaf=True) as stuck:
        printer = EscPosPrinter(stuck.path, deadline=2)
        assert fault_of(lambda: printer.print(SHEET)) is PaperFault.PRINTER_FAILED


def test_a_cheap_printer_is_not_asked() -> None:
    with Thermal({}) as mute:
        assert EscPosPrinter(mute.path, deadline=20, asks=False).print(SHEET).on_paper


def test_a_file_takes_the_bytes_and_a_missing_device_is_a_fault(tmp_path: Path) -> None:
    target = tmp_path / "lp0"
    target.touch()
    EscPosPrinter(target, dots=slip.DOTS_58).print(SHEET)
    assert target.read_bytes() == job(slip.render(SHEET, slip.DOTS_58))
    assert fault_of(EscPosPrinter(tmp_path / "none").check) is PaperFault.PRINTER_MISSING
    assert fault_of(EscPosPrinter(tmp_path).check) is PaperFault.PRINTER_OFFLINE


# --- settings ------------------------------------------------------------


def test_a_setting_names_a_printer(tmp_path: Path) -> None:
    assert isinstance(printer_of("none"), NullPrinter)
    assert isinstance(printer_of(f"file:{tmp_path}"), FilePrinter)
    assert isinstance(printer_of("cups:counter"), CupsPrinter)
    assert isinstance(printer_of("escpos58:/dev/usb/lp0"), EscPosPrinter)
    for wrong in ("file:", "cups:", "cups:a b", "escpos:/dev/x", "escpos80:", "fax:1"):
        assert fault_of(lambda wrong=wrong: printer_of(wrong)) is PaperFault.PRINTER_MISSING  # type: ignore[misc]
