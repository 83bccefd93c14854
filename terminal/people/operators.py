"""Operators as the centre lists them. Verifiers travel, never passwords."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

import msgspec
from msgspec import Meta

from terminal.errors import TerminalError, TerminalFault
from terminal.model.decoding import decoded
from terminal.text import Text

DOCUMENT = "operators"
"""Name of the reference document."""

_PHC = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9])\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}\Z"
)
_MOST_MEMORY, _MOST_PASSES, _MOST_LANES = 1 << 18, 10, 8


class Role(Enum):
    """What a person may do."""

    OPERATOR = "operator"  # serves at the counter (经办)
    REVIEWER = "reviewer"  # is the second person where a rule wants two (复核)


ROLE_TEXTS = {Role.OPERATOR: Text("经办", "Operator"), Role.REVIEWER: Text("复核", "Reviewer")}


class OperatorRecord(msgspec.Struct, frozen=True):
    """One row of the document.

    :param verifier: Argon2id of the password as a PHC string (RFC 9106).
    """

    number: Annotated[str, Meta(pattern="^[0-9]{4,12}$")]
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    roles: list[Role]
    verifier: Annotated[str, Meta(max_length=300)]
    active: bool = True

    def __repr__(self) -> str:
        return f"<OperatorRecord {self.number}>"


class SignInRules(msgspec.Struct, frozen=True):
    """What the centre wants of sign-in.

    :param tries: wrong passwords in a row before a number is locked. :param lock_seconds: for how long.
    :param idle_seconds: without a touch, after which the session locks.
    :param second_person: what needs a second person, as ``SERVICE.FIELD``.
    """

    tries: Annotated[int, Meta(ge=1, le=20)] = 5
    lock_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 900
    idle_seconds: Annotated[int, Meta(ge=30, le=14_400)] = 600
    second_person: list[str] = msgspec.field(default_factory=lambda: ["contact-change.phone"])


class OperatorsBody(msgspec.Struct, frozen=True, kw_only=True):
    """The document."""

    operators: list[OperatorRecord]
    rules: SignInRules


@dataclass(frozen=True)
class Operator:
    """A person who has proven who they are."""

    number: str
    name: str
    roles: frozenset[Role]

    @property
    def role_text(self) -> Text:
        """The word for what this person mainly does."""
        return ROLE_TEXTS[Role.REVIEWER if Role.REVIEWER in self.roles else Role.OPERATOR]


@dataclass(frozen=True)
class Operators:
    """The list in force.

    :param version: of the document; :param as_of: milliseconds since 1970 at which the centre said so.
    :param past: whether it is past its end: who works here by now, only the centre knows.
    """

    rules: SignInRules
    version: int
    as_of: int
    past: bool = field(default=False, kw_only=True)
    _rows: dict[str, OperatorRecord] = field(repr=False, default_factory=dict)

    def find(self, number: str) -> OperatorRecord | None:
        """The row of somebody who works here; ``None`` for anybody else."""
        row = self._rows.get(number)
        return row if row is not None and row.active else None

    def any_verifier(self) -> str | None:
        """Some verifier of this list, so that an unknown number costs the same time as a wrong password."""
        return next((row.verifier for row in self._rows.values()), None)

    def __len__(self) -> int:
        return len(self._rows)


def decode(content: bytes, version: int, as_of: int) -> Operators:
    """The list out of the bytes of its document.

    :raises TerminalError: ``OPERATORS_UNREADABLE``.
    """
    try:
        body = decoded(content, OperatorsBody)
    except msgspec.MsgspecError:
        raise unreadable("form") from None
    rows = {row.number: row for row in body.operators}
    if len(rows) != len(body.operators) or not all(_affordable(row.verifier) for row in rows.values()):
        raise unreadable("a number twice, or a verifier that is none")
    return Operators(body.rules, version, as_of, rows)


def _affordable(verifier: str) -> bool:
    """Whether this is a verifier, and checking it does not eat the machine."""
    found = _PHC.match(verifier)
    if found is None:
        return False
    memory, passes, lanes = (int(part) for part in found.groups())
    return 8 * lanes <= memory <= _MOST_MEMORY and 1 <= passes <= _MOST_PASSES and 1 <= lanes <= _MOST_LANES


def operators_old() -> TerminalError:
    """By a list that is past its end nobody serves."""
    return TerminalError(TerminalFault.OPERATORS_OLD)


def unreadable(detail: str) -> TerminalError:
    """The list that is kept here cannot be believed."""
    return TerminalError(TerminalFault.OPERATORS_UNREADABLE, detail)
