"""READ and UPDATE of records and bytes."""

from __future__ import annotations

from tests.foreign.state import Chip, Refused
from tests.foreign.tree import File, Key, Kind, tlv

LABELS = ("公共应用信息区", "就业与失业信息区", "社会保险信息区1", "社会保险信息区2")
ADFS = {bytes.fromhex(f"D1560000050{number}"): f"DF0{number + 1}" for number in range(4)}


def directory() -> list[bytes]:
    names = zip(ADFS, LABELS, strict=True)
    return [tlv(0x61, tlv(0x4F, aid) + tlv(0x50, label.encode("gb18030"))) for aid, label in names]


def found(chip: Chip, sfi: int) -> File:
    """The current file, or the one with that short identifier, which becomes current."""
    files = chip.files()
    if not sfi:
        file = files.get(chip.now.file or 0)
        if file is None:
            raise Refused("6986")
        return file
    if chip.now.application == "SSSE" and sfi == chip.make.directory:
        return File(Kind.LINEAR, None, Key(0xFF), directory())
    for fid, file in files.items():
        if fid & 31 == sfi:
            chip.now.file = fid
            return file
    raise Refused("6A82")


def place(chip: Chip, file: File, p1: int, mode: int) -> int | None:
    if mode in (4, 5, 6):
        return p1 - 1 if 1 <= p1 <= len(file.records) else None
    places = [at for at, record in enumerate(file.records) if record[:1] == bytes([p1])]
    last = chip.now.last
    wanted = {
        0: places[:1],
        1: places[-1:],
        2: [at for at in places if at > last][:1],
        3: [at for at in places if at < last][-1:],
    }.get(mode, [])
    return wanted[0] if wanted else None


def exactly(chip: Chip, out: bytes, le: int | None) -> bytes:
    """The rule for Le of a command that only reads."""
    size = len(out) & 0xFF
    if not chip.make.lax:
        if le is None:
            raise Refused("6700")
        if le != size or (le == 0 and len(out) != 256):
            raise Refused(f"6C{size:02X}")
        return out
    if not le:
        return out
    if le > len(out):
        raise Refused(f"6C{len(out):02X}")
    return out[:le]


def read_record(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    file = found(chip, p2 >> 3)
    if file.kind is Kind.BINARY:
        raise Refused("6981")
    chip.require(file.read)
    mode = p2 & 7
    if mode == 7 or (p1 == 0 and mode >= 4) or (file.kind is Kind.CYCLIC and mode < 4):
        raise Refused("6A83")
    at = place(chip, file, p1, mode)
    if at is None:
        raise Refused("6A83")
    chip.now.last = at
    records = {5: file.records[at:], 6: file.records[: at + 1]}.get(mode, [file.records[at]])
    return exactly(chip, b"".join(records), le)


def update_record(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    file = found(chip, p2 >> 3)
    if file.kind is Kind.BINARY:
        raise Refused("6981")
    chip.require(file.write)
    mode = p2 & 7
    if file.kind is Kind.CYCLIC:
        if mode != 3 or p1:
            raise Refused("6A86")
        if file.records and len(file.records[0]) != len(data):
            raise Refused("6700")
        file.records.insert(0, data)
        del file.records[file.most :]
        return b""
    if len(data) < 2 or data[1] != len(data) - 2:
        raise Refused("6A85")
    if mode > 4:
        raise Refused("6A86")
    at = place(chip, file, p1, mode)
    if mode < 4 and data[0] != p1:
        raise Refused("6A80")
    if at is None:
        file.records.append(data)
    else:
        file.records[at] = data
    return b""


def _bytes(chip: Chip, p1: int, p2: int) -> tuple[File, int]:
    file = found(chip, p1 & 31 if p1 & 0x80 else 0)
    if file.kind is not Kind.BINARY:
        raise Refused("6981")
    return file, p2 if p1 & 0x80 else p1 << 8 | p2


def read_binary(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    file, offset = _bytes(chip, p1, p2)
    chip.require(file.read)
    left = len(file.data) - offset
    if left <= 0:
        raise Refused("6B00")
    if le and le > left:
        raise Refused(f"6C{left:02X}")
    return bytes(file.data[offset : offset + (le or 256)])


def update_binary(chip: Chip, p1: int, p2: int, data: bytes, le: int | None) -> bytes:
    file, offset = _bytes(chip, p1, p2)
    chip.require(file.write)
    if offset + len(data) > len(file.data):
        raise Refused("6B00")
    file.data[offset : offset + len(data)] = data
    return b""
