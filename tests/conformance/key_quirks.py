"""Cards that are wrong about their keys, and the cases that find it: of one key, or of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cardio.cardkeys import LK_DF03, LK_DF04
from cardio.conformance import keys
from cardio.conformance.guards import guards
from cardio.conformance.openings import PLACES, Place
from cardio.files import FILES, Need
from cardio.keysource import BK
from tests.conformance import wrong_cards as cards
from tests.conformance import wrong_keys as wrong
from tests.conformance.quirk import Quirk, of_card

IDS = frozenset(case.id for case in keys.CASES)


def of_keys(letters: str, chosen: Callable[[Place], bool] = lambda place: True) -> frozenset[str]:
    """Ids of the cases of some kinds. :param letters: last in the ids."""
    wanted = {f"K-{place.key.name}-{letter}" for place in PLACES if chosen(place) for letter in letters}
    return IDS & wanted


def _spot(place: Place) -> wrong.Spot:
    number = place.key.p2
    assert number is not None
    return (place.application.fid or 0 if number & 0x80 else 0, number)


def _compared(place: Place) -> frozenset[str]:
    """Names of the keys with which a case of tries compares this one: the one before it, and those of its number."""
    before = PLACES[PLACES.index(place) - 1] if PLACES.index(place) else PLACES[-1]
    alike = (each for each in PLACES if each.key.p2 == place.key.p2 and each is not place)
    return frozenset({before.key.name, *(each.key.name for each in alike)})


def reads_alone(place: Place) -> bool:
    """Whether the key alone opens anything for reading."""
    by_key = {Need.KEY, Need.PIN_OR_KEY}
    return any(
        rule.key == place.key and rule.need in by_key
        for ef in FILES
        if ef.application is place.application
        for rule in ef.read.values()
    )


@dataclass(frozen=True)
class Flaw:
    """:param letters: kinds of cases that find it, of the key that is wrong.
    :param has: of which keys a case can find it. :param compared: those that compare with the key find it too.
    :param others: ids of other cases that find it where every key is wrong, such as the functions that use the key.
    :param hides: kinds of cases that would find it, had the key not been set aside before.
    """

    card: type[wrong.WrongKey]
    letters: str
    has: Callable[[Place], bool] = lambda place: True
    compared: bool = False
    others: str = ""
    hides: str = ""

    @property
    def of_all(self) -> Quirk:
        """Every key is wrong."""
        must = of_keys(self.letters, self.has) | frozenset(self.others.split())
        return Quirk(self.card.__name__, must, self.card, may=of_keys(self.hides))

    def of_one(self, place: Place) -> Quirk:
        """This key alone is wrong. What its functions find is left to ``of_all``."""
        names = {place.key.name, *(_compared(place) if self.compared else ())}
        must = of_keys(self.letters, lambda each: each.key.name in names)
        may = of_keys(self.hides) | frozenset(self.others.split())
        return Quirk(f"{self.card.__name__} {place.key.name}", must, wrong.only(self.card, _spot(place)), may=may)


FLAWS = (
    Flaw(wrong.CountsNothing, "WLS"),
    Flaw(wrong.GivesNothingBack, "W", hides="S"),
    Flaw(wrong.NeverLocks, "L"),
    Flaw(wrong.LocksForWrongOnes, "L"),
    Flaw(wrong.TakesTriesOfOthers, "S", compared=True),
    Flaw(wrong.GivenBackByOthers, "S"),
    Flaw(wrong.WrongOneOpens, "W", guards),
    Flaw(wrong.OpensNothing, "O", reads_alone, others="F01 F06 F12 F13 F14 F15 F16 F30 F31 W10 P40 P41 P42 P46"),
    Flaw(wrong.OpensEverything, "O", guards),
    Flaw(wrong.OutlivesApplication, "E", guards, others="W07 W08"),
    Flaw(wrong.OutlivesPower, "E", guards, others="W09"),
    Flaw(wrong.ChallengeStays, "C", others="P43"),
    Flaw(wrong.ChallengeStaysAfterWrong, "C"),
    Flaw(wrong.TakesEarlierChallenge, "C"),
    Flaw(wrong.ChallengeOutlivesApplication, "F"),
    Flaw(wrong.ChallengeOutlivesPower, "F"),
)


def _directories(*paths: str) -> frozenset[str]:
    """What finds that these can be read without key and PIN, for the keys that guard them and those that do not."""
    inside = [place for place in PLACES if place.application.path in paths]
    numbers = {place.key.p2 for place in inside if reads_alone(place)}
    return (
        of_keys("W", lambda place: place in inside and reads_alone(place))
        | of_keys("E", lambda place: place.key.p2 in numbers)
        # RK1DF02 opens all that is read in its directory.
        | of_keys("O", lambda place: place in inside and place.key.name != "RK1DF02")
    )


_BLOCKING = " ".join(sorted(of_keys("M", lambda place: place.key in {BK, LK_DF03, LK_DF04})))
_PHOTO = "W-SSSEEF07-R W-SSSEEF08-R W-SSSEEF07-P W-SSSEEF08-P K-RKSSSE-E K-RKSSSE-W"
DIRECTORIES = " ".join(sorted(_directories("DF02", "DF03", "DF04")))

CARDS = (
    *(flaw.of_all for flaw in FLAWS),
    of_card(wrong.BlocksWithAnyMac, _BLOCKING),
    of_card(wrong.BlocksAndRefuses, _BLOCKING),
    of_card(wrong.WrongMacLocksKey, _BLOCKING),
    of_card(cards.PhotoIsOpen, f"{_PHOTO} K-PUK-O K-UKSSSE-O K-RKEF0C-O K-UKEF0D-O"),
)


def of_single_keys() -> Iterator[Quirk]:
    """Each flaw with each key alone that shows it."""
    for flaw in FLAWS:
        for place in filter(flaw.has, PLACES):
            yield flaw.of_one(place)
