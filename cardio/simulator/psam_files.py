"""SELECT and READ BINARY of a PSAM (card.md §4.2, §3).

No source tells in which directory a file stands, so each is found from everywhere.
"""

from __future__ import annotations

from cardio.keysource import Algorithm
from cardio.simulator.command import CardCommand
from cardio.simulator.psam_contents import files
from cardio.simulator.psam_state import PsamChip
from cardio.simulator.status import (
    FILE_NOT_FOUND,
    NO_CURRENT_FILE,
    SECURITY,
    WRONG_OFFSET,
    WRONG_P1P2,
    CommandRefused,
    exact_length,
)

DES_ENVIRONMENT = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
WIDE_ENVIRONMENT = bytes.fromhex("7378322E73682EC9E7BBE1B1A3D5CF")
APPLICATION = bytes.fromhex("D15600000590")

_MASTER = 0x3F00


def select(chip: PsamChip, command: CardCommand) -> bytes:
    """SELECT by name (P1 04: FCI) or by FID (P1 00: no answer). Another directory ends the session key."""
    forms = {(0x00, 0x00): _by_fid, (0x04, 0x00): _by_name}
    form = forms.get((command.p1, command.p2))
    if form is None:
        raise CommandRefused(WRONG_P1P2)
    return form(chip, command.data)


def _by_name(chip: PsamChip, name: bytes) -> bytes:
    session, known = chip.session, chip.contents.algorithms
    wide = Algorithm.SSF33 if Algorithm.SSF33 in known else Algorithm.SM4
    inside = name == APPLICATION
    environments = {DES_ENVIRONMENT: Algorithm.TDES, WIDE_ENVIRONMENT: wide, APPLICATION: session.algorithm}
    found = environments.get(name)
    if found is None or found not in known:
        raise CommandRefused(FILE_NOT_FOUND)
    session.algorithm, session.in_application, session.file = found, inside, None
    session.forget_key()
    fci = b"\x84" + bytes((len(name),)) + name
    if not inside:
        fci += b"\xa5\x06\x9f\x0c\x03\x86\x01" + bytes((found.card_code,))
    return b"\x6f" + bytes((len(fci),)) + fci


def _by_fid(chip: PsamChip, data: bytes) -> bytes:
    session, fid = chip.session, int.from_bytes(data)
    if fid == _MASTER or not data:
        session.algorithm, session.in_application, session.file = Algorithm.TDES, False, None
        session.forget_key()
    elif fid in files(chip.contents, chip.purchases):
        session.file = fid
    else:
        raise CommandRefused(FILE_NOT_FOUND)
    return b""


def read(chip: PsamChip, command: CardCommand) -> bytes:
    """READ BINARY of the current file, or by a short identifier (P1 100sssss), which makes its file current.

    What holds keys is never read: 6982.
    """
    offset = _place(chip, command)
    content = files(chip.contents, chip.purchases)[_current(chip)]
    if content is None:
        raise CommandRefused(SECURITY)
    if offset >= len(content):
        raise CommandRefused(WRONG_OFFSET)
    rest = content[offset:]
    wanted = command.le or 256
    if wanted > len(rest) and wanted != 256:
        raise CommandRefused(exact_length(len(rest)))
    return rest[:wanted]


def _place(chip: PsamChip, command: CardCommand) -> int:
    """The offset that P1 and P2 mean."""
    if not command.p1 & 0x80:
        return command.p1 << 8 | command.p2
    if command.p1 & 0x60:
        raise CommandRefused(WRONG_P1P2)
    sfi = command.p1 & 0x1F
    if sfi:
        found = next((fid for fid in files(chip.contents, chip.purchases) if fid & 0x1F == sfi), None)
        if found is None:
            raise CommandRefused(FILE_NOT_FOUND)
        chip.session.file = found
    return command.p2


def _current(chip: PsamChip) -> int:
    if chip.session.file is None:
        raise CommandRefused(NO_CURRENT_FILE)
    return chip.session.file
