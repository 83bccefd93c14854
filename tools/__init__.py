"""Commands of the repository itself. Never part of the product."""
