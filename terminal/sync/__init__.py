"""The way of recorded operations to the centre, and of their outcomes back."""
