"""What a process does first in a fresh mount and network namespace to run a pcscd of its own there."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

RUN = Path("/run")
PCSCD_FOLDER = RUN / "pcscd"

_MS_BIND = 4096
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1

_libc = ctypes.CDLL(None, use_errno=True)


def loopback_up() -> None:
    """Raise the loopback interface, the only one in the namespace.

    :raises OSError: without the right.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(handle, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(handle, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def private_pcscd_folder(folder: Path) -> None:
    """Let ``/run/pcscd`` be ``folder``, in this namespace alone.

    :raises OSError: without the right.
    """
    if not PCSCD_FOLDER.is_dir():
        _mount("tmpfs", RUN, "tmpfs", 0)
        PCSCD_FOLDER.mkdir()
    _mount(str(folder), PCSCD_FOLDER, None, _MS_BIND)


def _mount(source: str, target: Path, kind: str | None, flags: int) -> None:
    result = _libc.mount(
        source.encode(), str(target).encode(), kind.encode() if kind else None, ctypes.c_ulong(flags), None
    )
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))
