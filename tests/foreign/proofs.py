"""Challenges, keys and the PIN."""

from __future__ import annotations

import os

from tests.foreign.state import Chip, Refused

_GLOBAL = (4, 5, 6, 0x0A)
_LOCAL = range(0x83, 0x8F)
_KEY_TRIES = 3


def challenge(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    if le not in (4, 8, 16):
        raise Refused("6700")
    chip.now.challenge = os.urandom(le)
    return chip.now.challenge


def internal(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    if chip.now.application == "MF" and not chip.make.in_root:
        raise Refused("6A88")
    if len(data) not in (16, 17):
        raise Refused("6700")
    if p2:
        raise Refused("6A88")
    if chip.make.strict_factor and data[:8] != chip.now.challenge:
        raise Refused("6984")
    chip.now.challenge = None
    session = chip.cipher.session(chip.proof_key, data[:8])
    return chip.cipher.cryptogram(session, data[8:16])


def external(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    if len(data) not in (16, 17):
        raise Refused("6700")
    local = bool(p2 & 0x80)
    known = (local and chip.now.application.startswith("DF") and p2 in _LOCAL) or p2 in _GLOBAL
    if not known or (chip.make.generation == 1 and p2 == 0x0A):
        raise Refused("6A88")
    counter = (chip.now.application if local else "", p2)
    left = chip.key_tries.get(counter, _KEY_TRIES)
    if not left:
        raise Refused("6983")
    factor = chip.factor_of(chip.take_challenge())
    if chip.cipher.cryptogram(chip.cipher.session(chip.key, factor), data[8:16]) != data[:8]:
        chip.key_tries[counter] = left - 1
        raise Refused(f"63C{left - 1:X}")
    chip.key_tries[counter] = _KEY_TRIES
    chip.now.keys.add(p2)
    return b""


def packed(pin: str) -> bytes:
    return bytes.fromhex(pin + "F" * (len(pin) % 2))


def unpacked(raw: bytes) -> str:
    return raw.hex().upper().rstrip("F")


def _wrong(chip: Chip) -> Refused:
    chip.tries -= 1
    chip.now.pin = False
    return Refused(f"63C{chip.tries:X}")


def verify(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    if p1 or p2:
        raise Refused("6A86")
    if not data:
        if chip.pin is None:
            return b""
        raise Refused(f"63C{chip.tries:X}")
    if not chip.tries:
        raise Refused("6983")
    if not 2 <= len(data) <= 8:
        raise Refused("6700")
    if chip.pin is None or data != packed(chip.pin):
        raise _wrong(chip)
    chip.tries = chip.make.tries
    chip.now.pin = True
    return b""


def change(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    if (p1, p2) != (1, 0):
        raise Refused("6A86")
    if not 3 <= len(data) <= 17:
        raise Refused("6700")
    if not chip.tries:
        raise Refused("6983")
    old = packed(chip.pin or "")
    new = data[len(old) + 1 :]
    if data[: len(old) + 1] != old + b"\xff" or not 2 <= len(new) <= 8:
        raise _wrong(chip)
    chip.pin, chip.tries = unpacked(new), chip.make.tries
    return b""


def unblock(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    if p1 or p2 not in (0, 1):
        raise Refused("6A86")
    if len(data) != (chip.cipher.block + 4 if p2 else 4):
        raise Refused("6700")
    if 6 not in chip.now.keys:
        raise Refused("6982")
    session = chip.cipher.session(chip.maintenance_key, chip.factor_of(chip.take_challenge()))
    body, mac = data[:-4], data[-4:]
    if chip.cipher.mac(session, bytes([0x84, 0x24, 0, p2, len(data)]) + body) != mac:
        raise Refused("6988")
    if p2:
        plain = chip.cipher.ecb(session, body, back=True)
        size, rest = plain[0], plain[1 + plain[0] :]
        if not 2 <= size <= 8 or len(plain) < size + 1 or (rest and rest != b"\x80".ljust(len(rest), b"\0")):
            raise Refused("6A80")
        chip.pin = unpacked(plain[1 : 1 + size])
    chip.tries = chip.make.tries
    return b""
