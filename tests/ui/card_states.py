"""States of cards for the screens, as the sandbox tells them. Apart, because the parts of a centre import slowly."""

from __future__ import annotations

from terminal.centre.contract import CardStatus
from terminal.model.card_state import card_status_view
from terminal.sandbox.english import ENGLISH
from terminal.sandbox.office import OUTLET, RENEWAL_WINDOW
from terminal.sandbox.people import find_person
from terminal.sandbox.person import Person
from terminal.views import CardStatusView
from tests.ui.people import NOW


def _status(person: Person) -> CardStatusView:
    card, today = person.card, NOW.date()
    return card_status_view(
        CardStatus(
            state=card.state,
            since=card.since(today),
            issued_on=card.issued_on,
            expires_on=card.expires_on,
            renew_from=card.expires_on - RENEWAL_WINDOW,
            bank=OUTLET.bank,
            bank_en=ENGLISH[OUTLET.bank],
            account_last4=card.pan[-4:] if card.pan else None,
            account_active=card.account_active,
            loss_expires_on=card.loss_expires_on(today),
            as_of=NOW,
        )
    )


CARD_STATUS = _status(find_person("elder"))
CARD_STATUS_LOST = _status(find_person("lost"))
CARD_STATUS_INACTIVE = _status(find_person("inactive"))
