"""What to say of a key that is no setting: where it stands, and the nearest one that is."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from consumer.settings.sources import ENVIRONMENT, Given, variable


def unknown(layer: Mapping[str, Given], known: Sequence[str]) -> list[str]:
    """Say what is wrong with each key that is no setting, once, with the nearest that is."""
    sections = {key.partition(".")[0] for key in known}
    lines: dict[str, None] = {}
    for key, given in layer.items():
        section = key.partition(".")[0]
        if key in known or (key in sections and not given.is_set):
            continue
        if key in sections:
            lines[_not_a_value(key, given, known)] = None
        else:
            # A file's unknown section is named once, not for each of its keys.
            wrong = key if section in sections or given.where == ENVIRONMENT else section
            lines[_unknown(wrong, given, known)] = None
    return list(lines)


def _unknown(key: str, given: Given, known: Sequence[str]) -> str:
    section, dot, _ = key.partition(".")
    near = [name for name in known if name.startswith(f"{section}.")] if dot else []
    candidates = near or sorted({*known, *(name.partition(".")[0] for name in known)})
    nearest = get_close_matches(key, candidates, n=1, cutoff=0)[0]
    return (
        f"unknown setting {_spelled(key, given)} in {given.where}; "
        f"the nearest known one is {_spelled(nearest, given)}"
    )


def _not_a_value(key: str, given: Given, known: Sequence[str]) -> str:
    example = next(name for name in known if name.startswith(f"{key}."))
    return (
        f"{_spelled(key, given)} in {given.where} is a section and has no value of its own; "
        f"set its keys, such as {_spelled(example, given)}"
    )


def _spelled(key: str, given: Given) -> str:
    return variable(key) if given.where == ENVIRONMENT else key
