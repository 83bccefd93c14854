"""Wrong cards and wrong readers, and the cases that each must fail. Every case is somebody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardio.conformance import access, arguments, commands
from cardio.conformance.antipull import FLOWS
from cardio.conformance.bench import Functions
from cardio.files import FILES
from cardio.interface33 import Code
from cardio.simulator.card import SimulatedCard
from cardio.simulator.personas import THIRD
from tests.conformance import wrong_cards as cards
from tests.conformance import wrong_readers as readers


@dataclass(frozen=True)
class Quirk:
    """:param must: ids of the cases that fail on it."""

    name: str
    must: frozenset[str]
    card: cards.MakeCard = SimulatedCard
    driver: readers.Driver = lambda functions: functions

    @property
    def torn(self) -> bool:
        """Only a pull at the one writing command shows it."""
        return self.card in {cards.TearsWrites, cards.TearsPins}


def _card(card: type[SimulatedCard], must: str) -> Quirk:
    return Quirk(card.__name__, frozenset(must.split()), card)


def _reader(name: str, driver: readers.Driver, must: str) -> Quirk:
    return Quirk(name, frozenset(must.split()), driver=driver)


def _reads(*paths: str) -> str:
    """Ids of the reading cases of the files whose path begins so."""
    ids = (case.id for case in access.CASES if case.id.endswith("-R"))
    return " ".join(each for each in ids if each.startswith(tuple(f"W-{path}" for path in paths)))


CARDS = (
    _card(cards.UnknownIsFine, "P33"),
    _card(cards.AbsentIsNoFile, "P09 P10 F32"),
    _card(cards.SameChallenge, "P35"),
    _card(cards.ReloadsNothing, "F12 F13 F16 F30 P40"),
    _card(cards.ChangesNothing, "F11"),
    _card(cards.CountsNoPin, "F08 P39"),
    _card(cards.CountsNoKey, "P23"),
    _card(cards.QueryCounts, "P36 P39 F08 W02"),
    _card(cards.ChallengeStays, "P37 P38"),
    _card(cards.NeedsNoPuk, "P31"),
    _card(cards.TakesAnyMac, "F16 P41"),
    _card(cards.PhotoIsOpen, "W-SSSEEF07-R W-SSSEEF08-R"),
    _card(cards.DirectoriesAreOpen, _reads("DF02", "DF03", "DF04EF05", "DF04EF08", "DF04EF15")),
    _card(cards.ShortIdentifierIsOpen, "W05 W06"),
    _card(cards.PinOutlivesPower, "W11"),
    _card(cards.KeysOutlivePower, "W09"),
    _card(cards.KeysOutliveApplication, "W07 W08"),
    _card(cards.FileEndsKeys, "W10 F01 F14 F15 F31"),
    _card(cards.TearsWrites, "A5b A11b"),
    _card(cards.TearsPins, "A4b A6b A12b"),
    Quirk("the bank authenticates", frozenset({"W01"}), cards.answers("0088", "11" * 8 + "9000", in_bank=True)),
    Quirk("the bank counts a PIN", frozenset({"W02"}), cards.answers("00200000", "63C5", in_bank=True)),
    Quirk("the bank selects EF06", frozenset({"W03"}), cards.answers("00A40200", "9000", in_bank=True)),
    Quirk("the bank reads on", frozenset({"W04"}), cards.answers("00B2", "01AA9000", in_bank=True)),
)


def _rows() -> Iterator[Quirk]:
    """Of each row of theme 2: a card that answers just this command wrongly."""
    for row in commands.ROWS:
        wrong = "6A80" if row.apdu == commands.ROWS[0].apdu or "9000" in row.words else "9000"
        yield Quirk(f"{row.id} wrong", frozenset({row.id}), cards.answers(row.apdu, wrong))


def _files() -> Iterator[Quirk]:
    """Of each protected file: a card that has forgotten its rule."""
    ways = {"R": {}, "P": {"pin_alone": True}, "U": {"write": True}}
    for ef in FILES:
        for kind, way in ways.items():
            if any(case.id == f"W-{ef.path}-{kind}" for case in access.CASES):
                name = f"{ef.path} open ({kind})"
                yield Quirk(name, frozenset({f"W-{ef.path}-{kind}"}), cards.opened(ef, **way))


_DONE = {
    "iReadCardBas": "F01",
    "iReadCard": "F03 F04 F05 F33",
    "iWriteCard": "F06",
    "iVerifyPIN": "F09",
    "iChangePIN": "F10 F11",
    "iReloadPIN": "F12",
    "iUnblockPIN": "F13",
    "iDoDebit": "F19",
    "iReadDebitRecord": "F32",
    "iReadCardBas_HSM_Step1": "F14",
    "iReadCardBas_HSM_Step2": "F14",
    "iReadCard_HSM_Step2": "F15 F29",
    "iWriteCard_HSM_Step2": "F31",
    "iReloadPIN_HSM_Step2": "F17 F30",
    "iReloadPIN_HSM_Step3": "F30",
    "iUnblockPIN_HSM_Step2": "F16 F18",
    "iUnblockPIN_HSM_Step3": "F16",
}
"""Readers that say done and do nothing."""


def _readers() -> Iterator[Quirk]:
    info = f"{THIRD.card_id.hex().upper()}|{THIRD.card_number}|"
    for name, must in _DONE.items():
        yield _reader(f"{name} does nothing", readers.says(name, 0), must)
    yield _reader("iVerifyPIN refuses", readers.says("iVerifyPIN", Code.PIN_WRONG), "F07")
    yield _reader("no first step", readers.says("iUnblockPIN_HSM_Step1", Code.NOT_CONNECTED), "F17 F18")
    for case in arguments.CASES:
        name = case.requirement.split()[0]
        if case.requirement.endswith("another card is -22"):
            yield _reader(f"{name} takes any card", readers.any_card(name, info), case.id)
        elif case.requirement.endswith("wrong iType is -14"):
            yield _reader(f"{name} takes any iType", readers.any_type(name), case.id)
    for name in arguments.FIRST:
        if name not in arguments.UNSUPPORTED:
            yield _reader(f"{name} misses no card", readers.turns(name, Code.NO_CARD, Code.READER), "F02")


def _pulls() -> Iterator[Quirk]:
    """Of each flow: a reader that does not tell that the card is gone."""
    for number, flow in enumerate(FLOWS, 1):
        driver = readers.forgets_the_card(flow.name)
        yield _reader(f"{flow.name} ({number}) pulled", driver, f"A{number}a A{number}b")


GENERATED = {"rows": tuple(_rows()), "files": tuple(_files()), "readers": tuple(_readers()), "pulls": tuple(_pulls())}

__all__ = ["CARDS", "GENERATED", "Functions", "Quirk"]
