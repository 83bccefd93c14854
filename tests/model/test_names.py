"""What the models say that they are of is in the code: every name behind ``code:``, and the files of each heading."""

from __future__ import annotations

import re
from functools import reduce
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODELS = sorted(HERE.glob("*.pml"))

_MARK = re.compile(r"code: (\w+(?:\.\w+)+(?:,[\s*]+\w+(?:\.\w+)+)*)")


def marked(text: str) -> list[str]:
    """The names behind each ``code:``, whole."""
    return [name for names in _MARK.findall(text) for name in re.split(r"[,\s*]+", names) if name]


def comment(text: str) -> str:
    """The comment that a text ends with; empty where it ends with none."""
    return text.rpartition("/*")[2].strip() if text.endswith("*/") else ""


def found(name: str) -> object:
    """What a dotted name is.

    :raises AttributeError: the code has it not, or no longer. :raises ModuleNotFoundError: no part of it is a module.
    """
    parts = name.split(".")
    module = next(n for n in range(len(parts) - 1, 0, -1) if _is_module(".".join(parts[:n])))
    return reduce(getattr, parts[module:], import_module(".".join(parts[:module])))


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # its parent is a class, or is not there
        return False


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.name)
def test_every_name_in_a_model_is_in_the_code(model: Path) -> None:
    names = marked(model.read_text("utf-8"))
    assert len(names) > 4
    for name in names:
        assert found(name) is not None, name


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.name)
def test_every_step_of_a_model_says_what_it_is_of(model: Path) -> None:
    head, *steps = model.read_text("utf-8").split("\ninline ")
    said = {step.partition("(")[0]: comment(before) for before, step in pairwise([head, *steps])}
    assert len(said) > 2
    assert [name for name, words in said.items() if not words.startswith(("code: ", "model alone"))] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.name)
def test_every_file_in_a_heading_is_there(model: Path) -> None:
    heading = model.read_text("utf-8").partition("*/")[0]
    folder, files = ROOT, []
    for name in re.findall(r"[\w/]+\.py", heading):
        folder = (ROOT / name).parent if "/" in name else folder
        files.append(folder / Path(name).name)
    assert files
    assert [str(path) for path in files if not path.is_file()] == []


@pytest.mark.parametrize("name", ["offline_cache.epochs.began", "terminal.sandbox.inbox.Inbox._fill"])
def test_a_name_that_the_code_has_not_is_told(name: str) -> None:
    text = f"/* code: offline_cache.epochs.begin,\n * {name}. As it was. */"
    assert marked(text) == ["offline_cache.epochs.begin", name]
    with pytest.raises(AttributeError):
        found(name)
