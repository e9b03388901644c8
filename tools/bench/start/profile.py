"""What a process imports, and what each package takes of it, as the interpreter says it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SWITCH: Final = {"PYTHONPROFILEIMPORTTIME": "1"}
"""The environment in which it says it, on standard error ("-X importtime", Python manual)."""

_LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", re.MULTILINE)
_NAMESPACES = {"google": 2, "google.cloud": 3, "opentelemetry": 2}
"""Packages that share a name without belonging together: how many parts of it tell them apart."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The imports of one process."""

    modules: Sequence[str]
    """In the order in which they were done."""
    seconds: Mapping[str, float]
    """By package, of its own modules without what these import; the greatest first."""


def profile_of(log: str) -> Profile:
    """Read what the interpreter wrote; other lines may stand between."""
    found = [(name, int(microseconds)) for microseconds, name in _LINE.findall(log)]
    seconds: Counter[str] = Counter()
    for name, microseconds in found:
        seconds[package_of(name)] += microseconds
    by_package = {package: total / 1e6 for package, total in seconds.most_common()}
    return Profile([name for name, _ in found], by_package)


def package_of(module: str) -> str:
    """Give the package that a module is of, which need not be the first part of its name."""
    parts = module.split(".")
    depth = max(_NAMESPACES.get(".".join(parts[:length]), 1) for length in range(1, len(parts) + 1))
    return ".".join(parts[:depth])
