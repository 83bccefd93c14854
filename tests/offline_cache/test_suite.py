"""The suite: vectors of the standard, and that only the right key and the right words verify."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.errors import StoreError, StoreFault
from offline_cache.suite import INTL, SUITES, suite

# RFC 8032 §7.1, test 2
PRIVATE = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_vector_of_the_standard() -> None:
    assert INTL.public_key(PRIVATE) == PUBLIC
    assert INTL.sign(PRIVATE, b"\x72") == SIGNATURE
    assert INTL.verify(PUBLIC, b"\x72", SIGNATURE)


def test_the_digest_is_the_standard_one() -> None:
    # FIPS 180-4, "abc"
    assert INTL.digest(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_other_words_do_not_verify(first: bytes, second: bytes) -> None:
    assert INTL.verify(PUBLIC, second, INTL.sign(PRIVATE, first)) is (first == second)


@given(st.binary(max_size=70), st.binary(max_size=70))
def test_hostile_keys_and_signatures_are_false_and_no_error(key: bytes, signature: bytes) -> None:
    assert INTL.verify(key, b"word", signature) is False
    assert INTL.verify(PUBLIC, b"word", signature) is False


def test_keys_and_random_bytes_do_not_repeat() -> None:
    assert INTL.new_signing_key() != INTL.new_signing_key()
    assert len({INTL.random(16) for _ in range(100)}) == 100


def test_suites_are_found_by_name_and_no_other() -> None:
    assert {suite(name).name for name in SUITES} == set(SUITES)
    with pytest.raises(StoreError) as caught:
        suite("none")
    assert caught.value.fault is StoreFault.SUITE_UNKNOWN
