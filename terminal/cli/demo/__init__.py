"""``demo``: the whole program by itself, with made-up people. Needs the sandbox, and is refused in production."""

from terminal.cli.demo.command import demo

__all__ = ["demo"]
