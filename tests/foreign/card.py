"""The card: bytes in, bytes out, over T=0 or with answers at once."""

from __future__ import annotations

from collections.abc import Callable

from tests.foreign import proofs, records
from tests.foreign.contents import Make, bank_records
from tests.foreign.records import ADFS, exactly
from tests.foreign.state import Chip, Refused
from tests.foreign.tree import tlv

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
PSE = b"1PAY.SYS.DDF01"
DEBIT = bytes.fromhex("A000000333010101")
BANK = ("PSE", "BANK")

Handler = Callable[[Chip, int, int, bytes, int | None], bytes]

_HANDLERS: dict[tuple[int, int], Handler] = {
    (0x00, 0xB2): records.read_record,
    (0x00, 0xDC): records.update_record,
    (0x00, 0xB0): records.read_binary,
    (0x00, 0xD6): records.update_binary,
    (0x00, 0x84): proofs.challenge,
    (0x00, 0x88): proofs.internal,
    (0x00, 0x82): proofs.external,
    (0x00, 0x20): proofs.verify,
    (0x80, 0x5E): proofs.change,
    (0x84, 0x24): proofs.unblock,
}
_CLASSES = (0x00, 0x80, 0x84, 0xB0, 0x04)


class ForeignCard:
    """One card. :param make: what it is.

    :ivar pull: number of the command at which it is pulled, and whether the command is still carried out.
    :ivar commands: every command that was carried out.
    """

    def __init__(self, make: Make) -> None:
        self.make = make
        self.chip = Chip(make)
        self.bank = bank_records(make)
        self.atr = bytes.fromhex("3B6D0000") + make.history
        self.pull: tuple[int, bool] | None = None
        self.count = 0
        self.commands: list[bytes] = []

    def reset(self) -> None:
        self.chip.reset()

    def apdu(self, command: bytes) -> bytes | None:
        """The answer with its status word; ``None`` when the card was pulled."""
        self.count += 1
        pulled = self.pull is not None and self.pull[0] == self.count
        if pulled and self.pull is not None and not self.pull[1]:
            return None
        self.commands.append(command)
        answer = self._answer(command)
        return None if pulled else answer

    def _answer(self, command: bytes) -> bytes:
        try:
            return self._run(command)
        except Refused as refused:
            return bytes.fromhex(refused.sw)

    def _run(self, command: bytes) -> bytes:
        if len(command) < 4:
            raise Refused("6700")
        ins = command[1]
        data, le = _body(command[4:])
        now = self.chip.now
        if ins == 0xC0:
            return self._rest(le)
        now.pending = b""
        out = self._handle(command[:4], data, le)
        if out and (data or ins == 0xA4) and not self.make.direct:
            now.pending = out
            return bytes([0x61, len(out) & 0xFF])
        return out + b"\x90\x00"

    def _rest(self, le: int | None) -> bytes:
        """GET RESPONSE."""
        pending = self.chip.now.pending
        if not pending:
            raise Refused("6F00")
        if not self.make.direct and le != len(pending) & 0xFF:
            raise Refused(f"6C{len(pending) & 0xFF:02X}")
        self.chip.now.pending = b""
        return pending + b"\x90\x00"

    def _handle(self, head: bytes, data: bytes, le: int | None) -> bytes:
        cla, ins, p1, p2 = head
        if (cla, ins) == (0x00, 0xA4):
            return self._select(p1, p2, data)
        if self.chip.now.application in BANK:
            return self._bank(head, data, le)
        handler = _HANDLERS.get((cla, ins))
        if handler is None:
            raise Refused("6D00" if cla in _CLASSES else "6E00")
        return handler(self.chip, p1, p2, data, le)

    def _select(self, p1: int, p2: int, data: bytes) -> bytes:
        if p2 not in (0x00, 0x02, 0x0C):
            raise Refused("6A86")
        if p1 == 4:
            if p2 == 2:
                raise Refused("6A82")
            return self._by_name(data)
        if p1 not in (0, 2):
            raise Refused("6A86")
        if len(data) not in (0, 2):
            raise Refused("6700")
        return self._by_identifier(p1, int.from_bytes(data) if data else 0x3F00)

    def _by_name(self, name: bytes) -> bytes:
        hidden = self.make.root_first and not self.chip.now.root_seen
        if name == SSSE and not hidden:
            self.chip.enter("SSSE")
            return self._description()
        if name in ADFS and not hidden:
            self.chip.enter(ADFS[name])
            return tlv(0x6F, tlv(0x84, name))
        if name == PSE and self.make.bank != "none":
            self.chip.enter("PSE")
            return tlv(0x6F, tlv(0x84, PSE) + tlv(0xA5, bytes.fromhex("8801015F2D027A689F110101")))
        if name == DEBIT and self.make.bank != "none":
            self.chip.enter("BANK")
            inside = bytes.fromhex("500A50424F43204445424954870101" + "9F38099F7A019F02065F2A02")
            return tlv(0x6F, tlv(0x84, DEBIT) + tlv(0xA5, inside))
        raise Refused("6A82")

    def _description(self) -> bytes:
        names = self.make.generation == 3 if self.make.names_cipher is None else self.make.names_cipher
        cipher = bytes.fromhex("9F0C03") + tlv(0x86, bytes([self.chip.cipher.number])) if names else b""
        inside = tlv(0x88, bytes([self.make.directory])) + cipher
        return tlv(0x6F, tlv(0x84, SSSE) + tlv(0xA5, inside))

    def _by_identifier(self, p1: int, fid: int) -> bytes:
        now = self.chip.now
        if p1 == 0 and fid == 0x3F00:
            now.root_seen = True
            self.chip.enter("MF")
            return b""
        if p1 == 0 and fid == 0xDDF1 and not self.make.in_root:
            return self._by_name(SSSE)
        if p1 == 0 and fid >> 8 == 0xDF:
            name = f"DF{fid & 0xFF:02X}"
            if name not in self.chip.applications or now.application in BANK:
                raise Refused("6A82")
            self.chip.enter(name)
            return tlv(0x6F, tlv(0x84, next(aid for aid, each in ADFS.items() if each == name)))
        if fid not in self.chip.applications.get(now.application, {}):
            raise Refused("6A82")
        now.file, now.last = fid, 0
        return b""

    def _bank(self, head: bytes, data: bytes, le: int | None) -> bytes:
        cla, ins, p1, p2 = head
        now = self.chip.now
        if (cla, ins) == (0x00, 0xB2):
            if now.application == "PSE":
                if (p1, p2) != (1, 0x0C):
                    raise Refused("6A83")
                entry = tlv(0x4F, DEBIT) + tlv(0x50, b"PBOC DEBIT") + bytes.fromhex("870101")
                return exactly(self.chip, tlv(0x70, tlv(0x61, entry)), le)
            if self.make.bank == "full" and not now.options:
                raise Refused("6985")
            file = self.bank.get(p2 >> 3)
            if file is None:
                raise Refused("6A82")
            if p2 & 7 != 4 or p1 not in file:
                raise Refused("6A83")
            return exactly(self.chip, file[p1], le)
        if (cla, ins) == (0x80, 0xA8) and now.application == "BANK":
            if data[:2] != bytes.fromhex("8309") or len(data) != 11:
                raise Refused("6700")
            now.options = True
            locator = "10010100" if self.make.bank == "short" else "18010200"
            return tlv(0x80, bytes.fromhex("7C00" + locator))
        raise Refused("6D00")


def _body(body: bytes) -> tuple[bytes, int | None]:
    """Data and Le."""
    if not body:
        return b"", None
    if len(body) == 1:
        return b"", body[0]
    data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
    if len(data) != body[0] or len(rest) > 1:
        raise Refused("6700")
    return data, rest[0] if rest else None
