"""Issuing into the chip: the plan, what goes to the card, and which cards are refused before the first write."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio import files
from cardio.errors import CardError, CardFault
from cardio.files import EF08
from cardio.keysource import RK_SSSE, UK_SSSE
from cardio.link import Link
from cardio.personalise import Issue, Made, Outcome, Plan, from_bytes, make_plan, personalise, to_bytes
from cardio.record import CardRecord, Holder
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.toykeys import ToyKeySource
from tests.cardio.pulls.bench import Answer, Bench, Place, Strike, TappedLink, picture
from tests.cardio.pulls.flows import blank

LONG_NAME = "阿卜杜热合曼·买买提·伊力亚斯江"
"""30 bytes and one more character, which falls into 姓名扩展."""

HOLDER = Holder("379999195601020011", "石大山", "1", "01", date(1956, 1, 2), "379999")
PHOTO = bytes.fromhex("FFD8FFE000040000FFDA00040000") + bytes(range(255)) * 5 + bytes.fromhex("FFD9")


def issue(**changes: object) -> Issue:
    made = Issue("A-0001", HOLDER, "X00000019", date(2026, 1, 2), date(2036, 1, 2))
    return replace(made, **changes)  # type: ignore[arg-type]


def bench(contents: CardContents) -> Bench:
    return Bench(SimulatedCard(contents), lambda: SimulatedCard(FIRST))


def made(
    world: Bench, order: Issue, strike: Strike | None = None, at: int = -1, *, begun: bool = False
) -> tuple[Outcome, TappedLink]:
    session, link = world.session(at, strike)
    with session.flow():
        return personalise(session, make_plan(order, session.identify()), begun=begun), link


def read(world: Bench) -> CardRecord:
    world.next_insertion()
    return world.session()[0].read()


def updates(link: TappedLink) -> list[str]:
    return [command[:5].hex().upper() for command in link.commands if command[1] in {0xDC, 0xD6}]


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_a_blank_card_becomes_the_holders(contents: CardContents) -> None:
    world = bench(blank(contents))
    outcome, link = made(world, issue())
    assert (outcome.state, outcome.fault) == (Made.MADE, None)
    assert len(outcome.proof) == 32
    record = read(world)
    assert record.holder == HOLDER
    assert (record.card_number, record.issued_on, record.expires_on) == (
        "X00000019",
        date(2026, 1, 2),
        date(2036, 1, 2),
    )
    assert record.errors == ()
    # A short name needs no extension: its record was blank, and stays so.
    assert updates(link) == [
        *("00DC083014", "00DC093020", "00DC0A3003", "00DC0B3003", "00DC0C3005", "00DC0D3006"),
        *("00DC052806", "00DC062806", "00DC07280B"),
    ]
    # One proof of the writing key serves both files: it lasts while the application stays selected.
    assert sum(command[:4] == bytes.fromhex("00820004") for command in link.commands) == 1


def test_the_same_again_writes_nothing_and_another_padding_is_right_too() -> None:
    world = bench(blank(THIRD))
    first, _ = made(world, issue())
    world.next_insertion()
    again, link = made(world, issue())
    assert (again.state, again.written, again.already) == (Made.MADE, 0, first.written + first.already)
    assert updates(link) == []
    assert again.proof == first.proof
    assert bytes.fromhex("00820004") not in {command[:4] for command in link.commands}  # nor is the key shown


def test_a_long_name_goes_over_both_records() -> None:
    world = bench(blank(SECOND))
    outcome, link = made(world, issue(holder=replace(HOLDER, name=LONG_NAME)))
    assert outcome.state is Made.MADE
    assert "00DC4E3016" in updates(link)
    holder = read(world).holder
    assert holder is not None
    assert holder.name == LONG_NAME


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["second", "third"])
def test_a_picture_whose_beginning_is_right_is_written_on_after_another_file(contents: CardContents) -> None:
    """A corrected name goes into EF06 first; the later pieces of the picture must still go into EF08."""
    other = PHOTO[:900] + bytes([9]) * 300 + PHOTO[-2:]
    world = bench(blank(contents))
    assert made(world, issue(photo=PHOTO))[0].state is Made.MADE
    world.next_insertion()
    outcome, link = made(world, issue(photo=other, holder=replace(HOLDER, name="石小山")))
    assert (outcome.state, outcome.fault) == (Made.MADE, None)
    assert updates(link)[0] == "00DC093020"
    assert all(each.startswith("00D6") and each[4:8] != "8800" for each in updates(link)[1:])
    world.next_insertion()
    again, link = made(world, issue(photo=other, holder=replace(HOLDER, name="石小山")))
    assert (again.state, updates(link)) == (Made.MADE, [])


def test_where_the_first_piece_of_a_picture_reads_otherwise_none_of_its_later_ones_is_written() -> None:
    """They go into whatever file is current, so the first is looked at to see that it is the picture's."""
    other = issue(photo=PHOTO[:900] + bytes([9]) * 300 + PHOTO[-2:], holder=replace(HOLDER, name="石小山"))
    first = bytes.fromhex("00B08800")

    def once_made() -> Bench:
        world = bench(blank(SECOND))
        assert made(world, issue(photo=PHOTO))[0].state is Made.MADE
        world.next_insertion()
        return world

    looks = [at for at, command in enumerate(made(once_made(), other)[1].commands) if command[:4] == first]
    assert len(looks) == 2  # before the first write, and after the name went into EF06
    outcome, link = made(once_made(), other, lambda _, good, apdu: (bytes(128), 0x9000), looks[-1])
    assert outcome.state is Made.HALF_MADE
    assert updates(link) == ["00DC093020"]


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["second", "third"])
def test_a_photo_goes_in_pieces_and_the_rest_of_the_file_is_cleared(contents: CardContents) -> None:
    world = bench(blank(contents))
    outcome, link = made(world, issue(photo=PHOTO))
    assert outcome.state is Made.MADE
    pieces = [command for command in updates(link) if command.startswith("00D6")]
    assert pieces[:2] == ["00D6880080", "00D6008080"]
    session = world.session()[0]
    with session.flow():
        session.unlock(session.identify(), RK_SSSE)
        assert session.selection.read_binary(EF08, 4096) == PHOTO.ljust(4096, b"\x00")
    world.next_insertion()
    again, link = made(world, issue(photo=PHOTO))
    assert (again.state, again.written) == (Made.MADE, 0)


REFUSED: dict[str, tuple[CardContents, Issue, CardFault]] = {
    "issued to another": (SECOND, issue(), CardFault.CARD_NOT_BLANK),
    "issued to another, third": (THIRD, issue(), CardFault.CARD_NOT_BLANK),
    "another's name alone": (replace(blank(SECOND), name="林小河"), issue(), CardFault.CARD_NOT_BLANK),
    "another card number": (replace(blank(THIRD), card_number="D2143569X"), issue(), CardFault.CARD_NOT_BLANK),
    "another card": (blank(THIRD), issue(card_id=SECOND.card_id), CardFault.CARD_NOT_PLANNED),
    "a photo for generation 1": (blank(FIRST), issue(photo=PHOTO), CardFault.ISSUE_INCOMPLETE),
    "a photo that is none": (blank(THIRD), issue(photo=b"GIF89a"), CardFault.ISSUE_INCOMPLETE),
    "a photo too large": (blank(THIRD), issue(photo=PHOTO[:-2] + bytes(4096)), CardFault.ISSUE_INCOMPLETE),
    "a name too long": (
        blank(FIRST),
        issue(holder=replace(HOLDER, name=LONG_NAME)),
        CardFault.NAME_UNWRITABLE,
    ),
    "a name outside GBK": (blank(THIRD), issue(holder=replace(HOLDER, name="石𠮷")), CardFault.NAME_UNWRITABLE),
    "no number": (
        blank(THIRD),
        issue(holder=replace(HOLDER, social_security_number=None)),
        CardFault.ISSUE_INCOMPLETE,
    ),
    "dates the wrong way round": (blank(THIRD), issue(expires_on=date(2020, 1, 1)), CardFault.ISSUE_INCOMPLETE),
    "a number that does not fit": (blank(THIRD), issue(card_number="X000000199"), CardFault.FIELD_UNWRITABLE),
    "no application": (blank(THIRD), issue(application=""), CardFault.ISSUE_INCOMPLETE),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_before_the_first_write(case: str) -> None:
    contents, order, fault = REFUSED[case]
    world = bench(contents)
    before = picture(world.card)
    session, link = world.session()
    with pytest.raises(CardError) as refused, session.flow():
        personalise(session, make_plan(order, session.identify()))
    assert refused.value.fault is fault
    assert updates(link) == []
    assert picture(world.card) == before


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"card_id": SECOND.card_id}, "card id"),
        ({"generation": 2}, "generation"),
        ({"version": "3.1"}, "version"),
    ],
)
def test_a_plan_for_another_card_is_refused(change: dict[str, object], what: str) -> None:
    world = bench(blank(THIRD))
    session, link = world.session()
    plan = replace(make_plan(issue(), session.identify()), **change)  # type: ignore[arg-type]
    with pytest.raises(CardError) as refused:
        personalise(session, plan)
    assert (refused.value.fault, refused.value.detail) == (CardFault.CARD_NOT_PLANNED, what)
    assert updates(link) == []


def test_a_card_of_another_region_is_refused() -> None:
    session, _ = bench(blank(THIRD)).session()
    with pytest.raises(CardError) as refused:
        make_plan(issue(), session.identify(), region="379900")
    assert refused.value.fault is CardFault.CARD_NOT_PLANNED
    assert make_plan(issue(), session.identify(), region="379999").card_id == THIRD.card_id


def test_a_card_that_nobody_can_prove_is_refused() -> None:
    world = bench(blank(SECOND))
    session = CardSession(world.readers.connect("Simulated Reader 00"))
    plan = make_plan(issue(), session.identify())
    with pytest.raises(CardError) as refused:
        personalise(session, plan)
    assert refused.value.fault is CardFault.NO_KEY_SOURCE


def test_after_a_pull_the_same_plan_goes_on_and_the_rest_alone_is_written() -> None:
    world = bench(blank(THIRD))
    whole, link = made(bench(blank(THIRD)), issue())
    pulled_at = [number for number, command in enumerate(link.commands) if command[1] == 0xDC][4]

    def pull(here: Place, good: Link, apdu: bytes) -> Answer:
        here.pull()
        return good.transmit(apdu)

    outcome, _ = made(world, issue(), pull, pulled_at)
    assert outcome.state is Made.HALF_MADE
    assert outcome.fault is not None
    assert outcome.fault.fault is CardFault.CARD_REMOVED
    assert outcome.written == 4
    world.next_insertion()
    rest, _ = made(world, issue())
    assert (rest.state, rest.written, rest.proof) == (Made.MADE, whole.written - 4, whole.proof)


def test_a_half_made_card_is_not_for_anybody_else() -> None:
    world = bench(blank(THIRD))
    _, link = made(bench(blank(THIRD)), issue())
    second = [number for number, command in enumerate(link.commands) if command[1] == 0xDC][1]
    outcome, _ = made(world, issue(), lambda here, good, apdu: (b"", 0x6F00), second)
    assert outcome.state is Made.HALF_MADE
    world.next_insertion()
    with pytest.raises(CardError) as refused:
        made(world, issue(holder=replace(HOLDER, social_security_number="379999198002290021")))
    assert refused.value.fault is CardFault.CARD_NOT_BLANK


# --- power goes in the middle of one write

TORN = [
    pytest.param(trouble, part, id=f"{trouble.value}-{part}")
    for trouble in (Trouble.TORN, Trouble.TORN_ERASED)
    for part in ("one byte", "half", "all but one")
]


def torn(contents: CardContents, tag: int, trouble: Trouble, part: str) -> tuple[Bench, Outcome]:
    """A card whose power goes while the record with ``tag`` is written."""
    _, link = made(bench(blank(contents)), issue())
    (at,) = [n for n, command in enumerate(link.commands, 1) if command[1] == 0xDC and command[2] == tag]
    size = len(link.commands[at - 1]) - 7
    written = {"one byte": 1, "half": size // 2, "all but one": size - 1}[part]
    card = SimulatedCard(blank(contents), (Fault(trouble, at, written),))
    world = Bench(card, lambda: SimulatedCard(FIRST))
    outcome, _ = made(world, issue())
    world.next_insertion()
    return world, outcome


@pytest.mark.parametrize(("trouble", "part"), TORN)
@pytest.mark.parametrize("tag", [0x08, 0x09, 0x0C, 0x0D, 0x05, 0x06, 0x07], ids=lambda tag: f"{tag:02X}")
@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_a_torn_record_is_written_again_where_it_is_known_to_be_begun_here(
    contents: CardContents, tag: int, trouble: Trouble, part: str
) -> None:
    world, outcome = torn(contents, tag, trouble, part)
    assert outcome.state is Made.HALF_MADE
    again, _ = made(world, issue(), begun=True)
    assert (again.state, again.fault) == (Made.MADE, None)
    assert read(world).holder == HOLDER


@pytest.mark.parametrize("tag", [0x08, 0x07], ids=lambda tag: f"{tag:02X}")
def test_a_torn_number_is_nobodys_to_write_on_who_did_not_begin(tag: int) -> None:
    world, _ = torn(THIRD, tag, Trouble.TORN, "half")
    before = picture(world.card)
    with pytest.raises(CardError) as refused:
        made(world, issue())
    assert (refused.value.fault, picture(world.card)) == (CardFault.CARD_NOT_BLANK, before)


OTHER_NUMBER = replace(HOLDER, social_security_number="379999198002290021")
NOT_OURS = {
    "torn, of another order": (replace(blank(THIRD)), issue(holder=OTHER_NUMBER), (0x08, Trouble.TORN)),
    "torn card number of another order": (blank(THIRD), issue(card_number="D2143569X"), (0x07, Trouble.TORN_ERASED)),
    "issued to another": (THIRD, issue(), None),
    "another's name alone": (replace(blank(SECOND), name="林小河"), issue(), None),
    "a name that is how ours begins": (replace(blank(SECOND), name="石"), issue(), None),
    "another card number": (replace(blank(THIRD), card_number="D2143569X"), issue(), None),
}


@pytest.mark.parametrize("case", NOT_OURS)
def test_begun_or_not_what_may_be_somebody_elses_is_not_written_over(case: str) -> None:
    """And it is not promised that inserting it again will help."""
    contents, order, cut = NOT_OURS[case]
    world = torn(contents, cut[0], cut[1], "half")[0] if cut else bench(contents)
    before = picture(world.card)
    for _ in range(2):
        outcome, link = made(world, order, begun=True)
        assert (outcome.state, outcome.written, updates(link)) == (Made.UNTOLD, 0, [])
        assert outcome.fault is not None
        assert outcome.fault.fault is CardFault.CARD_NOT_BLANK
        assert picture(world.card) == before
        world.next_insertion()


class Worn:
    """A link to a card whose memory is bad: what one record is updated to is not what it holds afterwards.

    :param sw: what the card says of it.
    """

    def __init__(self, inner: TappedLink, tag: int, sw: int, *, garbled: bool, times: int = 99) -> None:
        self._inner, self._tag, self._sw, self._garbled, self._times = inner, tag, sw, garbled, times
        self.reader, self.atr = inner.reader, inner.atr
        self.transaction, self.reset, self.close = inner.transaction, inner.reset, inner.close

    def transmit(self, apdu: bytes | bytearray) -> Answer:
        if apdu[1] != 0xDC or apdu[2] != self._tag or not self._times:
            return self._inner.transmit(apdu)
        self._times -= 1
        if self._garbled:
            self._inner.transmit(apdu[:7] + bytes(byte ^ 0x05 for byte in apdu[7:]))
        return b"", self._sw


def worn(times: int, sw: int, *, garbled: bool) -> Outcome:
    world = bench(blank(THIRD))
    _, tapped = world.session()
    session = CardSession(Worn(tapped, 0x0D, sw, garbled=garbled, times=times), [ToyKeySource()])
    with session.flow():
        return personalise(session, make_plan(issue(), session.identify()))


@pytest.mark.parametrize(
    ("times", "sw", "garbled", "state"),
    [
        (99, 0x9000, True, Made.SPOILED),  # it holds what nobody wrote, twice
        (1, 0x9000, True, Made.MADE),  # once, and then it took it
        (99, 0x6581, False, Made.SPOILED),  # memory failure, twice
        (1, 0x6581, False, Made.MADE),
        (99, 0x9000, False, Made.HALF_MADE),  # it says that it wrote, and did not: nothing is broken
        (99, 0x6982, False, Made.HALF_MADE),
    ],
)
def test_bad_memory(times: int, sw: int, garbled: bool, state: Made) -> None:
    outcome = worn(times, sw, garbled=garbled)
    assert outcome.state is state
    assert (outcome.fault is None) == (state is Made.MADE)
    assert bool(outcome.proof) == (state is Made.MADE)


def test_a_locked_key_before_the_first_write_is_a_fault_and_no_outcome() -> None:
    world = bench(replace(blank(SECOND), key_tries=1))
    world.card.power_on()
    for command in ("00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "0084000008", "0082000410" + "00" * 16):
        world.card.process(bytes.fromhex(command))
    assert world.card.key_tries_left(UK_SSSE.card_key) == 0
    with pytest.raises(CardError) as refused:
        made(world, issue())
    assert refused.value.fault is CardFault.KEY_LOCKED


# --- the stored form


def plan_of(contents: CardContents, order: Issue) -> Plan:
    session, _ = bench(blank(contents)).session()
    return make_plan(order, session.identify())


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_a_plan_is_stored_and_comes_back(contents: CardContents) -> None:
    plan = plan_of(contents, issue(photo=None if contents is FIRST else PHOTO))
    assert from_bytes(to_bytes(plan)) == plan
    assert plan_of(contents, issue(photo=None if contents is FIRST else PHOTO)).digest == plan.digest
    assert len({plan.digest, plan_of(contents, issue(application="A-2")).digest}) == 2
    assert "379999195601020011" not in repr(plan)


def test_the_digest_of_a_plan_stays_what_it_is() -> None:
    """Stores keep it: another one for the same plan would part a beginning from its end."""
    assert plan_of(THIRD, issue()).digest == "f31e2071f8955b69f2de196657ef21aaf3e5c81b2392dff9c563043b0cc1593f"


@given(st.binary(max_size=60))
def test_bytes_that_are_no_plan(raw: bytes) -> None:
    with pytest.raises(CardError) as refused:
        from_bytes(raw)
    assert refused.value.fault is CardFault.PLAN_MALFORMED


BENT = [
    ("form", 2),
    ("application", ""),
    ("application", 7),
    ("card_id", "00"),
    ("card_id", None),
    ("generation", True),
    ("version", 3),
    ("steps", {}),
    ("steps", [["holder_data", 8]]),
    ("steps", [["card_data", 8, "0800"]]),
    ("steps", [["holder_data", 0x7F, "7F00"]]),
    ("steps", [["holder_data", 0x0A, "0A02"]]),
    ("steps", [["holder_data", 0x0A, "0B0131"]]),
    ("steps", [["photo", 1, "00" * 128]]),
    ("steps", [["photo", 0, "00"]]),
]


@pytest.mark.parametrize(("key", "value"), BENT)
def test_a_plan_bent_in_one_place_is_refused(key: str, value: object) -> None:
    plain = json.loads(to_bytes(plan_of(THIRD, issue()))) | {key: value}
    with pytest.raises(CardError) as refused:
        from_bytes(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    assert refused.value.fault is CardFault.PLAN_MALFORMED
    assert files.SEX.label not in str(refused.value)
