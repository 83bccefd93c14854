"""Slips on a thermal printer that speaks ESC/POS, through its device file: raster bytes out, status bytes in."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops

from terminal.receipts import slip
from terminal.receipts.printer import Printed, Trouble, trouble
from terminal.receipts.sheet import Sheet

_START = b"\x1b@"  # ESC @: forget what an earlier job left
_FEED_AND_CUT = b"\x1bd\x05\x1dV\x42\x00"  # ESC d 5: feed; GS V B 0: cut, where there is a knife
_BAND = 120
"""Rows a raster command: cheap printers hold no more than some kilobytes."""

_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
"""DLE EOT n: what is asked for."""

_CHECKS = (
    (_PAPER, 0x60, Trouble.NO_PAPER),
    (_OFFLINE_CAUSE, 0x04, Trouble.COVER_OPEN),
    (_OFFLINE_CAUSE, 0x20, Trouble.NO_PAPER),
    (_OFFLINE_CAUSE, 0x40, Trouble.FAILED),
    (_PRINTER, 0x08, Trouble.OFFLINE),
)
"""Which bit of which answer means what, the most telling first."""

_JUNK = 64


def job(image: Image.Image) -> bytes:
    """The bytes that print a picture (mode ``1``, width a multiple of 8) and cut the paper (GS v 0)."""
    out = [_START]
    for top in range(0, image.height, _BAND):
        rows = min(_BAND, image.height - top)
        band = ImageChops.invert(image.crop((0, top, image.width, top + rows)))
        across = image.width // 8
        out.append(b"\x1dv0\x00" + across.to_bytes(2, "little") + rows.to_bytes(2, "little") + band.tobytes())
    out.append(_FEED_AND_CUT)
    return b"".join(out)


class EscPosPrinter:
    """A thermal printer at a device file such as ``/dev/usb/lp0``.

    :param dots: of its paper, :data:`terminal.receipts.slip.DOTS_80` or ``DOTS_58``.
    :param deadline: seconds without any progress after which it counts as silent.
    :param asks: whether it answers status questions; cheap ones may not.
    """

    def __init__(self, path: Path, *, dots: int = slip.DOTS_80, deadline: float = 5.0, asks: bool = True) -> None:
        self._path, self._dots, self._deadline, self._asks = path, dots, deadline, asks

    def check(self) -> None:
        """See :meth:`terminal.receipts.printer.Printer.check`."""
        with self._open() as handle:
            self._examine(handle)

    def print(self, sheet: Sheet) -> Printed:
        """Look, print, and look again: paper that ran out on the way is told."""
        content = job(slip.render(sheet, self._dots))
        with self._open() as handle:
            self._examine(handle)
            self._send(handle, content)
            self._examine(handle)
        return Printed(on_paper=True)

    @contextmanager
    def _open(self) -> Iterator[int]:
        try:
            handle = os.open(self._path, os.O_RDWR | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError as error:
            raise trouble(Trouble.MISSING, "no such device") from error
        except OSError as error:
            raise trouble(Trouble.OFFLINE, error.strerror or "") from error
        try:
            if os.isatty(handle) and sys.platform != "win32":
                import tty  # noqa: PLC0415 - not on every system

                tty.setraw(handle)
            yield handle
        except OSError as error:
            raise trouble(Trouble.FAILED, error.strerror or "") from error
        finally:
            os.close(handle)

    def _examine(self, handle: int) -> None:
        if not self._asks or not stat.S_ISCHR(os.fstat(handle).st_mode):
            return  # a plain file takes everything and says nothing
        answers = {number: self._ask(handle, number) for number in (_PRINTER, _OFFLINE_CAUSE, _PAPER)}
        for number, bits, kind in _CHECKS:
            if answers[number] & bits:
                raise trouble(kind, f"DLE EOT {number}: {answers[number]:02X}")

    def _ask(self, handle: int, number: int) -> int:
        """One status byte; it has fixed bits by which it is told from anything else."""
        for _ in range(_JUNK):  # a picture can hold the bytes of a question, and printers answer those too
            if not select.select([handle], [], [], 0)[0] or not os.read(handle, 256):
                break
        self._send(handle, bytes([0x10, 0x04, number]))
        for _ in range(_JUNK):
            if not select.select([handle], [], [], self._deadline)[0]:
                break
            got = os.read(handle, 1)
            if got and got[0] & 0x93 == 0x12:
                return got[0]
        raise trouble(Trouble.SILENT, "status")

    def _send(self, handle: int, content: bytes) -> None:
        left = memoryview(content)
        while left:
            if not select.select([], [handle], [], self._deadline)[1]:
                raise trouble(Trouble.FAILED, f"stuck with {len(left)} bytes to go")
            try:
                left = left[os.write(handle, left[:4096]) :]
            except BlockingIOError:
                continue
