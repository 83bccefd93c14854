"""The short code survives the telephone: a slip of the tongue is noticed."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.receipts import telephone
from terminal.receipts.errors import PaperError, PaperFault

DIGESTS = st.binary(min_size=7, max_size=32)


def mistyped(code: str) -> bool:
    try:
        telephone.check(code)
    except PaperError as error:
        assert error.fault is PaperFault.TELEPHONE_CODE_MISTYPED
        return True
    return False


@given(DIGESTS)
def test_a_code_checks_however_it_is_written(digest: bytes) -> None:
    code = telephone.telephone_code(digest)
    assert len(code) == 14
    heard = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert telephone.check(heard) == code


SOME = [bytes(7), b"\xff" * 7, bytes(range(7)), hashlib.sha256(b"one").digest(), hashlib.sha256(b"two").digest()]


def changed(code: str, at: int, character: str) -> str:
    return code[:at] + character + code[at + 1 :]


@pytest.mark.parametrize("digest", SOME)
def test_every_wrong_character_is_noticed(digest: bytes) -> None:
    code = telephone.telephone_code(digest).replace("-", "")
    wrong = [changed(code, at, each) for at in range(12) for each in telephone.ALPHABET if each != code[at]]
    assert [each for each in wrong if not mistyped(each)] == []


@given(DIGESTS, st.integers(0, 11), st.sampled_from(telephone.ALPHABET))
def test_a_wrong_character_is_noticed_in_any_code(digest: bytes, at: int, wrong: str) -> None:
    code = telephone.telephone_code(digest).replace("-", "")
    assert mistyped(changed(code, at, wrong)) == (code[at] != wrong)


@given(DIGESTS, st.integers(0, 11), st.integers(0, 11))
def test_a_swap_of_two_characters_is_noticed(digest: bytes, first: int, second: int) -> None:
    code = telephone.telephone_code(digest).replace("-", "")
    swapped = changed(changed(code, first, code[second]), second, code[first])
    assert mistyped(swapped) == (code[first] != code[second])


@given(st.text(max_size=30))
def test_any_text_is_right_or_mistyped(text: str) -> None:
    assert mistyped(text) or telephone.tidy(text) is not None


@pytest.mark.parametrize("text", ["", "0000", "0000-0000-000U", "0000-0000-0000-0", "回执"])
def test_what_has_not_its_shape(text: str) -> None:
    assert telephone.tidy(text) is None
    assert mistyped(text)
