"""``receipt verify`` at an enrolled terminal, the centre gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline_cache.keys import FileKeys
from terminal.centre.contract import SigningKey
from terminal.centre.enrolment import enrol
from terminal.centre.identity import Identity
from terminal.receipts.code import encode, verify
from terminal.receipts.identity import paper_keys, paper_signer
from terminal.receipts.keys import by_id, receipt_keys
from terminal.receipts.words import Outcome
from terminal.sandbox.child import SandboxCentre
from tests.e2e.conftest import Shell
from tests.receipts import samples


@dataclass(frozen=True)
class Desk:
    """An enrolled terminal whose centre is stopped."""

    shell: Shell
    identity: Identity
    code: str
    telephone: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("terminal")
    folder = data / "sandbox"
    keys = FileKeys(folder / "keys", "sandbox")
    with SandboxCentre(tmp_path_factory.mktemp("centre")) as centre:
        identity = enrol(
            folder, centre.url, centre.code, centre.authority,
            environment="sandbox", keys=keys, now=lambda: datetime.now(UTC),
        )  # fmt: skip
    claim = samples.claim(terminal=identity.terminal)
    yield Desk(Shell(data, {}), identity, encode(claim, paper_signer(identity)), claim.telephone_code)


def test_a_paper_of_this_terminal_is_genuine(desk: Desk) -> None:
    for said in (
        desk.shell.json("receipt", "verify", desk.code),
        desk.shell.json("receipt", "verify", stdin=desk.code),
    ):
        assert said.code == 0, said.out
        assert said.document == {
            "valid": True,
            "number": f"{desk.identity.terminal}-1-000042",
            "environment": "sandbox",
            "terminal": desk.identity.terminal,
            "epoch": 1,
            "sequence": 42,
            "kind": "contact-change",
            "outcome": "recorded",
            "time": "2026-06-01T01:30:05+00:00",
            "operation": samples.claim().operation.hex(),
            "head": samples.claim().head.hex(),
            "telephone_code": desk.telephone,
            "signed_by": "terminal",
            "key_id": paper_signer(desk.identity).key.key_id.hex(),
        }


def test_it_is_said_to_people_too(desk: Desk) -> None:
    said = desk.shell.run("receipt", "verify", desk.code)
    assert "回执有效" in said.out
    assert "已收件" in said.out
    assert desk.telephone in said.out


def test_a_changed_a_strange_and_no_code_are_faults(desk: Desk) -> None:
    at = len(desk.code) // 2
    changed = desk.code[:at] + ("A" if desk.code[at] != "A" else "B") + desk.code[at + 1 :]
    strange = encode(samples.claim(), samples.DESK)
    for code, fault, exit_code in (
        (changed, "P104", 7),
        (strange, "P103", 7),
        ("hello", "P101", 2),
        (desk.telephone, "P106", 2),
    ):
        said = desk.shell.json("receipt", "verify", code)
        assert said.document["valid"] is False
        assert (said.fault, said.code) == (fault, exit_code)
    assert desk.shell.json("receipt", "verify").fault == "T113"


def test_a_terminal_that_never_joined_says_so(tmp_path: Path) -> None:
    assert Shell(tmp_path, {}).json("receipt", "verify", samples.claim().telephone_code).fault == "N112"


def test_the_centres_receipt_key_counts_and_its_others_do_not(desk: Desk) -> None:
    public = samples.CENTRE.key.public.hex()

    def pinned(use: str, key: str = public, algorithm: str = "ed25519") -> SigningKey:
        return SigningKey(key_id="x", use=use, algorithm=algorithm, public_key=key)

    found = receipt_keys(
        [pinned("receipt"), pinned("content"), pinned("receipt", "zz"), pinned("receipt", algorithm="sm2")]
    )
    assert [key.public for key in found] == [samples.CENTRE.key.public]
    code = encode(samples.claim(Outcome.ACCEPTED), samples.CENTRE)
    assert verify(code, by_id(found), "sandbox").key.of_centre
    assert all(not key.of_centre for key in paper_keys(desk.identity).values() if key.terminal)
