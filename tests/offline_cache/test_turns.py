"""One unit of work at a time, in order, whoever does it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from offline_cache.turns import Turns


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns()
    yield made
    made.close()


def test_who_asks_does_it_where_nothing_waits(turns: Turns) -> None:
    assert turns.run(threading.get_ident) == threading.get_ident()


def test_behind_another_it_waits_for_its_turn(turns: Turns) -> None:
    begun, gate, order = threading.Event(), threading.Event(), list[str]()

    def slow() -> None:
        begun.set()
        gate.wait()
        order.append("slow")

    first = turns.submit(slow)
    begun.wait()
    second = turns.submit(order.append, "second")
    with ThreadPoolExecutor(1) as other:
        third = other.submit(turns.run, order.append, "third")
        while turns._ahead < 3:
            pass
        assert not order
        gate.set()
        for one in (first, second, third):
            one.result()
    assert order == ["slow", "second", "third"]


def test_never_two_at_once(turns: Turns) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(200):
            pass
        threading.Event().wait(0.0001)
        inside -= 1

    def person() -> None:
        for n in range(50):
            (turns.run if n % 2 else turns.submit)(work)

    with ThreadPoolExecutor(4) as people:
        for each in [people.submit(person) for _ in range(4)]:
            each.result()
    turns.run(work)
    assert most == 1


@pytest.mark.parametrize("how", ["at once", "on the thread"])
def test_a_unit_does_not_wait_for_another(turns: Turns, how: str) -> None:
    def nested() -> None:
        turns.run(int)

    with pytest.raises(RuntimeError, match="must not wait"):
        turns.run(nested) if how == "at once" else turns.submit(nested).result()
    assert turns.run(int) == 0


def test_what_a_unit_raises_ends_its_turn(turns: Turns) -> None:
    def fails() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        turns.run(fails)
    with pytest.raises(ValueError, match="invalid"):
        turns.submit(int, "x").result()
    assert turns.submit(int).result() == 0
    assert turns.run(int) == 0
