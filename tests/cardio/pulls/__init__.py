"""Anti-pull: every flow, disturbed at every one of its commands, in every way. The matrix is made from the flows."""
