"""Another program of this computer that shares the readers with us. Run as ``python -m tests.support.other_program``.

``hold READER`` takes the card exclusively, ``occupy READER`` begins a transaction, ``reset READER`` resets a shared
card. It says ``done`` and stays as it is until its input ends.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from smartcard import scard


def main() -> int:
    action, reader = sys.argv[1:]
    share = scard.SCARD_SHARE_EXCLUSIVE if action == "hold" else scard.SCARD_SHARE_SHARED
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    assert not result, f"{result:08X}"
    result, card, protocol = scard.SCardConnect(context, reader, share, scard.SCARD_PROTOCOL_T0)
    assert not result, f"{result:08X}"
    if action == "occupy":
        assert not scard.SCardBeginTransaction(card)
    if action == "reset":
        result, _ = scard.SCardReconnect(card, share, protocol, scard.SCARD_RESET_CARD)
        assert not result, f"{result:08X}"
    print("done", flush=True)  # noqa: T201 - told to the test
    sys.stdin.read()
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    return 0


@contextmanager
def other_program(action: str, reader: str) -> Iterator[None]:
    """Run it as long as the block lasts."""
    command = [sys.executable, "-m", "tests.support.other_program", action, reader]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        try:
            yield
        finally:
            child.stdin.close()
            child.wait(10)


if __name__ == "__main__":
    sys.exit(main())
