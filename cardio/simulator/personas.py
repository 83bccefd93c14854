"""A few made-up cards, one of each generation, for tests and for a demonstration without a centre.

The region 379999 is not assigned to anyone; citizen and card numbers have right check digits.
"""

from __future__ import annotations

from datetime import date

from cardio.simulator.contents import CardContents

FIRST = CardContents(
    generation=1,
    history=bytes.fromhex("00810088438665379900000001"),
    card_id=bytes.fromhex("379999D1560000050000000100000001"),
    version=b"1.00",
    card_number="X00000019",
    issued_on=date(2010, 3, 4),
    expires_on=date(2020, 3, 4),
    number="379999195601020011",
    name="石大山",
    sex="1",
    birth_date=date(1956, 1, 2),
    pan="6200379999000000014",
)

SECOND = CardContents(
    generation=2,
    history=bytes.fromhex("0081544B318649379900000002"),
    card_id=bytes.fromhex("379999D1560000050000000200000002"),
    version=b"2.00",
    card_number="D2143569X",
    issued_on=date(2016, 7, 8),
    expires_on=date(2026, 7, 8),
    number="379999198002290021",
    name="林小河",
    sex="2",
    birth_date=date(1980, 2, 29),
    pan="6200379999000000022",
)

THIRD = CardContents(
    generation=3,
    history=bytes.fromhex("00814A44468660379900000003"),
    card_id=bytes.fromhex("379999D1560000050000000300000003"),
    version=b"3.00",
    card_number="A00000038",
    issued_on=date(2024, 5, 6),
    expires_on=date(2034, 5, 6),
    number="379999199310100028",
    name="阿依古丽·买买提",
    sex="2",
    nation="05",
    birth_date=date(1993, 10, 10),
    pan="6200379999000000030",
)

PERSONAS = (FIRST, SECOND, THIRD)
