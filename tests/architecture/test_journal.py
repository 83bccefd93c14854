"""Every event of the journal has somebody who writes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from offline_cache.journal import EVENTS
from tests.architecture.test_rooms import trees

WRITERS = {"append": 2, "Entry": 0, "_note": 0}
"""What writes a line, and which of its arguments is the event."""


def constants(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                    yield name.id, value.value


def written(tree: ast.Module) -> Iterator[object]:
    named = dict(constants(tree))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        place = WRITERS.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
        if place is None or len(call.args) <= place:
            continue
        event = call.args[place]
        if isinstance(event, ast.Constant):
            yield event.value
        elif isinstance(event, ast.Name):
            yield named.get(event.id)


def test_every_event_is_written_somewhere() -> None:
    found = {event for tree in trees().values() for event in written(tree)}
    assert set(EVENTS) <= found
