"""The unpickler's machine: which names it imports, what it calls, and what it sets.

A list of names is not enough. The format can call whatever lies on its stack, and can set any
attribute of a class or a function ("pickle — Python object serialization", ``object.__setstate__``
and "Restricting Globals"). With both, a scorer of scikit-learn that is told to call the method
``__getattribute__`` leads from listed names to ``eval``. Pickles that Python writes of fitted
models do none of it, so it is refused here.
"""

import io
import pickle
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final

import numpy as np
from sklearn.base import BaseEstimator

from consumer.errors import BadModel
from consumer.model.arrays import REPLACED, filled_type

Global = tuple[str, str]
"""A module and a name in it."""

SHOWN: Final = 200
"""Characters of a foreign text that are repeated."""

_SCORES: Final = frozenset(
    f"sklearn.metrics.{module}"
    for module in ("_classification", "_ranking", "_regression", "_scorer", "cluster._supervised")
)
"""What a fitted search was judged by. No prediction needs it; a scorer calls by a given name."""

_METHOD_NAMES: Final = frozenset({"response_method", "stack_method", "stack_method_"})
"""Attributes by which an estimator is told what to call on another one."""

_METHODS: Final = frozenset(
    {"auto", "predict", "predict_proba", "predict_log_proba", "decision_function"}
)


class Unused:
    """Stands for a score function or a scorer: keeps nothing and does nothing."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take whatever the pickle gives."""

    def __setstate__(self, _: object) -> None:
        """Keep nothing of it."""


# Python's implementation in Python: the one in C cannot be asked what it calls and sets.
_Unpickler = pickle._Unpickler  # noqa: SLF001 - it has no public name
_STEPS: Final[dict[int, Callable[[Any], None]]] = dict(_Unpickler.dispatch)


class RestrictedUnpickler(_Unpickler):
    """Imports listed names, calls them alone, and fills new objects alone."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(_STEPS)
    stack: list[Any]
    memo: dict[int, Any]

    def __init__(self, content: bytes, allowed: frozenset[Global]) -> None:
        # Without fix_imports, so that the name that is checked is the name that is imported.
        super().__init__(io.BytesIO(content), fix_imports=False)
        self._allowed = allowed
        self._imported: dict[int, object] = {}

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Import a listed name."""
        if "." in global_name or (module_name, global_name) not in self._allowed:
            raise _not_listed(module_name, global_name)
        found = self._found(module_name, global_name)
        self._imported[id(found)] = found
        return found

    def _found(self, module: str, name: str) -> Any:
        if module in _SCORES:
            return Unused
        return REPLACED.get((module, name)) or super().find_class(module, name)

    def _check_call(self, function: Any, arguments: object) -> None:
        if id(function) not in self._imported:
            raise BadModel(
                f"the pickle calls a {type(function).__name__} that it made, which no model needs"
            )
        if _is_estimator(function) and arguments:
            raise BadModel(
                f"the pickle passes arguments to {function.__name__}; save the model by pickle.dump"
            )

    def _reduce(self) -> None:
        self._check_call(*self.stack[-2:])
        _STEPS[pickle.REDUCE[0]](self)

    def _new_object(self) -> None:
        self._check_call(*self.stack[-2:])
        _STEPS[pickle.NEWOBJ[0]](self)

    def _new_object_by_names(self) -> None:
        function, *arguments = self.stack[-3:]
        self._check_call(function, any(arguments))
        _STEPS[pickle.NEWOBJ_EX[0]](self)

    def _old_object(self) -> None:
        raise BadModel("the pickle has protocol 0 or 1; save the model by pickle.dump of Python 3")

    def _build(self) -> None:
        target, state = self.stack[-2:]
        if isinstance(target, np.dtype):
            self._fill_type(target, state)
            return
        if isinstance(target, np.ndarray) and target.size:
            raise BadModel("the pickle fills an array twice, which no model needs")
        if isinstance(target, type) or id(target) in self._imported:
            raise BadModel(
                f"the pickle changes {getattr(target, '__name__', 'what it imported')} itself, "
                "which no model needs"
            )
        for part in _dicts(state):
            _check_names(part)
        _STEPS[pickle.BUILD[0]](self)

    def _fill_type(self, target: "np.dtype[Any]", state: object) -> None:
        """Put a new type in the place of the one that the state is for, which stays as it is."""
        made = filled_type(target, state)
        self.stack[-2:] = [made]
        self.memo.update({place: made for place, kept in self.memo.items() if kept is target})

    dispatch[pickle.REDUCE[0]] = _reduce
    dispatch[pickle.NEWOBJ[0]] = _new_object
    dispatch[pickle.NEWOBJ_EX[0]] = _new_object_by_names
    dispatch[pickle.INST[0]] = dispatch[pickle.OBJ[0]] = _old_object
    dispatch[pickle.BUILD[0]] = _build


def _is_estimator(function: object) -> bool:
    return isinstance(function, type) and issubclass(function, BaseEstimator)


def _dicts(state: object) -> Iterator[dict[Any, Any]]:
    """Give the attributes in a state: it is a dict, or a tuple with dicts in it."""
    parts = state if isinstance(state, tuple) else (state,)
    return (part for part in parts if isinstance(part, dict))


def _check_names(attributes: dict[Any, Any]) -> None:
    for name in attributes:
        if isinstance(name, str) and name.startswith("__"):
            raise BadModel(f"the pickle sets {_plain(name)}, which no model needs")
    for name in _METHOD_NAMES & attributes.keys():
        attributes[name] = _known_methods(name, attributes[name])


def _known_methods(name: str, methods: object) -> object:
    """Check names of methods; a list is copied, because the pickle could still add to its own."""
    several = list(methods) if isinstance(methods, list | tuple) else [methods]
    for method in several:
        if method is not None and not (isinstance(method, str) and method in _METHODS):
            raise BadModel(f"the pickle's {name} names another method than {', '.join(_METHODS)}")
    return several if isinstance(methods, list | tuple) else methods


def _not_listed(module: str, name: str) -> BadModel:
    shown = _plain(f"{module}:{name}")
    if module == "joblib.numpy_pickle":
        return BadModel(f"the pickle needs {shown}: save the model by pickle.dump, not joblib.dump")
    if "." in name:
        return BadModel(f"the pickle asks for {shown}, a dotted name, which is never allowed")
    return BadModel(
        f"the pickle asks for {shown}, which is not allowed; if you trust this model, add it to "
        "model.allowed_globals"
    )


def _plain(text: str) -> str:
    return text[:SHOWN].encode("unicode_escape").decode("ascii")
