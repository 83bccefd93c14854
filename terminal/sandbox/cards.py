"""The card of a made-up person, as the simulator takes it."""

from __future__ import annotations

from cardio.simulator.contents import CardContents
from terminal.sandbox.person import Person


def contents(person: Person) -> CardContents:
    """What the chip of this person's card holds."""
    card = person.card
    return CardContents(
        generation=card.generation,
        history=card.history,
        card_id=card.card_id,
        version=card.version,
        card_number=card.card_number,
        card_class=card.card_class,
        issuer=card.issuer,
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        number=person.number,
        name=person.chip_name,
        sex=person.sex,
        nation=person.nation,
        birth_place=person.region,
        birth_date=person.birth_date,
        pan=card.pan,
        pin=card.pin,
    )
