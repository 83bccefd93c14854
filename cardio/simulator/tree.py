"""The applications and files of each generation (card.md §2 and §7)."""

from __future__ import annotations

from collections.abc import Iterable

from cardio.files import APPLICATIONS, EF06
from cardio.files.other import CERTIFICATES, PKI_DIRECTORY, TRANSPORT
from cardio.keysource import UK_SSSE, Algorithm
from cardio.simulator.contents import CardContents
from cardio.simulator.declared import built, own_keys, rule_of, write_rule
from cardio.simulator.faults import Trouble
from cardio.simulator.files import Application, ElementaryFile, RecordFile
from cardio.simulator.records import altered, holder_records, issuer_records, padding

SSSE_NAME = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
PSE_NAME = b"1PAY.SYS.DDF01"
DEBIT_NAME = bytes.fromhex("A000000333010101")

SOCIAL, BANK, PKI, TRANSPORT_RING = "social-security", "bank", "certificates", "transport"


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
    return (*social, *(_bank(contents.pan) if contents.pan else ()), *_others(contents))


def _social(contents: CardContents, troubles: frozenset[Trouble]) -> Iterable[Application]:
    third = contents.generation == 3
    directory_sfi = 0x1E if third else 0x0B  # as on the recorded cards
    code = tlv(0x9F0C, tlv(0x86, bytes((algorithm_of(contents.generation).card_code,)))) if third else b""
    proprietary = tlv(0xA5, tlv(0x88, bytes((directory_sfi,))), code)
    # DF05 and DF06 are optional, and nobody tells their AID.
    directory = [each for each in APPLICATIONS[1:] if each.name and contents.generation >= each.since]
    files = (
        *_holder_files(contents, troubles),
        RecordFile(
            0xEF00 | directory_sfi,
            tuple(tlv(0x61, tlv(0x4F, each.name), tlv(0x50, each.label.encode("gb18030"))) for each in directory),
        ),
    )
    yield Application(SSSE_NAME, 0xDDF1, tlv(0x6F, tlv(0x84, SSSE_NAME), proprietary), SOCIAL, files)
    fill = padding(troubles)
    for each in directory:
        fci = tlv(0x6F, tlv(0x84, each.name))
        yield Application(each.name, each.fid, fci, SOCIAL, built(each.path, contents, fill), own_keys(each.path))


def _others(contents: CardContents) -> Iterable[Application]:
    """Certificates and transport, from generation 3 on; each behind a firewall of its own."""
    if contents.generation < CERTIFICATES.since:
        return
    yield Application(PKI_DIRECTORY, None, tlv(0x6F, tlv(0x84, PKI_DIRECTORY)), PKI)
    for ring, each in ((PKI, CERTIFICATES), (TRANSPORT_RING, TRANSPORT)):
        yield Application(each.name, None, tlv(0x6F, tlv(0x84, each.name)), ring, built(each.path, contents, 0))


def _holder_files(contents: CardContents, troubles: frozenset[Trouble]) -> tuple[ElementaryFile, ...]:
    """The files of SSSE. The bytes of EF05 and EF06 are the card's own writing; see :mod:`cardio.simulator.records`."""
    later = contents.generation >= 2
    fill = padding(troubles)
    extension = later and Trouble.NO_NAME_EXTENSION not in troubles
    read, write = rule_of(EF06.read[contents.generation]), write_rule(UK_SSSE)
    return (
        RecordFile(0xEF05, issuer_records(contents, fill), write=write),
        RecordFile(0xEF06, holder_records(contents, fill, extension=extension), read, write),
        *(each for each in built("SSSE", contents, fill) if each.fid not in {0xEF05, 0xEF06}),
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
