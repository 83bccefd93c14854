"""Making cards: orders from a batch, one blank card after the other."""
