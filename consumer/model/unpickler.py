"""An unpickler that imports nothing but what is listed by exact module and name.

A pickle calls whatever it can name ("pickle — Python object serialization", "Restricting
Globals"). Prefixes of modules are not enough: ``joblib.parallel`` and ``sklearn.utils.fixes`` both
reach ``os.system`` by a dotted name. So each name is listed whole, and dotted names are refused.
What a pickle may do with the names is in :mod:`consumer.model.restricted`.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from consumer.errors import BadModel, BadSettings
from consumer.model.restricted import SHOWN, Global, RestrictedUnpickler

_ENTRY = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)", re.ASCII)


@cache
def listed_globals() -> frozenset[Global]:
    """Give what scikit-learn's estimators and numpy's arrays need (``allowed_globals.txt``)."""
    text = files("consumer.model").joinpath("allowed_globals.txt").read_text(encoding="ascii")
    return parse_globals(text.split())


def parse_globals(entries: Iterable[str]) -> frozenset[Global]:
    """Read entries ``module:name``.

    Raises:
        BadSettings: an entry has another form, such as a dotted name.
    """
    return frozenset(_parse(entry) for entry in entries)


def _parse(entry: str) -> Global:
    found = _ENTRY.fullmatch(entry)
    if found is None:
        raise BadSettings(
            f"model.allowed_globals: {entry!r} is no module:name; write for example "
            "bank_models.pipeline:ChurnModel (no dots in the name)"
        )
    return found[1], found[2]


def unpickle(content: bytes, extra: Iterable[str] = ()) -> Any:
    """Load a pickle whose digest was verified.

    Args:
        content: the pickle.
        extra: more globals than the listed ones, as ``module:name`` (``model.allowed_globals``).

    Raises:
        BadModel: it asks for a global that is not allowed or cannot be imported, or is no pickle.
        BadSettings: ``extra`` is malformed.
    """
    allowed = listed_globals() | parse_globals(extra)
    try:
        return RestrictedUnpickler(content, allowed).load()
    except BadModel:
        raise
    except (ImportError, AttributeError) as problem:
        raise BadModel(
            f"the pickle needs what is not installed here ({_on_one_line(problem)}); install the "
            "package and the version that the model was trained with"
        ) from problem
    except Exception as problem:  # a pickle may run into any error of the classes it names
        raise BadModel(
            f"the pickle cannot be loaded ({type(problem).__name__}: {_on_one_line(problem)})"
        ) from problem


def _on_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())[:SHOWN]
