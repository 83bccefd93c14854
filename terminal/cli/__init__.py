"""Commands of ``ssc-terminal``."""
