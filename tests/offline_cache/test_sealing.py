"""Sealed bodies: for the centre alone, for one operation alone; and bytes that always come out the same."""

from __future__ import annotations

import zlib
from dataclasses import replace

import cbor2
import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.canonical import NotCanonicalError, decode, encode
from offline_cache.chain import GENESIS, Origin, journal_head, operation_head
from offline_cache.errors import StoreFault
from offline_cache.sealing import Binding, key_id, open_sealed, seal
from offline_cache.suite import INTL, Suite
from offline_cache.suite_gm import GM
from tests.offline_cache.support import fault_of

PRIVATE = bytes(range(1, 33))
PUBLIC = INTL.sealing_public_key(PRIVATE)
RING = {key_id(PUBLIC): PRIVATE}
BINDING = Binding("sandbox", "379999000001", 1, bytes(16), "contact-change", 1)
BODY = {"phone": "13800005678", "reason": "moved", "when": 1, "proof": b"\x00\x01", "more": [None, True, {"a": 1}]}


@pytest.mark.parametrize("using", [INTL, GM])
def test_the_centre_opens_what_was_sealed_for_it(using: Suite) -> None:
    private = using.new_sealing_key()
    public = using.sealing_public_key(private)
    envelope = seal(BODY, BINDING, public, using)
    assert open_sealed(envelope, BINDING, {key_id(public, using): private}) == BODY
    moved = replace(BINDING, op_id=bytes([1]) * 16)
    other = lambda: open_sealed(envelope, moved, {key_id(public, using): private})  # noqa: E731
    assert fault_of(other) is StoreFault.SEALED_UNREADABLE
    assert cbor2.loads(envelope)[1] == using.name


def test_the_form_is_the_documented_one() -> None:
    """Opened by hand, as another centre would."""
    tag, suite, wanted, sealed = cbor2.loads(seal(BODY, BINDING, PUBLIC))
    assert (tag, suite, wanted) == ("ssc-seal-1", "intl", INTL.digest(PUBLIC)[:8])
    info = b"ssc-seal-1\0" + cbor2.dumps(["sandbox", "379999000001", 1, bytes(16), "contact-change", 1], canonical=True)
    rfc9180 = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    packed = rfc9180.decrypt(sealed, X25519PrivateKey.from_private_bytes(PRIVATE), info)
    body = cbor2.loads(zlib.decompress(packed, wbits=-15))
    assert body["body"] == BODY
    assert len(body["salt"]) == 16


def test_the_same_body_never_looks_the_same() -> None:
    assert seal(BODY, BINDING, PUBLIC) != seal(BODY, BINDING, PUBLIC)


@pytest.mark.parametrize(
    "other",
    [
        {"environment": "production"},
        {"terminal": "379999000002"},
        {"epoch": 2},
        {"op_id": bytes([1]) * 16},
        {"kind": "card-pin-change"},
        {"schema": 2},
    ],
)
def test_a_body_cannot_be_moved_to_another_operation(other: dict[str, object]) -> None:
    envelope = seal(BODY, BINDING, PUBLIC)
    moved = replace(BINDING, **other)  # type: ignore[arg-type]
    assert fault_of(lambda: open_sealed(envelope, moved, RING)) is StoreFault.SEALED_UNREADABLE


def test_every_changed_byte_is_noticed() -> None:
    envelope = seal(BODY, BINDING, PUBLIC)
    for at in range(len(envelope)):
        changed = bytearray(envelope)
        changed[at] ^= 1
        fault = fault_of(lambda: open_sealed(bytes(changed), BINDING, RING))  # noqa: B023
        assert fault in {StoreFault.SEALED_UNREADABLE, StoreFault.SUITE_UNKNOWN}


@given(st.binary(max_size=200))
def test_anything_else_is_our_fault_and_no_other(envelope: bytes) -> None:
    assert fault_of(lambda: open_sealed(envelope, BINDING, RING)) is StoreFault.SEALED_UNREADABLE


@given(
    st.one_of(
        st.binary(max_size=80),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5) | st.binary(max_size=5) | st.floats(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        ).map(cbor2.dumps),
    )
)
def test_what_is_inside_is_checked_too(inside: bytes) -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    for packed in (inside, deflate.compress(inside) + deflate.flush()):
        sealed = INTL.seal(PUBLIC, BINDING.info, packed)
        envelope = encode(["ssc-seal-1", "intl", key_id(PUBLIC), sealed])
        assert fault_of(lambda: open_sealed(envelope, BINDING, RING)) is StoreFault.SEALED_UNREADABLE  # noqa: B023


def test_a_bomb_does_not_go_off() -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(bytes(200 << 20)) + deflate.flush()
    envelope = encode(["ssc-seal-1", "intl", key_id(PUBLIC), INTL.seal(PUBLIC, BINDING.info, packed)])
    assert fault_of(lambda: open_sealed(envelope, BINDING, RING)) is StoreFault.SEALED_UNREADABLE


def test_keys_that_are_none_and_bodies_that_are_too_large() -> None:
    assert fault_of(lambda: seal(BODY, BINDING, bytes(32))) is StoreFault.SEALED_UNREADABLE
    assert fault_of(lambda: seal(BODY, BINDING, b"short")) is StoreFault.SEALED_UNREADABLE
    assert fault_of(lambda: seal({"x": 1.5}, BINDING, PUBLIC)) is StoreFault.SEALED_UNREADABLE
    assert fault_of(lambda: seal({"x": bytes(1 << 20)}, BINDING, PUBLIC)) is StoreFault.SEALED_UNREADABLE
    assert fault_of(lambda: open_sealed(seal(BODY, BINDING, PUBLIC), BINDING, {})) is StoreFault.SEALED_UNREADABLE


# --- canonical bytes --------------------------------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_a_value_has_one_form_and_comes_back(value: object) -> None:
    assert decode(encode(value)) == value
    with pytest.raises(NotCanonicalError):
        decode(encode(value) + b"\0")


@given(st.binary(max_size=60))
def test_bytes_that_no_encoder_of_ours_makes_are_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except NotCanonicalError:
        return
    assert encode(value) == data


def test_keys_stand_in_the_order_of_the_standard() -> None:
    # RFC 8949 §4.2.1: by the bytes of the encoded keys
    assert encode({"b": 1, "aa": 2}) == bytes.fromhex("a2 6162 01 626161 02")


# --- chains -----------------------------------------------------------------------------------------------------------

ORIGIN = Origin("sandbox", "379999000001")


def test_the_heads_have_the_documented_bytes() -> None:
    """Vectors: whoever writes another centre gets the same, or has found a mistake."""
    head = operation_head(
        ORIGIN, GENESIS, epoch=1, seq=1, op_id=bytes(16), kind="contact-change", schema=1, sealed_hash=bytes(32)
    )
    link = bytes.fromhex("89 5820" + "00" * 32) + b"\x67sandbox" + b"\x6c379999000001" + bytes.fromhex("01 01 50")
    link += bytes(16) + b"\x6econtact-change" + b"\x01" + b"\x58\x20" + bytes(32)
    assert head == INTL.digest(b"ssc-op-1\0" + link)
    line = journal_head(ORIGIN, GENESIS, n=1, at=0, what="locked", op_id=None, fields={"reason": "time"})
    words = bytes.fromhex("88 5820" + "00" * 32) + b"\x67sandbox" + b"\x6c379999000001" + b"\x01\x00\x66locked\xf6"
    words += b"\xa1\x66reason\x64time"
    assert line == INTL.digest(b"ssc-journal-1\0" + words)
