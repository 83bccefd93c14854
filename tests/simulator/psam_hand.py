"""Sends commands in hex to the PSAM in software, and gives its answers in hex."""

from __future__ import annotations

from cardio.simulator.personas import SECOND
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents

SX1, SX2 = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "00A404000F7378322E73682EC9E7BBE1B1A3D5CF"
DF01 = "00A4040006D15600000590"
CITY = "3337303130307378"

RANDOM, COUNT, AMOUNTS, MOMENT = "11223344", "0005", "00000BB8000007D0000003E8", "20261128101500"
OF_CARD = SECOND.history[5:].hex().upper()
PURCHASE_DATA = f"{RANDOM}{COUNT}{AMOUNTS}06{MOMENT}0101{OF_CARD}"
PURCHASE = f"8070010024{PURCHASE_DATA}"
"""INIT SAM FOR PURCHASE of a card of 3DES, in the environment of 3DES."""


class Hand:
    def __init__(self, contents: PsamContents | None = None, *, t0: bool = False) -> None:
        self.psam = SimulatedPsam(contents, t0)
        self.psam.power_on()

    def __call__(self, *commands: str) -> str:
        answer = b""
        for command in commands:
            answer = self.psam.process(bytes.fromhex(command))
        return answer.hex().upper()
