"""Hostile cards: one table of targets, for Hypothesis in the tests and for atheris by ``./run fuzz``."""
