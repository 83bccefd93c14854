"""The typed door to PySide6's property system.

PySide6 types a ``@Property`` read from Python as ``Property``, so that ``mypy --strict`` would lose every value. Here the
same decorator is a typed descriptor for the type checker and PySide6's own class at run time. Its name must stay
``Property``: ``pyside6-metaobjectdump`` finds properties for qmllint by that name.

House rule: a property has ``notify``, or it is ``constant`` for the life of its object.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from PySide6.QtCore import Signal

    Value = TypeVar("Value")

    class Property(Generic[Value]):
        """A read-only Qt property whose getter is the decorated method."""

        def __init__(self, kind: type | str, *, notify: Signal | None = None, constant: bool = False) -> None: ...

        def __call__(self, getter: Callable[[Any], Value]) -> Property[Value]: ...

        @overload
        def __get__(self, instance: None, owner: type) -> Property[Value]: ...

        @overload
        def __get__(self, instance: object, owner: type) -> Value: ...

        def __get__(self, instance: object | None, owner: type) -> Value | Property[Value]: ...
else:
    from PySide6.QtCore import Property

__all__ = ["Property"]
