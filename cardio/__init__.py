"""Chips: readers, commands, files and applications of the social security card.

This package knows no bank, no centre, no store, no screen and no network, and can be used by itself.
"""
