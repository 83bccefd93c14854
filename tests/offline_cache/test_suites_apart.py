"""One terminal, one suite: what another suite made is refused with its own fault, and the ``gm`` envelope has the
documented bytes, opened here by other code than the product's.

    SM2 decryption   product: GmSSL; here: the formulas of GB/T 32918.4 §7.1 in Python
    SM3, SM4-GCM     product: OpenSSL; here: GmSSL
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cbor2
import gmssl_pyx
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from offline_cache import blobs
from offline_cache.chain import GENESIS, Origin, journal_head, operation_head
from offline_cache.errors import StoreFault
from offline_cache.operations import Draft
from offline_cache.outbox import Outbox
from offline_cache.sealing import Binding, key_id, open_sealed, seal
from offline_cache.store import Store
from offline_cache.suite import INTL, NAMES, Suite, suite
from offline_cache.suite_gm import GM
from tests.offline_cache.support import CHOSEN, IDENTITY, KEYS, create, draft, fault_of, keys, place, reopen
from tests.offline_cache.test_suite import SM2_PRIVATE, SM2_PUBLIC

BINDING = Binding("sandbox", "379999000001", 1, bytes(16), "contact-change", 1)
BODY = {"phone": "13800005678"}
OTHER: dict[str, Suite] = {"intl": GM, "gm": INTL}


def for_centre(using: Suite) -> bytes:
    return using.sealing_public_key(KEYS[using.name][1])


# --- kept apart -------------------------------------------------------------------------------------------------------

FOREIGN: dict[str, Callable[[Suite, Suite], Draft]] = {
    "body": lambda _, other: replace(draft(), sealed=seal(BODY, BINDING, for_centre(other), other)),
    "photo": lambda _, other: replace(
        draft(), blobs=(blobs.seal(b"photo", "sandbox", "379999000001", for_centre(other), other),)
    ),
    "our photo under another name": lambda ours, other: replace(
        draft(),
        blobs=(replace(blobs.seal(b"photo", "sandbox", "379999000001", for_centre(ours), ours), suite=other),),
    ),
    "photo under our name": lambda ours, other: replace(
        draft(),
        blobs=(replace(blobs.seal(b"photo", "sandbox", "379999000001", for_centre(other), other), suite=ours),),
    ),
}


@pytest.mark.usefixtures("both_suites")
@pytest.mark.parametrize("what", FOREIGN)
def test_what_another_suite_sealed_is_not_recorded(tmp_path: Path, what: str) -> None:
    ours = CHOSEN.suite
    with create(tmp_path) as store:
        outbox = Outbox(store)
        own = replace(
            draft(),
            sealed=seal(BODY, BINDING, for_centre(ours), ours),
            blobs=(blobs.seal(b"photo", "sandbox", "379999000001", for_centre(ours), ours),),
        )
        outbox.record(own)
        foreign = FOREIGN[what](ours, OTHER[ours.name])
        assert fault_of(lambda: outbox.record(draft(), foreign)) is StoreFault.SUITE_OTHER
        assert [one.op_id for one in outbox.listed()] == [own.op_id]


@pytest.mark.usefixtures("both_suites")
def test_a_store_opens_under_its_own_suite_alone(tmp_path: Path) -> None:
    create(tmp_path).close()

    def opened(name: str | None) -> Store:
        return Store.open(place(tmp_path), keys(tmp_path), environment="sandbox", suite=name)

    with opened(None) as store:
        assert store.identity == replace(IDENTITY, suite=CHOSEN.suite.name)
    opened(CHOSEN.suite.name).close()
    assert fault_of(lambda: opened(OTHER[CHOSEN.suite.name].name)) is StoreFault.SUITE_OTHER


def test_a_store_of_a_suite_that_is_not_here_is_refused_and_let_go_of(tmp_path: Path) -> None:
    with create(tmp_path) as store:
        store.do(lambda db: db.execute("UPDATE meta SET value = ? WHERE name = 'suite'", (b"later",)))
    for _ in range(2):
        assert fault_of(lambda: reopen(tmp_path)) is StoreFault.SUITE_UNKNOWN
    missing = replace(IDENTITY, suite="later")
    new = tmp_path / "new.db"
    assert fault_of(lambda: Store.create(new, keys(tmp_path / "new"), missing)) is StoreFault.SUITE_UNKNOWN
    assert not list(tmp_path.glob("new*db*"))


# --- golden -----------------------------------------------------------------------------------------------------------

ENVELOPE = bytes.fromhex(
    "846a7373632d7365616c2d3162676d483d92bed6d685f38b58cf83587c307a022100ba6870ec79f8af1dcc8846be7713540d"
    "c32590d611df42e147d91fd5d0540481022100fe29f5140757be05444b0896d46d2453946467c660862b795d347f45d5b51f"
    "3d042054f3e4f2296827f49395223251848381233d275d6759287d0818969907f506e30410b26963809879dfa7d6e1b924b6"
    "eb56e64c5630791019e0673da6a966c258418a4dd79700b3261aa59b15226a0fb08ba5853dab7102a36581c140c1c7e0e50b"
    "900cbdb986ea05a897b957885ba83a53c7840d4c23a7ea8bc1fd4c91a085d88d7c"
)
"""Sealed once for the key of GB/T 32918.5 annex A.2; ``openssl pkeyutl -decrypt`` gave the same SM4 key."""
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
"""The field of GB/T 32918.5 §2; its ``a`` is -3."""


def _add(one: tuple[int, int] | None, two: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or two is None:
        return one or two
    (x1, y1), (x2, y2) = one, two
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if one == two else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    found: tuple[int, int] | None = None
    for bit in f"{number:b}":
        found = _add(found, found)
        found = _add(found, point) if bit == "1" else found
    assert found is not None
    return found


def _decrypted(der: bytes) -> bytes:
    """GB/T 32918.4 §7.1 over the form of GM/T 0009 (SEQUENCE of x, y, hash, cipher) of sixteen bytes."""
    strings = der[-(2 + 32 + 2 + 16) :]
    assert (der[:2], strings[:2], strings[34:36]) == (bytes([0x30, len(der) - 2]), b"\x04\x20", b"\x04\x10")
    numbers = der[2 : -len(strings)]
    x, y = _times(int.from_bytes(SM2_PRIVATE, "big"), decode_dss_signature(bytes([0x30, len(numbers)]) + numbers))
    x2, y2 = x.to_bytes(32, "big"), y.to_bytes(32, "big")
    stream = GM.digest(x2 + y2 + (1).to_bytes(4, "big"))
    plain = bytes(a ^ b for a, b in zip(strings[36:], stream, strict=False))
    assert GM.digest(x2 + plain + y2) == strings[2:34]
    return plain


def test_the_gm_envelope_is_opened_by_other_code() -> None:
    ring = {key_id(SM2_PUBLIC, GM): SM2_PRIVATE + SM2_PUBLIC}
    for envelope in (ENVELOPE, seal(BODY, BINDING, SM2_PUBLIC, GM)):
        assert open_sealed(envelope, BINDING, ring) == BODY
        tag, name, wanted, sealed = cbor2.loads(envelope)
        assert (tag, name, wanted) == ("ssc-seal-1", "gm", bytes(gmssl_pyx.sm3_hash(SM2_PUBLIC))[:8])
        enveloped, nonce, cipher = cbor2.loads(sealed)
        info = b"ssc-seal-1\0" + cbor2.dumps(["sandbox", "379999000001", 1, bytes(16), "contact-change", 1])
        packed = gmssl_pyx.sm4_gcm_decrypt(_decrypted(enveloped), nonce, info, cipher[:-16], cipher[-16:])
        body = cbor2.loads(zlib.decompress(bytes(packed), wbits=-15))
        assert body["body"] == BODY
        assert len(body["salt"]) == 16


@pytest.mark.parametrize("name", NAMES)
def test_the_heads_are_the_suite_s_digests(name: str) -> None:
    origin = Origin("sandbox", "379999000001", suite(name))
    CHOSEN.suite = suite(name)
    head = operation_head(
        origin, GENESIS, epoch=1, seq=1, op_id=bytes(16), kind="contact-change", schema=1, sealed_hash=bytes(32)
    )
    link = [GENESIS, "sandbox", "379999000001", 1, 1, bytes(16), "contact-change", 1, bytes(32)]
    assert head == CHOSEN.digest(b"ssc-op-1\0" + cbor2.dumps(link))
    line = journal_head(origin, GENESIS, n=1, at=0, what="locked", op_id=None, fields={"reason": "time"})
    words = [GENESIS, "sandbox", "379999000001", 1, 0, "locked", None, {"reason": "time"}]
    assert line == CHOSEN.digest(b"ssc-journal-1\0" + cbor2.dumps(words))
    assert (name == "gm") is (head.hex() == "7a76dd6014c74d1837d6bcbab67d2821e92061f4ac83be07b3e3f573f012e985")
    CHOSEN.suite = INTL


def test_signatures_of_other_programs_hold() -> None:
    """Made by GmSSL, checked too by ``openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678``."""
    assert GM.verify(
        SM2_PUBLIC,
        b"message digest",
        bytes.fromhex(
            "b5b341be6167ba6f8b9b5a5efb92cabd8c01eee3b8d0827b9d9724901ea91e23"
            "f120988f90ac52e6d30747aa34727dc1bfba6758458025bcfee6b0530991ec03"
        ),
    )
