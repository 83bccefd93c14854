"""The medical account of DF04 in the card: loading, paying, balances, proof and starting day (card.md §3).

The simulator knows them all; the product sends two, in the steps of iDoDebit with an HSM. The text gives codes, lengths
and the order of states. Fields, MACs and session keys inside those lengths follow the electronic purse of JR/T 0025:
inferred.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager

from cardio import security
from cardio.simulator.chip import Chip
from cardio.simulator.command import CardCommand
from cardio.simulator.files import RecordFile
from cardio.simulator.purse_state import LOAD, PURCHASE, Begun, Purse
from cardio.simulator.status import (
    CONDITIONS,
    COUNTER_END,
    FUNDS,
    KEY_INDEX,
    MAC_INVALID,
    MAC_UNAVAILABLE,
    NO_CHALLENGE,
    SECURITY,
    WRONG_LENGTH,
    WRONG_P1P2,
    CommandRefused,
)
from cardio.simulator.toykeys import toy_key
from cardio.wiping import wiped

_DIRECTORY, _DETAILS = 0xDF04, 0xEF08
_VERSIONS = range(1, 4)  # of DPK
_LAST_COUNT = 0xFFFF
_LOADED = b"\x80\x00"
"""Ends the factor of a load's session key; of a purchase's the low bytes of the terminal's transaction number do."""


def initialize(chip: Chip, command: CardCommand) -> bytes:
    """INITIALIZE FOR LOAD (P1 00) and FOR PURCHASE (P1 01)."""
    purse = _purse(chip)
    purse.begun = None
    forms = {(0x00, 0x01): (LOAD, 1), (0x01, 0x01): (PURCHASE, 3)}
    if (command.p1, command.p2) not in forms:
        raise CommandRefused(WRONG_P1P2)
    kind, amounts = forms[command.p1, command.p2]
    if len(command.data) != 1 + 4 * amounts + 6:
        raise CommandRefused(WRONG_LENGTH)
    if not chip.session.pin_verified:
        raise CommandRefused(SECURITY)
    if command.data[0] not in (_VERSIONS if kind == PURCHASE else (1,)):
        raise CommandRefused(KEY_INDEX)
    count = purse.loads if kind == LOAD else purse.purchases
    if count == _LAST_COUNT:
        raise CommandRefused(COUNTER_END)
    parts = tuple(command.data[at : at + 4] for at in range(1, 1 + 4 * amounts, 4))
    if kind == PURCHASE and int.from_bytes(parts[1]) > purse.balance:
        raise CommandRefused(FUNDS)
    random = os.urandom(4)
    purse.begun = begun = Begun(kind, parts, command.data[-6:], random + count.to_bytes(2))
    about = bytes((command.data[0], chip.algorithm.card_code)) + random
    balance = purse.balance.to_bytes(4)
    if kind == LOAD:
        with _session(chip, begun, _LOADED) as session:
            proof = security.mac(chip.algorithm, session, balance + parts[0] + bytes((kind,)) + command.data[-6:])
        return balance + count.to_bytes(2) + about + proof
    sums = purse.paid.to_bytes(4) + purse.pooled.to_bytes(4)
    return balance + sums + count.to_bytes(2) + purse.starting[:2] + about


def credit(chip: Chip, command: CardCommand) -> bytes:
    """CREDIT FOR LOAD: date, time and MAC2 come, a TAC goes."""
    purse = _purse(chip)
    begun = purse.take(LOAD)
    _shape(command, 0x00, 0x00, 0x0B)
    with _session(chip, begun, _LOADED) as session:
        moment = command.data[:7]
        _check(chip, session, begun.amounts[0] + bytes((LOAD,)) + begun.terminal + moment, command.data[7:])
        purse.balance += int.from_bytes(begun.amounts[0])
        count, purse.loads = purse.loads, purse.loads + 1
        head = purse.balance.to_bytes(4) + count.to_bytes(2) + begun.amounts[0]
        code = security.transaction_code(chip.algorithm, _key(chip), head + bytes((LOAD,)) + begun.terminal + moment)
        _note(chip, purse, begun, count, moment)
        purse.proofs[LOAD, count] = bytes(4) + code
        return code


def debit(chip: Chip, command: CardCommand) -> bytes:
    """DEBIT FOR PURCHASE: the terminal's number, date, time and MAC1 come; TAC and MAC2 go."""
    purse = _purse(chip)
    begun = purse.take(PURCHASE)
    _shape(command, 0x01, 0x00, 0x0F)
    sequence, moment = command.data[:4], command.data[4:11]
    with _session(chip, begun, sequence[2:]) as session:
        total, account, pooled = begun.amounts
        said = b"".join(begun.amounts) + bytes((PURCHASE,)) + begun.terminal
        _check(chip, session, said + moment, command.data[11:])
        purse.balance -= int.from_bytes(account)
        purse.paid += int.from_bytes(total) - int.from_bytes(pooled)
        purse.pooled += int.from_bytes(pooled)
        count, purse.purchases = purse.purchases, purse.purchases + 1
        code = security.transaction_code(chip.algorithm, _key(chip), said + sequence + moment)
        answer = code + security.mac(chip.algorithm, session, b"".join(begun.amounts))
        _note(chip, purse, begun, count, moment)
        purse.proofs[PURCHASE, count] = answer
        return answer


def balance(chip: Chip, command: CardCommand) -> bytes:
    """GET BALANCE: P2 01 the account, 02 paid by the holder, 03 paid by the fund."""
    purse = _purse(chip)
    amounts = {1: purse.balance, 2: purse.paid, 3: purse.pooled}
    if command.p1 or command.p2 not in amounts:
        raise CommandRefused(WRONG_P1P2)
    return amounts[command.p2].to_bytes(4)


def proof(chip: Chip, command: CardCommand) -> bytes:
    """GET TRANSACTION PROOF of a transaction by its number: for an answer that got lost."""
    purse = _purse(chip)
    if command.p1:
        raise CommandRefused(WRONG_P1P2)
    if len(command.data) != 2:
        raise CommandRefused(WRONG_LENGTH)
    found = purse.proofs.get((command.p2, int.from_bytes(command.data)))
    if found is None:
        raise CommandRefused(MAC_UNAVAILABLE)
    return found


def starting_day(chip: Chip, command: CardCommand) -> bytes:
    """GET STARTING DAY (P1 01), or UPDATE (P1 00) with a MAC under DSK over the last challenge: a new year begins."""
    purse = _purse(chip)
    if command.p1 > 1 or command.p2:
        raise CommandRefused(WRONG_P1P2)
    if command.p1:
        return purse.starting
    if len(command.data) != 8:
        raise CommandRefused(WRONG_LENGTH)
    factor = chip.session.take_challenge()
    if factor is None:
        raise CommandRefused(NO_CHALLENGE)
    session = security.session_key(chip.algorithm, _key(chip), factor)
    with wiped(session):
        head = bytes((command.cla, command.ins, command.p1, command.p2, len(command.data)))
        right = security.mac(chip.algorithm, session, head + command.data[:4])
        if not hmac.compare_digest(right, command.data[4:]):
            raise CommandRefused(MAC_INVALID)
    purse.starting, purse.paid, purse.pooled = command.data[:4], 0, 0
    return b""


def _purse(chip: Chip) -> Purse:
    if chip.directory != _DIRECTORY:
        raise CommandRefused(CONDITIONS)
    return chip.purse


def _key(chip: Chip) -> bytes:
    """DPK, DLK, DTK and DSK of this card, all from the toy root over three levels: none of their ids is told."""
    return toy_key(chip.identity)


@contextmanager
def _session(chip: Chip, begun: Begun, tail: bytes) -> Iterator[bytearray]:
    """The key of one transaction. :param tail: two bytes that end its factor."""
    with wiped(security.session_key(chip.algorithm, _key(chip), begun.factor + tail)) as (session,):
        yield session


def _check(chip: Chip, session: bytearray, data: bytes, given: bytes) -> None:
    if not hmac.compare_digest(security.mac(chip.algorithm, session, data), given):
        raise CommandRefused(MAC_INVALID)


def _shape(command: CardCommand, p1: int, p2: int, length: int) -> None:
    if (command.p1, command.p2) != (p1, p2):
        raise CommandRefused(WRONG_P1P2)
    if len(command.data) != length:
        raise CommandRefused(WRONG_LENGTH)


def _note(chip: Chip, purse: Purse, begun: Begun, count: int, moment: bytes) -> None:
    """The card writes its own record of the transaction (EF08 of DF04), which nobody outside can."""
    application = chip.session.application
    file = application.by_fid(_DETAILS) if application else None
    if isinstance(file, RecordFile) and file.cycle:
        amounts = b"".join(begun.amounts).ljust(12, b"\x00")
        kind = str(begun.kind).encode("ascii")  # an 01 in the table of the file, a number in the commands
        file.push(count.to_bytes(2) + kind + begun.terminal + moment + amounts)
