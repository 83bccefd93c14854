"""A card in software on disk: a JSON file with a format and a version, as new as the card's last answer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cardio.simulator.card import PoweredCard


class StateError(ValueError):
    """Not a saved card of this kind and version. The text says why, without what is in it."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """``path`` is for this process alone: of two that go on from one file each would give the other's tries back, and
    the other's numbers out again. The lock is on a file beside it, as every save puts a new one in its place.

    :raises BlockingIOError: another process has it. :raises OSError: where nothing can be written.
    """
    import fcntl  # noqa: PLC0415 - not everywhere, and no card but a kept one needs it

    handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def write(plain: Mapping[str, Any], path: Path) -> None:
    """Write ``path`` whole or not at all, for its owner alone (0600).

    :raises OSError: where that cannot be done.
    """
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(plain, file, ensure_ascii=True, indent=1)
    beside.replace(path)


def read(path: Path) -> dict[str, Any]:
    """:raises StateError: for a file that is no saved card. :raises OSError: for one that cannot be read."""
    try:
        plain = json.loads(path.read_text("utf-8"))
    except ValueError:
        raise StateError("not JSON") from None
    if not isinstance(plain, dict):
        raise StateError("not a saved card")
    return plain


def require(plain: Mapping[str, Any], form: str, version: int) -> None:
    """:raises StateError: for another format or version: nothing is guessed."""
    if plain.get("format") != form:
        raise StateError(f"not a {form.replace('simulated', 'saved').replace('-', ' ')}")
    if plain.get("version") != version:
        raise StateError(f"version {plain.get('version')!r}, not {version}")


class Kept:
    """Whatever ends the process, the card has what it did. A reader's view of it
    (:class:`cardio.simulator.card.PoweredCard`).

    :param save: writes its file; done at once, and after each command that may change something.
    :param changes: whether a command may.
    """

    def __init__(self, card: PoweredCard, save: Callable[[], None], changes: Callable[[bytes], bool]) -> None:
        self._card, self._save, self._changes = card, save, changes
        save()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def power_on(self) -> bytes:
        return self._card.power_on()

    def power_off(self) -> None:
        self._card.power_off()

    def reset(self) -> bytes:
        return self._card.reset()

    def release(self) -> None:
        self._card.release()

    def process(self, apdu: bytes) -> bytes:
        """Carry out one command and save what it left, before the answer goes out or is lost."""
        try:
            return self._card.process(apdu)
        finally:
            if self._changes(apdu):
                self._save()
