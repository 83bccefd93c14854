"""One module for each application of the card."""
