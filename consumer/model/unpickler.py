"""An unpickler that imports nothing but what is listed by exact module and name.

A pickle calls whatever it can name ("pickle — Python object serialization", "Restricting
Globals"). Prefixes of modules are not enough: ``joblib.parallel`` and ``sklearn.utils.fixes`` both
reach ``os.system`` by a dotted name. So each name is listed whole, and dotted names are refused.
"""

import io
import pickle
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from consumer.errors import BadModel, BadSettings

Global = tuple[str, str]
"""A module and a name in it."""

_ENTRY = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)", re.ASCII)
_SHOWN = 200


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


class _ListedOnly(pickle.Unpickler):
    def __init__(self, content: bytes, allowed: frozenset[Global]) -> None:
        # Without fix_imports, so that the name that is checked is the name that is imported.
        super().__init__(io.BytesIO(content), fix_imports=False)
        self._allowed = allowed

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if "." in global_name or (module_name, global_name) not in self._allowed:
            raise _refused(module_name, global_name)
        return super().find_class(module_name, global_name)


def _refused(module: str, name: str) -> BadModel:
    shown = f"{module}:{name}"[:_SHOWN].encode("unicode_escape").decode("ascii")
    if module == "joblib.numpy_pickle":
        return BadModel(f"the pickle needs {shown}: save the model by pickle.dump, not joblib.dump")
    if "." in name:
        return BadModel(f"the pickle asks for {shown}, a dotted name, which is never allowed")
    return BadModel(
        f"the pickle asks for {shown}, which is not allowed; if you trust this model, add it to "
        "model.allowed_globals"
    )


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
        return _ListedOnly(content, allowed).load()
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
    return " ".join(str(problem).split())[:_SHOWN]
