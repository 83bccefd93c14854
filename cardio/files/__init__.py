"""Files of the social security card declared as data: every record with its tag, type, length and worked examples.

One test walks all declarations and checks the examples both ways; the page ``docs/card-files.md`` is made from them.
:mod:`cardio.files.shape` holds the words in which they are declared; each application has a module of its own.
"""

from __future__ import annotations

from cardio.files.card_data import (
    CARD_CLASS,
    CARD_ID,
    CARD_NUMBER,
    EF05,
    EXPIRES_ON,
    ISSUED_ON,
    ISSUER,
    VERSION,
)
from cardio.files.holder_data import (
    BIRTH_DATE,
    BIRTH_PLACE,
    EF06,
    NAME,
    NAME_EXTENSION,
    NATION,
    NUMBER,
    SEX,
)
from cardio.files.shape import (
    FREE,
    NEVER,
    UNSTATED,
    Access,
    Application,
    Content,
    ElementaryFile,
    Example,
    Need,
    Record,
    Structure,
)

__all__ = [
    "BIRTH_DATE",
    "BIRTH_PLACE",
    "CARD_CLASS",
    "CARD_ID",
    "CARD_NUMBER",
    "EF05",
    "EF06",
    "EXPIRES_ON",
    "FILES",
    "FREE",
    "ISSUED_ON",
    "ISSUER",
    "NAME",
    "NAME_EXTENSION",
    "NATION",
    "NEVER",
    "NUMBER",
    "SEX",
    "UNSTATED",
    "VERSION",
    "Access",
    "Application",
    "Content",
    "ElementaryFile",
    "Example",
    "Need",
    "Record",
    "Structure",
]

FILES = (EF05, EF06)
"""Every declared file, for the test that walks them and the generated table."""
