"""Reading a card: the exact commands, and everything that a card or a key source can do instead of answering well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import Algorithm
from cardio.record import CardRecord, Holder
from cardio.session import CardSession
from tests.support import cards
from tests.support.cards import Keys
from tests.support.scripted import ScriptedLink, Step, TableLink

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


# --- cards that are not in order


@pytest.mark.parametrize(
    ("records", "field", "value"),
    [
        ({0x09: "张三丰".encode("gbk").ljust(30, b"\x20")}, "name", "张三丰"),
        ({0x09: "张三丰".encode("gbk").ljust(30, b"\xff")}, "name", "张三丰"),
        ({0x09: b"A" + "买".encode("gbk") * 14 + b"\xc2", 0x4E: b"\xf2".ljust(20, b"\xff")}, "name", "A" + "买" * 15),
        ({0x4E: None}, "name", cards.NAME),
        ({0x4E: b"\xff" * 20}, "name", cards.NAME),
        ({0x09: b"\x00" * 30}, "name", None),
        ({0x09: None, 0x4E: None}, "name", None),
        ({0x08: b"\x20" * 18}, "social_security_number", None),
        ({0x0A: b"\x00"}, "sex", None),
        ({0x0B: b"\xff"}, "nation", None),
        ({0x0C: b"\xff" * 3}, "birth_place", None),
        ({0x0D: b"\xff" * 4}, "birth_date", None),
        ({0x0D: None}, "birth_date", None),
    ],
)
def test_blank_absent_and_oddly_padded_fields_are_no_fault(
    records: dict[int, bytes | None], field: str, value: object
) -> None:
    record = read(TableLink(cards.table(3, records), cards.ATR), Keys())
    assert getattr(record.holder, field) == value
    assert record.errors == ()


def test_a_card_before_its_issue() -> None:
    """Everything personal is blank: there is a holder, of whom nothing is known."""
    blank: dict[int, bytes | None] = {tag: b"\x00" * (cards.SIZES[tag] - 2) for tag in EF06_READS}
    record = read(TableLink(cards.table(2, blank), cards.ATR), Keys())
    assert record.holder == Holder(None, None, None, None, None, None)
    assert (record.authenticated, record.errors) == (True, ())


@pytest.mark.parametrize(
    ("generation", "raw", "version"),
    [(2, b"2.0\0", "2.0"), (2, b"2.01", "2.0"), (1, b"", None), (1, bytes(4), None), (1, b"\xff" * 4, None)],
)
def test_versions(generation: int, raw: bytes, version: str | None) -> None:
    record = read(TableLink(cards.table(generation, {0x03: raw}), cards.ATR), Keys())
    assert (record.version, record.identity.generation) == (version, generation)
    assert record.errors == ()


@pytest.mark.parametrize("version", [b"4.00", b"9.99", b"zzzz"])
def test_a_version_nobody_knows_ends_the_reading(version: bytes) -> None:
    with pytest.raises(CardError) as caught:
        read(TableLink(cards.table(2, {0x03: version}), cards.ATR), Keys())
    assert caught.value.fault is CardFault.UNKNOWN_GENERATION


def test_an_algorithm_nobody_knows_ends_the_reading() -> None:
    fci = cards.FCI[3].replace("860103", "860109")
    with pytest.raises(CardError) as caught:
        read(TableLink(cards.table(3, t0=False) | {cards.SELECT_SSSE: fci}, cards.ATR), Keys())
    assert caught.value.fault is CardFault.UNKNOWN_GENERATION


@pytest.mark.parametrize(
    "fci",
    ["9000", f"6F11840F{cards.SSSE}9000", f"6F16840F{cards.SSSE}A503880105 9000"]
    + [f"6F1C840F{cards.SSSE}A50988011E9F0C03{issuer}9000" for issuer in ("AABBCC", "880105")],
    ids=["none", "name only", "no issuer data", "issuer data of no structure", "issuer data without algorithm"],
)
def test_an_fci_that_names_no_algorithm(fci: str) -> None:
    record = read(TableLink(cards.table(2, t0=False) | {cards.SELECT_SSSE: fci}, cards.ATR), Keys())
    assert record.identity.algorithm is Algorithm.TDES
    assert record.authenticated


def test_an_fci_that_is_no_tlv_ends_the_reading() -> None:
    with pytest.raises(CardError) as caught:
        read(TableLink(cards.table(2, t0=False) | {cards.SELECT_SSSE: "6F16840F9000"}, cards.ATR), Keys())
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


T1_ATR = bytes.fromhex("3BFD1300008131FE4500814A444686605199000001AC00")


@pytest.mark.parametrize(
    "answers",
    [
        {cards.SELECT_SSSE: "611E", "00C000001E": "9000"},
        {cards.SELECT_SSSE: "6100", "00C0000000": "6C1E", "00C000001E": "9000"},
        {f"{cards.SELECT_SSSE}00": "6C1E", f"{cards.SELECT_SSSE}1E": "9000"},
    ],
    ids=["61", "61 and 6C", "6C"],
)
def test_an_fci_that_was_announced_and_did_not_come_ends_the_reading(answers: dict[str, str]) -> None:
    """Taken for a card that names no algorithm, a card of SM4 would look like a forgery with DES."""
    atr = T1_ATR if cards.SELECT_SSSE not in answers else cards.ATR
    with pytest.raises(CardError) as caught:
        read(TableLink(cards.table(3) | answers, atr), Keys())
    assert caught.value.fault is CardFault.ANSWER_MALFORMED


def test_beijing_without_a_word_on_its_algorithm_is_ssf33() -> None:
    card_id = bytes.fromhex("110000") + cards.CARD_ID[3:]
    record = read(TableLink(cards.table(2, {0x01: card_id}), cards.ATR))
    assert record.identity.algorithm is Algorithm.SSF33


FIELDS = {
    0x02: "card_class",
    0x04: "issuer",
    0x05: "issued_on",
    0x06: "expires_on",
    0x07: "card_number",
    0x08: "social_security_number",
    0x09: "name",
    0x4E: "name",
    0x0A: "sex",
    0x0B: "nation",
    0x0C: "birth_place",
    0x0D: "birth_date",
}


def value(record: CardRecord, tag: int) -> object:
    owner: object = record if tag < 0x08 else record.holder
    return getattr(owner, FIELDS[tag])


@pytest.mark.parametrize("tag", sorted(FIELDS), ids=lambda tag: f"{tag:02X}")
@pytest.mark.parametrize("spoil", ["cut", "tag", "empty", "status", "twice"])
def test_a_record_that_cannot_be_read_leaves_the_rest(tag: int, spoil: str) -> None:
    answers = cards.table(3)
    good = answers[cards.read_command(tag)]
    answers[cards.read_command(tag)] = {
        "cut": good[:-6] + "9000",
        "tag": "7F" + good[2:],
        "empty": "9000",
        "status": "6581",
        "twice": good[:-4] + good,
    }[spoil]
    record = read(TableLink(answers, cards.ATR), Keys())
    assert faults(record) == [CardFault.FIELD_UNREADABLE]
    assert value(record, tag) is None
    for other, name in FIELDS.items():
        if name != FIELDS[tag]:
            assert value(record, other) is not None
    assert record.authenticated
    (error,) = record.errors
    assert f"({tag:02X})" in str(error)


@pytest.mark.parametrize(
    ("tag", "raw"),
    [
        (0x08, b"379999\x00981010100 13"),
        (0x09, b"\xd5\x01".ljust(30, b"\x00")),
        (0x09, b"\xd5".ljust(30, b"\x00")),
        (0x0B, b"\xab"),
        (0x0D, bytes.fromhex("19810231")),
        (0x05, bytes.fromhex("20241340")),
        (0x07, b"D21\x0143569"),
    ],
)
def test_a_value_that_is_none_leaves_the_rest(tag: int, raw: bytes) -> None:
    record = read(TableLink(cards.table(3, {tag: raw}), cards.ATR), Keys())
    assert faults(record) == [CardFault.FIELD_UNREADABLE]
    assert value(record, tag) is None


def test_a_wrong_le_is_followed_to_the_true_length() -> None:
    answers = cards.table(2) | {cards.read_command(0x07): "6C0D", "00B207000D": "070B4432313433353639584142 9000"}
    record = read(TableLink(answers, cards.ATR), Keys())
    assert (record.card_number, record.errors) == ("D2143569X", ())


def test_a_version_that_cannot_be_read_does_not_cut_a_name() -> None:
    answers = cards.table(2, {0x09: "买".encode("gbk") * 15, 0x4E: "提".encode("gbk").ljust(20, b"\x00")})
    answers[cards.read_command(0x03)] = "0304329000"
    record = read(TableLink(answers, cards.ATR), Keys())
    assert record.holder is not None
    assert record.holder.name == "买" * 15 + "提"
    assert (record.version, record.identity.generation) == (None, 2)
    assert faults(record) == [CardFault.FIELD_UNREADABLE]


@pytest.mark.parametrize("generation", [1, 2, 3])
@pytest.mark.parametrize(
    "card_id", [None, b"\xff" * 16, cards.CARD_ID[:12], cards.CARD_ID + b"\x01", b"\x37\x9a\x99" + cards.CARD_ID[3:]]
)
def test_a_card_id_that_is_none_cannot_be_proven(generation: int, card_id: bytes | None) -> None:
    keys = Keys()
    link = TableLink(cards.table(generation, {0x01: card_id}), cards.ATR)
    record = read(link, keys)
    assert (record.identity.card_id, record.region, record.authenticated) == (b"", None, False)
    assert faults(record) == [CardFault.FIELD_UNREADABLE]
    assert record.card_number == "D2143569X"
    assert (record.holder is None) == (generation == 3)
    assert keys.asked == []
    assert bytes.fromhex(cards.GET_CHALLENGE) not in link.sent


def test_a_card_id_of_a_test_card_is_good() -> None:
    card_id = cards.CARD_ID[:12] + b"\xff" * 4
    record = read(TableLink(cards.table(2, {0x01: card_id}), cards.ATR), Keys())
    assert record.identity.card_id == card_id
    assert (record.authenticated, record.errors) == (True, ())


def test_historical_bytes_of_another_kind_cannot_prove_the_card() -> None:
    record = read(TableLink(cards.table(2), bytes.fromhex("3B640000 01020304")), Keys())
    assert (record.authenticated, faults(record)) == (False, [CardFault.FIELD_UNREADABLE])
    assert record.holder is not None


# --- cards that are something else


def try_a_pin(session: CardSession) -> None:
    """No PIN may reach a card that is not one of ours."""
    session.verify_pin(bytearray((1, 2, 3, 4, 5, 6)))


@pytest.mark.parametrize("first", ["6A82", "6A81", "6985", "6D00"])
def test_a_card_that_wants_its_root_selected_first(first: str) -> None:
    script = [
        (cards.SELECT_SSSE, first),
        ("00A40000023F00", "6110"),
        (cards.SELECT_SSSE, "9000"),
        (cards.SELECT_EF05, "9000"),
    ]
    script += [(cards.read_command(tag), "6A83") for tag in (0x01, 0x03, 0x07, 0x02, 0x04, 0x05, 0x06)]
    script += [(cards.SELECT_EF06, "6A82")]
    with ScriptedLink(script, cards.ATR) as link:
        record = CardSession(link).read()
    assert record.holder is None
    assert faults(record) == [CardFault.FIELD_UNREADABLE, CardFault.FIELD_UNREADABLE]


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ([(cards.SELECT_SSSE, "6A82"), ("00A40000023F00", "6A82")], CardFault.NOT_SOCIAL_SECURITY),
        (
            [(cards.SELECT_SSSE, "6A82"), ("00A40000023F00", "9000"), (cards.SELECT_SSSE, "6A82")],
            CardFault.NOT_SOCIAL_SECURITY,
        ),
        ([(cards.SELECT_SSSE, "6A81"), ("00A40000023F00", "6A86")], CardFault.NOT_SOCIAL_SECURITY),
        ([(cards.SELECT_SSSE, "6A81"), ("00A40000023F00", "6A81")], CardFault.CARD_BLOCKED),
        ([(cards.SELECT_SSSE, "9303")], CardFault.APPLICATION_BLOCKED),
        ([(cards.SELECT_SSSE, "6A82"), ("00A40000023F00", "9303")], CardFault.APPLICATION_BLOCKED),
        ([(cards.SELECT_SSSE, "6581")], CardFault.STATUS_UNEXPECTED),
        ([(cards.SELECT_SSSE, "6A82"), ("00A40000023F00", "6581")], CardFault.STATUS_UNEXPECTED),
    ],
)
def test_cards_that_are_something_else(script: list[Step], cause: CardFault) -> None:
    for flow in (CardSession.read, CardSession.open, CardSession.pin_tries, try_a_pin):
        with ScriptedLink(script) as link, pytest.raises(CardError) as caught:
            flow(CardSession(link))
        assert caught.value.fault is cause


def test_an_environment_without_its_first_file() -> None:
    script = [(cards.SELECT_SSSE, "9000"), (cards.SELECT_EF05, "6A82")]
    with ScriptedLink(script) as link, pytest.raises(CardError) as caught:
        CardSession(link).read()
    assert (caught.value.fault, caught.value.sw) == (CardFault.STATUS_UNEXPECTED, 0x6A82)


def test_open_asks_the_one_question() -> None:
    with ScriptedLink([(cards.SELECT_SSSE, "9000")]) as link:
        CardSession(link).open()


# --- cards that are pulled


def pull_at(moment: int, cause: CardFault) -> Callable[[int, bytes], bytes | CardFault]:
    return lambda number, answer: cause if number == moment else answer


@pytest.mark.parametrize("generation", [1, 2, 3])
@pytest.mark.parametrize("cause", [CardFault.CARD_REMOVED, CardFault.READER_GONE, CardFault.SERVICE_STOPPED])
def test_a_pull_at_any_command_is_told(generation: int, cause: CardFault) -> None:
    answers = cards.table(generation) | cards.bank_table()
    whole = TableLink(answers, cards.ATR)
    read(whole, Keys(), fields_all=True)
    for moment in range(len(whole.sent)):
        link = TableLink(answers, cards.ATR, twist=pull_at(moment, cause))
        session = CardSession(link, [Keys()])
        with pytest.raises(CardError) as caught:
            session.read(fields_all=True)
        assert caught.value.fault is cause
        assert len(link.sent) == moment + 1
        # The same session can be used again: it remembers nothing of where it was.
        assert session.read(fields_all=True).errors == ()
