"""Diversification and cryptograms against values worked out from the text. They prove consistency with the text, not
agreement with a real card."""

from __future__ import annotations

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from cardio import security
from cardio.keysource import Algorithm, CardIdentity
from cardio.simulator.contents import TOY_ROOT as ROOT
from cardio.wiping import wiped

CARD_ID = bytes.fromhex("370100D156000005") + bytes(8)
HISTORY = bytes.fromhex("0081000000") + bytes.fromhex("8649370100000001")
CHALLENGE = bytes.fromhex("1122334455667788")
RAW = bytes.fromhex("0102030405060708")

VALUES = {
    Algorithm.TDES: ("AAA7FD4A80B7C0DEE34E48ED2B16AF00", "8247B850FA4FBEB7", "3F10AF3A009309A0"),
    Algorithm.SM4: ("F56E856A0EF164F676973AA8DE0D103C", "DF1C4A8D1C65613B58429FB02C29C94C", "D3D4E106A36DA5B1"),
}


def card(algorithm: Algorithm, card_id: bytes = CARD_ID) -> CardIdentity:
    return CardIdentity(card_id, HISTORY, algorithm, 3)


@pytest.mark.parametrize("algorithm", VALUES, ids=lambda one: one.value)
def test_check_values(algorithm: Algorithm) -> None:
    key, session, proof = map(bytes.fromhex, VALUES[algorithm])
    assert security.card_key(card(algorithm), ROOT) == key
    assert security.session_key(algorithm, key, CHALLENGE) == session
    assert security.cryptogram(algorithm, session, RAW) == proof
    assert security.authentication(card(algorithm), ROOT, CHALLENGE, RAW) == proof


def test_factors_are_province_city_and_card() -> None:
    assert security.factors(card(Algorithm.TDES)) == (b"370000sh", b"370100sx", bytes.fromhex("8649370100000001"))


def test_region_33_has_one_key_for_its_cities() -> None:
    """The one exception of the text: the city factor takes four digits."""
    cities = [bytes.fromhex(region) + CARD_ID[3:] for region in ("330102", "330106", "330200")]
    factors = [security.factors(card(Algorithm.SM4, card_id))[1] for card_id in cities]
    assert factors == [b"330100sx", b"330100sx", b"330200sx"]


@pytest.mark.parametrize(("algorithm", "size"), [(Algorithm.TDES, 8), (Algorithm.SSF33, 16), (Algorithm.SM4, 16)])
def test_blocks(algorithm: Algorithm, size: int) -> None:
    assert security.block_size(algorithm) == size


def test_a_short_challenge_is_filled_up() -> None:
    key = security.card_key(card(Algorithm.TDES), ROOT)
    short = security.session_key(Algorithm.TDES, key, CHALLENGE[:4])
    assert short == security.session_key(Algorithm.TDES, key, CHALLENGE[:4] + bytes(4))


def test_single_des_is_triple_des_with_one_key() -> None:
    key = bytes.fromhex("0123456789ABCDEF")
    # The worked example of FIPS 46's first test block.
    assert security.encrypt(Algorithm.TDES, key, b"Now is t").hex() == "3fa40e8a984d4815"


def test_sm4_is_the_published_cipher() -> None:
    """The example of GB/T 32907, appendix A.1: key and block are the same bytes."""
    assert security.encrypt(Algorithm.SM4, ROOT, ROOT).hex() == "681edf34d206965e86b3e94f536e4246"


def test_ssf33_is_not_published() -> None:
    with pytest.raises(NotImplementedError):
        security.authentication(card(Algorithm.SSF33), ROOT, CHALLENGE, RAW)


STK = {Algorithm.TDES: bytes.fromhex("0123456789ABCDEF"), Algorithm.SM4: ROOT}


@pytest.mark.parametrize(
    ("algorithm", "header", "pin", "command"),
    [
        (Algorithm.TDES, "842400010C", "123456", "842400010CA4133DF32C2C2EE4EB004C1A"),
        (Algorithm.SM4, "8424000114", "123456", "84240001144F3FC03D8F9D341B16AFCE095AF0A1E8533B2109"),
        (Algorithm.TDES, "8424000004", "", "84240000043B20864B"),
        (Algorithm.SM4, "8424000004", "", "8424000004A2F5D254"),
    ],
)
def test_check_values_of_pin_commands(algorithm: Algorithm, header: str, pin: str, command: str) -> None:
    made = security.secured_command(algorithm, STK[algorithm], CHALLENGE, bytes.fromhex(header), bytearray.fromhex(pin))
    assert made.hex().upper() == command


def test_the_pin_block_is_length_digits_and_80() -> None:
    assert security.padded(Algorithm.TDES, bytes.fromhex("03123456"), always=False).hex() == "0312345680000000"
    whole = bytes(8)
    assert security.padded(Algorithm.TDES, whole, always=False) == whole  # "pad only if not full"
    assert security.padded(Algorithm.TDES, whole, always=True) == whole + b"\x80" + bytes(7)


def test_a_transaction_code_joins_the_halves_of_its_key() -> None:
    """With equal halves the joined key is all zeros, and the code is a MAC under that."""
    data = bytes(range(20))
    assert security.transaction_code(Algorithm.TDES, bytes(8) * 2, data) == security.mac(Algorithm.TDES, bytes(8), data)
    assert security.transaction_code(Algorithm.SM4, ROOT, data) == security.mac(Algorithm.SM4, ROOT, data)


def test_a_transaction_code_step_by_step() -> None:
    """Worked out beside our own ciphers, from the text alone: DTK left XOR right, 80 and zeros, CBC from zero, left 4
    bytes; for SM4 DTK itself, and the four words of the result joined by XOR (card.md section 4)."""
    data = bytes(range(20))
    key = bytes(left ^ right for left, right in zip(ROOT[:8], ROOT[8:], strict=True))
    assert key not in (ROOT[:8], ROOT[8:], bytes(8))
    des = Cipher(TripleDES(key * 3), modes.CBC(bytes(8))).encryptor()
    last = des.update(data + bytes.fromhex("80000000"))[-8:]
    assert security.tac_key(Algorithm.TDES, ROOT) == key
    assert security.transaction_code(Algorithm.TDES, ROOT, data) == last[:4]
    sm4 = Cipher(SM4(ROOT), modes.CBC(bytes(16))).encryptor()
    last = sm4.update(data + b"\x80" + bytes(11))[-16:]
    words = [int.from_bytes(last[at : at + 4], "big") for at in range(0, 16, 4)]
    folded = words[0] ^ words[1] ^ words[2] ^ words[3]
    assert security.transaction_code(Algorithm.SM4, ROOT, data) == folded.to_bytes(4, "big")


def test_a_mac_may_start_from_another_value() -> None:
    plain = security.mac(Algorithm.TDES, ROOT[:8], b"data")
    assert security.mac(Algorithm.TDES, ROOT[:8], b"data", bytes(8)) == plain
    assert security.mac(Algorithm.TDES, ROOT[:8], b"data", CHALLENGE) != plain


def test_keys_that_were_made_can_be_wiped() -> None:
    key = security.card_key(card(Algorithm.SM4), ROOT)
    session = security.session_key(Algorithm.SM4, key, CHALLENGE)
    with wiped(key, session):
        assert len(key) == len(session) == 16
    assert key == session == b""
