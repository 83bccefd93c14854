"""What the centre refuses cannot be forgotten: there is one way to a card, and one way into the queue."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.test_rooms import trees

ASKING = {"CardSession": "admit", "Interface33": "admission", "Visit": "reference", "Press": "admit"}
"""What speaks to holders' cards, and the argument by which it asks whether this one is served at all."""


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Where the application calls this, by function or by method."""
    for path, tree in trees().items():
        if path.startswith(("terminal/", "ui/")) and not path.startswith("terminal/sandbox/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and name in {
                    getattr(node.func, "id", ""),
                    getattr(node.func, "attr", ""),
                }:
                    yield path, node


def test_nobody_speaks_to_a_card_without_asking_whether_it_is_served() -> None:
    for name, argument in ASKING.items():
        found = list(calls(name))
        found = [(path, call) for path, call in found if not path.startswith("terminal/cli/demo/")]  # its own Visit
        assert found, f"nobody makes a {name}: the rule is out of date"
        assert [path for path, call in found if argument not in {each.arg for each in call.keywords}] == []


def test_every_operation_is_made_where_the_reference_data_is_asked() -> None:
    for name in ("sealer", "Draft"):
        users = {path for path, _ in calls(name)}
        assert users <= {"terminal/records.py", "terminal/sync/sealing.py"}, name
    assert {path for path, _ in calls("draft")} >= {"terminal/intake.py", "terminal/card_writes.py"}


def test_a_holder_s_card_comes_from_one_bench() -> None:
    """A command that opened a reader by itself would have to think of everything again."""
    assert {path for path, _ in calls("CardWorker")} == {"terminal/bootstrap.py", "terminal/cli/personalise.py"}
