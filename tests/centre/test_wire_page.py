"""The page of formats says what the code has: every tag, every field with its limits, and an example that verifies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from offline_cache import caps
from offline_cache.suite import INTL
from terminal.centre import signing, snapshots
from terminal.centre.contract import SignedDocument, Snapshot
from terminal.centre.signing import Question, Reply
from terminal.drives.roster import Roster
from terminal.model import operations
from terminal.model.operations import BODIES, OperationBody
from terminal.people.operators import OperatorsBody
from terminal.reference import Catalogue, CityRules, WatchList
from terminal.sandbox.publishing import CAPS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text("utf-8")
DOCUMENTS = {
    "operators": OperatorsBody,
    "watch-list": WatchList,
    "catalogue": Catalogue,
    "configuration": CityRules,
}
FORMS = {
    "`contact-change`, schema 1": operations.ContactChange,
    "`contact-change`, schema 2": operations.ContactData,
    "`card-…`, schema 1": operations.CardWrite,
    "`drive-return`, schema 1": operations.DriveReturn,
    "`withdrawal`, `escalation`, schema 1": operations.Withdrawal,
}
COMMON = {field.name for field in msgspec.structs.fields(OperationBody)}
KEY = INTL.public_key(bytes(range(32)))


def _tags() -> set[str]:
    files = [path for room in ("terminal", "offline_cache") for path in (ROOT / room).rglob("*.py")]
    return {tag for path in files for tag in re.findall(r"\bssc-[a-z-]+-[0-9]+\b", path.read_text("utf-8"))}


def _section(title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


def _row(section: str, field: str) -> str:
    """The line of the table that begins with this field."""
    rows = [line for line in section.splitlines() if line.startswith(f"| `{field}` |")]
    assert len(rows) == 1, field
    return rows[0]


def _limits(kind: Any) -> set[str]:  # noqa: ANN401 - msgspec's own description of a type
    """What stands in the row of a field of this type: pattern, or numbers."""
    if isinstance(kind, msgspec.inspect.UnionType):
        return set().union(*(_limits(one) for one in kind.types))
    if isinstance(kind, msgspec.inspect.ListType):
        return _limits(kind.item_type) | ({str(kind.max_length)} if kind.max_length else set())
    if isinstance(kind, msgspec.inspect.EnumType):
        return {f"`{one.value}`" for one in kind.cls}
    names = ("pattern", "min_length", "max_length", "ge", "le")
    return {str(value) for name in names if (value := getattr(kind, name, None)) is not None}


def _fields(form: type, before: str = "") -> list[tuple[str, set[str], bool]]:
    """Each field with its full name, limits, and whether it must be there."""
    found = []
    described: Any = msgspec.inspect.type_info(form)
    for field in described.fields:
        name, kind = before + field.encode_name, field.type
        found.append((name, _limits(kind), field.required))
        inner = [kind, *getattr(kind, "types", ())]
        if isinstance(kind, msgspec.inspect.ListType):
            inner, name = [kind.item_type], f"{name}[]"
        for one in inner:
            if isinstance(one, msgspec.inspect.StructType):
                found += _fields(one.cls, f"{name}.")
    return found


def _told(section: str, fields: list[tuple[str, set[str], bool]]) -> None:
    for name, limits, _ in fields:
        row = _row(section, name)
        assert [limit for limit in sorted(limits) if not _stands(limit, row)] == [], name


def _stands(limit: str, row: str) -> bool:
    return re.search(rf"(?<!\d){limit}(?!\d)", row) is not None if limit.isdigit() else limit in row


def test_every_tag_of_the_source_is_in_the_one_table() -> None:
    table = _section("Statements")
    assert {tag for tag in _tags() if not re.search(rf"^\|[^|]*`{tag}`[^|]*\|", table, re.MULTILINE)} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_field_of_a_document_is_told_with_its_limits(name: str) -> None:
    _told(_section(f"`{name}`"), _fields(DOCUMENTS[name]))


def test_every_field_of_a_roster_is_told_with_its_limits() -> None:
    _told(_section("The roster of a drive"), _fields(Roster))


def test_the_limits_are_told() -> None:
    section = _section("`caps`")
    assert caps.parsed(CAPS) is not None
    said = msgspec.json.decode(CAPS)
    assert set(said) == {field.name for field in caps.FIELDS}
    for field in caps.FIELDS:
        row = _row(section, field.name)
        for value in (field.least, field.largest):
            assert _stands(str(value), row)
            assert caps.parsed(msgspec.json.encode({**said, field.name: value})) is not None
        for value in (field.least - 1, field.largest + 1):
            assert caps.parsed(msgspec.json.encode({**said, field.name: value})) is None
        assert _stands("–" if field.default is None else str(field.default), row)


def test_every_needed_document_is_described() -> None:
    assert {*DOCUMENTS, "caps"} == snapshots.NEEDED
    section = _section("Signed documents")
    for form in (SignedDocument, Snapshot):
        for field in msgspec.structs.fields(form):
            assert re.search(rf"^\| \w+ \|[^|]*`{field.name}`", section, re.MULTILINE), field.name


def test_every_form_of_body_has_its_section() -> None:
    assert {*FORMS.values(), operations.Escalation} == set(BODIES.values())
    assert {kind for (kind, _), form in BODIES.items() if form is operations.CardWrite} == {
        kind for kind, _ in BODIES if kind.startswith("card-")
    }


@pytest.mark.parametrize(("title", "form"), [("Every body", OperationBody), *FORMS.items()])
def test_every_field_of_a_body_is_told_with_its_limits(title: str, form: type[OperationBody]) -> None:
    common = () if form is OperationBody else COMMON
    fields = [field for field in _fields(form) if field[0].split(".")[0] not in common]
    section = _section(title)
    _told(section, fields)
    for name, _, required in fields:
        assert ("| no |" in _row(section, name)) is required, name


def test_the_components_that_must_be_covered_are_told() -> None:
    section = _section("Signature of answers")
    assert [item for item in signing.COVERED if f"| `{item}` |" not in section] == []


def test_the_example_of_a_signed_answer_verifies() -> None:
    request, base, answer = re.findall(r"```(?:http|text)\n(.*?)\n```", _section("Signature of answers"), re.DOTALL)
    line, *asked = request.splitlines()
    method, target, _ = line.split(" ")
    question = Question(method, target, dict(one.split(": ", 1) for one in asked)["X-Request-Id"])
    head, body = answer.split("\n\n")
    status, *fields = head.splitlines()
    headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in fields)}
    reply = Reply(int(status.split(" ")[1]), headers, body.encode())
    key_id = f"content-{INTL.digest(KEY)[:4].hex()}"
    assert f"`{KEY.hex()}`" in _section("Signature of answers")
    assert signing.verify({key_id: KEY}, question, reply) == 1_780_275_600
    *lines, last = base.splitlines()
    components = [tuple(one.split(": ", 1)) for one in lines]
    assert [name for name, _ in components] == list(signing.COVERED)
    assert INTL.verify(KEY, base.encode(), signing._parse_signature(headers["signature"]))
    assert last == f'"@signature-params": {headers["signature-input"].removeprefix("centre=")}'
