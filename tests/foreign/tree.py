"""Files of a card and what opens them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    LINEAR = "linear"
    CYCLIC = "cyclic"
    BINARY = "binary"


@dataclass(frozen=True)
class Pin:
    """The PIN was shown."""


@dataclass(frozen=True)
class Key:
    """The key of this id was proven."""

    number: int


@dataclass(frozen=True)
class AnyOf:
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class AllOf:
    rules: tuple[Rule, ...]


Rule = Pin | Key | AnyOf | AllOf | None
"""``None`` is free."""


def met(rule: Rule, *, pin: bool, keys: set[int]) -> bool:
    match rule:
        case Pin():
            return pin
        case Key(number):
            return number in keys
        case AnyOf(rules):
            return any(met(each, pin=pin, keys=keys) for each in rules)
        case AllOf(rules):
            return all(met(each, pin=pin, keys=keys) for each in rules)
        case None:
            return True


@dataclass
class File:
    """:param most: records that a cyclic file has room for."""

    kind: Kind
    read: Rule
    write: Rule
    records: list[bytes] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    most: int = 99


def tlv(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value
