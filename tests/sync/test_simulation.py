"""Many simulated lives of terminals: whatever happens, each operation takes effect once and in order."""

from __future__ import annotations

import ast
import inspect
import os
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import apsw
import pytest

from offline_cache import acknowledging, caps, recording, reserved, sending
from offline_cache.database import Db
from offline_cache.operations import Batch, Draft, Operation
from offline_cache.subjects import comes_after
from terminal.sync.words import Alarm
from tests.support import report
from tests.sync import model, simulate
from tests.sync.book import Book
from tests.sync.simulate import BOOKS, World, history, lived, many
from tests.sync.wrong_parts import WRONG

pytestmark = pytest.mark.expects_log  # that both sides know otherwise, after an older copy was put back

# Under ``./run prove`` many more.
SEEDS = {"quick": 2_000, "full": 100_000}.get(os.environ.get("SSC_PROOF", ""), 500)
BLOCKS = 10


@pytest.mark.proof
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_seed_holds(block: int) -> None:
    """A seed that fails is told step by step by ``python -m tests.sync.simulate --seed N``."""
    wrong, happened = many(block, SEEDS, BLOCKS)
    report.note(
        "simulation",
        block,
        BLOCKS,
        seeds=len(range(block, SEEDS, BLOCKS)),
        lost_or_doubled=len(wrong),
        **{what.replace(" ", "_"): count for what, count in sorted(happened.items())},
    )
    assert wrong == []


@pytest.mark.parametrize("seed", [243, 356, 1061, 1265, 10179, 13380, 65846, 70813, 91836])
def test_a_life_that_once_went_wrong_holds(seed: int) -> None:
    assert history(seed) == []


@pytest.mark.parametrize(
    "rule",
    [lambda line, _settles, passed: comes_after(line, None, passed), lambda *_: None],
    ids=["a withdrawal waits for the newest", "nothing is named"],
)
def test_without_the_rule_of_what_comes_before_it_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, rule: Callable[..., bytes | None]
) -> None:
    monkeypatch.setattr(model, "comes_after", rule)
    assert any(history(seed) for seed in range(60))


def test_a_seed_is_one_history() -> None:
    lines: list[str] = []
    again: list[str] = []
    history(11, lines.append)
    history(11, again.append)
    assert lines == again
    assert len(lines) > 40


def test_the_worlds_are_hard_enough() -> None:
    """Among a few dozen lives, everything that can go wrong does."""
    alarms: Counter[Alarm] = Counter()
    happened: Counter[str] = Counter()
    for seed in range(30):
        world = World(seed)
        world.run()
        alarms.update(world.alarms)
        happened.update(world.happened)
    for alarm in (Alarm.PARKED, Alarm.GIVEN_UP, Alarm.STOPPED, Alarm.NEW_LIFE):
        assert alarms[alarm] > 3, alarm
    often = (
        *("crash", "terminal restored", "forged", "replayed", "unknown", "busy", "poison", "forked", "renewed"),
        *("carried", "portal", "half-open", "request lost", "answer lost", "doubled"),
        *("clock set", "numbered", "offline_limit", "state-differs"),
    )
    for what in often:
        assert happened[what] > 3, what
    assert happened["pending"] > 0


def test_the_books_meet_every_trouble() -> None:
    happened = sum((lived(seed)[1] for seed in range(1, 40 * BOOKS, BOOKS)), Counter[str]())
    for what in ("journal rolled back", "terminal restored", "value_limit", "disk_full"):
        assert happened[what] > 0, what


def _by_the_wall(known: caps._Known, at: int) -> caps.Standing:
    """Off-line by the clock on the wall alone."""
    right = _STANDING(known, at)
    return replace(right, offline=max(at - (known.heard or known.began or at), 0))


def _for_days(now: caps.Standing) -> bool:
    """Only how long the centre was not heard counts."""
    return now.left == 0


def _in_two(db: Db, at: int, drafts: Sequence[Draft], *rest: Any) -> list[Operation]:  # noqa: ANN401
    """Recorded first, and the limits looked at in a transaction of their own."""
    found = recording.record(db, at, drafts, *rest)
    db.execute("COMMIT; BEGIN IMMEDIATE")
    caps.check(db, at, drafts)
    return found


def _newest_first(db: Db, *rest: Any) -> Batch | None:  # noqa: ANN401
    found = _BATCH(db, *rest)
    return found and replace(found, operations=found.operations[::-1])


_BATCH = sending.batch
_STANDING = caps._Known.standing
CARELESS: dict[str, tuple[object, str, object, str]] = {
    "limits by the wall clock": (caps._Known, "standing", _by_the_wall, "after the centre was heard"),
    "operations that nobody counts": (*(caps.Standing, "frozen", property(_for_days)), "limit of operations"),
    "money that nobody counts": (caps.Standing, "value_left", property(lambda _: None), "limit of money"),
    "nothing is written": (recording, "taken_in", lambda *_: [], "recorded, and not there"),
    "limits looked at when it is written": (recording, "taken_in", _in_two, "half of it recorded"),
    "the newest first": (sending, "batch", _newest_first, "a batch in another order"),
    "numbers without a mark": (reserved, "_skip", lambda *_, **__: None, "used twice"),
    "a journal that nobody looks for": (acknowledging, "check_journal", lambda *_: 0, "an older journal"),
    "linked behind the newest by the clock": (
        *(recording, "_PLACE", recording._PLACE.replace("ORDER BY position", "ORDER BY recorded_at")),
        "UNIQUE",
    ),
}
"""What is changed in the real code, and by which words that is seen."""


@pytest.mark.proof
@pytest.mark.parametrize("what", CARELESS)
def test_a_careless_book_is_seen(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    where, name, careless, seen = CARELESS[what]
    monkeypatch.setattr(where, name, careless)

    def lines() -> Iterator[str]:
        for seed in range(1, 140 * BOOKS, BOOKS):
            try:
                yield from history(seed)
            except apsw.ConstraintError as error:
                yield str(error)

    caught = any(seen in line for line in lines())
    report.note("wrong-programs", what.replace(" ", "-"), len(WRONG) + len(CARELESS), caught=int(caught))
    assert caught


@pytest.mark.proof
@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_the_check_catches_a_wrong_program(wrong: str) -> None:
    """Each is caught within a few hundred lives, and by the line that is about it."""
    found = (line for seed in range(400) for line in history(seed, parts=WRONG[wrong].parts))
    caught = any(WRONG[wrong].seen in line for line in found)
    report.note("wrong-programs", wrong, len(WRONG) + len(CARELESS), caught=int(caught))
    assert caught


def _words(part: ast.expr) -> str:
    """The longest part of a text that is the same each time."""
    values = part.values if isinstance(part, ast.JoinedStr) else [part]
    words = [one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return max((word.strip() for word in words), key=len, default="")


def _lines(where: Callable[..., object] | type) -> Iterator[str]:
    """What the check can say: of a class the messages of its assertions, of a function every line that it may give."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(where)))):
        if isinstance(node, ast.Assert) and isinstance(where, type) and node.msg is not None:
            yield _words(node.msg)
        elif isinstance(node, ast.List) and not isinstance(where, type):
            yield from map(_words, node.elts)
        elif isinstance(node, ast.Call) and not isinstance(where, type) and ast.unparse(node.func) == "wrong.append":
            yield _words(node.args[0])


def test_no_line_of_the_check_is_without_a_wrong_program() -> None:
    seen = [wrong.seen.strip() for wrong in WRONG.values()] + [words for *_, words in CARELESS.values()]
    check = (simulate.violations, simulate._of, simulate._effect, simulate.World, simulate.Terminal, Book)
    lines = [line for where in check for line in _lines(where) if line]
    unproven = [line for line in lines if not any(line in words or words in line for words in seen)]
    assert len(lines) > 20
    assert unproven == []
