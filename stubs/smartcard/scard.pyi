# What cardio/pcsc.py uses of pyscard 2.3, which ships no types of its own.
from collections.abc import Sequence

INFINITE: int
SCARD_SCOPE_USER: int
SCARD_SHARE_SHARED: int
SCARD_SHARE_EXCLUSIVE: int
SCARD_PROTOCOL_T0: int
SCARD_PROTOCOL_T1: int
SCARD_PCI_T0: int
SCARD_PCI_T1: int
SCARD_LEAVE_CARD: int
SCARD_RESET_CARD: int
SCARD_UNPOWER_CARD: int

SCARD_STATE_UNAWARE: int
SCARD_STATE_IGNORE: int
SCARD_STATE_CHANGED: int
SCARD_STATE_UNKNOWN: int
SCARD_STATE_UNAVAILABLE: int
SCARD_STATE_EMPTY: int
SCARD_STATE_PRESENT: int
SCARD_STATE_EXCLUSIVE: int
SCARD_STATE_INUSE: int
SCARD_STATE_MUTE: int

def SCardEstablishContext(scope: int) -> tuple[int, int]: ...
def SCardReleaseContext(context: int) -> int: ...
def SCardListReaders(context: int, groups: Sequence[str]) -> tuple[int, list[str]]: ...
def SCardGetStatusChange(
    context: int, timeout: int, states: Sequence[tuple[str, int]]
) -> tuple[int, list[tuple[str, int, list[int]]]]: ...
def SCardCancel(context: int) -> int: ...
def SCardConnect(context: int, reader: str, share: int, protocols: int) -> tuple[int, int, int]: ...
def SCardReconnect(card: int, share: int, protocols: int, initialization: int) -> tuple[int, int]: ...
def SCardDisconnect(card: int, disposition: int) -> int: ...
def SCardBeginTransaction(card: int) -> int: ...
def SCardEndTransaction(card: int, disposition: int) -> int: ...
def SCardTransmit(card: int, pci: int, apdu: Sequence[int]) -> tuple[int, list[int]]: ...
def SCardStatus(card: int) -> tuple[int, str, int, int, list[int]]: ...
