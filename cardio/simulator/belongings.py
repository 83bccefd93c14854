"""Made-up values for the files of a card beyond EF05 and EF06. What is not told here stands as in the examples of the
declaration.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from cardio.simulator.contents import CardContents

Values = Mapping[str, Mapping[str, Any]]

FACE: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H/"
    "///6/+b9//j/wAALCAA0ACgBAREA/8QAGQABAQEBAQEAAAAAAAAAAAAAAAQFAgMB/8QAKRAAAgECBAUDBQAAAAAAAAAAAQIAAxEEEiExBTJB"
    "UcEUM2FDcoGx8P/aAAgBAQAAPwC6IiInliaxpJpzHaZ5Zi2Yk373luFrGoCjasNj3EoiTY1SVVhsN5FKsEpzs3S1pZE+MVCkuQF632kZ9GH9"
    "w6HYXtK6ZTIBTIKjTQ3nUMQqljoALmZOIrtWckk5b6CeM7pVXpNmQ27joZr03WpTDrsZPxB8tEKDqx2+P60zYiXcOfnQn5A/fiOJfT/PiQxE"
    "r4d77fb5E//Z"
)
"""A head and shoulders in grey, JPEG, 40 by 52 points."""

CERTIFICATE: Final = base64.b64decode(
    "MIIBKjCB0KADAgECAgIO1zAKBggqhkjOPQQDAjAeMRwwGgYDVQQDDBNzYW5kYm94IGhvbGRlciAzNzk5MB4XDTI0MDUwNjAwMDAwMFoXDTM0"
    "MDUwNjAwMDAwMFowHjEcMBoGA1UEAwwTc2FuZGJveCBob2xkZXIgMzc5OTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIhyR4bXu+uSO3zu"
    "6YvXVrAPHAVlX6dNPLHUE9kS6O9Jubk2H1atOoOMC+3vnq9OS2+P+HF2i73bQGJOpRxYgqAwCgYIKoZIzj0EAwIDSQAwRgIhAM2/UML2fvpp"
    "b49679qb16fR+ytGtbuxRGg3NsVZMPeXAiEAguwIQlenQke1jSd3whDlGGLCtNeLUHeUtKWUsBJpt/k="
)
"""A self-signed certificate of nobody. Its key was thrown away, and it is no SM2 one as on a real card."""

_WIDTH, _HEIGHT = 32, 40


def _bitmap() -> bytes:
    """The same idea as BMP: 24-bit colour, rows from below."""
    rows = b"".join(
        bytes(3) * 8 + bytes((60, 60, 60)) * 16 + bytes(3) * 8 if row < 14 else bytes((200, 200, 200)) * _WIDTH
        for row in range(_HEIGHT)
    )
    header = b"BM" + (54 + len(rows)).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    size = b"".join(number.to_bytes(4, "little") for number in (40, _WIDTH, _HEIGHT))
    return header + size + b"\x01\x00\x18\x00" + bytes(24) + rows


def values(contents: CardContents) -> Values:
    """By path of the file, then by word of the record. Says something for every persona, and differs between them."""
    region, serial = contents.birth_place, contents.card_id[11] % 100
    return {
        "DF01EF05": {"registered_address": f"示例省示例市一区{serial}号", "item_0e": region},
        "DF01EF06": {"item_23": f"示例市示例路{serial}号", "item_24": region, "telephone": f"000000000{serial:02d}"},
        "DF01EF08": {"marital_status": "1" if serial % 2 else "2"},
        "DF03EF07": {"item_71": region},
        "DF04EF05": {"item_84": region},
        "SSSEEF0D": {"first_region": region},
    }


def home(tag: int, contents: CardContents) -> str | None:
    """In which of two files an item stands that has two possible places. No source says what decides it; here the
    generation does, so that both are met."""
    return {0x60: "DF03EF05" if contents.generation > 2 else "DF02EF06"}.get(tag)


def rows(path: str) -> int:
    """How many records of a cyclic file were ever written."""
    return {"DF02EF07": 2, "DF04EF08": 3}.get(path, 1)


def transparent(path: str, contents: CardContents) -> bytes | None:
    """What a transparent file holds, without padding; ``None`` where the example will do."""
    return {
        "SSSEEF08": _bitmap() if contents.generation == 2 else FACE,
        "PKIEF18": CERTIFICATE,
        "PKIEF19": CERTIFICATE,
        "TRANSPORTEF15": bytes(10) + bytes.fromhex(f"3104379999000000{contents.card_id[11] % 100:02d}0F") + bytes(12),
    }.get(path)
