"""A social security card in software, with public toy keys. Never part of a production package."""
