"""All services: every module of this package that declares one. A new file is a new service."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import terminal.services
from terminal.errors import TerminalError, TerminalFault
from terminal.services.base import Service


@cache
def services() -> tuple[Service, ...]:
    """Every declared service, in the order of its shortcut."""
    found = []
    for module in pkgutil.iter_modules(terminal.services.__path__):
        declared = getattr(import_module(f"terminal.services.{module.name}"), "SERVICE", None)
        if isinstance(declared, Service):
            found.append(declared)
    return tuple(sorted(found, key=lambda service: (service.shortcut, service.code)))


def service(code: str) -> Service:
    """The service of that code or alias.

    :raises TerminalError: ``SERVICE_UNKNOWN``.
    """
    for candidate in services():
        if code in {candidate.code, *candidate.aliases}:
            return candidate
    raise TerminalError(TerminalFault.SERVICE_UNKNOWN, code=code)
