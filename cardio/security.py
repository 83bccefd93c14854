"""Diversification and cryptograms of the card (card.md §4; spec parts 4 and 9).

SSF33 is named but not computable here: its algorithm is not published. SM4 follows the rules that the text gives for
16-byte blocks; that inference is marked in ``docs``.

Keys are ``bytearray``, made here and wiped here or by whoever asked for them.
"""

from __future__ import annotations

from typing import Final, cast

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from cardio.keysource import Algorithm, CardIdentity
from cardio.wiping import wiped

Bytes = bytes | bytearray | memoryview

MAC_LENGTH: Final = 4


def block_size(algorithm: Algorithm) -> int:
    """Bytes of one cipher block: 8 for 3DES, 16 for SSF33 and SM4."""
    return 8 if algorithm is Algorithm.TDES else 16


def encrypt(algorithm: Algorithm, key: Bytes, data: Bytes) -> bytearray:
    """ECB over whole blocks. ``key`` is 16 bytes, or 8 for a single-length DES key. What comes back may be a key, so
    it can be wiped.

    :raises NotImplementedError: for SSF33.
    :raises ValueError: for a key or data of a wrong size.
    """
    return _blocks(algorithm, key, data, backwards=False)


def decrypt(algorithm: Algorithm, key: Bytes, data: Bytes) -> bytearray:
    """The way back of :func:`encrypt`; a card does it, a terminal never needs to."""
    return _blocks(algorithm, key, data, backwards=True)


def _blocks(algorithm: Algorithm, key: Bytes, data: Bytes, *, backwards: bool) -> bytearray:
    if algorithm is Algorithm.SSF33:
        raise NotImplementedError("SSF33 is not published")
    if len(data) % block_size(algorithm):
        raise ValueError("not whole blocks")
    with wiped(_material(algorithm, key)) as (material,):
        # The types ask for bytes, which could not be wiped; the library takes any buffer.
        key_buffer = cast(bytes, material)
        cipher = TripleDES(key_buffer) if algorithm is Algorithm.TDES else SM4(key_buffer)
        engine = Cipher(cipher, modes.ECB())  # noqa: S305 - the standard's mode
        context = engine.decryptor() if backwards else engine.encryptor()
        out = bytearray(len(data) + block_size(algorithm) - 1)
        done = context.update_into(cast(bytes, data), out)
        context.finalize()
    del out[done:]
    return out


def _material(algorithm: Algorithm, key: Bytes) -> bytearray:
    """``key`` as the library wants it: 24 bytes for 3DES, its parts repeated. Made in its full size, because a buffer
    that grows, and a slice that is appended, leave copies behind."""
    if len(key) != 16 and not (algorithm is Algorithm.TDES and len(key) == 8):
        raise ValueError("no key of this size")
    material = bytearray(24 if algorithm is Algorithm.TDES else 16)
    for index in range(len(material)):
        material[index] = key[index % len(key)]
    return material


def _complement(data: Bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


def _xor(left: Bytes, right: Bytes) -> bytearray:
    return bytearray(a ^ b for a, b in zip(left, right, strict=True))


def diversify(algorithm: Algorithm, key: Bytes, factor: bytes) -> bytearray:
    """One level: the 16-byte key below ``key`` for an 8-byte factor."""
    return encrypt(algorithm, key, factor + _complement(factor))


def factors(card: CardIdentity) -> tuple[bytes, bytes, bytes]:
    """Province, city and card factor, 8 bytes each, in the order of diversification (spec part 9 §7.3)."""
    return *region_factors(card.region), card.factor


def region_factors(region: str) -> tuple[bytes, bytes]:
    """Province and city factor of a region of six digits, 8 bytes each."""
    # Region 33 manages its cities' keys at its own level; the text makes it the one exception.
    city = f"{region[:4]}00sx" if region.startswith("33") else f"{region}sx"
    return f"{region[:2]}0000sh".encode("ascii"), city.encode("ascii")


def card_key(card: CardIdentity, root: Bytes) -> bytearray:
    """The key in this card that descends from the ministry's 16-byte ``root`` over three levels."""
    key = bytearray(root)
    for factor in factors(card):
        with wiped(key) as (above,):
            key = diversify(card.algorithm, above, factor)
    return key


def session_key(algorithm: Algorithm, key: Bytes, factor: bytes) -> bytearray:
    """Session key for a challenge of 4, 8 or 16 bytes: 8 bytes for 3DES, 16 for SM4.

    :param key: 16 bytes, or the 8 of an STK.
    """
    size = block_size(algorithm)
    return encrypt(algorithm, key, factor.ljust(size, b"\x00")[:size])


def cryptogram(algorithm: Algorithm, session: Bytes, raw: bytes) -> bytes:
    """The 8-byte authentication cryptogram over an 8-byte raw value."""
    return reduced(encrypt(algorithm, session, raw.ljust(block_size(algorithm), b"\x00")))


def reduced(block: Bytes) -> bytes:
    """The 8 bytes of an authentication cryptogram: an 8-byte block as it is, the halves of a 16-byte one by XOR."""
    return bytes(block if len(block) == 8 else _xor(block[:8], block[8:]))


def authentication(card: CardIdentity, root: Bytes, factor: bytes, raw: bytes) -> bytes:
    """Root to cryptogram in one call: what a card answers, and what it expects."""
    with wiped(card_key(card, root)) as (key,), wiped(session_key(card.algorithm, key, factor)) as (session,):
        return cryptogram(card.algorithm, session, raw)


def padded(algorithm: Algorithm, data: Bytes, *, always: bool) -> bytearray:
    """80 and zeros up to whole blocks. :param always: also after data that are whole blocks already, as in a MAC."""
    return _filled(algorithm, (), data, always=always)


def framed(algorithm: Algorithm, secret: Bytes) -> bytearray:
    """What is enciphered of ``secret``: its length, itself, padding where needed (spec part 4). To be wiped."""
    return _filled(algorithm, (len(secret),), secret, always=False)


def _filled(algorithm: Algorithm, head: tuple[int, ...], data: Bytes, *, always: bool) -> bytearray:
    """Made in its full size: a buffer that grows leaves copies behind."""
    size, used = block_size(algorithm), len(head) + len(data)
    out = bytearray(-(-(used + always) // size) * size)
    out[: len(head)] = head
    out[len(head) : used] = data
    if used < len(out):
        out[used] = 0x80
    return out


def enciphered(algorithm: Algorithm, session: Bytes, secret: Bytes) -> bytes:
    """Secured data: :func:`framed`, ECB."""
    with wiped(framed(algorithm, secret)) as (plain,):
        return bytes(encrypt(algorithm, session, plain))


def mac(algorithm: Algorithm, session: Bytes, data: Bytes, start: bytes = b"") -> bytes:
    """The 4-byte MAC over ``data``: CBC, 80 always added; left 4 bytes of an 8-byte block, the four words of a 16-byte
    block by XOR.

    :param start: initial value, zeros when empty.
    """
    with wiped(padded(algorithm, data, always=True)) as (whole,):
        return folded(chained(algorithm, session, whole, start))


def chained(algorithm: Algorithm, session: Bytes, blocks: Bytes, start: bytes = b"") -> bytes:
    """The last block of CBC over whole blocks."""
    size = block_size(algorithm)
    block: Bytes = start.ljust(size, b"\x00")
    for at in range(0, len(blocks), size):
        block = encrypt(algorithm, session, _xor(block, blocks[at : at + size]))
    return bytes(block)


def folded(block: Bytes) -> bytes:
    """The 4 bytes of a MAC from the last block of its chain."""
    if len(block) == 8:
        return bytes(block[:MAC_LENGTH])
    return bytes(_xor(_xor(block[:4], block[4:8]), _xor(block[8:12], block[12:])))


def secured_command(
    algorithm: Algorithm, maintenance_key: Bytes, factor: bytes, header: bytes, secret: Bytes = b""
) -> bytes:
    """A command with MAC, and with enciphered data where there are any: PIN CHANGE/UNBLOCK, the block commands.

    :param maintenance_key: STK as it is in the card.
    :param factor: the card's last challenge.
    :param header: CLA INS P1 P2 Lc; Lc counts the MAC.
    :param secret: what is enciphered, such as the new PIN.
    """
    with wiped(session_key(algorithm, maintenance_key, factor)) as (session,):
        data = enciphered(algorithm, session, secret) if secret else b""
        return header + data + mac(algorithm, session, header + data)


def transaction_code(algorithm: Algorithm, key: Bytes, data: Bytes) -> bytes:
    """TAC, 4 bytes: the MAC under :func:`tac_key` of DTK (spec part 4)."""
    with wiped(tac_key(algorithm, key)) as (single,):
        return mac(algorithm, single, data)


def tac_key(algorithm: Algorithm, key: Bytes) -> bytearray:
    """What a TAC is made with: the halves of DTK joined by XOR for 3DES, DTK itself for a 16-byte block (spec part 4).

    :param key: 16 bytes.
    """
    halves = memoryview(key)
    return _xor(halves[:8], halves[8:]) if algorithm is Algorithm.TDES else bytearray(key)
