"""Themes 2 and 3, for every declared key: what opens it, what that opens, what is counted, and when it ends.

Made from :mod:`cardio.cardkeys` and :mod:`cardio.files`: one case of each :class:`_Kind` for each key that EXTERNAL
AUTHENTICATE opens (card.md §3 and §4.1; card specification parts 5 and 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

from cardio import status
from cardio.apps.maintenance import BLOCK_APPLICATION, BLOCK_CARD
from cardio.cardkeys import LK_DF03, LK_DF04
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.commands import REFUSED, send, words
from cardio.conformance.guards import closed, guards, only_its_own
from cardio.conformance.openings import PLACES, Opening, Place, given_back, known, wrong
from cardio.conformance.securing import secured
from cardio.keysource import BK, KeyRef

_MOST: Final = 16
"""Tries that a counter of 63Cx can tell."""

_BLOCKS: Final[dict[KeyRef, bytes]] = {BK: BLOCK_CARD, LK_DF03: BLOCK_APPLICATION, LK_DF04: BLOCK_APPLICATION}


def _refused(sw: int, what: str) -> str | None:
    return None if words(sw, REFUSED) else f"{what} -> {sw:04X}"


def _counts(bench: Bench, key: Opening) -> str | None:
    """What a wrong cryptogram does, and what the right one does after it."""
    key.afresh()
    sw = key.fail()
    first = status.tries_left(sw)
    if first is None:
        return f"a wrong cryptogram -> {sw:04X}"
    if found := closed(bench, key.link, key.place):
        return f"after a wrong cryptogram: {found}"
    if first > 1 and (sw := key.fail()) != status.SW.REFUSED | 0xC0 | first - 1:
        return f"{first} tries left after a wrong cryptogram, {sw:04X} after the next"
    if key.open() != status.SW.OK:
        return "the right key is refused after wrong ones"
    sw = key.fail()
    return None if status.tries_left(sw) == first else f"a wrong one after the right one -> {sw:04X}, not {first} tries"


def _once(bench: Bench, key: Opening) -> str | None:
    """A challenge serves for one try, and only the last one does."""
    key.enter()
    opening = key.right(key.challenge())
    if (sw := send(key.link, opening).sw) != status.SW.OK:
        return f"the right key -> {sw:04X}"
    if found := _refused(send(key.link, opening).sw, "the same once more"):
        return found
    opening = key.right(key.challenge())
    send(key.link, wrong(opening))
    if found := _refused(send(key.link, opening).sw, "the right one after a wrong one over the same challenge"):
        return found
    key.open()
    opening = key.right(key.challenge())
    key.challenge()
    sw = send(key.link, opening).sw
    return f"over the challenge before the last -> {sw:04X}" if sw == status.SW.OK else None


def _here(bench: Bench, key: Opening) -> str | None:
    """A challenge is good in the application that gave it, while the power is on."""
    key.leave()
    opening = key.right(key.challenge())
    key.enter()
    if found := _refused(send(key.link, opening).sw, "over a challenge of another application"):
        return found
    opening = key.right(key.challenge())
    key.leave()
    key.enter()
    if found := _refused(send(key.link, opening).sw, "over a challenge from before another application"):
        return found
    opening = key.right(key.challenge())
    key.afresh()
    return _refused(send(key.link, opening).sw, "over a challenge from before a reset")


def _ends(bench: Bench, key: Opening) -> str | None:
    """What the key opened is closed in other applications, after them, and after a reset."""
    namesakes = [each for each in PLACES if each.key.p2 == key.place.key.p2 and each is not key.place]
    key.open()
    for other in namesakes:
        there = Opening(bench, key.link, other)
        there.enter()
        if found := closed(bench, key.link, other):
            return f"in {other.application.path}: {found}"
    key.open()
    key.leave()
    key.enter()
    if found := closed(bench, key.link, key.place):
        return f"after another application: {found}"
    key.open()
    key.afresh()
    return (found := closed(bench, key.link, key.place)) and f"after a reset: {found}"


def _own(bench: Bench, key: Opening) -> str | None:
    key.afresh()
    key.open()
    return only_its_own(bench, key.link, key.place)


def _separate(bench: Bench, key: Opening) -> str | None:
    """The next key of the card, and those with the same number elsewhere, have counters of their own."""
    at = PLACES.index(key.place)
    following = (*PLACES[at + 1 :], *PLACES[:at])
    namesakes = [each for each in following if each.key.p2 == key.place.key.p2]
    for others in (following, *([each] for each in namesakes)):
        other = _first(bench, key, others)
        with given_back(other) as refused:
            found = _apart(key, other)
        if found or refused:
            return found or refused[0]
    return None


def _first(bench: Bench, key: Opening, places: Sequence[Place]) -> Opening:
    """The first of some keys that the card has and takes. :raises NotApplicable: where there is none."""
    for place in places:
        with suppress(NotApplicable):
            other = Opening(bench, key.link, place)
            if other.proven() is None:
                return other
    raise NotApplicable("no other key to compare with")


def _apart(key: Opening, other: Opening) -> str | None:
    """Each is shown wrong with and without the other shown before; neither may tell of the other."""
    key.open()  # with all its tries: on a wrong card the other takes some
    alone, mine = _alone(other), _alone(key)
    name = other.place.key.name
    other.open()
    other.fail()
    if (sw := key.fail()) != mine:
        return f"{sw:04X} after a wrong {name}, {mine:04X} without"
    other.open()
    key.open()
    key.fail()
    if (sw := other.fail()) != alone:
        return f"{name} -> {sw:04X} after a wrong {key.place.key.name}, {alone:04X} without"
    other.open()
    left = status.tries_left(mine)
    if left is None or left < 2:
        return None
    sw = key.fail()
    return None if status.tries_left(sw) == left - 1 else f"{sw:04X} after {left} tries left and a right {name}"


def _alone(key: Opening) -> int:
    """The status word of the first wrong cryptogram; all tries are there again."""
    key.open()
    sw = key.fail()
    key.open()
    return sw


def _locks(bench: Bench, key: Opening) -> str | None:
    """Down to the last try, and beyond it."""
    told = [status.tries_left(key.fail())]
    while told[-1] and len(told) < _MOST:
        told.append(status.tries_left(key.fail()))
    if told[-1] != 0:
        return f"never at its last try: {told[-1]}"
    if (sw := key.open()) != status.SW.LOCKED:
        return f"the right key after the last try -> {sw:04X}"
    sw = key.fail()
    return None if sw == status.SW.LOCKED else f"a wrong key after the last try -> {sw:04X}"


def _keeps_on(bench: Bench, key: Opening) -> str | None:
    """A command that blocks does nothing with a wrong MAC, and no key is locked by it."""
    for _ in range(_MOST):
        if (sw := key.open()) != status.SW.OK:
            return f"the right key after a wrong MAC -> {sw:04X}"
        apdu = secured(bench, _BLOCKS[key.place.key], key.challenge(), wrong=True)
        if found := _refused(send(key.link, apdu).sw, f"{apdu[:8].upper()} with a wrong MAC"):
            return found
        for select in key.place.way:
            if not words(sw := send(key.link, select).sw, ("9000", "61??")):
                return f"SELECT after a wrong MAC -> {sw:04X}"
    return None


@dataclass(frozen=True)
class _Kind:
    """:param letter: last in the id. :param has: whether a key has this case.
    :param spends: it locks the key, or would block the card: only where the next card is a fresh one.
    """

    letter: str
    theme: Theme
    chinese: str
    requirement: str
    work: Callable[[Bench, Opening], str | None]
    has: Callable[[Place], bool] = lambda place: True
    spends: bool = False


_KINDS: Final = (
    _Kind(
        "W",
        Theme.PARAMETERS,
        "{key} 的错误密文为 63Cx、逐次减一且不打开任何文件；正确密文恢复全部次数",
        "{key}: each wrong cryptogram is 63Cx with one try less, and opens nothing; the right one gives all tries back",
        _counts,
    ),
    _Kind(
        "C",
        Theme.PARAMETERS,
        "{key}：随机数只用一次，成败皆然；只认最近一个",
        "{key}: a challenge serves once, whatever came of it, and only the last one does",
        _once,
    ),
    _Kind(
        "F",
        Theme.PARAMETERS,
        "{key}：随机数不用于另一应用，复位后也失效",
        "{key}: a challenge ends with its application and with the power",
        _here,
    ),
    _Kind(
        "S",
        Theme.PARAMETERS,
        "{key} 的次数与其他密钥的互不影响",
        "{key}: its tries and those of other keys are counted apart",
        _separate,
    ),
    _Kind(
        "L",
        Theme.PARAMETERS,
        "{key} 用完次数后锁定，正确密文也为 6983",
        "{key}: without a try left the right cryptogram as well is 6983",
        _locks,
        spends=True,
    ),
    _Kind(
        "M",
        Theme.PARAMETERS,
        "{key}：MAC 错误的锁定命令被拒，卡不被锁定，密钥也不锁定",
        "{key}: the blocking command with a wrong MAC is refused, blocks nothing and locks no key",
        _keeps_on,
        lambda place: place.key in _BLOCKS,
        spends=True,
    ),
    _Kind(
        "E",
        Theme.FIREWALL,
        "选择另一应用或复位后，{key} 打开的不再打开，在另一应用中也不打开",
        "what {key} opened is closed in other applications, after them, and after a reset",
        _ends,
        guards,
    ),
    _Kind(
        "O",
        Theme.FIREWALL,
        "{key} 只打开由它保护的文件",
        "{key} opens the files that it guards and no others",
        _own,
        guards,
    ),
)


def _run(kind: _Kind, place: Place) -> Run:
    def run(bench: Bench) -> str | None:
        if kind.spends and (bench.hand is None or bench.height == "hardware"):
            raise NotApplicable("would lock a key or block the card for good")
        with known(bench) as link, ExitStack() as stack:
            key = Opening(bench, link, place)
            if found := key.proven():
                return found
            refused: list[str] = [] if kind.spends else stack.enter_context(given_back(key))
            found = kind.work(bench, key)
            stack.close()
        return found or next(iter(refused), None)

    return run


def _cases() -> Iterator[Case]:
    for kind in _KINDS:
        for place in filter(kind.has, PLACES):
            name = place.key.name
            yield Case(
                f"K-{name}-{kind.letter}",
                kind.chinese.format(key=name),
                kind.requirement.format(key=name),
                _run(kind, place),
                kind.theme,
                destructive=True,
                clause=f"key {name}",
            )


CASES: Final = tuple(_cases())
