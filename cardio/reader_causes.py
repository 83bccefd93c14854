"""One function for each fault that a reader can cause; those of the card itself are in :mod:`cardio.causes`.

Several paths lead to the same cause (PC/SC, readers in process, the worker); each cause is still named at one place.
"""

from __future__ import annotations

from cardio.errors import CardError, CardFault


def service_stopped(detail: str = "") -> CardError:
    """The PC/SC service does not run, or went away under us."""
    return CardError(CardFault.SERVICE_STOPPED, detail)


def support_missing() -> CardError:
    """What speaks with readers (pyscard) is not installed."""
    return CardError(CardFault.SUPPORT_MISSING)


def no_reader() -> CardError:
    """Not one reader is attached."""
    return CardError(CardFault.NO_READER)


def several_readers(names: list[str]) -> CardError:
    """More than one reader holds a card and nobody said which one is meant."""
    return CardError(CardFault.SEVERAL_READERS, ", ".join(names))


def reader_unknown(name: str) -> CardError:
    """The named reader is not attached."""
    return CardError(CardFault.READER_UNKNOWN, name)


def reader_busy(detail: str = "") -> CardError:
    """Another program holds the card or the reader."""
    return CardError(CardFault.READER_BUSY, detail)


def reader_gone(detail: str = "") -> CardError:
    """The reader was unplugged while it was in use."""
    return CardError(CardFault.READER_GONE, detail)


def reader_stuck(name: str) -> CardError:
    """A command passed its deadline and the driver has not come back from it."""
    return CardError(CardFault.READER_STUCK, name)


def no_card(detail: str = "") -> CardError:
    """There is no card in the reader."""
    return CardError(CardFault.NO_CARD, detail)


def card_mute(detail: str = "") -> CardError:
    """The card does not answer to reset: upside down, dirty or dead."""
    return CardError(CardFault.CARD_MUTE, detail)


def card_removed(detail: str = "") -> CardError:
    """The card was pulled; whether the command under way took effect is unknown."""
    return CardError(CardFault.CARD_REMOVED, detail)


def card_changed(detail: str = "") -> CardError:
    """The card in the reader is not the one this flow began with."""
    return CardError(CardFault.CARD_CHANGED, detail)


def card_reset(detail: str = "") -> CardError:
    """The card was reset under us: selected application, PIN and keys are forgotten, the flow starts again."""
    return CardError(CardFault.CARD_RESET, detail)


def reader_other(detail: str) -> CardError:
    """An error of the reader, its driver or PC/SC that has no cause of its own."""
    return CardError(CardFault.READER_OTHER, detail)
