"""``python -m terminal`` and ``ssc-terminal``."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run one command and end the process with its exit code (platform.md §7)."""
    # Whoever stops the service that runs us is answered as Ctrl-C is: said in words, children ended, exit code 130.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from terminal.cli.app import run  # noqa: PLC0415 - nothing is imported that --help does not need

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
