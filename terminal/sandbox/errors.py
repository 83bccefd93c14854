"""Faults of the stand-ins."""

from __future__ import annotations

from enum import Enum


class SandboxFault(Enum):
    """A numbered cause; texts and remedies stand in :mod:`terminal.faults`."""

    IN_PRODUCTION = "X101"  # the sandbox was asked for in another environment
    CENTRE_NOT_STARTED = "X102"  # the child process ended or said nothing before it was ready
    CONTROL_FAILED = "X103"  # the control port of the sandbox centre did not answer
    HOLDER_UNKNOWN = "X104"  # no made-up person of that number or name
    CONTROL_REFUSED = "X105"  # the sandbox centre did not do what was ordered; value reason


class SandboxError(Exception):
    """:param detail: technical words for the log; :param values: what the sentence of the fault names."""

    def __init__(self, fault: SandboxFault, detail: str = "", **values: str) -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
        self.values = values


def require_sandbox(environment: str) -> None:
    """The stand-ins exist in the sandbox environment alone.

    :raises SandboxError: ``IN_PRODUCTION``.
    """
    if environment != "sandbox":
        raise SandboxError(SandboxFault.IN_PRODUCTION, environment[:40])
