"""The functions over a simulated card of each generation: strings, steps, codes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.interface33 import FUNCTIONS, Code, Dialect, Purpose
from cardio.keysource import STK
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.toykeys import ToyKeySource
from tests.interface33.support import READER, Bench, Typist, bench, hsm_pair, identity, info

GENERATIONS = pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])


def basic(contents: CardContents) -> str:
    """The eleven fields, from what the card was made of."""
    return "|".join(
        [
            contents.card_id[:3].hex(),
            contents.number or "",
            contents.card_number,
            contents.card_id.hex().upper(),
            contents.name or "",
            contents.history.hex().upper(),
            contents.version.decode(),
            f"{contents.issued_on:%Y%m%d}",
            f"{contents.expires_on:%Y%m%d}",
            "000000000000",
            "",
            "",
        ]
    )


@GENERATIONS
def test_basic_information_is_exactly_eleven_fields(contents: CardContents) -> None:
    with bench() as desk:
        desk.insert(contents)
        for kind in (1, 3, 4):
            out = desk.good("iReadCardBas", kind)
            assert out == basic(contents)
            assert out.count("|") == 11
        assert desk.call("iReadCardBas", 2).code == Code.NO_CARD  # nothing there without contacts


@GENERATIONS
def test_basic_information_by_the_hsm(contents: CardContents) -> None:
    with bench(psam=False) as desk:
        desk.insert(contents)
        assert desk.call("iReadCardBas", 1).code == Code.NO_PSAM  # so the caller turns to the HSM
        fields = desk.good("iReadCardBas_HSM_Step1", 1).split("|")
        assert len(fields) == 9
        assert fields[:4] == [
            contents.card_id[:3].hex(),
            contents.history.hex().upper(),
            "03" if contents.generation == 3 else "01",
            contents.card_id.hex().upper(),
        ]
        assert (fields[6:8] == ["", ""]) is (contents.generation < 3)
        key = hsm_pair(contents, fields[4], fields[5]) + "|"
        key += (hsm_pair(contents, fields[6], fields[7]) if fields[6] else "") + "|"
        assert desk.good("iReadCardBas_HSM_Step2", key) == basic(contents)
        assert desk.interface.waiting_in is None


def test_an_hsm_that_answers_for_another_raw_value() -> None:
    """Its cryptogram is the card's own, which whoever listened has too; that the HSM made it shows by the raw value."""
    with bench(psam=False) as desk:
        desk.insert(SECOND)
        fields = desk.good("iReadCardBas_HSM_Step1", 1).split("|")
        pair = hsm_pair(SECOND, fields[4], fields[5])
        assert desk.call("iReadCardBas_HSM_Step2", pair[:16] + "0" * 16 + "||").code == Code.HSM_DISAGREES


@GENERATIONS
@pytest.mark.parametrize("byte", [0, 7])
def test_an_hsm_whose_cryptogram_is_not_the_cards(contents: CardContents, byte: int) -> None:
    """The raw value is the right one, and so is what opens the card: the card is a false one all the same."""
    with bench(psam=False) as desk:
        desk.insert(contents)
        fields = desk.good("iReadCardBas_HSM_Step1", 1).split("|")
        pair = bytearray.fromhex(hsm_pair(contents, fields[4], fields[5]))
        pair[byte] ^= 1
        opening = hsm_pair(contents, fields[6], fields[7]) if fields[6] else ""
        key = f"{pair.hex().upper()}|{opening}|"
        assert desk.call("iReadCardBas_HSM_Step2", key).code == Code.HSM_DISAGREES


def test_an_hsm_that_disagrees_with_the_card() -> None:
    with bench() as desk:
        desk.insert(SECOND)
        desk.good("iReadCardBas_HSM_Step1", 1)
        assert desk.call("iReadCardBas_HSM_Step2", "0" * 32 + "||").code == Code.HSM_DISAGREES
        assert desk.call("iReadCardBas_HSM_Step2", "0" * 32 + "||").code == Code.NOT_CONNECTED


@pytest.mark.parametrize(
    ("contents", "trouble", "code"),
    [
        (THIRD, Trouble.FORGED, Code.NOT_GENUINE),
        (THIRD, Trouble.NOT_SOCIAL_SECURITY, Code.CARD_KIND),
        (THIRD, Trouble.MUTE, Code.MUTE),
        (THIRD, Trouble.APPLICATION_BLOCKED, -0x9303),
        (THIRD, Trouble.CARD_BLOCKED, -0x6A81),
        (FIRST, Fault(Trouble.REMOVED_AFTER, 4), Code.NO_CARD),
        (FIRST, Fault(Trouble.REMOVED_BEFORE, 1), Code.NO_CARD),
        (FIRST, Fault(Trouble.WRONG_STATUS, 1, 0x6F00), Code.CARD_KIND),
    ],
)
def test_what_is_wrong_with_a_card_has_its_code(contents: CardContents, trouble: Fault | Trouble, code: int) -> None:
    with bench() as desk:
        desk.insert(contents, trouble)
        if isinstance(trouble, Fault) and trouble.trouble is Trouble.WRONG_STATUS:
            assert desk.call("iReadCardBas", 1).code == 0  # tried once more behind the master file
        else:
            assert desk.call("iReadCardBas", 1).code == code


def test_a_blank_card_gives_empty_fields() -> None:
    with bench() as desk:
        desk.insert(THIRD, Trouble.BLANK_PERSONAL)
        fields = desk.good("iReadCardBas", 1).split("|")
        assert (fields[1], fields[4]) == ("", "")
        assert fields[6:9] == ["3.00", "20240506", "20340506"]


# --- files


@GENERATIONS
def test_items_of_a_file(contents: CardContents) -> None:
    with bench() as desk:
        desk.insert(contents)
        out = desk.good("iReadCard", 1, 2, info(contents), "SSSEEF05|07|06|$SSSEEF06|08|09|0D|$")
        assert out == (
            f"SSSEEF05|{contents.card_number}|{contents.expires_on:%Y%m%d}|$"
            f"SSSEEF06|{contents.number}|{contents.name}|{contents.birth_date:%Y%m%d}|$"
        )


def test_a_name_over_two_records_is_joined() -> None:
    from cardio.simulator.records import RARE_NAME

    with bench() as desk:
        desk.insert(THIRD, Trouble.RARE_NAME)
        assert desk.good("iReadCard", 1, 2, info(THIRD), "SSSEEF06|09|$") == f"SSSEEF06|{RARE_NAME}|$"


def test_another_card_than_the_caller_means() -> None:
    with bench() as desk:
        desk.insert(SECOND)
        for name, rest in (
            ("iReadCard", (2, info(THIRD), "SSSEEF06|08|$")),
            ("iWriteCard", (info(THIRD), "SSSEEF06|08|$", "SSSEEF06|1|$")),
            ("iReloadPIN", (info(THIRD),)),
            ("iUnblockPIN", (info(replace(SECOND, card_number="X")),)),
            ("iReadCard_HSM_Step1", (info(THIRD), "SSSEEF06|08|$")),
            ("iUnblockPIN_HSM_Step1", (info(THIRD),)),
        ):
            assert desk.call(name, 1, *rest).code == Code.OTHER_CARD, name


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("SSSEEF06|7F|$", -0x6A83),
        ("SSSEEF06|08:2|$", -0x6A83),
        ("SSSEEF1F|08|$", -0x6A82),
        ("SSSEEF06|200|$", Code.DATA),
        ("SSSEEF06|$", Code.DATA),
    ],
)
def test_what_is_not_declared_is_not_asked_of_the_card(address: str, code: int) -> None:
    with bench() as desk:
        desk.insert(SECOND)
        assert desk.call("iReadCard", 1, 2, info(SECOND), address).code == code


@GENERATIONS
def test_what_is_written_is_read_back(contents: CardContents) -> None:
    long = "一二三四五六七八九十一二三四五六七八九十" if contents.generation > 1 else "一二三"
    data = f"SSSEEF06|379999199001010012|{long}|19900101|$SSSEEF05|20300101|$"
    with bench() as desk:
        desk.insert(contents)
        address = "SSSEEF06|08|09|0D|$SSSEEF05|06|$"
        assert desk.good("iWriteCard", 1, info(contents), address, data) == ""
        assert desk.good("iReadCard", 1, 2, info(contents), address) == data


class Garbling(SimulatedCard):
    """Says that it wrote, and keeps something else."""

    def process(self, apdu: bytes) -> bytes:
        return super().process(apdu[:-1] + bytes((apdu[-1] ^ 1,)) if apdu[1] == 0xDC else apdu)


def test_a_card_that_keeps_something_else_is_found_out() -> None:
    with bench() as desk:
        desk.readers.insert(READER, Garbling(SECOND))
        code = desk.call("iWriteCard", 1, info(SECOND), "SSSEEF05|06|$", "SSSEEF05|20300101|$").code
        assert code == Code.CHECKSUM


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("SSSEEF06|0D|$", "SSSEEF06|19901301|$"),
        ("SSSEEF06|0A|$", "SSSEEF06|12|$"),
        ("SSSEEF06|09|$", "SSSEEF06|\U00020087\U0002a6d6|$"),
        ("SSSEEF06|4E|$", "SSSEEF06|x|$"),
        ("SSSEEF06|0B|$", "SSSEEF06|x1|$"),
    ],
)
def test_a_value_that_does_not_fit_leaves_the_card_alone(address: str, data: str) -> None:
    with bench() as desk:
        desk.insert(THIRD)
        assert desk.call("iWriteCard", 1, info(THIRD), address, data).code == Code.DATA
        assert desk.good("iReadCardBas", 1) == basic(THIRD)


@GENERATIONS
def test_a_file_by_the_hsm(contents: CardContents) -> None:
    with bench(psam=False) as desk:
        desk.insert(contents)
        reply = desk.call("iReadCard_HSM_Step1", 1, info(contents), "SSSEEF06|08|0A|$")
        if contents.generation < 3:
            assert reply.code == Code.NO_HSM_NEEDED
            return
        algorithm, address, factor, raw, rest = reply.text.split("|")
        assert (algorithm, address, rest) == ("03", "004C", "")
        out = desk.good("iReadCard_HSM_Step2", hsm_pair(contents, factor, raw))
        assert out == f"SSSEEF06|{contents.number}|{contents.sex}|$"


@pytest.mark.parametrize(("file", "address"), [("SSSEEF05|06|$", "0096"), ("SSSEEF06|0D|$", "0094")])
def test_a_region_with_another_address_for_one_file(file: str, address: str) -> None:
    with bench(psam=False, dialect=Dialect(addresses={"SSSEEF05": "0096"})) as desk:
        desk.insert(SECOND)
        assert desk.good("iWriteCard_HSM_Step1", 1, info(SECOND), file).split("|")[1] == address


@GENERATIONS
def test_writing_by_the_hsm(contents: CardContents) -> None:
    with bench(psam=False) as desk:
        desk.insert(contents)
        algorithm, address, factor, raw, _ = desk.good(
            "iWriteCard_HSM_Step1", 1, info(contents), "SSSEEF05|06|$"
        ).split("|")
        assert (algorithm, address) == ("03" if contents.generation == 3 else "01", "0094")
        desk.good("iWriteCard_HSM_Step2", hsm_pair(contents, factor, raw), "SSSEEF05|20310101|$")
    with bench() as again:
        assert desk.card is not None
        again.readers.insert(READER, desk.card)
        assert again.good("iReadCardBas", 1).split("|")[8] == "20310101"


def test_a_key_that_the_card_refuses() -> None:
    with bench(psam=False) as desk:
        card = desk.insert(THIRD)
        desk.good("iReadCard_HSM_Step1", 1, info(THIRD), "SSSEEF06|08|$")
        assert desk.call("iReadCard_HSM_Step2", "00" * 16).code == -0x63C2
        assert card.key_tries_left(0x0A) == 2


# --- PIN


@GENERATIONS
def test_the_pin_is_typed_and_never_passed(contents: CardContents) -> None:
    with bench(keypad=Typist("123456", "654321")) as desk:
        card = desk.insert(contents)
        assert desk.good("iVerifyPIN", 1) == ""
        reply = desk.call("iVerifyPIN", 1)
        assert reply.code == Code.PIN_WRONG
        assert reply.text == "PIN校验失败，剩余5次"
        assert card.pin_tries_left == 5
        assert not card.pin_verified  # the card was let go


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("123456", "222333", "222333"), 0),
        (("123456", "222333", "222334"), Code.PIN_DIFFERENT),
        (("123456", "222"), Code.PIN_LENGTH),
        (("123457", "222333", "222333"), Code.PIN_WRONG),
        ((Code.PIN_CANCELLED,), Code.PIN_CANCELLED),
        (("123456", Code.PIN_TIMEOUT), Code.PIN_TIMEOUT),
    ],
)
def test_changing_the_pin(typed: tuple[str | Code, ...], code: int) -> None:
    with bench(keypad=Typist(*typed)) as desk:
        card = desk.insert(THIRD)
        assert desk.call("iChangePIN", 1).code == code
        assert card.pin_tries_left == (5 if code == Code.PIN_WRONG else 6)
        desk.keypad.entries = ["222333" if code == 0 else "123456"]
        assert desk.good("iVerifyPIN", 1) == ""


class Pulling(Typist):
    """The card goes while the digits are typed."""

    def __init__(self, *entries: str) -> None:
        super().__init__(*entries)
        self.desk: Bench | None = None

    def ask(self, purpose: Purpose) -> bytearray:
        typed = super().ask(purpose)
        if self.desk is not None and not self.entries:
            self.desk.readers.pull(READER)
        return typed


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("iVerifyPIN", ("123456",)),
        ("iChangePIN", ("123456", "246813", "246813")),
        ("iReloadPIN", ("246813", "246813")),
        ("iReloadPIN", ("123", "123")),
        ("iReloadPIN", ("246813", "246814")),
    ],
)
@pytest.mark.parametrize("goes", [False, True])
def test_what_was_typed_is_wiped_by_whoever_had_it_last(name: str, typed: tuple[str, ...], goes: bool) -> None:
    keypad = Pulling(*typed)
    with bench(keypad=keypad) as desk:
        desk.insert(THIRD)
        keypad.desk = desk if goes else None
        arguments = (1, info(THIRD)) if name == "iReloadPIN" else (1,)
        assert (desk.call(name, *arguments).code == 0) == (not goes and typed[-1] in ("123456", "246813"))
        assert keypad.typed
        assert [bytes(each) for each in keypad.typed] == [b""] * len(keypad.typed)


@GENERATIONS
def test_reload_and_unblock_by_the_psam(contents: CardContents) -> None:
    with bench(keypad=Typist("777888", "777888", "000000", "777888")) as desk:
        desk.insert(contents)
        assert desk.good("iReloadPIN", 1, info(contents)) == ""
        assert desk.keypad.asked == [Purpose.NEW, Purpose.AGAIN]
        assert desk.call("iVerifyPIN", 1).code == Code.PIN_WRONG
        assert desk.good("iUnblockPIN", 1, info(contents)) == ""
        assert desk.card is not None
        assert desk.card.pin_tries_left == 6
        assert desk.good("iVerifyPIN", 1) == ""


def hsm_command(contents: CardContents, said: str) -> str:
    """The third step of an HSM with the toy keys: the whole command."""
    _, address, factor, head, new, _ = said.split("|")
    assert address == "0173"
    packed = bytearray.fromhex(new + "F" * (len(new) % 2)) if new else None
    made = ToyKeySource().maintenance(identity(contents), STK, bytes.fromhex(factor), bytes.fromhex(head), packed)
    return made.hex()


@GENERATIONS
@pytest.mark.parametrize("header", [True, False], ids=["whole command", "data alone"])
def test_reload_and_unblock_by_the_hsm(contents: CardContents, header: bool) -> None:
    with bench(psam=False, keypad=Typist("777888", "777888", "777888")) as desk:
        card = desk.insert(contents)
        for name, size in (("iReloadPIN", 12 if contents.generation < 3 else 20), ("iUnblockPIN", 4)):
            algorithm, address, factor, raw, _ = desk.good(f"{name}_HSM_Step1", 1, info(contents)).split("|")
            assert (algorithm, address) == ("03" if contents.generation == 3 else "01", "0090")
            said = desk.good(f"{name}_HSM_Step2", hsm_pair(contents, factor, raw))
            assert said.split("|")[3:5] == (
                [f"84240001{size:02X}", "777888"] if name == "iReloadPIN" else ["8424000004", ""]
            )
            whole = hsm_command(contents, said)
            assert len(whole) == 2 * (5 + size)
            assert desk.good(f"{name}_HSM_Step3", whole if header else whole[10:]) == ""
        assert card.pin_tries_left == 6
        assert desk.good("iVerifyPIN", 1) == ""


# --- steps


def test_steps_out_of_order_are_refused() -> None:
    with bench(psam=False) as desk:
        desk.insert(THIRD)
        pair = "00" * 16
        assert desk.call("iReadCard_HSM_Step2", pair).code == Code.NOT_CONNECTED
        desk.good("iUnblockPIN_HSM_Step1", 1, info(THIRD))
        assert desk.interface.waiting_in == READER
        assert desk.call("iUnblockPIN_HSM_Step3", pair).code == Code.NOT_CONNECTED
        assert desk.interface.waiting_in is None
        desk.good("iUnblockPIN_HSM_Step1", 1, info(THIRD))
        assert desk.call("iReloadPIN_HSM_Step2", pair).code == Code.NOT_CONNECTED
        desk.good("iUnblockPIN_HSM_Step1", 1, info(THIRD))
        desk.call("iReadCardBas", 1)  # any other function lets the card go
        assert desk.call("iUnblockPIN_HSM_Step2", pair).code == Code.NOT_CONNECTED
        assert desk.card is not None
        assert desk.card.key_tries_left(0x06) == 3  # no wrong step showed the card anything


def _swapped(desk: Bench) -> None:
    desk.readers.pull(READER)
    desk.insert(replace(THIRD, card_number="A00000046"))


@pytest.mark.parametrize(
    ("happening", "code"),
    [
        (lambda desk: desk.readers.pull(READER), Code.NO_CARD),
        (_swapped, Code.OTHER_CARD),
        (lambda desk: desk.readers.reset_by_other(READER), Code.NOT_POWERED),
        (lambda desk: desk.readers.stop_service(), Code.READER),
    ],
    ids=["pulled", "swapped", "reset by another program", "service stopped"],
)
def test_what_happens_between_two_steps(happening: object, code: Code) -> None:
    assert callable(happening)
    with bench(psam=False) as desk:
        desk.insert(THIRD)
        _, _, factor, raw, _ = desk.good("iReadCard_HSM_Step1", 1, info(THIRD), "SSSEEF06|08|$").split("|")
        happening(desk)
        assert desk.call("iReadCard_HSM_Step2", hsm_pair(THIRD, factor, raw)).code == code
        assert desk.call("iReadCard_HSM_Step2", hsm_pair(THIRD, factor, raw)).code == Code.NOT_CONNECTED


# --- nothing that a caller passes crashes it

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(),
    st.binary(max_size=40),
    st.text(max_size=40),
    st.sampled_from(
        [
            info(THIRD),
            info(SECOND),
            "SSSEEF06|08|09|$",
            "SSSEEF05|$",
            "DF02EF07$",
            "00" * 16,
            "00" * 16 + "||",
            "1|1+0|1|",
        ]
    ),
)


@given(st.lists(st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(ODD, max_size=5)), max_size=4))
def test_nothing_that_a_caller_passes_raises(calls: list[tuple[str, list[object]]]) -> None:
    with bench(keypad=Typist(*[Code.PIN_CANCELLED] * 20)) as desk:
        desk.insert(THIRD)
        for name, given_ in calls:
            reply = desk.call(name, *given_)
            assert reply.code <= 0
            assert len(reply.out) < FUNCTIONS[name].buffer
        assert desk.call("iNoSuchFunction").code == Code.NOT_SUPPORTED
