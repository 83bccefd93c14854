"""Applications of other makers on the same chip that have files told: certificates and transport, from generation 3 on
(card.md §2, §7, §8).

The command set around the certificates is one vendor's; only reading is declared. Whether the files are free is not
told; the card decides.
"""

from __future__ import annotations

from typing import Final

from cardio.binary import Certificate, Whole
from cardio.cardkeys import UNTOLD
from cardio.codec import Cn
from cardio.files.items import digit_examples
from cardio.files.shape import UNSTATED, Application, Content, ElementaryFile, Example, Structure

PKI_DIRECTORY: Final = b"PKI." + "社会保障".encode("gbk")
CERTIFICATES: Final = Application("PKI", b"SS.CERT.ADF1", None, "", 3, PKI_DIRECTORY)
TRANSPORT: Final = Application("TRANSPORT", bytes.fromhex("A000000632010105"), None, "", 3)

_THIRD: Final = {3: UNSTATED}
_DER = "3003020105"
_KEY = "04" + "11" * 64

SIGN_KEY: Final = ElementaryFile(
    0x0012,
    "sign_public_key",
    "签名公钥",
    Structure.TRANSPARENT,
    _THIRD,
    UNTOLD,
    content=Content(Whole(), (Example(_KEY, bytes.fromhex(_KEY), written=True), Example("FF" * 65, None))),
    application=CERTIFICATES,
    doubt="layout and size not told",
)
SIGN_CERTIFICATE, ENCRYPTION_CERTIFICATE = (
    ElementaryFile(
        fid,
        key,
        title,
        Structure.TRANSPARENT,
        _THIRD,
        UNTOLD,
        content=Content(
            Certificate(),
            (
                Example(_DER, bytes.fromhex(_DER), written=True),
                Example(_DER + "00" * 9, bytes.fromhex(_DER)),
                Example(_DER + "FF" * 9, bytes.fromhex(_DER)),
                Example("00" * 9, None),
            ),
        ),
        application=CERTIFICATES,
        doubt="size not told",
    )
    for fid, key, title in ((0x0018, "sign_certificate", "签名证书"), (0x0019, "encryption_certificate", "加密证书"))
)
TRANSPORT_NUMBER: Final = ElementaryFile(
    0x0015,
    "transport_number",
    "交通联合卡号",
    Structure.TRANSPARENT,
    _THIRD,
    UNTOLD,
    content=Content(Cn(10), digit_examples(10, "3104379999000000001", "3104379999000000001")),
    application=TRANSPORT,
    sfi_only=True,
    offset=0x0A,
    doubt="one source, and only these ten bytes of it",
)

FILES: Final = (SIGN_KEY, SIGN_CERTIFICATE, ENCRYPTION_CERTIFICATE, TRANSPORT_NUMBER)
