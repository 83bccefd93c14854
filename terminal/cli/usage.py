"""What is wrong with a command, in our own words: click says it in English alone, and may quote what was typed."""

from __future__ import annotations

import re

import click

from terminal.text import Language, Text

_QUOTED = re.compile("'([^']{1,40})")

_NO_COMMAND = Text("缺少命令", "no command is given")
_COMMAND = Text("没有命令“{name}”", "there is no command “{name}”")
_OPTION = Text("没有选项 {name}", "there is no option {name}")
_OPTION_MISSING = Text("缺少 {name}", "{name} is missing")
_VALUE = Text("{name} 的值不对", "the value of {name} is wrong")
_CHOICE = Text("{name} 只能是 {choices}", "{name} is one of {choices}")
_FILE = Text("文件“{name}”打不开", "the file “{name}” cannot be opened")
_OPTION_USE = Text("选项 {name} 的用法不对", "the option {name} is not used right")
_EXTRA = Text("参数太多", "there is an argument too many")
_OTHER = Text("参数不对", "an argument is wrong")


class WrongValueError(click.BadParameter):
    """A value that only the command itself can judge, in both languages: click's own kinds have one text alone.

    :param name: the option or argument as it is typed.
    """

    def __init__(self, name: str, why: Text) -> None:
        super().__init__(why.en, param_hint=name)
        self.phrase = Text(f"{name}：{why.zh}", f"{name}: {why.en}")


def missing_command(language: Language) -> str:
    """Nothing was asked for."""
    return _NO_COMMAND.say(language)


def said(error: click.ClickException, language: Language) -> str:
    """The mistake in one phrase."""
    return _said(error).say(language)


def _said(error: click.ClickException) -> Text:
    name = _name(error)
    match error:
        case click.NoSuchOption():
            return _OPTION.format(name=error.option_name)
        case click.MissingParameter():
            return _OPTION_MISSING.format(name=name)
        case click.BadOptionUsage():
            return _OPTION_USE.format(name=error.option_name)
        case click.BadParameter() if error.param is not None and isinstance(error.param.type, click.Choice):
            return _CHOICE.format(name=name, choices=", ".join(str(each) for each in error.param.type.choices))
        case WrongValueError():
            return error.phrase
        case click.BadParameter():
            return _VALUE.format(name=name)
        case click.FileError():
            return _FILE.format(name=error.ui_filename)
        case click.UsageError() if error.ctx is not None and isinstance(error.ctx.command, click.Group):
            return _command(error.message)
        case click.UsageError() if error.ctx is not None:
            return _EXTRA
    return _OTHER


def _name(error: click.ClickException) -> str:
    """Of an option its longest form, of an argument its name as the help has it."""
    param = getattr(error, "param", None)
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.name or "").upper() if isinstance(param, click.Parameter) else ""


def _command(message: str) -> Text:
    """The group was given something that is none of its commands, or nothing; the word stands in click's text alone."""
    given = _QUOTED.search(message)
    return _COMMAND.format(name=given.group(1)) if given else _NO_COMMAND
