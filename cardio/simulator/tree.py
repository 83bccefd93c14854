"""The applications and files of each generation (card.md §2 and §7)."""

from __future__ import annotations

from collections.abc import Iterable

from cardio.keysource import RK_SSSE, UK_SSSE, Algorithm
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Trouble
from cardio.simulator.files import Application, BinaryFile, ElementaryFile, RecordFile, Rule
from cardio.simulator.records import altered, holder_records, issuer_records, padding

SSSE_NAME = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
PSE_NAME = b"1PAY.SYS.DDF01"
DEBIT_NAME = bytes.fromhex("A000000333010101")

SOCIAL, BANK = "social-security", "bank"

_LABELLED = (
    # name, FID, label, first generation that has it
    ("D15600000500", 0xDF01, "公共应用信息区", 1),
    ("D15600000501", 0xDF02, "就业与失业信息区", 1),
    ("D15600000502", 0xDF03, "社会保险信息区1", 1),
    ("D15600000503", 0xDF04, "社会保险信息区2", 1),
    ("D15600000504", 0xDF07, "人事人才信息区", 2),
)


_KEYS = {
    # own keys of each directory (card.md §4.1); those of DF07 are not published
    0xDF01: (0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E),
    0xDF02: (0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89),
    0xDF03: (0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D),
    0xDF04: (0x83, 0x84, 0x85, 0x86),
    0xDF07: (0x83, 0x84, 0x85, 0x86, 0x87, 0x88),
}


def algorithm_of(generation: int) -> Algorithm:
    """3DES in the first two generations, SM4 in the third."""
    return Algorithm.SM4 if generation == 3 else Algorithm.TDES


def tlv(tag: int, *parts: bytes) -> bytes:
    """A BER-TLV object of up to 255 bytes; tags of one or two bytes."""
    value = b"".join(parts)
    head = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    length = bytes((len(value),)) if len(value) < 0x80 else bytes((0x81, len(value)))
    return head + length + value


def applications(contents: CardContents, troubles: frozenset[Trouble]) -> tuple[Application, ...]:
    """Everything on the card that SELECT can find, the SSSE first."""
    contents = altered(contents, troubles)
    social = () if Trouble.NOT_SOCIAL_SECURITY in troubles else tuple(_social(contents, troubles))
    return social + tuple(_bank(contents.pan) if contents.pan else ())


def _social(contents: CardContents, troubles: frozenset[Trouble]) -> Iterable[Application]:
    third = contents.generation == 3
    directory_sfi = 0x1E if third else 0x0B  # as on the recorded cards
    code = tlv(0x9F0C, tlv(0x86, bytes((algorithm_of(contents.generation).card_code,)))) if third else b""
    proprietary = tlv(0xA5, tlv(0x88, bytes((directory_sfi,))), code)
    directory = [row for row in _LABELLED if contents.generation >= row[3]]
    files = (
        *_holder_files(contents, troubles),
        RecordFile(
            0xEF00 | directory_sfi,
            tuple(
                tlv(0x61, tlv(0x4F, bytes.fromhex(name)), tlv(0x50, label.encode("gb18030")))
                for name, _, label, _ in directory
            ),
        ),
    )
    yield Application(SSSE_NAME, 0xDDF1, tlv(0x6F, tlv(0x84, SSSE_NAME), proprietary), SOCIAL, files)
    for name, fid, _, _ in directory:
        raw = bytes.fromhex(name)
        yield Application(raw, fid, tlv(0x6F, tlv(0x84, raw)), SOCIAL, keys=frozenset(_KEYS[fid]))


def _holder_files(contents: CardContents, troubles: frozenset[Trouble]) -> tuple[ElementaryFile, ...]:
    """EF05 to EF08 of the SSSE. EF06 is free on generations 1 and 2; pictures are never free."""
    later = contents.generation >= 2
    fill = padding(troubles)
    extension = later and Trouble.NO_NAME_EXTENSION not in troubles
    read_key, write = RK_SSSE.card_key, Rule(key=UK_SSSE.card_key)
    pictures: tuple[ElementaryFile, ...] = (
        (BinaryFile(0xEF07, bytes(0x300), read_key, write), BinaryFile(0xEF08, bytes(0x1000), read_key, write))
        if later
        else ()
    )
    return (
        RecordFile(0xEF05, issuer_records(contents, fill), write=write),
        RecordFile(
            0xEF06,
            holder_records(contents, fill, extension=extension),
            read_key if contents.generation == 3 else None,
            write,
        ),
        *pictures,
    )


def _bank(pan: str) -> Iterable[Application]:
    """The bank's directory and a debit application with its account in SFI 2, record 1 (card.md §7).

    A name with the byte 5A and a track 2 stand before the account: who searches for text instead of TLV is caught.
    """
    entry = tlv(0x70, tlv(0x61, tlv(0x4F, DEBIT_NAME), tlv(0x50, b"PBOC DEBIT")))
    yield Application(
        PSE_NAME,
        None,
        tlv(0x6F, tlv(0x84, PSE_NAME), tlv(0xA5, tlv(0x88, b"\x01"))),
        BANK,
        (RecordFile(0xEF01, (entry,)),),
    )
    number = bytes.fromhex(pan + "F" * (20 - len(pan)))
    track = f"{pan}D3405220"
    template = tlv(
        0x70,
        tlv(0x5F20, b"Z\x0aTOY HOLDER"),
        tlv(0x57, bytes.fromhex(track + "F" * (len(track) % 2))),
        tlv(0x5A, number),
        tlv(0x5F24, bytes.fromhex("340531")),
    )
    yield Application(
        DEBIT_NAME,
        None,
        tlv(0x6F, tlv(0x84, DEBIT_NAME), tlv(0xA5, tlv(0x50, b"PBOC DEBIT"), tlv(0x87, b"\x01"))),
        BANK,
        (RecordFile(0xEF02, (template,)),),
    )
