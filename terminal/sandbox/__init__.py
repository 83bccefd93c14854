"""A centre to develop and demonstrate against, with made-up people. Never part of a production package."""
