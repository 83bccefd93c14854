"""``docs/wire.md`` and ``docs/sync.md`` name what another centre has to know: tags, fields, one signature base."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from offline_cache.suite import INTL
from terminal.centre import signing
from terminal.model.operations import BODIES, PostalAddress
from terminal.people.operators import OperatorRecord, SignInRules

ROOT = Path(__file__).parents[2]
WIRE = (ROOT / "docs" / "wire.md").read_text("utf-8")
BOTH = WIRE + (ROOT / "docs" / "sync.md").read_text("utf-8")
TAG = re.compile(r'"(ssc-[a-z-]+-1)"')
OF_ONE_MACHINE = {"ssc-key-1", "ssc-psam-1", "ssc-passphrase-1"}


def tags() -> set[str]:
    sources = [path for room in ("terminal", "offline_cache") for path in (ROOT / room).rglob("*.py")]
    return {tag for path in sources for tag in TAG.findall(path.read_text("utf-8"))}


def test_every_tag_that_crosses_the_wire_is_told() -> None:
    found = tags()
    assert {"ssc-document-1", "ssc-ack-1", "ssc-lease-1"} <= found
    wire = {tag for tag in found - OF_ONE_MACHINE if f"`{tag}`" not in BOTH and f'"{tag}"' not in BOTH}
    assert wire == set()


@pytest.mark.parametrize("form", [*set(BODIES.values()), PostalAddress], ids=lambda form: form.__name__)
def test_every_field_of_a_body_is_told(form: type[msgspec.Struct]) -> None:
    assert [name for name in form.__struct_fields__ if f"`{name}`" not in WIRE] == []


def test_every_kind_is_told() -> None:
    kinds = {kind.partition(".")[0] for kind, _ in BODIES}
    assert {kind for kind in kinds if f"`{kind}`" not in WIRE} == set()


def test_every_field_of_the_operators_is_told() -> None:
    rules = [f"rules.{name}" for name in SignInRules.__struct_fields__]
    assert [name for name in (*OperatorRecord.__struct_fields__, *rules) if f"`{name}`" not in WIRE] == []


def test_the_signature_base_is_the_one_that_is_signed() -> None:
    bases: list[bytes] = []

    class Suite:
        digest_name, signature_name = INTL.digest_name, INTL.signature_name
        digest = staticmethod(INTL.digest)

        @staticmethod
        def sign(_private: bytes, message: bytes) -> bytes:
            bases.append(message)
            return b""

    question = signing.Question("GET", "/v1/snapshot", "00112233445566778899AABBCCDDEEFF")
    reply = signing.Reply(200, {"content-type": "application/json"}, b"{}")
    signing.sign(b"", "content-00000000", question, reply, created=1_760_000_000, suite=Suite())  # type: ignore[arg-type]
    assert bases[0].decode("utf-8") in WIRE
    assert all(component in WIRE for component in signing.COVERED)
