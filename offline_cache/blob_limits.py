"""The sizes of photos, scans and signatures, for those who need no cipher to know them."""

from __future__ import annotations

PIECE = 256 * 1024
"""Bytes of the content in one piece."""
MOST_PIECES = 32
LARGEST = MOST_PIECES * PIECE
"""Bytes of a blob's content: 8 MiB."""
MOST_BLOBS = 8
"""That one operation may name."""
LARGEST_SEALED = PIECE + 1024
"""Bytes of a sealed piece, whatever the suite."""

WAITS = "waits-for-blob"
"""The centre's reason for holding an operation whose blobs are not there."""
