"""The journal: anchored by acknowledgements, an older copy of it noticed at first contact, redacted for an auditor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from offline_cache.chain import GENESIS
from offline_cache.errors import StoreFault
from offline_cache.journal import Entry, Journal
from offline_cache.outbox import Outbox
from offline_cache.proof import verify
from tests.offline_cache.support import create, draft, fault_of, place, reopen

pytestmark = pytest.mark.usefixtures("both_suites")


def signed_in(operator: str) -> Entry:
    return Entry("signed-in", {"operator": operator, "role": "operator", "way": "password"})


def test_an_older_journal_is_noticed_at_first_contact(tmp_path: Path) -> None:
    """Although no operation is missing: only somebody's sign-in is."""
    folder = tmp_path / "terminal"
    folder.mkdir()
    with create(folder) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"s", "t", journal=(batch.journal_n, batch.journal_head))
        anchor = outbox.anchor()
        assert anchor is not None
        assert (anchor.journal_n, anchor.journal_head) == (batch.journal_n, batch.journal_head)
        assert outbox.check_journal(batch.journal_head) == batch.journal_n
        assert outbox.check_journal(GENESIS) == 0
    shutil.copy(place(folder), tmp_path / "older")
    with reopen(folder) as store:
        Journal(store).write(signed_in("1001"))
        n, head = Journal(store).tip()  # this head goes up to the centre
        assert Outbox(store).check_journal(head) == n
    shutil.copy(tmp_path / "older", place(folder))
    with reopen(folder) as store:
        assert verify(store).good  # by itself it is sound
        assert fault_of(lambda: Outbox(store).check_journal(head)) is StoreFault.JOURNAL_BEHIND
        Journal(store).write(signed_in("1002"))  # another history
        assert fault_of(lambda: Outbox(store).check_journal(head)) is StoreFault.JOURNAL_BEHIND


def test_the_proof_looks_for_the_line_that_went_up(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        outbox = Outbox(store)
        outbox.record(draft())
        batch = outbox.batch()
        assert batch is not None
        outbox.acknowledged(batch.to_seq, batch.head, b"s", "t", journal=(batch.journal_n, batch.journal_head))
        assert verify(store).good
        store.do(lambda db: db.execute("UPDATE anchor SET journal_head = zeroblob(32)"))
        assert verify(store).trouble == f"journal line {batch.journal_n}: not the one that went up with operation 1"


def test_an_auditor_sees_what_happened_and_not_who(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        journal = Journal(store)
        journal.write(signed_in("1001"))
        journal.write(Entry("unmasked", {"operator": "1001", "reason": "asked by 张三", "what": "phone"}))
        journal.write(
            Entry("reviewed", {"kind": "contact-change", "decision": "yes", "operator": "1001", "reviewer": "1002"})
        )
        full = [json.loads(line) for line in journal.export()]
        shown = [json.loads(line) for line in journal.export(redacted=True)]
    assert [line["head"] for line in shown] == [line["head"] for line in full]
    assert [line["fields"] for line in shown[1:]] == [
        {"operator": "P1", "role": "operator", "way": "password"},
        {"operator": "P1", "reason": "…", "what": "…"},
        {"kind": "contact-change", "decision": "yes", "operator": "P1", "reviewer": "P2"},
    ]
    text = json.dumps(shown, ensure_ascii=False)
    assert "1001" not in text
    assert "张三" not in text
