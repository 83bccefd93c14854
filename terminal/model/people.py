"""A card that was read, as a screen may show it: masked, with words for codes."""

from __future__ import annotations

from datetime import date

from cardio.record import CardRecord
from terminal.model import codes, masks
from terminal.text import Text
from terminal.views import HolderView

_PROVEN = Text("卡片已核验", "Card proven genuine")
_UNPROVEN = Text("卡片真伪未核验", "Card not proven")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def plain_values(record: CardRecord) -> dict[str, str | None]:
    """The fields that have a mask, in clear."""
    holder = record.holder
    return {
        "name": holder.name if holder else None,
        "number": holder.social_security_number if holder else None,
        "birth_date": _iso(holder.birth_date) if holder else None,
        "card_number": record.card_number,
    }


def masked_values(record: CardRecord) -> dict[str, str | None]:
    """The same fields behind their masks."""
    plain = plain_values(record)
    return {name: None if value is None else masks.MASKS[name](value) for name, value in plain.items()}


def holder_view(record: CardRecord) -> HolderView:
    """What the holder page shows."""
    masked = masked_values(record)
    holder = record.holder
    generation = record.identity.generation
    return HolderView(
        name=masked["name"],
        number=masked["number"],
        sex=codes.sex(holder.sex) if holder else None,
        nation=codes.nation(holder.nation) if holder else None,
        birth_date=masked["birth_date"],
        card_number=masked["card_number"],
        region=codes.region(record.region),
        generation=codes.GENERATION.get(generation, Text(str(generation), str(generation))),
        issued_on=_iso(record.issued_on),
        expires_on=_iso(record.expires_on),
        authenticated=record.authenticated,
        authenticity=_PROVEN if record.authenticated else _UNPROVEN,
    )
