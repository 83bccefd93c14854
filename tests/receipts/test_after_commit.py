"""From the commit to the paper: a print that fails loses nothing, and the next start prints the same paper again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from offline_cache.operations import Operation, State
from offline_cache.outbox import Outbox
from terminal.receipts.code import Claim, verify
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.escpos import EscPosPrinter
from terminal.receipts.keys import by_id, p256_signer
from terminal.receipts.model import Proof, Receipt
from terminal.receipts.printer import FilePrinter
from terminal.receipts.sheet import lay_out
from terminal.receipts.words import Outcome
from tests.offline_cache import support
from tests.receipts import samples
from tests.receipts.reading import text_of

SIGNER = p256_signer(ec.derive_private_key(7, ec.SECP256R1()), support.IDENTITY.terminal)


def paper(operation: Operation) -> Receipt:
    claim = Claim.of(operation, support.IDENTITY.environment, support.IDENTITY.terminal, Outcome.RECORDED)
    return samples.receipt(proof=Proof.of(claim, SIGNER))


def test_a_failed_print_leaves_the_operation_and_a_restart_prints_it_again(tmp_path: Path) -> None:
    with support.create(tmp_path) as store:
        (operation,) = Outbox(store).record(support.draft())
        with pytest.raises(PaperError) as caught:
            EscPosPrinter(tmp_path / "no-printer").print(lay_out(paper(operation)))
        assert caught.value.fault is PaperFault.PRINTER_MISSING

    with support.reopen(tmp_path) as store:
        (kept,) = Outbox(store).listed((State.PENDING,))
    assert kept.op_id == operation.op_id
    again = paper(kept).again()
    first = paper(operation)
    assert again.proof is not None
    assert first.proof is not None
    assert again.proof.number == first.proof.number == "379999000001-1-000001"
    assert again.proof.telephone == first.proof.telephone
    claim = verify(again.proof.code, by_id((SIGNER.key,)), "sandbox").claim
    assert claim.head == kept.head[:16]
    assert claim.operation == kept.op_id[:8]
    where = FilePrinter(tmp_path / "archive").print(lay_out(again)).where
    assert where is not None
    text = text_of(Path(where).read_bytes())
    assert "补打" in text
    assert "已收件" in text


def test_each_operation_has_a_paper_of_its_own(tmp_path: Path) -> None:
    with support.create(tmp_path) as store:
        operations = Outbox(store).record(*(support.draft() for _ in range(20)))
    proofs = [paper(each).proof for each in operations]
    assert len({proof.telephone for proof in proofs if proof}) == 20
    assert [proof.number[-6:] for proof in proofs if proof] == [f"{n:06d}" for n in range(1, 21)]
    assert replace(paper(operations[0]), copy=3).name == "379999000001-1-000001-copy3"
