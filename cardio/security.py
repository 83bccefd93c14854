"""Diversification and cryptograms of the card (card.md §4; spec parts 4 and 9).

SSF33 is named but not computable here: its algorithm is not published. SM4 follows the rules that the text gives for
16-byte blocks; that inference is marked in ``docs``.
"""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from cardio.keysource import Algorithm, CardIdentity


def block_size(algorithm: Algorithm) -> int:
    """Bytes of one cipher block: 8 for 3DES, 16 for SSF33 and SM4."""
    return 8 if algorithm is Algorithm.TDES else 16


def encrypt(algorithm: Algorithm, key: bytes, data: bytes) -> bytes:
    """ECB over whole blocks. ``key`` is 16 bytes, or 8 for a single-length DES key.

    :raises NotImplementedError: for SSF33.
    :raises ValueError: for a key or data of a wrong size.
    """
    if algorithm is Algorithm.TDES:
        material = key * 3 if len(key) == 8 else key + key[:8]
        encryptor = Cipher(TripleDES(material), modes.ECB()).encryptor()  # noqa: S305 - the standard's mode
    elif algorithm is Algorithm.SM4:
        encryptor = Cipher(SM4(key), modes.ECB()).encryptor()  # noqa: S305 - the standard's mode
    else:
        raise NotImplementedError("SSF33 is not published")
    return encryptor.update(data) + encryptor.finalize()


def _complement(data: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def diversify(algorithm: Algorithm, key: bytes, factor: bytes) -> bytes:
    """One level: the 16-byte key below ``key`` for an 8-byte factor."""
    if algorithm is Algorithm.TDES:
        return encrypt(algorithm, key, factor) + encrypt(algorithm, key, _complement(factor))
    return encrypt(algorithm, key, factor + _complement(factor))


def factors(card: CardIdentity) -> tuple[bytes, bytes, bytes]:
    """Province, city and card factor, 8 bytes each, in the order of diversification (spec part 9 §7.3)."""
    region = card.region
    # Region 33 manages its cities' keys at its own level; the text makes it the one exception.
    city = f"{region[:4]}00sx" if region.startswith("33") else f"{region}sx"
    return f"{region[:2]}0000sh".encode("ascii"), city.encode("ascii"), card.factor


def card_key(card: CardIdentity, root: bytes) -> bytes:
    """The key in this card that descends from the ministry's 16-byte ``root`` over three levels."""
    key = root
    for factor in factors(card):
        key = diversify(card.algorithm, key, factor)
    return key


def session_key(algorithm: Algorithm, key: bytes, factor: bytes) -> bytes:
    """Session key for a challenge of 4, 8 or 16 bytes: 8 bytes for 3DES, 16 for SM4."""
    size = block_size(algorithm)
    return encrypt(algorithm, key, factor.ljust(size, b"\x00")[:size])


def cryptogram(algorithm: Algorithm, session: bytes, raw: bytes) -> bytes:
    """The 8-byte authentication cryptogram over an 8-byte raw value."""
    if algorithm is Algorithm.TDES:
        return encrypt(algorithm, session, raw)
    block = encrypt(algorithm, session, raw.ljust(16, b"\x00"))
    return _xor(block[:8], block[8:])


def authentication(card: CardIdentity, root: bytes, factor: bytes, raw: bytes) -> bytes:
    """Root to cryptogram in one call: what a card answers, and what it expects."""
    session = session_key(card.algorithm, card_key(card, root), factor)
    return cryptogram(card.algorithm, session, raw)
