"""The ciphers of a card: session keys, cryptograms, MACs and diversified keys, by the text."""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

ROOT = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
"""The public toy key that every key of a sandbox card descends from."""

DES, WIDE = 1, 3
"""Ids of 3DES and SM4 in the FCI."""


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def inverted(value: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in value)


class CardCipher:
    """:param number: :data:`DES` or :data:`WIDE`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.block = 8 if number == DES else 16

    def ecb(self, key: bytes, data: bytes, *, back: bool = False) -> bytes:
        if self.block == 8:
            whole = key * 3 if len(key) == 8 else key + key[:8]
            cipher = Cipher(TripleDES(whole), modes.ECB())  # noqa: S305 - the standard's mode
        else:
            cipher = Cipher(SM4(key), modes.ECB())  # noqa: S305 - the standard's mode
        engine = cipher.decryptor() if back else cipher.encryptor()
        return engine.update(data) + engine.finalize()

    def below(self, key: bytes, factor: bytes) -> bytes:
        if self.block == 8:
            return self.ecb(key, factor) + self.ecb(key, inverted(factor))
        return self.ecb(key, factor + inverted(factor))

    def session(self, key: bytes, factor: bytes) -> bytes:
        return self.ecb(key, factor.ljust(self.block, b"\0"))

    def cryptogram(self, session: bytes, raw: bytes) -> bytes:
        if self.block == 8:
            return self.ecb(session, raw)
        whole = self.ecb(session, raw + bytes(8))
        return xor(whole[:8], whole[8:])

    def enciphered(self, session: bytes, data: bytes) -> bytes:
        block = bytes([len(data)]) + data
        if len(block) % self.block:
            block += b"\x80"
            block += bytes(-len(block) % self.block)
        return self.ecb(session, block)

    def mac(self, session: bytes, message: bytes) -> bytes:
        message += b"\x80"
        message += bytes(-len(message) % self.block)
        chain = bytes(self.block)
        for at in range(0, len(message), self.block):
            chain = self.ecb(session, xor(chain, message[at : at + self.block]))
        if self.block == 8:
            return chain[:4]
        return xor(xor(chain[:4], chain[4:8]), xor(chain[8:12], chain[12:]))


def factors(city: bytes, history: bytes) -> tuple[bytes, bytes, bytes]:
    digits = city.hex().upper()
    level_2 = digits[:4] + "00sx" if digits[:2] == "33" else digits + "sx"
    return (digits[:2] + "0000sh").encode(), level_2.encode(), history[5:13]


def card_key(cipher: CardCipher, city: bytes, history: bytes, root: bytes = ROOT) -> bytes:
    key = root
    for factor in factors(city, history):
        key = cipher.below(key, factor)
    return key
