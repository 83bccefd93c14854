"""What SSSE says of the card (EF05) and of its holder (EF06), record by record (reader interface 10.4)."""

from __future__ import annotations

from typing import Final, TypeVar

from cardio import files, names, status
from cardio.answers import FieldUnreadableError, MalformedAnswerError, UnexpectedStatusError
from cardio.errors import CardError
from cardio.files import EF06, ElementaryFile, Record
from cardio.record import Holder
from cardio.selection import Selection

T = TypeVar("T")


_CLOSED: Final = status.ABSENT | {status.SW.SECURITY}
_ANSWERS: Final = status.DONE | status.ABSENT
_CLOSED_ANSWERS: Final = status.DONE | _CLOSED


class HolderClosedError(Exception):
    """The card wants a key before it lets anyone read EF06. :param fault: what is reported when none opens it."""

    def __init__(self, fault: FieldUnreadableError) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Fields:
    """Reads single records and keeps going: what cannot be read is ``None`` and leaves one fault in ``errors``."""

    def __init__(self, selection: Selection, errors: list[Exception]) -> None:
        self._selection = selection
        self._errors = errors

    def read(self, ef: ElementaryFile, record: Record[T], *, opened: bool = True) -> T | None:
        """The value, or ``None`` when it is blank, absent or unreadable.

        :param opened: whether the file should be open to us; if not, a card that says so (6982) has done no wrong.
        :raises CardError: what the link raises, and APPLICATION_BLOCKED.
        """
        quiet = status.ABSENT if opened else _CLOSED
        try:
            answer = self._selection.read_record(ef, record, _ANSWERS if opened else _CLOSED_ANSWERS)
        except (MalformedAnswerError, UnexpectedStatusError) as error:
            self._errors.append(FieldUnreadableError(record.label, error.detail, error.sw))
            return None
        if answer.sw in quiet:
            return None
        try:
            return record.decode(answer.data)
        except MalformedAnswerError as error:
            self._errors.append(FieldUnreadableError(record.label, error.detail))
        except FieldUnreadableError as error:
            self._errors.append(error)
        return None

    def name(self, generation: int) -> str | None:
        """The name, joined from both records where the generation has two.

        With either part unreadable there is no name: half a name is another person's.
        """
        before = len(self._errors)
        first = self.read(EF06, files.NAME)
        extension = self.read(EF06, files.NAME_EXTENSION) if files.NAME_EXTENSION in EF06.of(generation) else None
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
        before = len(self._errors)
        number = self.read(EF06, files.NUMBER)
        if any(isinstance(error, CardError) and error.sw == status.SW.SECURITY for error in self._errors[before:]):
            # The rule is the file's, so the other records would say the same.
            del self._errors[before:]
            raise HolderClosedError(
                FieldUnreadableError(EF06.key, status.meaning(status.SW.SECURITY), status.SW.SECURITY)
            )
        return Holder(
            social_security_number=number,
            name=self.name(generation),
            sex=self.read(EF06, files.SEX),
            nation=self.read(EF06, files.NATION),
            birth_place=self.read(EF06, files.BIRTH_PLACE),
            birth_date=self.read(EF06, files.BIRTH_DATE),
        )
