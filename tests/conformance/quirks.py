"""Wrong cards and wrong readers, and the cases that each must fail. Every case is somebody's."""

from __future__ import annotations

from collections.abc import Iterator

from cardio.conformance import access, arguments, commands
from cardio.conformance.antipull import FLOWS
from cardio.conformance.bench import Functions
from cardio.files import FILES, ElementaryFile
from cardio.interface33 import Code
from cardio.simulator.personas import THIRD
from cardio.simulator.psam_contents import PsamContents
from tests.conformance import key_quirks
from tests.conformance import wrong_cards as cards
from tests.conformance import wrong_pins as pins
from tests.conformance import wrong_readers as readers
from tests.conformance.key_quirks import DIRECTORIES, of_keys, reads_alone
from tests.conformance.quirk import Quirk, of_card


def _reader(name: str, driver: readers.Driver, must: str) -> Quirk:
    return Quirk(name, frozenset(must.split()), driver=driver)


def _reads(*paths: str) -> str:
    """Ids of the reading cases of the files whose path begins so."""
    ids = (case.id for case in access.CASES if case.id.endswith("-R"))
    return " ".join(each for each in ids if each.startswith(tuple(f"W-{path}" for path in paths)))


_WRITTEN_BY_PIN = " ".join(case.id for case in access.CASES if case.id.endswith("-UP"))

CARDS = (
    of_card(cards.UnknownIsFine, "P33"),
    of_card(cards.Forged, "P49"),
    of_card(cards.AbsentIsNoFile, "P09 P10 F32 F34"),
    Quirk("SameChallenge", frozenset({"P35", "P42"}) | of_keys("C"), cards.SameChallenge),
    of_card(pins.ReloadsNothing, "F12 F13 F16 F30 P40 P44 P47"),
    of_card(pins.ChangesNothing, "F11"),
    of_card(pins.CountsNoPin, "F08 P39 P47"),
    of_card(pins.QueryCounts, "P36 P39 P48 F08 W02"),
    of_card(pins.NeedsNoPuk, "P31 P45 K-PUK-E K-PUK-W"),
    of_card(pins.ReplacesWithoutPuk, "P45"),
    of_card(pins.TakesAnyMac, "F16 P41 P42 P46"),
    of_card(pins.ReplacesWithAnyMac, "P46"),
    of_card(pins.TakesEarlierMac, "P42"),
    of_card(pins.MacServesAgain, "P44"),
    of_card(pins.MacAfterKey, "P43"),
    of_card(pins.PinNeverLocks, "P47"),
    of_card(pins.LockStays, "P47"),
    of_card(pins.RightPinGivesNothingBack, "F08 P39"),
    of_card(pins.CountsNoChange, "P48"),
    of_card(pins.ChangeGivesNothingBack, "F11 P48"),
    of_card(pins.WrongPinIsVerified, "W13"),
    of_card(pins.PinEndsWithApplication, "W12"),
    of_card(pins.PinOutlivesPower, "W11"),
    of_card(pins.PinWrites, _WRITTEN_BY_PIN),
    of_card(cards.DirectoriesAreOpen, f"{_reads('DF02', 'DF03', 'DF04EF05', 'DF04EF08', 'DF04EF15')} {DIRECTORIES}"),
    of_card(cards.ShortIdentifierIsOpen, "W05 W06"),
    of_card(cards.FileEndsKeys, "W10 F01 F14 F15 F31 " + " ".join(of_keys("O", reads_alone))),
    of_card(cards.HasTwo, "F34"),
    of_card(cards.TearsWrites, "A5b A11b"),
    of_card(pins.TearsPins, "A4b A6b A12b"),
    Quirk("the bank authenticates", frozenset({"W01"}), cards.answers("0088", "11" * 8 + "9000", in_bank=True)),
    Quirk("the bank counts a PIN", frozenset({"W02"}), cards.answers("00200000", "63C5", in_bank=True)),
    Quirk("the bank selects EF06", frozenset({"W03"}), cards.answers("00A40200", "9000", in_bank=True)),
    Quirk("the bank reads on", frozenset({"W04"}), cards.answers("00B2", "01AA9000", in_bank=True)),
    *key_quirks.CARDS,
)


def _rows() -> Iterator[Quirk]:
    """Of each row of theme 2: a card that answers just this command wrongly."""
    for row in commands.ROWS:
        wrong = "6A80" if row.apdu == commands.ROWS[0].apdu or "9000" in row.words else "9000"
        yield Quirk(f"{row.id} wrong", frozenset({row.id}), cards.answers(row.apdu, wrong))


_OPEN = of_keys("WEO") | frozenset(["P29", "P30", "W05", "W06", "W07", "W08", "W09", "W11"])
"""What else can find that a file is open: it tries that for a key or a command, whichever file it takes for that."""


def _files() -> Iterator[Quirk]:
    """Of each protected file: a card that has forgotten its rule, or to which the PIN alone is enough."""
    for ef in FILES:
        for by_pin, kinds in ((False, "RP"), (True, "P")):
            if must := _ids(ef, *kinds):
                name = f"{ef.path} {'read by the PIN' if by_pin else 'read by anyone'}"
                yield Quirk(name, must, cards.opened(ef, by_pin=by_pin), may=_OPEN)
        for by_pin, kind in ((False, ("U", "UP")), (True, ("UP",))):
            if must := _ids(ef, *kind):
                name = f"{ef.path} {'written by the PIN' if by_pin else 'written by anyone'}"
                yield Quirk(name, must, cards.opened(ef, write=True, by_pin=by_pin), may=_OPEN)


def _ids(ef: ElementaryFile, *kinds: str) -> frozenset[str]:
    """The cases of a file that there are."""
    return frozenset(f"W-{ef.path}-{kind}" for kind in kinds) & {case.id for case in access.CASES}


_DONE = {
    "iReadCardBas": "F01",
    "iReadCard": "F03 F04 F05 F33",
    "iWriteCard": "F06 F34",
    "iVerifyPIN": "F09",
    "iChangePIN": "F10 F11",
    "iReloadPIN": "F12",
    "iUnblockPIN": "F13",
    "iDoDebit": "F19",
    "iReadDebitRecord": "F32",
    "iReadCardBas_HSM_Step1": "F14 F35",
    "iReadCardBas_HSM_Step2": "F14 F35",
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
    yield _reader(
        "iReadCardBas_HSM_Step2 takes any cryptogram",
        readers.turns("iReadCardBas_HSM_Step2", Code.HSM_DISAGREES, Code.OK),
        "F35",
    )
    missing = readers.turns("iDoDebit", Code.NOT_SUPPORTED, Code.NO_PSAM)
    yield Quirk("iDoDebit misses the PSAM", frozenset({"F19"}), driver=missing, psam=PsamContents())
    yield _reader("iWriteCard passes over a place", readers.passes_over("iWriteCard", "DF02EF06|60|"), "F34")
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


GENERATED = {
    "rows": tuple(_rows()),
    "files": tuple(_files()),
    "readers": tuple(_readers()),
    "pulls": tuple(_pulls()),
    "keys": tuple(key_quirks.of_single_keys()),
}

__all__ = ["CARDS", "GENERATED", "Functions", "Quirk"]
