"""Steps side by side (``ColumnTransformer``, ``FeatureUnion``) and one after another."""

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from consumer.model.compiled.steps import Compile, Own, Step, known
from consumer.model.compiled.table import Input, Table, block_of


def column_transformer(fitted: Any, example: Input, compile_step: Compile) -> Step:
    """Compile a ``ColumnTransformer`` that gives a dense array."""
    known(not fitted.sparse_output_, "sparse_output_")
    weights = fitted.transformer_weights or {}
    parts = []
    for name, transformer, columns in fitted.transformers_:
        known(isinstance(columns, list | tuple | np.ndarray), "columns")
        if _is(transformer, "drop") or len(columns) == 0:
            continue
        choose = _choice(columns, fitted, example)
        step = compile_step(transformer, choose(example))
        parts.append((after(choose, step), weights.get(name)))
    return _side_by_side(parts)


def feature_union(fitted: Any, example: Input, compile_step: Compile) -> Step:
    """Compile a ``FeatureUnion``."""
    return _side_by_side(
        [(compile_step(member, example), weight) for member, weight in members(fitted)]
    )


def members(union: Any) -> Iterator[tuple[Any, float | None]]:
    """Give the transformers of a ``FeatureUnion`` and their weights."""
    weights = union.transformer_weights or {}
    for name, transformer in union.transformer_list:
        if not _is(transformer, "drop"):
            yield transformer, weights.get(name)


def pipeline(fitted: Any, example: Input, compile_step: Compile) -> Step:
    """Compile a ``Pipeline`` of transformers; it keeps its own method where all of them do."""
    functions, _ = one_after_another(transformers_of(fitted), example, compile_step)
    known(not all(isinstance(each, Own) for each in functions), "steps")
    return chained(functions)


def transformers_of(fitted: Any) -> list[Any]:
    """Give the steps of a ``Pipeline`` that do anything."""
    return [step for _, step in fitted.steps if step is not None and not _is(step, "passthrough")]


def one_after_another(
    transformers: Sequence[Any], example: Any, compile_step: Compile
) -> tuple[list[Step], Any]:
    """Compile steps, and give what the last of them gives for the example."""
    functions = []
    for transformer in transformers:
        functions.append(compile_step(transformer, example))
        example = functions[-1](example)
    return functions, example


def chained(functions: Sequence[Step]) -> Step:
    """Give one function for several, one after another."""

    def transform(given: Any) -> Any:
        for function in functions:
            given = function(given)
        return given

    return transform


def after(first: Step, then: Step) -> Step:
    """Give one function for two."""
    return lambda given: then(first(given))


def _side_by_side(parts: Sequence[tuple[Step, float | None]]) -> Step:
    """Lay what the parts give side by side, each times its weight."""

    def transform(given: Input) -> Any:
        blocks = [
            block_of(step(given)) if weight is None else block_of(step(given)) * weight
            for step, weight in parts
        ]
        return np.concatenate(blocks, axis=1)

    return transform


def _choice(columns: Any, fitted: Any, example: Input) -> Step:
    """Give the function that chooses columns: of a table by their names, of a block by place."""
    known(not any(isinstance(each, bool | np.bool_) for each in columns), "columns")
    if isinstance(example, Table):
        names = list(getattr(fitted, "feature_names_in_", example.names))
        chosen = [str(names[each] if isinstance(each, Integral) else each) for each in columns]
        return lambda table: table.only(chosen)
    known(all(isinstance(each, Integral) for each in columns), "columns")
    places = _places([int(each) for each in columns])
    return lambda block: block[:, places]


def _places(places: list[int]) -> slice | list[int]:
    """Give neighbours as a slice, which copies nothing."""
    first = places[0]
    neighbours = first >= 0 and places == list(range(first, first + len(places)))
    return slice(first, first + len(places)) if neighbours else places


def _is(transformer: object, word: str) -> bool:
    return isinstance(transformer, str) and transformer == word
