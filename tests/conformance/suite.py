"""The sentences of the suite, read from its modules without running a server."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conformance.marks import in_words

FOLDER = Path(__file__).parents[1] / "contract" / "pubsub"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A test: its page ("" where no mark says it), its sentence, and what differs."""

    page: str
    text: str
    differences: str


def sentences() -> list[Sentence]:
    """Read every test of the suite."""
    modules = [
        import_module(f"tests.contract.pubsub.{path.stem}") for path in FOLDER.glob("test_*.py")
    ]
    return [sentence for module in modules for sentence in _of_module(module)]


def _of_module(module: ModuleType) -> Iterator[Sentence]:
    module_marks = _marks(module)
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_") and function.__module__ == module.__name__:
            marks = _marks(function)
            page = [mark.args[0] for mark in (*marks, *module_marks) if mark.name == "documented"]
            told = [mark.kwargs["official"] for mark in _differing((*marks, *module_marks))]
            yield Sentence(next(iter(page), ""), in_words(name), "; ".join(dict.fromkeys(told)))


def _differing(marks: Iterable[pytest.Mark]) -> Iterator[pytest.Mark]:
    """The marks ``differs`` of a test and of its cases."""
    for mark in marks:
        if mark.name == "differs":
            yield mark
        if mark.name == "parametrize":
            for case in mark.args[1]:
                yield from _differing(_as_marks(getattr(case, "marks", ())))


def _marks(marked: Any) -> list[pytest.Mark]:
    found = getattr(marked, "pytestmark", [])
    return _as_marks(found if isinstance(found, list) else [found])


def _as_marks(found: Iterable[Any]) -> list[pytest.Mark]:
    return [getattr(mark, "mark", mark) for mark in found]
