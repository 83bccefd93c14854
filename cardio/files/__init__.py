"""Files of the social security card declared as data: every record with its tag, type, length and worked examples.

One test walks all declarations and checks the examples both ways; the page ``docs/cards.md`` is made from them.
:mod:`cardio.files.shape` holds the words in which they are declared; each application has a module of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from cardio.files import df01, df02, df03, df04, df07, other, ssse
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
    SSSE_APPLICATION,
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
from cardio.files.ssse import EF0C, EF0D, EF07, EF08

FILES = (EF05, EF06, *ssse.FILES, *df01.FILES, *df02.FILES, *df03.FILES, *df04.FILES, *df07.FILES, *other.FILES)
"""Every declared file, for the test that walks them, the generated table and the simulated card."""

APPLICATIONS = (SSSE_APPLICATION, df01.DF01, df02.DF02, df03.DF03, df04.DF04, df07.DF05, df07.DF06, df07.DF07)
"""The social security applications, as the directory of a card lists them."""

BY_PATH: Mapping[str, ElementaryFile] = {ef.path: ef for ef in FILES}
"""Files by the paths of the reader interface, such as ``SSSEEF06`` and ``DF01EF05``."""

__all__ = [
    "APPLICATIONS",
    "BIRTH_DATE",
    "BIRTH_PLACE",
    "BY_PATH",
    "CARD_CLASS",
    "CARD_ID",
    "CARD_NUMBER",
    "EF0C",
    "EF0D",
    "EF05",
    "EF06",
    "EF07",
    "EF08",
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
    "SSSE_APPLICATION",
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
