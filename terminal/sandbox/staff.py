"""The made-up people who work at the sandbox's counters. Their passwords are public, like everything here:

=======  ============  ==================  ======================
number   name          password            may
=======  ============  ==================  ======================
1001     演示甲        ``counter-1001``    serve
1002     演示乙        ``counter-1002``    serve
2001     演示主管      ``review-2001``     serve and review
2002     演示复核      ``review-2002``     review
=======  ============  ==================  ======================

Verifiers alone travel (Argon2id, PHC strings with fixed salts, so that one version is one sequence of bytes).
"""

from __future__ import annotations

import msgspec

from terminal.people.operators import DOCUMENT, OperatorRecord, OperatorsBody, Role, SignInRules

__all__ = ["DOCUMENT", "PASSWORDS", "RULES", "VERSION", "body"]

VERSION = 1

RULES = SignInRules()

PASSWORDS = {"1001": "counter-1001", "1002": "counter-1002", "2001": "review-2001", "2002": "review-2002"}

_COSTS = "$argon2id$v=19$m=19456,t=2,p=1$"
_PEOPLE = (
    ("1001", "演示甲", (Role.OPERATOR,), "T58i9hE9R1rEwk2OeeqbPQ$QSpDQOQQM/2m2p8Gb3qZrCCqSu9X+dKPp/XgCWnY23s"),
    ("1002", "演示乙", (Role.OPERATOR,), "JYPniufVbEIxfI1xTueXpw$3e+vuZf75e7uEnLEz6bR+fdElKaA3JiDbk/EXENzWWw"),
    (
        "2001",
        "演示主管",
        (Role.OPERATOR, Role.REVIEWER),
        "fRUMpOysSyuBV7UXT1HgzA$aKH1a5PAfoULkQ0yqQ5dytVny6vX/YoIv6/vSiMFtgc",
    ),
    ("2002", "演示复核", (Role.REVIEWER,), "EHliZV6f+DU2bTnhnhwEsw$1yhK3I1sd+C5IRxhaHVB7BadnBlUKHKTee6sR/bkdmg"),
)


def body() -> bytes:
    """The document that the centre signs."""
    people = [OperatorRecord(number, name, list(roles), _COSTS + verifier) for number, name, roles, verifier in _PEOPLE]
    return msgspec.json.encode(OperatorsBody(operators=people, rules=RULES))
