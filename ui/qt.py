"""The typed door to PySide6's property system.

PySide6 types a ``@Property`` read from Python as ``Property``, so that ``mypy --strict`` would lose every value, and
``QmlUncreatable`` as something that cannot be called. Here the same decorators are typed for the type checker and are
PySide6's own at run time. Their names must stay: ``pyside6-metaobjectdump`` finds them for qmllint by name.

House rule: a property has ``notify``, or it is ``constant`` for the life of its object.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, Signal

    Kind = TypeVar("Kind", bound=type[QObject])
    Value = TypeVar("Value")

    class Readable(Generic[Value]):
        """A property of an object: its value there, itself on the class."""

        @overload
        def __get__(self, instance: None, owner: type) -> Readable[Value]: ...

        @overload
        def __get__(self, instance: object, owner: type) -> Value: ...

        def __get__(self, instance: object | None, owner: type) -> Value | Readable[Value]: ...

    class Property:
        """Makes a read-only Qt property of the decorated getter."""

        def __init__(self, kind: type | str, *, notify: Signal | None = None, constant: bool = False) -> None: ...

        def __call__(self, getter: Callable[[Any], Value]) -> Readable[Value]: ...

    def QmlUncreatable(reason: str) -> Callable[[Kind], Kind]:  # noqa: N802 - PySide6's name
        """A type that QML knows but cannot make."""
        ...
else:
    from PySide6.QtCore import Property
    from PySide6.QtQml import QmlUncreatable

__all__ = ["Property", "QmlUncreatable"]
