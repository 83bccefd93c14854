"""The administrator's commands on the store: each a process of its own, one after another on the same store."""

from __future__ import annotations

import json
from pathlib import Path

from cardio.simulator.pcscd import PrivatePcscd
from offline_cache.birth import KEY_NAME
from terminal.sandbox.cards import contents
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Answer, Shell
from tests.e2e.test_queue_commands import contact_change, own, people, two

__all__ = ["own"]

NOTHING_LOST = {"photos": 0, "doubtful": 0, "missing": [], "bodies": [], "journal": [], "lost_photos": []}
ASKED = {"key-rotated", "backed-up", "exported"}


def by(shell: Shell, *arguments: str) -> Answer:
    return shell.json("store", *arguments, "--people-stdin", stdin=people())


def number_of(shell: Shell) -> str:
    """The terminal that a shell is enrolled as."""
    (identity,) = shell.data.rglob("identity.json")
    return str(json.loads(identity.read_bytes())["terminal"])


def test_nobody_changes_or_copies_a_store_without_signing_in(own: Shell, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    for command in (("export", str(file)), ("backup", str(file)), ("restore", str(file)), ("rotate-key",)):
        assert own.json("store", *command).fault == "T113", command
    assert own.json("store", "wipe", "--yes").fault == "T113"
    assert not file.exists()
    wrong = people().replace("counter-1001", "nonsense")
    assert own.json("store", "wipe", "--yes", "--people-stdin", stdin=wrong).fault == "T130"
    assert own.json("store", "status").code == 0


def test_a_store_that_is_gone_is_restored_by_who_the_centre_knows(
    own: Shell, centre: SandboxCentre, tmp_path: Path
) -> None:
    copy = tmp_path / "backup.db"
    assert by(own, "backup", str(copy)).code == 0
    for file in own.data.rglob("terminal.db*"):
        file.unlink()
    assert own.json("queue", "list").fault == "S108"
    centre.control.fault("down")
    assert by(own, "restore", str(copy)).fault == "T132"
    centre.control.clear()
    assert by(own, "restore", str(copy)).code == 0
    assert own.json("queue", "list").code == 0


def test_a_store_is_copied_rekeyed_exported_restored_and_wiped(
    own: Shell, centre: SandboxCentre, pcscd: PrivatePcscd
) -> None:
    folder = own.data
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    assert own.json("store", "status").document["level"] in {"ample", "warn"}
    assert by(own, "rotate-key").document == {"rotated": True}
    there = str(Path(centre.ready.authority).parent)
    disk = str(next(folder.rglob("terminal.db")).parent.parent)
    taken = own.json("sandbox", "take-in", "--disk", disk, "--dir", there).document  # before any other start
    assert (taken["taken"], taken["operations"], taken["file"], taken["copies"]) == (1, 1, "terminal.db", {})
    assert by(own, "backup", str(folder / "backup.db")).document["operations"] == 1
    assert by(own, "wipe", "--yes").fault == "S146"
    medium = folder / "medium.ssc"
    assert by(own, "export", str(medium)).document == {"exported": 1, "last": 1}
    salvaged = folder / "salvaged.ssc"
    assert by(own, "salvage", str(salvaged)).document == {"operations": 1, **NOTHING_LOST}
    full = folder / "full.jsonl"
    assert own.json("journal", "export", "--people-stdin", str(full), stdin=people()).code == 0
    ours = [line for line in map(json.loads, full.read_text("utf-8").splitlines()) if line["what"] in ASKED]
    assert {line["what"]: line["fields"]["operator"] for line in ours} == dict.fromkeys(ASKED, "1001")
    assert by(own, "restore", str(folder / "backup.db")).document["operations"] == 1
    audit = folder / "audit.jsonl"
    assert own.json("journal", "export", "--redacted", "--people-stdin", str(audit), stdin=people()).code == 0
    lines = [json.loads(line) for line in audit.read_text("utf-8").splitlines()]
    assert {"key-rotated", "backed-up", "restored"} & {line["what"] for line in lines} == {"key-rotated", "restored"}
    assert {(line["fields"].get("operator") or "P")[0] for line in lines} == {"P"}
    assert list(Path(folder).rglob("terminal.recovery"))
    taken = own.json("sandbox", "take-in", "--disk", disk, "--dir", there).document
    assert (taken["last"], taken["twice"], taken["cases"], taken["missing"]) == (1, 0, 0, [])
    assert [(name, one["operations"]) for name, one in taken["copies"].items()] == [("terminal.replaced-1", 1)]
    said = by(own, "wipe", "--yes", "--exported", "99")  # whatever somebody types
    assert (said.fault, said.code) == ("S161", 7)
    assert "99" in said.document["fault"]["message"]
    # The store that was restored since knows of no export: a new one says its number.
    assert by(own, "wipe", "--yes", "--exported", "1").fault == "S161"
    assert by(own, "export", str(folder / "again.ssc")).document == {"exported": 1, "last": 1}
    assert by(own, "wipe", "--yes").fault == "S146"
    assert by(own, "wipe", "--yes", "--exported", "1").document["wiped"]
    assert not list(Path(folder).rglob("terminal.db"))
    taken = own.json("sandbox", "take-in", str(medium), "--dir", there).document
    assert (taken["last"], taken["twice"]) == (1, 0)
    taken = own.json("sandbox", "take-in", str(salvaged), "--dir", there).document
    assert (taken["last"], taken["twice"], taken["cases"]) == (1, 0, 0)
    assert centre.control.take_in(medium) == 1
    assert set(centre.control.effects().values()) == {1}


def test_what_is_set_aside_is_settled_before_a_wipe(own: Shell, pcscd: PrivatePcscd, tmp_path: Path) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    operation = contact_change(own).document["operation"]
    assert own.json("queue", "park", operation, "--people-stdin", stdin=two()).code == 0
    assert by(own, "export", str(tmp_path / "empty.ssc")).document == {"exported": 1, "last": 1}
    said = by(own, "wipe", "--yes", "--exported", "1")  # its place alone stands there
    assert (said.fault, said.code) == ("S162", 7)
    assert own.json("queue", "retry", operation, "--people-stdin", stdin=people()).code == 0
    assert by(own, "wipe", "--yes", "--exported", "1").fault == "S146"
    assert by(own, "export", str(tmp_path / "whole.ssc")).document == {"exported": 1, "last": 1}
    assert by(own, "wipe", "--yes", "--exported", "1").document["wiped"]


def test_where_all_keys_are_gone_nobody_is_sent_to_enrol_again(own: Shell, pcscd: PrivatePcscd) -> None:
    """It would end at the store, which has no key either; and the advice for that is to touch nothing."""
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    kept = {file: file.read_bytes() for file in own.data.rglob("*.key") if file.parent.name == "keys"}
    assert len(kept) > 1
    for file in kept:
        file.unlink()
    for command in (("queue", "list"), ("sync", "--once"), ("journal", "verify"), ("service", "run", "card-status")):
        said = own.json(*command)
        assert said.fault == "S106", command
        assert "enrol" not in said.document["fault"]["remedy"]
    (store,) = (file for file in kept if file.stem == KEY_NAME)  # with it another enrolment is the way out
    store.touch(mode=0o600)
    store.write_bytes(kept[store])
    said = own.json("queue", "list")
    assert said.fault == "N121"
    assert "enrol --replace" in said.document["fault"]["remedy"]


WORD = "七匹马 drink water".encode()


def test_a_passphrase_keeps_the_keys_and_is_never_written_down(
    centre: SandboxCentre, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    shell = Shell(tmp_path, pcscd.environment)
    shell.set("SSC_KEY_KEEPER", "passphrase")
    code = centre.control.new_code().encode()
    enrol = ("enrol", "--centre", centre.url, "--ca", centre.ready.authority)
    short = shell.answered(*enrol, keys=[code, b"short", b"short"])
    assert short.fault == "T129", short.err
    joined = shell.answered(*enrol, keys=[code, WORD + b"x\x7f", WORD])
    assert joined.code == 0, joined.out + joined.err
    assert shell.answered("queue", "list", keys=[WORD]).code == 0
    assert shell.answered("queue", "list", keys=[b"eight horses drink"]).fault == "S130"
    assert shell.json("--no-input", "queue", "list").fault == "T113"
    # The screen asks before its window covers the place where it was started.
    assert shell.answered("run", keys=[b"eight horses drink"]).fault == "S130"
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or WORD not in file.read_bytes(), file
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "ssc-passphrase").write_bytes(WORD + b"\n")
    shell.set("CREDENTIALS_DIRECTORY", str(credentials))
    assert shell.json("--no-input", "queue", "list").code == 0
