"""Screens. The only user of PySide6; no business rules."""
