"""What a change of a JSON Schema breaks for documents that the old one accepted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

_MUST_STAY = ("const", "format", "pattern", "not")


@dataclass(frozen=True, slots=True)
class Change:
    """The same place in the old and the new schema."""

    path: str
    old: Schema
    new: Schema


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Say which documents of the old schema the new one would refuse or lose, by path."""
    return list(_Comparison(old, new).differences("$", old, new))


class _Comparison:
    def __init__(self, old_root: Schema, new_root: Schema) -> None:
        self._old_root, self._new_root = old_root, new_root

    def differences(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        """Compare each type that the old schema takes with the new one's answer to it."""
        answers = _by_type(new, self._new_root)
        for kind, before in _by_type(old, self._old_root).items():
            after = answers.get(kind) or (answers.get("number") if kind == "integer" else None)
            if after is None:
                yield f"{path} no longer takes {kind}"
            else:
                change = Change(path, before, after)
                yield from _narrowed_values(change)
                yield from _narrowed_bounds(change)
                yield from self._fields(change)
                yield from self._items(change)

    def _fields(self, change: Change) -> Iterator[str]:
        for name in set(change.new.get("required", [])) - set(change.old.get("required", [])):
            yield f"{change.path}.{name} is newly required"
        kept = change.new.get("properties", {})
        for name, before in change.old.get("properties", {}).items():
            if name in kept:
                yield from self.differences(f"{change.path}.{name}", before, kept[name])
            else:
                yield f"{change.path}.{name} is gone"

    def _items(self, change: Change) -> Iterator[str]:
        for word in ("items", "additionalProperties"):
            before, after = change.old.get(word), change.new.get(word)
            if isinstance(before, dict) and isinstance(after, dict):
                yield from self.differences(f"{change.path}[]", before, after)


def _narrowed_values(change: Change) -> Iterator[str]:
    allowed = change.new.get("enum")
    if allowed is not None:
        lost = [value for value in change.old.get("enum", ["anything"]) if value not in allowed]
        if lost:
            yield f"{change.path} no longer takes {lost}"
    for word in _MUST_STAY:
        if word in change.new and change.new[word] != change.old.get(word):
            yield f"{change.path} has another {word}"


def _narrowed_bounds(change: Change) -> Iterator[str]:
    for word in ("maximum", "maxLength"):
        if change.new.get(word, float("inf")) < change.old.get(word, float("inf")):
            yield f"{change.path} has a smaller {word}"
    for word in ("minimum", "minLength"):
        if change.new.get(word, float("-inf")) > change.old.get(word, float("-inf")):
            yield f"{change.path} has a larger {word}"


def _by_type(schema: Schema, root: Schema) -> dict[str, Schema]:
    """List the types that a schema takes, following references and alternatives."""
    if "$ref" in schema:
        return _by_type(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        choices = [_by_type(choice, root) for choice in schema["anyOf"]]
        return {kind: choice for choice in choices for kind, choice in choice.items()}
    return {schema["type"]: schema}
