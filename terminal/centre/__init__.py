"""Client of the central API."""
