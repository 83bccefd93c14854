"""Drivers of a reader that do one thing wrong: something between the suite and our functions."""

from __future__ import annotations

from collections.abc import Callable

from cardio.conformance.bench import Functions
from cardio.interface33 import FUNCTIONS, Code, Reply

Driver = Callable[[Functions], Functions]
Call = Callable[[Functions, tuple[object, ...]], Reply]


class _Wrong:
    def __init__(self, functions: Functions, name: str, call: Call) -> None:
        self._functions, self._name, self._call = functions, name, call

    def call(self, name: str, *arguments: object) -> Reply:
        if name == self._name:
            return self._call(self._functions, arguments)
        return self._functions.call(name, *arguments)

    def close(self) -> None:
        self._functions.close()


def _driver(name: str, call: Call) -> Driver:
    return lambda functions: _Wrong(functions, name, call)


def says(name: str, code: int) -> Driver:
    """Does nothing, and gives this code and an empty string."""
    return _driver(name, lambda functions, arguments: Reply(code, bytearray()))


def turns(name: str, code: int, into: int) -> Driver:
    """Gives another code for one."""

    def call(functions: Functions, arguments: tuple[object, ...]) -> Reply:
        reply = functions.call(name, *arguments)
        return Reply(into, bytearray()) if reply.code == code else reply

    return _driver(name, call)


def passes_over(name: str, address: str) -> Driver:
    """Says done and does nothing where pFileAddr begins so."""
    place = FUNCTIONS[name].parameters.index("pFileAddr")

    def call(functions: Functions, arguments: tuple[object, ...]) -> Reply:
        if str(arguments[place]).startswith(address):
            return Reply(Code.OK, bytearray())
        return functions.call(name, *arguments)

    return _driver(name, call)


def any_type(name: str) -> Driver:
    """Takes whatever iType for contact."""
    return _driver(name, lambda functions, arguments: functions.call(name, 1, *arguments[1:]))


def any_card(name: str, info: str) -> Driver:
    """Does not look whether the card is the one that is meant. :param info: pCardInfo of the one that is in."""
    place = FUNCTIONS[name].parameters.index("pCardInfo")

    def call(functions: Functions, arguments: tuple[object, ...]) -> Reply:
        return functions.call(name, *arguments[:place], info, *arguments[place + 1 :])

    return _driver(name, call)


def forgets_the_card(name: str) -> Driver:
    """Gives another code than -2 where the card is gone."""
    return turns(name, Code.NO_CARD, Code.MUTE)
