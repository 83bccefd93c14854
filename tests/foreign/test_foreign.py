"""The driver with a card that somebody else made: read, its PIN changed and unblocked, issued into."""

from __future__ import annotations

import ast
import os
from dataclasses import replace
from pathlib import Path

import pytest

from cardio.errors import CardError, CardFault
from cardio.files import EF08
from cardio.files.df01 import DF01_EF15
from cardio.files.df02 import DF02_EF07
from cardio.files.df04 import DF04_EF06, DF04_EF08
from cardio.personalise import Made, Outcome
from tests.foreign.card import ForeignCard
from tests.foreign.contents import PHOTO, SCHOOLS, Make, Person
from tests.foreign.crypto import DES, ROOT, WIDE, CardCipher, card_key
from tests.foreign.support import (
    HOLDER,
    LONG,
    ForeignLink,
    differences,
    digits,
    issued,
    order,
    session,
    writes,
    wrongly_issued,
)

HERE = Path(__file__).parent
OURS = {"support", "behind_reader", "test_foreign", "test_behind_pcscd"}
"""Modules of this folder that are the product's; the others are the stranger's."""

GENERATIONS = pytest.mark.parametrize("generation", [1, 2, 3])
WHOLE = os.environ.get("SSC_PROOF", "test") != "test"
"""Every place where the card can be pulled, instead of one in eleven."""

QUIRKS: dict[str, Make] = {
    "plain": Make(),
    "direct": Make(direct=True),
    "lax": Make(lax=True, direct=True),
    "padded with 20": Make(pad=b" "),
    "padded with FF": Make(pad=b"\xff"),
    "no extension": Make(extension=False),
    "directory 1E": Make(directory=0x1E),
    "names its cipher": Make(names_cipher=True),
    "longer number": Make(longer="number"),
    "longer values": Make(longer="value"),
    "filler EE": Make(longer="filler"),
    "root first": Make(root_first=True),
    "in the root": Make(in_root=True),
    "strict factor": Make(strict_factor=True),
    "region 33": Make(city="339999"),
    "open code": Make(code="FFFFFFFF"),
    "other serial": Make(serial="10000B26"),
    "no bank": Make(bank="none"),
    "whole bank": Make(bank="full"),
    "blank FF": Make(blank=b"\xff"),
    "blank 00": Make(blank=b"\0"),
    "blank, absent": Make(blank="absent"),
}


def test_the_card_is_not_made_of_this_products_code() -> None:
    for path in HERE.glob("*.py"):
        if path.stem in OURS:
            continue
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        names = [each.module or "" for each in tree if isinstance(each, ast.ImportFrom)]
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        names += [alias.name for each in tree if isinstance(each, ast.Import) for alias in each.names]
        foreign = {
            "tests.foreign",
            *(f"tests.foreign.{each.stem}" for each in HERE.glob("*.py") if each.stem not in OURS),
        }
        assert [
            name for name in names if name.split(".")[0] in {"cardio", "terminal", "tests"} and name not in foreign
        ] == []


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (
            DES,
            "AAA7FD4A80B7C0DEE34E48ED2B16AF00 8247B850FA4FBEB7 3F10AF3A009309A0 "
            "842400010CA4133DF32C2C2EE4EB004C1A 84240000043B20864B",
        ),
        (
            WIDE,
            "F56E856A0EF164F676973AA8DE0D103C DF1C4A8D1C65613B58429FB02C29C94C D3D4E106A36DA5B1 "
            "84240001144F3FC03D8F9D341B16AFCE095AF0A1E8533B2109 8424000004A2F5D254",
        ),
    ],
    ids=["3DES", "SM4"],
)
def test_its_own_ciphers_give_the_values_of_the_text(number: int, values: str) -> None:
    """The check values of card.md §4, by the stranger's arithmetic."""
    cipher, factor = CardCipher(number), bytes.fromhex("1122334455667788")
    key = card_key(cipher, bytes.fromhex("370100"), bytes.fromhex("0000000000" + "8649370100000001"))
    session_key = cipher.session(key, factor)
    maintenance = cipher.session(bytes.fromhex("0123456789ABCDEF") if number == DES else ROOT, factor)
    pin = cipher.enciphered(maintenance, bytes.fromhex("123456"))
    reload, unblock = bytes.fromhex("84240001") + bytes([len(pin) + 4]) + pin, bytes.fromhex("8424000004")
    made = [
        key,
        session_key,
        cipher.cryptogram(session_key, bytes.fromhex("0102030405060708")),
        reload + cipher.mac(maintenance, reload),
        unblock + cipher.mac(maintenance, unblock),
    ]
    assert [each.hex().upper() for each in made] == values.split()


@GENERATIONS
@pytest.mark.parametrize("quirk", QUIRKS)
def test_it_is_read(quirk: str, generation: int) -> None:
    make = replace(QUIRKS[quirk], generation=generation)
    assert differences(session(ForeignCard(make)).read(fields_all=True), make) == {}


@pytest.mark.parametrize("pad", [b"\0", b" "])
@pytest.mark.parametrize("generation", [2, 3])
def test_a_long_name_is_read(generation: int, pad: bytes) -> None:
    make = Make(generation, Person(name=LONG), pad=pad)
    assert differences(session(ForeignCard(make)).read(fields_all=True), make) == {}


@pytest.mark.parametrize(("generation", "cipher"), [(2, WIDE), (3, DES)])
def test_a_generation_with_the_other_cipher_is_read(generation: int, cipher: int) -> None:
    make = Make(generation, cipher=cipher, names_cipher=True)
    assert differences(session(ForeignCard(make)).read(fields_all=True), make) == {}


def test_a_forged_one_is_found_out() -> None:
    card = ForeignCard(Make(2))
    card.chip.proof_key = bytes(16)
    record = session(card).read()
    assert (record.authenticated, record.holder) == (False, None)


def fault(act: object, *arguments: object) -> tuple[CardFault, int | None] | None:
    assert callable(act)
    try:
        act(*arguments)
    except CardError as error:
        return error.fault, error.tries_left
    return None


@GENERATIONS
@pytest.mark.parametrize("direct", [False, True])
def test_its_pin_is_shown_changed_unblocked_and_replaced(generation: int, direct: bool) -> None:
    card = ForeignCard(Make(generation, direct=direct))
    opened = session(card)
    assert opened.pin_tries() == 3
    assert fault(opened.verify_pin, digits("123456")) is None
    assert fault(opened.verify_pin, digits("654321")) == (CardFault.PIN_WRONG, 2)
    assert fault(opened.change_pin, digits("123456"), digits("11223")) is None
    assert (card.chip.pin, card.chip.tries) == ("11223", 3)
    assert fault(opened.change_pin, digits("9999"), digits("8888")) == (CardFault.PIN_WRONG, 2)
    assert fault(opened.verify_pin, digits("0000")) == (CardFault.PIN_WRONG, 1)
    assert fault(opened.verify_pin, digits("0000")) == (CardFault.PIN_LOCKED, 0)
    assert opened.pin_tries() == 0
    opened.unblock_pin()
    assert (card.chip.pin, card.chip.tries) == ("11223", 3)
    for new in ("2468", "12345", "246813", "123456789012"):
        card.chip.tries = 0
        opened.reload_pin(digits(new))
        assert (card.chip.pin, card.chip.tries) == (new, 3)
        assert fault(opened.verify_pin, digits(new)) is None
    card.chip.maintenance_key = bytes(len(card.chip.maintenance_key))
    assert fault(opened.unblock_pin) == (CardFault.STATUS_UNEXPECTED, None)
    assert card.chip.pin == "123456789012"


def test_one_without_a_pin_says_so() -> None:
    assert session(ForeignCard(Make(2, pin=None))).pin_tries() is None


@pytest.mark.parametrize("generation", [2, 3])
@pytest.mark.parametrize("pin", [None, "123456"])
def test_its_files_are_read(generation: int, pin: str | None) -> None:
    card = ForeignCard(Make(generation))
    opened = session(card)

    def shown() -> bytearray | None:
        return None if pin is None else digits(pin)

    schools = opened.read_file(DF01_EF15, pin_digits=shown())
    (key,) = [record.key for record in DF01_EF15.records if record.tag == 0x40]
    assert [each["item_59"] for each in schools.values[key]] == [name for _, _, name in SCHOOLS]
    jobs = opened.read_file(DF02_EF07, pin_digits=shown())
    assert [next(iter(row.values())) for row in jobs.rows if row] == ["0000001", "0000002"]
    for ef in (DF04_EF06, DF04_EF08):
        if pin is None:
            assert fault(opened.read_file, ef) == (CardFault.FILE_CLOSED, None)
        else:
            content = opened.read_file(ef, pin_digits=shown())
            assert content.errors == ()
    photo = opened.read_file(EF08).content
    assert photo is not None
    assert photo.data == PHOTO


@GENERATIONS
@pytest.mark.parametrize("blank", [b"\xff", b"\0", "absent"])
def test_it_is_issued_into_and_every_byte_is_right(generation: int, blank: bytes | str) -> None:
    card = ForeignCard(Make(generation, blank=blank, photo=b""))
    wish = order(generation, LONG if generation > 1 else HOLDER.name or "")
    outcome = issued(ForeignLink(card), wish)
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.fault, wrongly_issued(card, wish)) == (Made.MADE, None, [])
    before = writes(card)
    again = issued(ForeignLink(card), wish)
    assert isinstance(again, Outcome)
    assert (again.state, writes(card)) == (Made.MADE, before)
    assert session(card).read().holder == wish.holder


def test_another_persons_card_is_refused() -> None:
    card = ForeignCard(Make(2))
    refused = issued(ForeignLink(card), order(2))
    assert isinstance(refused, CardError)
    assert (refused.fault, writes(card)) == (CardFault.CARD_NOT_BLANK, 0)


def commands_of_issuing(generation: int) -> int:
    card = ForeignCard(Make(generation, blank=b"\xff"))
    issued(ForeignLink(card), order(generation))
    return card.count


@pytest.mark.proof
@GENERATIONS
@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
def test_pulled_while_it_is_issued_into_it_is_made_the_next_time(generation: int, carried_out: bool) -> None:
    wish = order(generation)
    for at in range(1, commands_of_issuing(generation) + 1, 1 if WHOLE else 11):
        card = ForeignCard(Make(generation, blank=b"\xff"))
        card.pull = (at, carried_out)
        first = issued(ForeignLink(card), wish)
        if isinstance(first, CardError):
            assert (first.fault, writes(card)) == (CardFault.CARD_REMOVED, 0)
        else:
            assert first.state is Made.HALF_MADE
        second = issued(ForeignLink(card), wish)
        assert isinstance(second, Outcome)
        assert (second.state, wrongly_issued(card, wish)) == (Made.MADE, [])
