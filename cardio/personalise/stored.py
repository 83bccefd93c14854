"""A plan as bytes, to be kept from before the first write until the card is made: JSON, one form for one plan."""

from __future__ import annotations

import json
from typing import Any, Final

from cardio.errors import CardError
from cardio.files import EF08
from cardio.files.ssse import PHOTO_SIZE
from cardio.personalise.faults import malformed
from cardio.personalise.plan import MOST_APPLICATION, WRITTEN, Plan, Step
from cardio.selection import PIECE

FORM: Final = 1
MOST_BYTES: Final = 32_768
"""More than the largest plan, which has a photo."""

_KEYS: Final = frozenset({"form", "application", "card_id", "generation", "version", "steps"})


def to_bytes(plan: Plan) -> bytes:
    """The stored form. It holds a person's data."""
    plain = {
        "form": FORM,
        "application": plan.application,
        "card_id": plan.card_id.hex(),
        "generation": plan.generation,
        "version": plan.version,
        "steps": [[step.file, step.place, step.data.hex()] for step in plan.steps],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def from_bytes(raw: bytes) -> Plan:
    """The plan that :func:`to_bytes` gave, and nothing else.

    :raises CardError: PLAN_MALFORMED.
    """
    if len(raw) > MOST_BYTES:
        raise malformed(f"{len(raw)} bytes")
    plan = _plan(_parsed(raw))
    try:
        same = plan is not None and to_bytes(plan) == raw
    except UnicodeEncodeError:  # half a character of JSON's own escapes
        same = False
    if plan is None or not same:
        raise malformed("not a plan of this form")
    return plan


def _parsed(raw: bytes) -> object:
    """``None`` and no error for what is no JSON: the parser's own error carries the bytes."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _plan(plain: object) -> Plan | None:
    if not isinstance(plain, dict) or plain.keys() != _KEYS or plain["form"] != FORM:
        return None
    application, card_id, generation = plain["application"], _hex(plain["card_id"]), plain["generation"]
    version, steps = plain["version"], plain["steps"]
    if not isinstance(application, str) or not 0 < len(application) <= MOST_APPLICATION:
        return None
    if not isinstance(version, str | None) or type(generation) is not int or not isinstance(steps, list):
        return None
    if card_id is None or len(card_id) != 16:
        return None
    made = [_step(each) for each in steps]
    whole = tuple(step for step in made if step is not None)
    return Plan(application, card_id, generation, version, whole) if len(whole) == len(made) else None


def _step(plain: Any) -> Step | None:  # noqa: ANN401 - JSON
    if not isinstance(plain, list) or len(plain) != 3:
        return None
    file, place, data = plain[0], plain[1], _hex(plain[2])
    if not isinstance(file, str) or file not in WRITTEN or type(place) is not int or data is None:
        return None
    step = Step(file, place, data)
    if file == EF08.key:
        return step if place in range(0, PHOTO_SIZE, PIECE) and len(data) == PIECE else None
    return step if _fits(step) else None


def _fits(step: Step) -> bool:
    """Whether it is a record that we would have written ourselves."""
    record = step.record
    if record is None:
        return False
    try:
        return record.encode(record.decode(step.data)) == step.data
    except CardError:
        return False


def _hex(plain: object) -> bytes | None:
    try:
        return bytes.fromhex(plain) if isinstance(plain, str) else None
    except ValueError:
        return None
