"""Session keys of a PSAM: INITIALIZE ENVIRONMENT, DELIVERY SESSION KEY and its older form (card.md §4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from cardio import security
from cardio.keysource import Algorithm
from cardio.simulator.command import CardCommand
from cardio.simulator.contents import TOY_ROOT
from cardio.simulator.psam_contents import PURCHASE, TAC, kind_of, levels_of
from cardio.simulator.psam_state import PsamChip
from cardio.simulator.status import (
    CONDITIONS,
    DATA_WRONG,
    KEY_NOT_FOUND,
    UNSUPPORTED,
    WRONG_LENGTH,
    WRONG_P1P2,
    CommandRefused,
)
from cardio.simulator.toykeys import maintenance_key
from cardio.wiping import wipe, wiped

_FACTOR = 8


def initialise(chip: PsamChip, command: CardCommand) -> bytes:
    """INITIALIZE ENVIRONMENT: the first byte of 卡识别码."""
    if command.p1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    if len(command.data) != 1:
        raise CommandRefused(WRONG_LENGTH)
    chip.require_application()
    chip.session.region = command.data[0]
    return b""


def deliver(chip: PsamChip, command: CardCommand) -> bytes:
    """DELIVERY SESSION KEY: factors of the levels, card first, then the factor of the session.

    A key for purchases serves INIT SAM FOR PURCHASE alone. One for TAC takes no factor of a session: its halves are
    joined (card.md §4). Both are inferred.
    """
    chip.require_application()
    if chip.session.region is None:
        raise CommandRefused(CONDITIONS)
    return _delivered(chip, command)


def deliver_older(chip: PsamChip, command: CardCommand) -> bytes:
    """INIT_FOR_DESCRYPT, the older cards' form, which wants no INITIALIZE ENVIRONMENT.

    Only its code is told (card.md §4.2, one source). P1 is the use byte and P2 the id in PSAMs of other issuers too;
    there the data end with the factors of the levels. That the factor of the session follows here is inferred: a user
    card's key is never used without one.
    """
    chip.require_application()
    return _delivered(chip, command)


def _delivered(chip: PsamChip, command: CardCommand) -> bytes:
    session, data = chip.session, command.data
    session.forget_key()
    use, key_id = command.p1, command.p2
    diversified = require_key(chip, use, key_id)
    kind, levels = kind_of(use), levels_of(use)
    if kind == PURCHASE:
        raise CommandRefused(CONDITIONS)
    size = 0 if kind == TAC else security.block_size(session.algorithm)
    if len(data) != _FACTOR * levels + size:
        raise CommandRefused(DATA_WRONG)
    above = _FACTOR * levels
    key = card_key(chip, factors(data[:above])) if diversified else bytearray(maintenance_key(session.algorithm))
    with wiped(key):
        if kind == TAC:
            session.key = security.tac_key(session.algorithm, key)
        else:
            session.key = security.session_key(session.algorithm, key, data[above:])
    session.kind = kind
    return b""


def require_key(chip: PsamChip, use: int, key_id: int) -> bool:
    """Whether a key that it holds is diversified.

    :raises CommandRefused: 6A88 without such a key, 6A80 where it has another number of levels to go, 6A81 in an
        environment of SSF33, which cannot be computed.
    """
    if chip.session.algorithm is Algorithm.SSF33:
        raise CommandRefused(UNSUPPORTED)
    keys = chip.contents.keys
    diversified = keys.get((use, key_id))
    if diversified is None:
        same = any((kind_of(held), number) == (kind_of(use), key_id) for held, number in keys)
        raise CommandRefused(DATA_WRONG if same else KEY_NOT_FOUND)
    return diversified


def factors(data: bytes) -> tuple[bytes, ...]:
    """Factors of 8 bytes, as they stand in a command: card, city, province."""
    return tuple(data[at : at + _FACTOR] for at in range(0, len(data), _FACTOR))


def card_key(chip: PsamChip, below: Sequence[bytes]) -> bytearray:
    """A user card's key: what this PSAM got from above, then down the levels that are left.

    :param below: factors of those, the card's first.
    """
    above = security.region_factors(chip.contents.region)
    key = bytearray(TOY_ROOT)
    for factor in [*above[: 3 - len(below)], *reversed(below)]:
        upper, key = key, security.diversify(chip.session.algorithm, key, factor)
        wipe(upper)
    return key
