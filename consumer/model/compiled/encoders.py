"""Categories become codes, or zeros and ones (``OrdinalEncoder``, ``OneHotEncoder``)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumer.model.compiled.steps import (
    OutOfTheOrdinary,
    Step,
    known,
    refuse_infinities,
)
from consumer.model.compiled.table import Block

Column = NDArray[Any]


class _Codes(dict[object, float]):
    """Codes by category; all NaN are one category, as scikit-learn has it."""

    def __init__(self, codes: dict[object, float], gap: float | None, unknown: float | None):
        super().__init__(codes)
        self._gap = unknown if gap is None else gap
        self._unknown = unknown

    def __missing__(self, value: object) -> float:
        code = self._gap if _is_nan(value) else self._unknown
        if code is None:  # handle_unknown="error"
            raise OutOfTheOrdinary
        return code

    def of(self, column: Column) -> NDArray[np.float64]:
        """Look up each value."""
        return np.fromiter(map(self.__getitem__, column.tolist()), np.float64, len(column))


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN is not itself


def _codes(categories: Column, *, gap: float | None = None, unknown: float | None = None) -> _Codes:
    """Number the categories; NaN, which is the last one where it is one, may get a code apart."""
    known(categories.dtype.kind in "Of", "categories")
    values = categories.tolist()
    numbered = {value: float(code) for code, value in enumerate(values)}
    if not _is_nan(values[-1]):
        return _Codes(numbered, None, unknown)
    own = numbered.pop(values[-1])
    return _Codes(numbered, own if gap is None else gap, unknown)


def _known_encoder(encoder: Any, example: Block) -> None:
    texts = any(each.dtype == object for each in encoder.categories_)
    known(example.dtype == object or not texts, "input")
    known(encoder.dtype is np.float64, "dtype")
    known(getattr(encoder, "max_categories", None) is None, "max_categories")
    known(getattr(encoder, "min_frequency", None) is None, "min_frequency")


def ordinal(encoder: Any, example: Block) -> Step:
    """Compile an ``OrdinalEncoder``."""
    _known_encoder(encoder, example)
    known(encoder.handle_unknown in {"error", "use_encoded_value"}, "handle_unknown")
    unknown = None if encoder.handle_unknown == "error" else float(encoder.unknown_value)
    gap = float(getattr(encoder, "encoded_missing_value", np.nan))
    tables = [_codes(each, gap=gap, unknown=unknown) for each in encoder.categories_]

    def transform(block: Block) -> Block:
        _refuse_infinite_numbers(block)
        columns = zip(tables, block.T, strict=True)
        return np.array([codes.of(column) for codes, column in columns]).T

    return transform


def one_hot(encoder: Any, example: Block) -> Step:
    """Compile a ``OneHotEncoder``; where it would give a sparse matrix, this gives a dense one."""
    _known_encoder(encoder, example)
    known(encoder.handle_unknown in {"error", "ignore"}, "handle_unknown")
    known(encoder.drop is None, "drop")
    strict = encoder.handle_unknown == "error"
    columns = [_flags(each, strict=strict) for each in encoder.categories_]

    def transform(block: Block) -> Block:
        _refuse_infinite_numbers(block)
        flags = [flags(column) for flags, column in zip(columns, block.T, strict=True)]
        return np.concatenate(flags, axis=1, dtype=np.float64)

    return transform


def _flags(categories: Column, *, strict: bool) -> Callable[[Column], Block]:
    """Give for each value of a column in which place its category is; nowhere, if unknown."""
    if categories.dtype.kind == "f" and not strict and not np.isnan(categories).any():
        return lambda column: column[:, np.newaxis] == categories
    codes = _codes(categories, unknown=None if strict else -1.0)
    places = np.arange(len(categories))
    return lambda column: codes.of(column)[:, np.newaxis] == places


def _refuse_infinite_numbers(block: Block) -> None:
    if block.dtype != object:
        refuse_infinities(block)
