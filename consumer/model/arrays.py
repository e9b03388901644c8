"""Arrays and their types out of a pickle, made so that numpy need not believe it.

``numpy.ndarray`` takes any bytes for pointers to objects, and ``dtype.__setstate__`` takes over
whatever flags, offsets and sizes it is told ("NumPy C-API", ``arraydescr_setstate``).
"""

from typing import Any, Final

import numpy as np

from consumer.errors import BadModel

_ALIGNED: Final = 0x80
"""``NPY_ALIGNED_STRUCT`` among the flags of a type."""


class PlainArray:
    """Stands for ``numpy.ndarray``, which pickles name and never call."""


def reconstruct(kind: type, shape: object, dtype: object) -> Any:
    """Make an empty array, whose state follows; in place of numpy's ``_reconstruct``."""
    del shape, dtype
    return np.ndarray.__new__(np.ndarray if kind is PlainArray else kind, (0,), np.int8)


def reconstruct_masked(kind: type, base: type, shape: object, dtype: object) -> Any:
    """Make an empty masked array, whose state follows; in place of ``_mareconstruct``."""
    del base, shape, dtype
    return kind(np.empty(0, np.int8), mask=np.empty(0, np.bool_))


def named_type(name: str, *_: object) -> "np.dtype[Any]":
    """Make a type by its name, such as ``f8``; in place of ``numpy.dtype``."""
    if not isinstance(name, str):
        raise BadModel(f"the pickle makes a numpy type of a {type(name).__name__}, not of its name")
    return _without_hidden_objects(np.dtype(name))


def filled_type(dtype: "np.dtype[Any]", state: Any) -> "np.dtype[Any]":
    """Give the type that a state describes, as numpy itself would make it.

    Raises:
        BadModel: it is none of numbers and text, or structures of them.
    """
    _, order, sub, names, fields, size, _, flags = state
    if names is not None:
        made = np.dtype(
            {
                "names": list(names),
                "formats": [fields[name][0] for name in names],
                "offsets": [fields[name][1] for name in names],
                "itemsize": size,
            },
            align=bool(flags & _ALIGNED),
        )
    elif sub is not None:
        made = np.dtype(sub)
    else:
        made = np.dtype(dtype.newbyteorder(order).str) if order in ("<", ">") else dtype
    return _without_hidden_objects(made)


def _without_hidden_objects(dtype: "np.dtype[Any]") -> "np.dtype[Any]":
    # An array of nothing but objects is filled from a list, one of structures from its bytes.
    if dtype.hasobject and dtype.kind != "O":
        raise BadModel("the pickle hides objects in an array of structures, which no model needs")
    return dtype


REPLACED: Final[dict[tuple[str, str], Any]] = {
    ("numpy", "dtype"): named_type,
    ("numpy", "ndarray"): PlainArray,
    ("numpy._core.multiarray", "_reconstruct"): reconstruct,
    ("numpy.core.multiarray", "_reconstruct"): reconstruct,
    ("numpy.ma.core", "_mareconstruct"): reconstruct_masked,
}
"""What is made here in place of what a pickle names."""
