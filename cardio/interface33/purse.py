"""iDoDebit: paying from the medical account in the chip.

No source at hand gives the data of INIT FOR PURCHASE and of the PSAM's commands byte by byte, and off-line payment is
believed to be out of use; so the arguments are checked, and then the function is one that this library does not have.
Guessing at a payment would be worse.
"""

from __future__ import annotations

from collections.abc import Sequence

from cardio.interface33 import arguments as given
from cardio.interface33.errors import Code, Refused
from cardio.interface33.flows import Begin, Device, Dialect


def debit(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iDoDebit(iType, pCardInfo, pPayInfo), and its first HSM step.

    :raises Refused: NOT_SUPPORTED, once the arguments are good.
    """
    given.card_info(arguments[1])
    given.payment(arguments[2])
    raise Refused(Code.NOT_SUPPORTED, "off-line payment")
