"""The short code survives the telephone: a slip of the tongue is noticed."""

from __future__ import annotations

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


@given(DIGESTS)
def test_every_wrong_character_is_noticed(digest: bytes) -> None:
    code = telephone.telephone_code(digest).replace("-", "")
    for at, right in enumerate(code):
        for wrong in telephone.ALPHABET:
            if wrong != right:
                assert mistyped(code[:at] + wrong + code[at + 1 :])


@given(DIGESTS)
def test_every_swap_of_two_characters_is_noticed(digest: bytes) -> None:
    code = telephone.telephone_code(digest).replace("-", "")
    for first in range(12):
        for second in range(first + 1, 12):
            if code[first] != code[second]:
                swapped = list(code)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                assert mistyped("".join(swapped))


@given(st.text(max_size=30))
def test_any_text_is_right_or_mistyped(text: str) -> None:
    assert mistyped(text) or telephone.tidy(text) is not None


@pytest.mark.parametrize("text", ["", "0000", "0000-0000-000U", "0000-0000-0000-0", "回执"])
def test_what_has_not_its_shape(text: str) -> None:
    assert telephone.tidy(text) is None
    assert mistyped(text)
