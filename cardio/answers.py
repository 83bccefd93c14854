"""The faults that several paths lead to, each made in one function, so that each cause is named once in the source.

A fault that one path leads to is raised where it happens.
"""

from __future__ import annotations

from cardio.errors import CardError, CardFault


class AnswerError(CardError):
    """The card is there and answered, and its answer is the fault. The link is still good."""


class MalformedAnswerError(AnswerError):
    """Cut short, too long, or not the structure the standard gives.

    :param detail: what is wrong, without the bytes themselves: they may be a person's.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(CardFault.ANSWER_MALFORMED, detail)


class UnexpectedStatusError(AnswerError):
    """A status word that this command cannot end with.

    :param head: the command's header in hex, which holds no data.
    """

    def __init__(self, head: str, sw: int, meaning: str) -> None:
        super().__init__(CardFault.STATUS_UNEXPECTED, f"{head} -> {sw:04X} ({meaning})", sw=sw)
        self.head = head


class ApplicationBlockedError(AnswerError):
    """The application was blocked for good (9303; 6283 on a bank application)."""

    def __init__(self, head: str, sw: int) -> None:
        super().__init__(CardFault.APPLICATION_BLOCKED, f"{head} -> {sw:04X}", sw=sw)


class FieldUnreadableError(AnswerError):
    """One record that cannot be read or decoded; the rest of the card stands.

    :param field: which record, by word and tag.
    :param reason: why, without the value.
    """

    def __init__(self, field: str, reason: str, sw: int | None = None) -> None:
        super().__init__(CardFault.FIELD_UNREADABLE, f"{field}: {reason}", sw=sw)
        self.field = field
        self.values = {"field": field}  # for the sentence: a label, never the record's value


def unknown_generation(detail: str) -> CardError:
    """A version or an algorithm that no profile covers."""
    return CardError(CardFault.UNKNOWN_GENERATION, detail)


def name_unwritable(detail: str) -> CardError:
    """A name that the chip's character set or its 50 bytes cannot hold."""
    return CardError(CardFault.NAME_UNWRITABLE, detail)


def file_absent(path: str, reason: str, sw: int | None = None) -> CardError:
    """:param path: the file, such as ``DF01EF05``."""
    return CardError(CardFault.FILE_ABSENT, f"{path}: {reason}", sw=sw)


def file_closed(path: str, reason: str, sw: int | None = None) -> CardError:
    """The access rule is not met; :param path: as for :func:`file_absent`."""
    return CardError(CardFault.FILE_CLOSED, f"{path}: {reason}", sw=sw)


def record_absent(path: str, number: int) -> CardError:
    """:param number: of the record, from 1."""
    return CardError(CardFault.RECORD_ABSENT, f"{path}: record {number}", sw=0x6A83)
