"""iDoDebit: paying from the medical account in the chip (card.md §3 and §6).

With the HSM both steps are told: what goes out and what comes back. What INIT FOR PURCHASE answers inside its 22 bytes
is not; it is taken apart as the electronic purse of JR/T 0025 has it (see :mod:`cardio.simulator.purse`). With a PSAM
the data of its two commands are told by no source, and guessing at a payment would be worse than not having it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cardio import status
from cardio.apdu import Command
from cardio.cardkeys import DPK
from cardio.errors import CardError
from cardio.files.df04 import DF04
from cardio.interface33 import arguments as given
from cardio.interface33.errors import Code, Refused, of_status
from cardio.interface33.exchange import algorithm_id, key_address, the_card
from cardio.interface33.flows import NO_TERMINAL, Ask, Begin, Device, Dialect, Flow, Purpose, Say
from cardio.interface33.outputs import line
from cardio.interface33.writes import Write, kept, recorded
from cardio.selection import Selection
from cardio.session import CardSession

PURCHASE: Final = 0x06
"""交易类型."""

_VERSION: Final = 1
"""Of DPK: the first group, as everywhere where no source says which."""

_BEGUN: Final = 0x16
_COUNT_AT, _RANDOM_AT = 12, 18
_PROVEN: Final = 8


@dataclass(frozen=True)
class Begun:
    """What the card answered to INIT FOR PURCHASE. :param count: 医疗消费交易序号. :param random: 伪随机数."""

    count: bytes
    random: bytes


def debit(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iDoDebit(iType, pCardInfo, pPayInfo) with the PSAM.

    :raises Refused: once the arguments are good, NO_PSAM where there is none, after which a caller turns to the HSM
        (reader interface 10.5); else NOT_SUPPORTED. No card is looked for.
    """
    given.card_info(arguments[1])
    given.payment(arguments[2])
    if device.terminal_number() == NO_TERMINAL:
        raise Refused(Code.NO_PSAM)
    raise Refused(Code.NOT_SUPPORTED, "payment with a PSAM")


def debit_hsm(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iDoDebit_HSM_Step1(iType, pCardInfo, pPayInfo) and _Step2(pKey). The holder types the PIN in the first."""
    info = given.card_info(arguments[1])
    pay = given.payment(arguments[2])
    terminal = device.terminal_number()

    def flow(session: CardSession) -> Flow:
        with session.flow():
            found = the_card(session, info)
        digits: Any = yield Ask(Purpose.CURRENT)
        session.verify_pin(digits)
        with session.flow():
            session.open()
            session.selection.application(DF04.name)
            begun = _begin(session.selection, pay, terminal)
        algorithm = algorithm_id(found.identity.algorithm)
        address = key_address(DPK[_VERSION - 1], dialect)
        about = [algorithm, address, begun.random, begun.count, pay.total, f"{PURCHASE:02X}", terminal, pay.time]
        (shown,) = yield Say(line(about))
        sequence, time, code = given.purchase_key(shown)
        with recorded(device.book, Write("iDoDebit", found, value=int(pay.total)), _unpaid), session.flow():
            tac, mac = _pay(session.selection, sequence + bytes.fromhex(time) + code)
        return line([mac, algorithm, address, pay.total, f"{PURCHASE:02X}", terminal, sequence, time, tac])

    return flow


def _unpaid(error: CardError | Refused) -> bool:
    """Whether the card said that nothing was paid."""
    return kept(error) or (isinstance(error, Refused) and -error.code in {status.SW.MAC_INVALID, status.SW.FUNDS})


def _begin(selection: Selection, pay: given.Payment, terminal: str) -> Begun:
    """INIT FOR PURCHASE (B0 28 01 01): key version, three amounts, terminal."""
    data = bytes((_VERSION,)) + pay.amounts + bytes.fromhex(terminal)
    answer = selection.send(Command(0xB0, 0x28, 0x01, 0x01, data, le=_BEGUN), status.ANY)
    if answer.sw != status.SW.OK:
        raise Refused(of_status(answer.sw), "INIT FOR PURCHASE")
    if len(answer.data) != _BEGUN:
        raise Refused(Code.CHECKSUM, "INIT FOR PURCHASE")
    return Begun(answer.data[_COUNT_AT : _COUNT_AT + 2], answer.data[_RANDOM_AT : _RANDOM_AT + 4])


def _pay(selection: Selection, data: bytes) -> tuple[bytes, bytes]:
    """DEBIT FOR PURCHASE (B0 2C 01 00): number of the terminal's transaction, time, MAC1; gives TAC and MAC2."""
    answer = selection.send(Command(0xB0, 0x2C, 0x01, 0x00, data, le=_PROVEN), status.ANY)
    if answer.sw != status.SW.OK:
        raise Refused(of_status(answer.sw), "DEBIT FOR PURCHASE")
    if len(answer.data) != _PROVEN:
        raise Refused(Code.CHECKSUM, "DEBIT FOR PURCHASE")
    return answer.data[:4], answer.data[4:]
