"""Writes ``consumer/model/allowed_globals.txt``: what the worker's unpickler may import.

Run ``python -m tools.allowed_globals`` after an upgrade of scikit-learn. Listed are classes that
fitted estimators consist of, the functions that rebuild numpy arrays, and the pure functions that
estimators take as parameters. Nothing on the list opens a file, runs a process or imports; what
calls its argument (``functools.partial`` later, others at once) can only be handed what is listed
too. What calls a method by a given name, and what numpy would believe blindly, is held by
:mod:`consumer.model.restricted` and :mod:`consumer.model.arrays`.
"""

import importlib
import inspect
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sklearn.metrics import get_scorer, get_scorer_names
from sklearn.utils import all_estimators

import consumer.model

PATH = Path(consumer.model.__file__).with_name("allowed_globals.txt")

READS_FILES = frozenset({"CountVectorizer", "HashingVectorizer", "TfidfVectorizer"})
"""Estimators that open what the data names (``input="filename"``)."""

CLASSES_OF = (
    "sklearn._loss._loss",
    "sklearn._loss.link",
    "sklearn._loss.loss",
    "sklearn.gaussian_process.kernels",
    "sklearn.linear_model._sgd_fast",
    "sklearn.model_selection._split",
    "sklearn.neural_network._stochastic_optimizers",
)
"""Modules whose own classes turn up inside fitted estimators."""

PARTS = {
    "sklearn.calibration": ("_CalibratedClassifier", "_SigmoidCalibration", "_TemperatureScaling"),
    "sklearn.cluster._birch": ("_CFNode", "_CFSubcluster"),
    "sklearn.cluster._bisect_k_means": ("_BisectingTree",),
    "sklearn.compose._column_transformer": ("make_column_selector",),
    "sklearn.ensemble._hist_gradient_boosting.binning": ("_BinMapper",),
    "sklearn.ensemble._hist_gradient_boosting.predictor": ("TreePredictor",),
    "sklearn.gaussian_process._gpc": ("_BinaryGaussianProcessClassifierLaplace",),
    "sklearn.metrics._scorer": ("_CurveScorer", "_PassthroughScorer", "_Scorer"),
    "sklearn.multiclass": ("_ConstantPredictor",),
    "sklearn.tree._tree": ("Tree",),
    "sklearn.utils._bunch": ("Bunch",),
    "sklearn.utils._metadata_requests": ("MetadataRequest", "MethodMetadataRequest"),
}
"""Other classes inside fitted estimators."""

NEIGHBOURS = {
    "sklearn.metrics._dist_metrics": ("newObj",),
    "sklearn.neighbors._ball_tree": ("BallTree", "BallTree32", "BallTree64", "newObj"),
    "sklearn.neighbors._kd_tree": ("KDTree", "KDTree32", "KDTree64", "newObj"),
}
"""Trees of nearest neighbours and what makes them; ``newObj(cls)`` is ``cls.__new__(cls)``."""

CALLS_WHAT_IT_IS_GIVEN = frozenset({"PyFuncDistance", "PyFuncDistance32", "PyFuncDistance64"})

PARAMETERS = {
    "sklearn.cluster._kmeans": ("_kmeans_single_elkan", "_kmeans_single_lloyd"),
    "sklearn.feature_selection._mutual_info": ("mutual_info_classif", "mutual_info_regression"),
    "sklearn.feature_selection._univariate_selection": (
        "chi2",
        "f_classif",
        "f_regression",
        "r_regression",
    ),
    "sklearn.utils.validation": ("check_array",),
}
"""Functions that estimators take as parameters."""

FOUNDATIONS = {
    "builtins": ("bytearray", "complex", "frozenset", "range", "set", "slice"),
    "collections": ("OrderedDict", "defaultdict", "deque"),
    "functools": ("partial",),
    "numpy": (
        *("dtype", "ndarray", "bool", "bool_", "str_"),
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
        *("absolute", "cbrt", "exp", "expm1", "log", "log10", "log1p", "log2", "sqrt", "square"),
        *("mean", "median"),
    ),
    "numpy._core.multiarray": ("_reconstruct", "scalar"),
    "numpy.core.multiarray": ("_reconstruct", "scalar"),
    "numpy._core.numeric": ("_frombuffer",),
    "numpy.core.numeric": ("_frombuffer",),
    "numpy.ma": ("MaskedArray",),
    "numpy.ma.core": ("MaskedArray", "_mareconstruct"),
    "numpy.random._mt19937": ("MT19937",),
    "numpy.random._pcg64": ("PCG64", "PCG64DXSM"),
    "numpy.random._philox": ("Philox",),
    "numpy.random._sfc64": ("SFC64",),
    "numpy.random._pickle": ("__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"),
    "numpy.random.bit_generator": ("SeedSequence", "__pyx_unpickle_SeedSequence"),
    "scipy.interpolate._bsplines": ("BSpline",),
    "scipy.interpolate._interpolate": ("interp1d",),
    "scipy.sparse._csc": ("csc_array", "csc_matrix"),
    "scipy.sparse._csr": ("csr_array", "csr_matrix"),
}
"""Arrays, scalars, random states and containers; ``numpy.core`` is what numpy 1 wrote.

Histogram boosting with categorical features keeps a partial of ``check_array``.
"""


NOT_IN_EVERY_VERSION = {
    "scipy._lib.array_api_compat.numpy._aliases": ("asarray",),  # scipy 1.17, of Python 3.11
    "scipy.interpolate._bsplines": ("_BSpline",),  # scipy 1.18, of Python 3.12 and newer
}
"""What splines consist of; the lock has two versions of scipy."""


def allowed_globals() -> list[str]:
    """Give every entry ``module:name``, sorted.

    Raises:
        ImportError: a module that is listed here is gone from the installed version.
        AttributeError: a name is.
    """
    pairs = {*_estimators(), *_classes(), *_distances(), *_scores(), *_listed()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # numpy.core
        for module, name in pairs:
            getattr(importlib.import_module(module), name)
    pairs.update(_entries(NOT_IN_EVERY_VERSION))
    return sorted(f"{module}:{name}" for module, name in pairs)


def _estimators() -> Iterator[tuple[str, str]]:
    for name, estimator in all_estimators():
        if name not in READS_FILES:
            yield estimator.__module__, name


def _classes() -> Iterator[tuple[str, str]]:
    for module in CLASSES_OF:
        for name, value in _members(module):
            if value.__module__ == module and not inspect.isabstract(value):
                yield module, name


def _distances() -> Iterator[tuple[str, str]]:
    for name, _ in _members("sklearn.metrics._dist_metrics"):
        if name.rstrip("0123456789").endswith("Distance") and name not in CALLS_WHAT_IT_IS_GIVEN:
            yield "sklearn.metrics._dist_metrics", name


def _members(module: str) -> list[tuple[str, Any]]:
    return inspect.getmembers(importlib.import_module(module), inspect.isclass)


def _scores() -> Iterator[tuple[str, str]]:
    """Score functions, which a fitted search or threshold tuner keeps."""
    for scorer in map(get_scorer, get_scorer_names()):
        function = scorer._score_func  # noqa: SLF001 - it has no public name
        yield function.__module__, function.__name__


def _listed() -> Iterator[tuple[str, str]]:
    for listed in (PARTS, NEIGHBOURS, PARAMETERS, FOUNDATIONS):
        yield from _entries(listed)


def _entries(listed: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for module, names in listed.items():
        yield from ((module, name) for name in names)


def main() -> None:
    """Write the list anew."""
    PATH.write_text("\n".join(allowed_globals()) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
