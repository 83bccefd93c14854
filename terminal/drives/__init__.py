"""Field drives: persons and numbers that a terminal takes along."""
