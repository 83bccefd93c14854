"""Purchases by a PSAM: INIT SAM FOR PURCHASE gives MAC1, CREDIT SAM FOR PURCHASE checks MAC2 (card.md §4.2).

card.md tells the codes alone. The data follow the People's Bank's PSAM specification, in which the command of the same
name has one amount of 4 bytes; here stand the three that INITIALIZE FOR PURCHASE of the medical account has (P1 01, as
there). Formulas are those of JR/T 0025, as in :mod:`cardio.simulator.purse`. All of it is inferred.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from cardio import security
from cardio.simulator.command import CardCommand
from cardio.simulator.psam_contents import PURCHASE
from cardio.simulator.psam_keys import card_key, factors, require_key
from cardio.simulator.psam_state import Begun, PsamChip
from cardio.simulator.purse_state import PURCHASE as PURCHASE_TRANSACTION
from cardio.simulator.status import (
    COUNTER_END,
    DATA_WRONG,
    MAC_INVALID,
    WRONG_LENGTH,
    WRONG_P1P2,
    WRONG_STATE,
    CommandRefused,
)
from cardio.wiping import wiped

_AMOUNTS = 12
_HEAD = 4 + 2 + _AMOUNTS + 1 + 7 + 1 + 1
_LEVELS = range(1, 4)
LAST_PURCHASE = 0xFFFFFFFF


@dataclass(frozen=True)
class PurchaseData:
    """Data of INIT SAM FOR PURCHASE, in this order.

    :param random: the card's, 4 bytes. :param count: the card's transaction number, 2.
    :param amounts: total, from the account, from the pooled fund, 4 each.
    :param kind: of transaction, 06. :param moment: date and time, cn, 7.
    :param version: of the card's key, which is the id of the PSAM's. :param algorithm: of that key, as in the FCI.
    :param factors: of the levels that the PSAM has to do: card, city, province, 8 each.
    """

    random: bytes = field(repr=False)
    count: bytes
    amounts: bytes
    kind: int
    moment: bytes
    version: int
    algorithm: int
    factors: tuple[bytes, ...]

    @classmethod
    def parse(cls, data: bytes) -> PurchaseData:
        """:raises CommandRefused: 6700 for a length that is not of one, two or three levels."""
        levels, rest = divmod(len(data) - _HEAD, 8)
        if rest or levels not in _LEVELS:
            raise CommandRefused(WRONG_LENGTH)
        tail = data[6 + _AMOUNTS :]
        return cls(
            data[:4], data[4:6], data[6 : 6 + _AMOUNTS], tail[0], tail[1:8], tail[8], tail[9], factors(tail[10:])
        )


def begin(chip: PsamChip, command: CardCommand) -> bytes:
    """INIT SAM FOR PURCHASE: the terminal's transaction number, 4 bytes, and MAC1.

    The number is used up by this, whatever becomes of the purchase: MAC1 for it has gone out (when it grows is ours).
    """
    chip.require_application()
    if (command.p1, command.p2) != (0x01, 0x00):
        raise CommandRefused(WRONG_P1P2)
    given = PurchaseData.parse(command.data)
    algorithm = chip.session.algorithm
    if given.kind != PURCHASE_TRANSACTION or given.algorithm != algorithm.card_code:
        raise CommandRefused(DATA_WRONG)
    require_key(chip, len(given.factors) << 5 | PURCHASE, given.version)
    if chip.purchases == LAST_PURCHASE:
        raise CommandRefused(COUNTER_END)
    number = chip.purchases.to_bytes(4)
    chip.purchases += 1
    with wiped(card_key(chip, given.factors)) as (key,):
        session = security.session_key(algorithm, key, given.random + given.count + number[2:])
    chip.session.purchase = Begun(given.amounts, session)
    said = given.amounts + bytes((given.kind,)) + bytes.fromhex(chip.contents.terminal) + given.moment
    return number + security.mac(algorithm, session, said)


def check(chip: PsamChip, command: CardCommand) -> bytes:
    """CREDIT SAM FOR PURCHASE: MAC2 of the card, once, right after MAC1; a wrong one is 9302.

    A counter of wrong ones, which other PSAMs have, is told by nobody here.
    """
    session = chip.session
    begun = session.purchase
    if begun is None:
        raise CommandRefused(WRONG_STATE)
    try:
        if command.p1 or command.p2:
            raise CommandRefused(WRONG_P1P2)
        if len(command.data) != security.MAC_LENGTH:
            raise CommandRefused(WRONG_LENGTH)
        if not hmac.compare_digest(security.mac(session.algorithm, begun.session, begun.amounts), command.data):
            raise CommandRefused(MAC_INVALID)
    finally:
        session.end_purchase()
    return b""
