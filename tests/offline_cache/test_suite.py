"""The suites: vectors of the standards, and that only the right key and the right words verify or open."""

from __future__ import annotations

import builtins
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.errors import StoreError, StoreFault
from offline_cache.suite import INTL, NAMES, Suite, suite
from offline_cache.suite_gm import GM

KEYS = {one.name: (one, one.new_signing_key(), one.new_sealing_key()) for one in (INTL, GM)}
both = pytest.mark.parametrize("name", NAMES)

# RFC 8032 §7.1, test 2
PRIVATE = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


# GB/T 32918.5 annex A.2: key pair, signature of "message digest"
SM2_PRIVATE = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
SM2_PUBLIC = bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SM2_SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def test_the_vectors_of_the_standards() -> None:
    assert INTL.public_key(PRIVATE) == PUBLIC
    assert INTL.sign(PRIVATE, b"\x72") == SIGNATURE
    assert INTL.verify(PUBLIC, b"\x72", SIGNATURE)
    assert GM.verify(SM2_PUBLIC, b"message digest", SM2_SIGNATURE)
    own = GM.sign(SM2_PRIVATE + SM2_PUBLIC, b"message digest")
    assert own != SM2_SIGNATURE  # SM2 signs with a fresh random number each time
    assert GM.verify(SM2_PUBLIC, b"message digest", own)


def test_the_digests_are_the_standard_ones() -> None:
    # FIPS 180-4 and GB/T 32905, "abc"
    assert INTL.digest(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert GM.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@both
@given(st.binary(max_size=64), st.binary(max_size=64))
def test_other_words_do_not_verify(name: str, first: bytes, second: bytes) -> None:
    one, private, _ = KEYS[name]
    assert one.verify(one.public_key(private), second, one.sign(private, first)) is (first == second)


@both
@given(st.binary(max_size=100), st.binary(max_size=70) | st.binary(min_size=64, max_size=64))
def test_hostile_keys_and_signatures_are_false_and_no_error(name: str, key: bytes, signature: bytes) -> None:
    one, private, _ = KEYS[name]
    assert one.verify(key, b"word", signature) is False
    assert one.verify(one.public_key(private), b"word", signature) is False


@both
@given(st.binary(max_size=300), st.binary(max_size=40), st.binary(max_size=40))
def test_only_the_right_key_and_the_right_words_open(name: str, plain: bytes, info: bytes, other: bytes) -> None:
    one, _, private = KEYS[name]
    sealed = one.seal(one.sealing_public_key(private), info, plain)
    assert sealed is not None
    assert one.open(private, info, sealed) == plain
    assert one.open(private, other, sealed) == (plain if other == info else None)
    assert one.open(one.new_sealing_key(), info, sealed) is None


@both
def test_every_changed_byte_is_noticed(name: str) -> None:
    one, _, private = KEYS[name]
    sealed = one.seal(one.sealing_public_key(private), b"info", b"plain words")
    assert sealed is not None
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        assert one.open(private, b"info", bytes(changed)) is None


@both
@given(st.binary(max_size=200))
def test_anything_else_does_not_open(name: str, sealed: bytes) -> None:
    one, _, private = KEYS[name]
    assert one.open(private, b"info", sealed) is None
    assert one.seal(sealed[:31], b"info", b"plain") is None


@both
def test_keys_and_random_bytes_do_not_repeat(name: str) -> None:
    one = KEYS[name][0]
    assert one.new_signing_key() != one.new_signing_key()
    assert len({one.random(16) for _ in range(100)}) == 100


def test_suites_are_found_by_name_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Suite] = [suite(name) for name in NAMES]
    assert [one.name for one in found] == list(NAMES)
    with pytest.raises(StoreError) as caught:
        suite("none")
    assert caught.value.fault is StoreFault.SUITE_UNKNOWN
    monkeypatch.delitem(sys.modules, "offline_cache.suite_gm")
    plain = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "gmssl_pyx":
            raise ImportError(name)
        return plain(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreError) as caught:
        suite("gm")
    assert caught.value.fault is StoreFault.SUITE_UNKNOWN
