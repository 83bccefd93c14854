"""The signed code: what goes in comes out, nothing else is ever believed."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.receipts import qr
from terminal.receipts.code import PREFIX, Claim, encode, verify
from terminal.receipts.errors import PaperError, PaperFault
from terminal.receipts.keys import KEY_ID_SIZE, SIGNATURE_SIZE, Signer, by_id, suite_signer
from terminal.receipts.words import WORDS, Outcome
from tests.receipts import samples

CLAIMS = st.builds(
    Claim,
    environment=st.just("sandbox"),
    terminal=st.just(samples.TERMINAL),
    epoch=st.integers(0, 2**32 - 1),
    sequence=st.integers(1, 2**63 - 1),
    operation=st.binary(min_size=8, max_size=8),
    head=st.binary(min_size=16, max_size=16),
    kind=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,47}", fullmatch=True),
    outcome=st.sampled_from(Outcome),
    time=st.integers(0, 253_402_300_799).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)

TEXT = encode(samples.claim(), samples.DESK)


def blob_of(text: str) -> bytes:
    letters = text.removeprefix(PREFIX)
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def text_of(blob: bytes) -> str:
    return PREFIX + base64.b32encode(blob).decode().rstrip("=")


def fault_of(text: str, environment: str = "sandbox") -> PaperFault:
    with pytest.raises(PaperError) as caught:
        verify(text, samples.KEYS, environment)
    return caught.value.fault


def signed(payload: bytes, signer: Signer = samples.DESK) -> str:
    """Any bytes under a good signature."""
    body = bytes([1, signer.key.algorithm]) + signer.key.key_id + payload
    return text_of(body + signer.sign(b"ssc-paper-1\x00" + body))


@given(CLAIMS)
def test_round_trip(claim: Claim) -> None:
    signer = samples.signer_of(claim.outcome)
    found = verify(encode(claim, signer), samples.KEYS, "sandbox")
    assert found.claim == claim
    assert found.key == signer.key


def test_scanned_and_typed_forms_are_the_same() -> None:
    for form in (TEXT.lower(), f"  {TEXT}\r\n", "\n".join(TEXT[at : at + 40] for at in range(0, len(TEXT), 40))):
        assert verify(form, samples.KEYS, "sandbox").claim == samples.claim()


def test_it_is_small_and_made_of_what_a_qr_code_packs_tightly() -> None:
    assert len(TEXT) < 240
    assert set(TEXT) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(qr.matrix(TEXT)) <= 53


def test_every_changed_bit_is_noticed() -> None:
    blob = blob_of(TEXT)
    for at in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[at // 8] ^= 1 << at % 8
        fault = fault_of(text_of(bytes(changed)))
        expected = {0: PaperFault.CODE_VERSION, 1: PaperFault.CODE_VERSION}.get(at // 8, PaperFault.CODE_FORGED)
        if at // 8 < 10:
            assert fault in (expected, PaperFault.CODE_KEY_UNKNOWN)
        else:
            assert fault is PaperFault.CODE_FORGED


def test_every_shortened_code_is_noticed() -> None:
    for length in range(len(TEXT)):
        assert fault_of(TEXT[:length]) in (
            PaperFault.CODE_UNREADABLE,
            PaperFault.CODE_FORGED,
            PaperFault.CODE_VERSION,
        )


def test_one_code_has_one_text() -> None:
    """Stray bits in the last letter do not make a second spelling."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    spellings = [letter for letter in alphabet if _is_good(TEXT[:-1] + letter)]
    assert spellings == [TEXT[-1]]


def _is_good(text: str) -> bool:
    try:
        verify(text, samples.KEYS, "sandbox")
    except PaperError:
        return False
    return True


@given(st.one_of(st.text(max_size=400), st.text(max_size=300).map(lambda each: PREFIX + each)))
def test_any_text_ends_in_a_fault(text: str) -> None:
    fault_of(text)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_fault(blob: bytes) -> None:
    fault_of(text_of(blob))


@given(st.binary(max_size=200))
def test_any_signed_bytes_end_in_a_fault(payload: bytes) -> None:
    assert fault_of(signed(payload)) in (PaperFault.CODE_CONTRADICTS, PaperFault.CODE_UNREADABLE)


GOOD: list[Any] = cbor2.loads(blob_of(TEXT)[10:-64])


@given(
    st.integers(0, 8),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.text(max_size=60),
        st.binary(max_size=40),
        st.floats(),
        st.lists(st.integers(), max_size=3),
    ),
)
def test_any_signed_field_is_right_or_a_contradiction(at: int, value: object) -> None:
    fields = [*GOOD]
    fields[at] = value
    text = signed(cbor2.dumps(fields, canonical=True))
    try:
        found = verify(text, samples.KEYS, "sandbox")
    except PaperError as error:
        assert error.fault in (PaperFault.CODE_CONTRADICTS, PaperFault.CODE_UNREADABLE)
    else:
        assert encode(found.claim, samples.DESK)[:40] == text[:40]


def test_only_the_canonical_form_counts() -> None:
    assert fault_of(signed(b"\x9f" + cbor2.dumps(GOOD, canonical=True)[1:] + b"\xff")) is PaperFault.CODE_CONTRADICTS


@pytest.mark.parametrize("outcome", [each for each in Outcome if WORDS[each].decided_by == "centre"])
def test_a_terminal_cannot_say_that_the_centre_approved(outcome: Outcome) -> None:
    with pytest.raises(PaperError) as caught:
        encode(samples.claim(outcome), samples.DESK)
    assert caught.value.fault is PaperFault.CODE_CONTRADICTS
    forged = [*GOOD]
    forged[7] = outcome.value
    assert fault_of(signed(cbor2.dumps(forged, canonical=True))) is PaperFault.CODE_CONTRADICTS


def test_a_terminal_cannot_speak_for_another() -> None:
    forged = [*GOOD]
    forged[1] = "T379999-0002"
    assert fault_of(signed(cbor2.dumps(forged, canonical=True))) is PaperFault.CODE_CONTRADICTS
    by_centre = signed(cbor2.dumps(forged, canonical=True), samples.CENTRE)
    assert verify(by_centre, samples.KEYS, "sandbox").claim.terminal == "T379999-0002"


def test_a_code_of_the_other_environment_is_refused() -> None:
    assert fault_of(TEXT, "production") is PaperFault.CODE_CONTRADICTS


def test_a_stranger_is_not_believed() -> None:
    stranger = suite_signer(bytes(32), samples.TERMINAL)
    assert fault_of(encode(samples.claim(), stranger)) is PaperFault.CODE_KEY_UNKNOWN


def test_an_algorithm_cannot_be_put_under_another_key() -> None:
    blob = bytearray(blob_of(TEXT))
    blob[1] = samples.CENTRE.key.algorithm
    assert fault_of(text_of(bytes(blob))) is PaperFault.CODE_KEY_UNKNOWN


@pytest.mark.parametrize(
    "text", ["SSC2:ABCDEFGH", text_of(b"\x02" + blob_of(TEXT)[1:]), text_of(b"\x01\x07" + bytes(90))]
)
def test_a_newer_code_says_so(text: str) -> None:
    assert fault_of(text) is PaperFault.CODE_VERSION


def test_a_telephone_code_says_what_it_is() -> None:
    short = samples.claim().telephone_code
    assert fault_of(short) is PaperFault.TELEPHONE_CODE
    assert fault_of(short[:-1] + ("0" if short[-1] != "0" else "1")) is PaperFault.TELEPHONE_CODE_MISTYPED


def test_the_telephone_code_names_the_operation_whatever_the_paper_says() -> None:
    assert samples.claim(Outcome.RECORDED).telephone_code == samples.claim(Outcome.COMPLETED).telephone_code
    assert samples.claim().telephone_code == "R3GT-M6DC-3BEC"
    assert samples.claim(sequence=43).telephone_code != samples.claim().telephone_code


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal": "终端"},
        {"terminal": ""},
        {"kind": "Contact change"},
        {"sequence": 0},
        {"epoch": -1},
        {"operation": bytes(7)},
        {"head": bytes(32)},
        {"environment": "test"},
        {"time": datetime(2026, 6, 1)},  # noqa: DTZ001 - what must be refused
        {"time": datetime(1969, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_claim_out_of_range_is_not_signed(changes: dict[str, object]) -> None:
    with pytest.raises(PaperError) as caught:
        encode(replace(samples.claim(), **changes), samples.CENTRE)  # type: ignore[arg-type]
    assert caught.value.fault is PaperFault.CODE_CONTRADICTS


def test_a_signer_that_fails_makes_no_paper() -> None:
    broken = Signer(samples.DESK.key, lambda data: bytes(64))
    with pytest.raises(PaperError) as caught:
        encode(samples.claim(), broken)
    assert caught.value.fault is PaperFault.CODE_CONTRADICTS


def test_there_is_no_room_for_a_person_in_it() -> None:
    """The fields are these, and none of them can hold a name or a number of a person."""
    assert list(Claim.__dataclass_fields__) == [
        "environment", "terminal", "epoch", "sequence", "operation", "head", "kind", "outcome", "time",
    ]  # fmt: skip
    receipt = samples.receipt()
    assert receipt.proof is not None
    blob = blob_of(receipt.proof.code)
    for personal in (samples.NAME[:1], samples.NUMBER, samples.NUMBER[-4:], samples.NEW_PHONE[-4:]):
        assert personal.encode() not in blob
    assert len(by_id((samples.DESK.key, samples.CENTRE.key))) == 2
    assert len(blob) < KEY_ID_SIZE + SIGNATURE_SIZE + 80


@dataclass(frozen=True)
class Row:
    """An operation as the outbox gives it back."""

    epoch: int = 1
    seq: int = 42
    op_id: bytes = bytes.fromhex("9f3c5e0a7b114d28") + bytes(8)
    head: bytes = bytes.fromhex("c4d1a90be2f75d3381f6ab907c25e01f") + bytes(16)
    kind: str = "contact-change"
    recorded_at: int = 1_780_277_405_999


def test_a_claim_is_made_of_what_was_committed() -> None:
    assert Claim.of(Row(), "sandbox", samples.TERMINAL, Outcome.RECORDED) == samples.claim()


def test_the_worked_example_of_the_manual_holds() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "paper.md").read_text("utf-8")
    joined = "".join(manual.split())
    claim = samples.claim(Outcome.COMPLETED)
    code = encode(claim, samples.CENTRE)
    blob = blob_of(code)
    for value in (code, blob[10:-64].hex(), blob[2:10].hex(), samples.CENTRE.key.public.hex()):
        assert value in joined
    assert claim.number in manual
    assert claim.telephone_code in manual
