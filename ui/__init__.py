"""Screens. The only user of PySide6; no business rules.

Whatever of it is imported first, the system libraries that Qt itself needs are looked for here: a machine without them
gets a fault with its number and remedy in place of an error of Python's.
"""

from ui.errors import library_missing

try:
    import PySide6.QtQuick  # noqa: F401 - all that the screens need of Qt hangs on it
except ModuleNotFoundError:
    raise  # an installation without PySide6 is not a system without a library
except ImportError as error:
    raise library_missing(error) from None
