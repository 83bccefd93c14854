"""What is wrong with a store is told with its place: a page that cannot be read, lines that somebody took away."""

from __future__ import annotations

from cardio.simulator.pcscd import PrivatePcscd
from offline_cache.database import connect
from offline_cache.keys import FileKeys
from offline_cache.rotation import CURRENT
from terminal.sandbox.cards import contents
from terminal.sandbox.people import find_person
from tests.e2e.conftest import Shell
from tests.e2e.test_queue_commands import contact_change, own

__all__ = ["own"]


def test_a_changed_byte_of_the_store_is_told_by_who_proves_it(own: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    assert own.json("journal", "verify").document["valid"]
    assert [check["fault"] for check in own.json("doctor", "--deep").document["checks"]][-1] is None
    store = next(own.data.rglob("terminal.db"))
    whole, told = store.read_bytes(), list[tuple[str, int, str]]()
    last = len(whole) // 4096
    for page in (2, len(whole) // 4096 // 2, len(whole) // 4096 - 1):
        changed = bytearray(whole)
        changed[page * 4096 + 100] ^= 1
        store.write_bytes(changed)
        said = own.json("journal", "verify")
        deep = own.json("doctor", "--deep").document["checks"][-1]["fault"]
        told.append((said.fault, said.code, deep["code"]))
        assert (said.document["page"], said.document["pages"]) == (page + 1, last)
        assert f"{page + 1}" in said.document["fault"]["message"]
        assert set(said.document) == {"fault", "page", "pages", "missing", "bodies", "journal", "lost_photos"}
        spoken = own.run("journal", "verify")
        assert "逐页核对" in spoken.out
        assert f"第 {page + 1} 页" in spoken.err
    assert told == [("S113", 1, "S113")] * 3


def test_lines_that_somebody_with_the_key_took_away_are_told(own: Shell, pcscd: PrivatePcscd) -> None:
    pcscd.insert(0, contents(find_person("farmer")))
    assert contact_change(own).code == 0
    lines = own.json("journal", "verify").document["lines"]
    store = next(own.data.rglob("terminal.db"))
    key = FileKeys(next(own.data.rglob("keys")), "sandbox").get(CURRENT)
    assert key is not None
    connection = connect(store, key)
    connection.execute("DROP TRIGGER journal_remains")
    connection.execute("DELETE FROM journal WHERE n = ?", (lines,))
    connection.close(True)
    said = own.json("journal", "verify")
    assert (said.fault, said.code) == ("S163", 1)
    assert f"第 {lines} 至 {lines} 行" in said.document["fault"]["message"]
    assert own.json("doctor", "--deep").document["checks"][-1]["fault"]["code"] == "S163"
