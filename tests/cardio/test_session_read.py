"""Reading a card: the exact commands, and everything that a card or a key source can do instead of answering well."""

from __future__ import annotations

from datetime import date

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import Algorithm
from cardio.record import CardRecord
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import ScriptedLink, TableLink

EF06_READS = (0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0C, 0x0D)


def read(link: TableLink, *sources: Keys, fields_all: bool = False) -> CardRecord:
    return CardSession(link, sources).read(fields_all)


def faults(record: CardRecord) -> list[object]:
    return [error.fault if isinstance(error, CardError) else error for error in record.errors]


@pytest.mark.parametrize(("generation", "commands"), [(1, 18), (2, 19), (3, 22)])
@pytest.mark.parametrize("t0", [True, False])
def test_reads_are_minimal(generation: int, commands: int, t0: bool) -> None:
    """The number of commands is what the documentation says; T=0 fetches two of the answers by GET RESPONSE."""
    link = TableLink(cards.table(generation, t0=t0), cards.ATR)
    record = read(link, Keys())
    assert record.errors == ()
    assert len(link.sent) == commands + (2 if t0 else 0)
    assert link.transactions == 1


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_every_field_of_a_card(generation: int) -> None:
    record = read(TableLink(cards.table(generation), cards.ATR), Keys())
    assert record.reader == "Scripted 0"
    assert record.atr == cards.ATR
    assert record.identity == cards.identity(generation)
    assert record.version == f"{generation}.0"
    assert record.region == "379999"
    assert record.card_number == "D2143569X"
    assert record.card_class == "3"
    assert record.issuer == "915600000237999937999901"
    assert record.issued_on == date(2024, 5, 6)
    assert record.expires_on == date(2034, 5, 6)
    assert record.holder is not None
    assert record.holder.social_security_number == cards.NUMBER
    assert record.holder.name == cards.NAME
    assert record.holder.sex == "1"
    assert record.holder.nation == "01"
    assert record.holder.birth_date == date(1981, 1, 1)
    assert record.holder.birth_place == "379999"
    assert record.bank_account_last4 is None
    assert (record.authenticated, record.authenticated_by, record.errors) == (True, "hsm", ())


def test_generation_3_step_by_step() -> None:
    """The order of the recorded exchange, with the verifier's nonce in place of the first challenge."""
    answers = cards.table(3)
    fci, proof = "00C000001E", "00C0000008"
    order = [
        cards.SELECT_SSSE,
        fci,
        cards.SELECT_EF05,
        *(cards.read_command(tag) for tag in (0x01, 0x03, 0x07)),
        cards.GET_CHALLENGE,
        cards.internal(3),
        proof,
        cards.GET_CHALLENGE,
        cards.GET_CHALLENGE,
        cards.external(3),
        *(cards.read_command(tag) for tag in (0x02, 0x04, 0x05, 0x06)),
        cards.SELECT_EF06,
        *(cards.read_command(tag) for tag in EF06_READS),
    ]
    with ScriptedLink([(command, answers[command]) for command in order], cards.ATR) as link:
        assert CardSession(link, [Keys()]).read().errors == ()


def test_the_recorded_generation_3_card_without_a_key_source() -> None:
    """Bytes of a card that this project did not write; its records 01, 03 and 07 are free."""
    script = [
        (cards.SELECT_SSSE, "611E"),
        ("00C000001E", f"6F1C840F{cards.SSSE}A50988011E9F0C038601039000"),
        (cards.SELECT_EF05, "9000"),
        ("00B2010012", "0110519900D15600000510000B26FFFFFFFF 9000"),
        ("00B2030006", "0304332E3030 9000"),
        ("00B207000B", "0709 443231343335363958 9000"),
        ("00B2020003", "6982"),
        ("00B204000E", "6982"),
        ("00B2050006", "6982"),
        ("00B2060006", "6982"),
    ]
    with ScriptedLink(script) as link:
        record = CardSession(link).read()
    assert record.identity.algorithm is Algorithm.SM4
    assert (record.region, record.version, record.card_number) == ("519900", "3.0", "D2143569X")
    assert (record.card_class, record.issuer, record.issued_on, record.expires_on) == (None, None, None, None)
    assert (record.holder, record.authenticated) == (None, False)
    assert faults(record) == [CardFault.NO_KEY_SOURCE]
