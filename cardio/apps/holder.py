"""What SSSE says of the card (EF05) and of its holder (EF06), record by record (reader interface 10.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from cardio import files, names, status
from cardio.answers import AnswerError, FieldUnreadableError, MalformedAnswerError, UnexpectedStatusError
from cardio.files import EF06, ElementaryFile, Record
from cardio.record import Holder
from cardio.selection import Selection

T = TypeVar("T")


_REST: Final = (files.SEX, files.NATION, files.BIRTH_PLACE, files.BIRTH_DATE)
_ANSWERS: Final = status.DONE | status.ABSENT
_CLOSED_ANSWERS: Final = _ANSWERS | {status.SW.SECURITY}


class HolderClosedError(Exception):
    """The card wants a key before it lets anyone read EF06. :param fault: what is reported when none opens it."""

    def __init__(self, fault: FieldUnreadableError) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _name_records(generation: int) -> tuple[Record[Any], ...]:
    return (files.NAME, files.NAME_EXTENSION)[: 1 + (generation >= files.NAME_EXTENSION.since)]


def _unreadable(record: Record[Any], error: AnswerError) -> FieldUnreadableError:
    return FieldUnreadableError(record.label, error.detail, error.sw)


_Answer = bytes | FieldUnreadableError | None
"""A record as the card gave it, why it could not be had, or ``None`` for one that it does not have."""


class Fields:
    """Reads single records and keeps going: what cannot be read is ``None`` and leaves one fault in ``errors``.

    Records that belong together are asked for first and decoded afterwards, so that the card is not kept waiting.
    """

    def __init__(self, selection: Selection, errors: list[Exception]) -> None:
        self._selection = selection
        self._errors = errors

    def ask(self, ef: ElementaryFile, records: Sequence[Record[Any]], *, opened: bool = True) -> list[_Answer]:
        """The bytes of each record, in order, for :meth:`value`.

        :param opened: whether the file should be open to us; if not, a card that says so (6982) has done no wrong.
        :raises CardError: what the link raises, and APPLICATION_BLOCKED.
        """
        try:
            answers = self._selection.read_records(ef, records, _ANSWERS if opened else _CLOSED_ANSWERS)
        except (MalformedAnswerError, UnexpectedStatusError) as error:  # the file itself would not be selected
            return [_unreadable(record, error) for record in records]
        return [
            _unreadable(record, answer) if isinstance(answer, AnswerError) else answer
            for record, answer in zip(records, answers, strict=True)
        ]

    def value(self, record: Record[T], answer: _Answer) -> T | None:
        """What ``answer`` means, or ``None`` when it is blank, absent or unreadable."""
        if isinstance(answer, FieldUnreadableError):
            self._errors.append(answer)
            return None
        if answer is None:
            return None
        try:
            return record.decode(answer)
        except MalformedAnswerError as error:
            self._errors.append(FieldUnreadableError(record.label, error.detail))
        except FieldUnreadableError as error:
            self._errors.append(error)
        return None

    def read(self, ef: ElementaryFile, record: Record[T], *, opened: bool = True) -> T | None:
        """:meth:`ask` and :meth:`value` in one."""
        return self.value(record, *self.ask(ef, [record], opened=opened))

    def name(self, generation: int) -> str | None:
        """The holder's name alone; EF06 is selected and open."""
        first, *more = self.ask(EF06, _name_records(generation))
        return self._name(first, *more)

    def _name(self, name: _Answer, more: _Answer = None) -> str | None:
        """The name, joined from both records where the generation has two.

        With either part unreadable there is no name: half a name is another person's.
        """
        before = len(self._errors)
        first, extension = self.value(files.NAME, name), self.value(files.NAME_EXTENSION, more)
        if len(self._errors) > before:
            return None
        try:
            return names.decode(first, extension)
        except names.NameUndecodableError as error:
            self._errors.append(FieldUnreadableError(files.NAME.label, str(error)))
            return None

    def holder(self, generation: int) -> Holder:
        """EF06 whole.

        :raises HolderClosedError: when the card does not let us into the file.
        """
        try:
            self._selection.file(EF06)
        except UnexpectedStatusError as error:
            raise HolderClosedError(FieldUnreadableError(EF06.key, error.detail, error.sw)) from None
        (number,) = self.ask(EF06, [files.NUMBER])
        if isinstance(number, FieldUnreadableError) and number.sw == status.SW.SECURITY:
            # The rule is the file's, so the other records would say the same.
            raise HolderClosedError(
                FieldUnreadableError(EF06.key, status.meaning(status.SW.SECURITY), status.SW.SECURITY)
            )
        *name, sex, nation, birth_place, birth_date = self.ask(EF06, (*_name_records(generation), *_REST))
        return Holder(
            social_security_number=self.value(files.NUMBER, number),
            name=self._name(*name),
            sex=self.value(files.SEX, sex),
            nation=self.value(files.NATION, nation),
            birth_place=self.value(files.BIRTH_PLACE, birth_place),
            birth_date=self.value(files.BIRTH_DATE, birth_date),
        )
