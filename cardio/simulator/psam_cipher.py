"""CIPHER DATA of a PSAM: enciphering and MACs, whole or in a chain of commands (card.md §4.2).

card.md names P1 00 (encipher), 05 (MAC in one command) and "01/03/07 chained". What the bits mean is taken from the
general calculation of PSAMs after the People's Bank's PSAM specification, as two independent programs for such cards
have it: bit 1 asks for a MAC, bit 2 says that more follows, bit 3 that an initial value comes first. So 07 is the first
command of a MAC, 03 one in the middle, 01 the last. 02, enciphering with more to follow, is from there alone.

Ours: data are whole blocks in every command, padded by the caller, as 05 has them; only the last command of a MAC gives
an answer. The session key serves one whole operation. A command that is refused within a chain, and any other command
but GET RESPONSE, drop the chain and its key.
"""

from __future__ import annotations

from cardio import security
from cardio.simulator.command import CardCommand
from cardio.simulator.psam_contents import BOTH, CIPHER, LOAD, MAC, TAC
from cardio.simulator.psam_state import PsamChip, PsamSession
from cardio.simulator.status import CONDITIONS, DATA_WRONG, WRONG_P1P2, CommandRefused

_MAC, _MORE, _FIRST = 0x01, 0x02, 0x04
_FORMS = frozenset({0, _MORE, _MAC, _MAC | _MORE, _MAC | _FIRST, _MAC | _MORE | _FIRST})
_ENCIPHERING = frozenset({CIPHER, BOTH})
_MAKING_MACS = frozenset({MAC, BOTH, LOAD, TAC})


def cipher(chip: PsamChip, command: CardCommand) -> bytes:
    """CIPHER DATA: enciphers blocks, or gives the 4 bytes of a MAC."""
    chip.require_application()
    session = chip.session
    chain, session.chain = session.chain, None
    try:
        _require(session, chain, command)
    except CommandRefused:
        if chain is not None:
            session.forget_key()
        raise
    if command.p1 & _MAC:
        answer = _mac(session, chain or b"", command)
    else:
        answer = bytes(security.encrypt(session.algorithm, session.key, command.data))
        session.chain = b""
    if not command.p1 & _MORE:
        session.forget_key()
    return answer


def _require(session: PsamSession, chain: bytes | None, command: CardCommand) -> None:
    """:raises CommandRefused: 6985 without a session key that does this, or out of turn; 6A86; 6A80 for no blocks."""
    if not session.key:
        raise CommandRefused(CONDITIONS)
    if command.p1 not in _FORMS or command.p2:
        raise CommandRefused(WRONG_P1P2)
    makes_mac, first = command.p1 & _MAC, command.p1 & _FIRST
    if session.kind not in (_MAKING_MACS if makes_mac else _ENCIPHERING):
        raise CommandRefused(CONDITIONS)
    in_turn = chain is None if first else bool(chain) if makes_mac else not chain
    if not in_turn:
        raise CommandRefused(CONDITIONS)
    blocks, rest = divmod(len(command.data), security.block_size(session.algorithm))
    if rest or blocks < (2 if first else 1):
        raise CommandRefused(DATA_WRONG)


def _mac(session: PsamSession, chain: bytes, command: CardCommand) -> bytes:
    """The next part of a MAC: nothing but its last block is kept, and given, folded, at the end."""
    data = command.data
    if command.p1 & _FIRST:
        size = security.block_size(session.algorithm)
        chain, data = data[:size], data[size:]
    last = security.chained(session.algorithm, session.key, data, chain)
    if command.p1 & _MORE:
        session.chain = last
        return b""
    return security.folded(last)
